//! How far coders agree: everybody together, and each two of them.

use super::alpha::{Coincidences, Scale};
use super::codes::{Code, Item};
use super::gwet::gwet;
use super::kappa::{agreement, cohen, fleiss};
use super::measure::{
    Jackknife, Measure, NotEstimable, Resampling, Statistics, resampled_or_jackknifed,
};
use super::weights::Weights;

/// Most coders for a table of pairs: a crowd gets none.
pub const MOST_PAIRED: usize = 20;

/// Agreement on some items.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// All of them, coded or not.
    pub items: usize,
    /// Coded by two or more: what all but Fleiss' kappa is of.
    pub twice: usize,
    /// Krippendorff's, on the scale that was asked for.
    pub alpha: Measure,
    /// Fleiss' kappa of the items that every active coder coded.
    pub fleiss: Measure,
    /// Gwet's AC1, of two or more coders an item.
    pub ac1: Measure,
    /// Gwet's AC2, on a scale that has an order.
    pub ac2: Option<Graded>,
    /// Percent agreement: share of an item's pairs of coders with one label; the mean over items.
    pub percent: Measure,
    /// The share of items that have one label from all.
    pub unanimous: Measure,
    /// Empty of more than [`MOST_PAIRED`] coders.
    pub pairs: Vec<Pair>,
}

/// Two coders, on the items that both have coded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub coders: [usize; 2],
    /// Cohen's.
    pub kappa: Measure,
    /// Cohen's weighted kappa, on a scale that has an order.
    pub weighted: Option<Graded>,
    pub percent: Measure,
}

/// A coefficient that counts near misses in part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Graded {
    /// In proportion to the distance of the labels.
    pub linear: Measure,
    /// In proportion to the squared distance.
    pub quadratic: Measure,
}

/// Inputs of agreement beside the items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub labels: usize,
    /// The labels that coders could choose from, as far as anybody knows.
    pub choices: usize,
    /// Those who coded any item of the whole table.
    pub active: &'a [usize],
    pub scale: &'a Scale,
    pub resampling: &'a Resampling,
}

impl Agreement {
    pub(super) fn of(items: &[&Item], frame: Frame) -> Self {
        let sample = Sample::new(items, frame);
        let ones = vec![1; sample.codes.len()];
        let values = sample.numbers().into_iter().zip(sample.results(&ones));
        let measures = resampled_or_jackknifed(
            values.collect(),
            sample.codes.len(),
            frame.resampling,
            |at| sample.is_ac2(at).then_some(Jackknife::Coefficient),
            |weights| sample.statistics(weights),
        );
        let mut measures = measures.into_iter();
        let mut next = || measures.next().expect("one measure a statistic");
        let graded = sample.graded.is_some();
        let both = |next: &mut dyn FnMut() -> Measure| {
            graded.then(|| Graded {
                linear: next(),
                quadratic: next(),
            })
        };
        Self {
            items: items.len(),
            twice: sample.twice(),
            alpha: next(),
            fleiss: next(),
            percent: next(),
            unanimous: next(),
            ac1: next(),
            ac2: both(&mut next),
            pairs: (sample.pairs.iter())
                .map(|pair| Pair {
                    coders: pair.coders,
                    kappa: next(),
                    percent: next(),
                    weighted: both(&mut next),
                })
                .collect(),
        }
    }
}

/// The items that anybody coded; weights have their order.
pub(super) struct Sample<'a> {
    codes: Vec<&'a [Code]>,
    pairs: Vec<PairSample>,
    /// Linear and quadratic weights of a scale that has an order.
    graded: Option<[Weights; 2]>,
    frame: Frame<'a>,
}

struct PairSample {
    coders: [usize; 2],
    /// The item's place in the sample, and both labels.
    codes: Vec<(u32, [usize; 2])>,
}

