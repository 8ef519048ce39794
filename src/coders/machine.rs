//! The machine as if it were one more coder: does it agree with people as far as they agree with
//! each other?

use super::agreement::{Agreement, Frame, Pair, Sample, defined};
use super::alpha::Scale;
use super::codes::{Code, Codes, Item};
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
    /// Cohen's kappa of the machine with each coder, the mean; and of each two coders.
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
        let items = codes.items.iter().zip(answers);
        let joined = items.map(|(item, &label)| {
            let mut item = item.clone();
            if !item.codes.is_empty() {
                item.codes.push(Code { coder, label });
            }
            item
        });
        let joined: Vec<Item> = joined.collect();
        let people = codes.active();
        let all: Vec<usize> = people.iter().copied().chain([coder]).collect();
        let frame = |active| Frame {
            labels: codes.labels.len(),
            active,
            scale,
            resampling,
        };
        let plain: Vec<&Item> = codes.items.iter().collect();
        let joined: Vec<&Item> = joined.iter().collect();
        let without = Agreement::of(&plain, frame(&people));
        let with = Agreement::of(&joined, frame(&all));
        let mean_of = |of_machine: bool| {
            let pairs = with.pairs.iter().enumerate();
            let pairs = pairs.filter(|(_, pair)| is_of(pair, coder) == of_machine);
            pairs.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let (own, others) = (mean_of(true), mean_of(false));

        // With the machine, every item that anybody coded is coded twice: both samples are of them.
        let sample = Sample::new(&joined, frame(&all));
        let coded: Vec<&Item> = plain.into_iter().filter(|i| !i.codes.is_empty()).collect();
        let twice: Vec<usize> = (0..coded.len())
            .filter(|&at| coded[at].codes.len() > 1)
            .collect();
        let people_sample = Sample::new(&coded, frame(&people));
        let four = |weights: &[u32]| {
            let people_weights: Vec<u32> = twice.iter().map(|&at| weights[at]).collect();
            let change =
                defined(sample.alpha(weights)) - defined(people_sample.alpha(&people_weights));
            let statistics = sample.statistics(weights);
            let mean = |pairs: &[usize]| {
                let kappas = pairs.iter().map(|at| statistics[4 + 2 * at]);
                kappas.sum::<f64>() / pairs.len() as f64
            };
            let (own, others) = (mean(&own), mean(&others));
            vec![change, own, others, own - others]
        };
        let ones = vec![1; coded.len()];
        let found = four(&ones);
        let reasons = [
            without.alpha.value.err().or(with.alpha.value.err()),
            undefined(&with, &own),
            undefined(&with, &others),
            undefined(&with, &own).or(undefined(&with, &others)),
        ];
        let n = [twice.len(), coded.len(), twice.len(), twice.len()];
        let values = found.into_iter().zip(reasons).zip(n);
        let values = values.map(|((value, reason), n)| (n, reason.map_or(Ok(value), Err)));
        let measures = resampled(values.collect(), coded.len(), resampling, four);
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

fn is_of(pair: &Pair, coder: usize) -> bool {
    pair.coders.contains(&coder)
}

/// Why the mean kappa of these pairs is no number.
fn undefined(agreement: &Agreement, pairs: &[usize]) -> Option<NotEstimable> {
    let kappas = pairs.iter().map(|&at| agreement.pairs[at].kappa.value);
    match pairs.is_empty() {
        true => Some(NotEstimable::OneCoder),
        false => kappas.filter_map(Result::err).next(),
    }
}
