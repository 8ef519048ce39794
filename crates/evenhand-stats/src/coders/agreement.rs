//! How far coders agree: everybody together, and each two of them.

use super::alpha::{Coincidences, Scale};
use super::codes::{Code, Item};
use super::kappa::{agreement, cohen, fleiss};
use super::measure::{Measure, NotEstimable, Resampling, Statistics, resampled};

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
    pub percent: Measure,
}

/// Inputs of agreement beside the items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub labels: usize,
    /// Those who coded any item of the whole table.
    pub active: &'a [usize],
    pub scale: &'a Scale,
    pub resampling: &'a Resampling,
}

impl Agreement {
    pub(super) fn of(items: &[&Item], frame: Frame) -> Self {
        let sample = Sample::new(items, frame);
        let twice = sample.codes.len();
        let coders = frame.active.len();
        let complete = sample.codes.iter().filter(|codes| codes.len() == coders);
        let complete = complete.count();
        let ones = vec![1; twice];
        let mut values = vec![
            (twice, sample.alpha(&ones)),
            (complete, sample.fleiss(&ones)),
            (twice, sample.percent(&ones)),
            (twice, sample.unanimous(&ones)),
        ];
        for pair in &sample.pairs {
            values.push((pair.codes.len(), pair.kappa(&ones, frame.labels)));
            values.push((pair.codes.len(), pair.percent(&ones)));
        }
        let measures = resampled(values, twice, frame.resampling, |weights| {
            sample.statistics(weights)
        });
        let [alpha, fleiss, percent, unanimous] = [0, 1, 2, 3].map(|at| measures[at]);
        let pairs = sample.pairs.iter().zip(measures[4..].chunks_exact(2));
        let pairs = pairs.map(|(pair, measures)| Pair {
            coders: pair.coders,
            kappa: measures[0],
            percent: measures[1],
        });
        Self {
            items: items.len(),
            twice,
            alpha,
            fleiss,
            percent,
            unanimous,
            pairs: pairs.collect(),
        }
    }
}

/// The items that two or more coded; weights have their order.
pub(super) struct Sample<'a> {
    codes: Vec<&'a [Code]>,
    pairs: Vec<PairSample>,
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
        let codes: Vec<&[Code]> = codes.filter(|codes| codes.len() > 1).collect();
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
            frame,
        }
    }

    pub fn statistics(&self, weights: &[u32]) -> Statistics {
        let mut all = vec![
            defined(self.alpha(weights)),
            defined(self.fleiss(weights)),
            defined(self.percent(weights)),
            defined(self.unanimous(weights)),
        ];
        for pair in &self.pairs {
            all.push(defined(pair.kappa(weights, self.frame.labels)));
            all.push(defined(pair.percent(weights)));
        }
        all
    }

    /// Index of a pair's kappa in [`Sample::statistics`].
    pub fn kappa_place(pair: usize) -> usize {
        4 + 2 * pair
    }

    fn weighted<'w>(&'w self, weights: &'w [u32]) -> impl Iterator<Item = (&'a [Code], u32)> + 'w {
        self.codes.iter().copied().zip(weights.iter().copied())
    }

    pub fn alpha(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        Coincidences::of(self.weighted(weights), self.frame.labels).alpha(self.frame.scale)
    }

    fn fleiss(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let coders = self.frame.active.len();
        let complete = self
            .weighted(weights)
            .filter(|(codes, _)| codes.len() == coders);
        fleiss(complete, self.frame.labels)
    }

    fn percent(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let shares = self.weighted(weights);
        mean(shares.map(|(codes, weight)| (agreement(codes), weight)))
            .ok_or(NotEstimable::NoItemTwice)
    }

    fn unanimous(&self, weights: &[u32]) -> Result<f64, NotEstimable> {
        let is_one = |codes: &[Code]| codes.iter().all(|code| code.label == codes[0].label);
        let shares = self.weighted(weights);
        mean(shares.map(|(codes, weight)| (f64::from(u8::from(is_one(codes))), weight)))
            .ok_or(NotEstimable::NoItemTwice)
    }
}

impl PairSample {
    fn weighted<'w>(&'w self, weights: &'w [u32]) -> impl Iterator<Item = ([usize; 2], u32)> + 'w {
        let codes = self.codes.iter();
        codes.map(|(item, labels)| (*labels, weights[*item as usize]))
    }

    fn kappa(&self, weights: &[u32], labels: usize) -> Result<f64, NotEstimable> {
        cohen(self.weighted(weights), labels)
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
