//! Kappas: agreement beyond what coders would reach who label at random, each as often as before.

use super::codes::Code;
use super::measure::NotEstimable;
use super::weights::Weights;

/// Fleiss' kappa of items so many times each, all of them coded by the same number of coders.
///
/// Fleiss (1971), Psychol. Bull. 76, 378-382.
///
/// # Errors
/// There are no items, or only one label.
pub(super) fn fleiss<'a>(
    items: impl Iterator<Item = (&'a [Code], u32)>,
    labels: usize,
) -> Result<f64, NotEstimable> {
    let (mut n, mut agreed) = (0.0, 0.0);
    let mut used = vec![0.0; labels];
    for (codes, weight) in items.filter(|(_, weight)| *weight > 0) {
        let weight = f64::from(weight);
        n += weight;
        agreed += weight * agreement(codes, &Weights::Identity);
        for code in codes {
            used[code.label] += weight / codes.len() as f64;
        }
    }
    if n == 0.0 {
        return Err(NotEstimable::NoItemByAll);
    }
    let chance = used.iter().map(|used| (used / n).powi(2)).sum();
    beyond_chance(agreed / n, chance, &used)
}

/// Cohen's kappa of pairs of labels, so many times each; the weighted kappa with graded weights.
///
/// Cohen (1960), Educ. Psychol. Meas. 20, 37-46; (1968), Psychol. Bull. 70, 213-220.
///
/// # Formula
///
/// With the mean weight `o` of the pairs, and that `e` of a label of the one coder and a label of the
/// other drawn independently, `(o - e) / (1 - e)`.
///
/// # Errors
/// There are no pairs, or only one label.
pub(super) fn cohen(
    pairs: impl Iterator<Item = ([usize; 2], u32)>,
    labels: usize,
    weights: &Weights,
) -> Result<f64, NotEstimable> {
    let (mut n, mut agreed) = (0.0, 0.0);
    let mut used = [vec![0.0; labels], vec![0.0; labels]];
    for ([a, b], times) in pairs {
        let times = f64::from(times);
        n += times;
        agreed += times * weights.of(a, b);
        used[0][a] += times;
        used[1][b] += times;
    }
    if n == 0.0 {
        return Err(NotEstimable::NoItemByBoth);
    }
    let [first, second] = &used;
    let both: Vec<f64> = first.iter().zip(second).map(|(a, b)| a + b).collect();
    let chance = weights.expected(first, second) / (n * n);
    beyond_chance(agreed / n, chance, &both)
}

fn beyond_chance(agreed: f64, chance: f64, used: &[f64]) -> Result<f64, NotEstimable> {
    match used.iter().filter(|used| **used > 0.0).count() {
        0 | 1 => Err(NotEstimable::OneLabel),
        _ => Ok((agreed - chance) / (1.0 - chance)),
    }
}

/// The mean weight of an item's pairs of codes: the share of the same ones with identity weights. Not
/// a number of one code.
pub(super) fn agreement(codes: &[Code], weights: &Weights) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0);
    for (at, a) in codes.iter().enumerate() {
        for b in &codes[..at] {
            pairs += 1;
            sum += weights.of(a.label, b.label);
        }
    }
    sum / f64::from(pairs)
}
