//! The machine as if it were one more coder: does it agree with people as far as they agree with
//! each other?

use super::agreement::{Agreement, Frame, Pair, Sample, defined};
use super::alpha::Scale;
use super::codes::{Code, Codes, Item};
use super::gwet::choices;
use super::measure::{Measure, NotEstimable, Resampling, resampled};

/// Agreement with and without the machine, on the same items.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Its place among the coders of `with`.
    pub coder: usize,
    pub without: Agreement,
    pub with: Agreement,
    /// Krippendorff's alpha with the machine less that without it.
    pub alpha_change: Measure,
    /// Cohen's kappa of the machine with each coder, the mean; and of each two coders, of those that
    /// coded the same items.
    pub with_people: Measure,
    pub among_people: Measure,
    /// The first of these less the second.
    pub kappa_change: Measure,
}

impl Machine {
    /// `answers` are the machine's labels, one an item, of [`Codes::labels`].
    ///
    /// # Panics
    /// When there is not one answer an item.
    pub fn of(codes: &Codes, answers: &[usize], scale: &Scale, resampling: &Resampling) -> Self {
        assert_eq!(answers.len(), codes.items.len(), "one answer an item");
        let coder = codes.coders.len();
        let joined = joined(codes, answers);
        let people = codes.active();
        let all: Vec<usize> = people.iter().copied().chain([coder]).collect();
        let labels = codes.labels.len();
        let frame = |active| Frame {
            labels,
            choices: choices(&joined, labels, scale),
            active,
            scale,
            resampling,
        };
        let plain: Vec<&Item> = codes.items.iter().collect();
        let together: Vec<&Item> = joined.iter().collect();
        let without = Agreement::of(&plain, frame(&people));
        let with = Agreement::of(&together, frame(&all));
        // Both samples are of the items that anybody coded.
        let sample = Sample::new(&together, frame(&all));
        let people_sample = Sample::new(&plain, frame(&people));
        let is_own = |pair: &Pair| pair.coders.contains(&coder);
        let own = Kappas::of(&with, &sample, is_own);
        let others = Kappas::of(&with, &sample, |pair| !is_own(pair));
        let four = |weights: &[u32]| {
            let change = defined(sample.alpha(weights)) - defined(people_sample.alpha(weights));
            let statistics = sample.statistics(weights);
            let (own, others) = (own.mean(&statistics), others.mean(&statistics));
            vec![change, own, others, own - others]
        };
        let (twice, coded) = (without.twice, with.twice);
        let ones = vec![1; coded];
        let found = four(&ones);
        let reasons = [
            without.alpha.value.err().or(with.alpha.value.err()),
            own.undefined,
            others.undefined,
            own.undefined.or(others.undefined),
        ];
        let n = [twice, coded, twice, twice];
        let values = found.into_iter().zip(reasons).zip(n);
        let values = values.map(|((value, reason), n)| (n, reason.map_or(Ok(value), Err)));
        let measures = resampled(values.collect(), coded, resampling, four);
        let [alpha_change, with_people, among_people, kappa_change] =
            [0, 1, 2, 3].map(|at| measures[at]);
        Self {
            coder,
            without,
            with,
            alpha_change,
            with_people,
            among_people,
            kappa_change,
        }
    }
}

/// The items with the machine's code, where people coded them.
fn joined(codes: &Codes, answers: &[usize]) -> Vec<Item> {
    let coder = codes.coders.len();
    let items = codes.items.iter().zip(answers);
    let joined = items.map(|(item, &label)| {
        let mut item = item.clone();
        if !item.codes.is_empty() {
            item.codes.push(Code { coder, label });
        }
        item
    });
    joined.collect()
}

/// Some pairs' kappas among the statistics of a sample.
struct Kappas {
    /// Those that there are.
    places: Vec<usize>,
    /// Why there is none.
    undefined: Option<NotEstimable>,
}

impl Kappas {
    fn of(agreement: &Agreement, sample: &Sample, is_meant: impl Fn(&Pair) -> bool) -> Self {
        let pairs = agreement.pairs.iter().enumerate();
        let meant = pairs.filter(|(_, pair)| is_meant(pair));
        let (mut places, mut reason) = (Vec::new(), None);
        for (at, pair) in meant {
            match pair.kappa.value {
                Ok(_) => places.push(sample.kappa_place(at)),
                Err(why) => reason = Some(why),
            }
        }
        let no_pair = match agreement.pairs.is_empty() {
            true => NotEstimable::ManyCoders,
            false => NotEstimable::OneCoder,
        };
        Self {
            undefined: places.is_empty().then(|| reason.unwrap_or(no_pair)),
            places,
        }
    }

    fn mean(&self, statistics: &[f64]) -> f64 {
        let kappas = self.places.iter().map(|&at| statistics[at]);
        kappas.sum::<f64>() / self.places.len() as f64
    }
}