impl<'a> Sample<'a> {
    pub fn new(items: &[&'a Item], frame: Frame<'a>) -> Self {
        let codes = items.iter().map(|item| item.codes.as_slice());
        let codes: Vec<&[Code]> = codes.filter(|codes| !codes.is_empty()).collect();
        let mut pairs = Vec::new();
        if frame.active.len() <= MOST_PAIRED {
            for (at, &b) in frame.active.iter().enumerate() {
                pairs.extend(frame.active[..at].iter().map(|&a| PairSample {
                    coders: [a, b],
                    codes: both(&codes, a, b),
                }));
            }
            pairs.sort_by_key(|pair| pair.coders);
        }
        Self {
            codes,
            pairs,
            graded: Weights::graded(frame.scale, frame.labels),
            frame,
        }
    }

    fn graded(&self) -> impl Iterator<Item = &Weights> {
        self.graded.iter().flatten()
    }

    fn twice(&self) -> usize {
        self.codes.iter().filter(|codes| codes.len() > 1).count()
    }

    /// The number of items of each statistic, in the order of [`Sample::results`].
    fn numbers(&self) -> Vec<usize> {
        let coders = self.frame.active.len();
        let complete = self.codes.iter().filter(|codes| codes.len() == coders);
        let (twice, complete) = (self.twice(), complete.count());
        let mut all = vec![twice, complete, twice, twice, twice];
        all.extend(self.graded().map(|_| twice));
        for pair in &self.pairs {
            all.extend(vec![pair.codes.len(); self.a_pair()]);
        }
        all
    }

    /// Statistics of everybody, then of each pair.
    fn results(&self, weights: &[u32]) -> Vec<Result<f64, NotEstimable>> {
        let mut all = vec![
            self.alpha(weights),
            self.fleiss(weights),
            self.percent(weights),
            self.unanimous(weights),
            self.gwet(weights, &Weights::Identity),
        ];
        all.extend(self.graded().map(|graded| self.gwet(weights, graded)));
        for pair in &self.pairs {
            let kappa = |graded: &Weights| pair.kappa(weights, self.frame.labels, graded);
            all.push(kappa(&Weights::Identity));
            all.push(pair.percent(weights));
            all.extend(self.graded().map(kappa));
        }
        all
    }

    pub fn statistics(&self, weights: &[u32]) -> Statistics {
        self.results(weights).into_iter().map(defined).collect()
    }

    /// Whether the statistic at a place is AC2: those come after five others.
    fn is_ac2(&self, place: usize) -> bool {
        (5..5 + self.graded().count()).contains(&place)
    }

    /// How many statistics a pair has.
    fn a_pair(&self) -> usize {
        2 + self.graded().count()
    }

    /// Index of a pair's kappa in [`Sample::statistics`].
    pub fn kappa_place(&self, pair: usize) -> usize {
        5 + self.graded().count() + pair * self.a_pair()
    }

    fn weighted<'w>(&'w self, weights: &'w [u32]) -> impl Iterator<Item = (&'a [Code], u32)> + 'w {
        self.codes.iter().copied().zip(weights.iter().copied())
    }

    fn coded_twice<'w>(
        &'w self,
        weights: &'w [u32],
    ) -> impl Iterator<Item = (&'a [Code], u32)> + 'w {
        self.weighted(weights).filter(|(codes, _)| codes.len() > 1)
    }

    pub fn alpha(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        Coincidences::of(self.weighted(weights), self.frame.labels).alpha(self.frame.scale)
    }

    fn fleiss(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let coders = self.frame.active.len();
        let complete = self.coded_twice(weights);
        let complete = complete.filter(|(codes, _)| codes.len() == coders);
        fleiss(complete, self.frame.labels)
    }

    fn gwet(&self, weights: &[u32], graded: &Weights) -> Result<f64, NotEstimable> {
        let Frame {
            labels, choices, ..
        } = self.frame;
        gwet(self.weighted(weights), [labels, choices], graded)
    }

    fn percent(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let shares = self.coded_twice(weights);
        mean(shares.map(|(codes, weight)| (agreement(codes, &Weights::Identity), weight)))
            .ok_or(NotEstimable::NoItemTwice)
    }

    fn unanimous(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let is_one = |codes: &[Code]| codes.iter().all(|code| code.label == codes[0].label);
        let shares = self.coded_twice(weights);
        mean(shares.map(|(codes, weight)| (f64::from(u8::from(is_one(codes))), weight)))
            .ok_or(NotEstimable::NoItemTwice)
    }
}

impl PairSample {
    fn weighted<'w>(&'w self, weights: &'w [u32]) -> impl Iterator<Item = ([usize; 2], u32)> + 'w {
        let codes = self.codes.iter();
        codes.map(|(item, labels)| (*labels, weights[*item as usize]))
    }

    fn kappa(&self, weights: &[u32], labels: usize, graded: &Weights) -> Result<f64, NotEstimable> {
        cohen(self.weighted(weights), labels, graded)
    }

    fn percent(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let same = self.weighted(weights);
        mean(same.map(|([a, b], weight)| (f64::from(u8::from(a == b)), weight)))
            .ok_or(NotEstimable::NoItemByBoth)
    }
}

fn both(items: &[&[Code]], a: usize, b: usize) -> Vec<(u32, [usize; 2])> {
    let of = |codes: &[Code], coder: usize| {
        let code = codes.iter().find(|code| code.coder == coder);
        code.map(|code| code.label)
    };
    let items = items.iter().zip(0..);
    items
        .filter_map(|(codes, at)| Some((at, [of(codes, a)?, of(codes, b)?])))
        .collect()
}

fn mean(values: impl Iterator<Item = (f64, u32)>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (value, weight) in values {
        sum += f64::from(weight) * value;
        n += f64::from(weight);
    }
    (n > 0.0).then(|| sum / n)
}

/// Value for the bootstrap: not a number for a resample without one.
pub(super) fn defined(value: Result<f64, NotEstimable>) -> f64 {
    value.unwrap_or(f64::NAN)
}
