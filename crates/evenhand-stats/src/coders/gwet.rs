//! Gwet's AC1 and AC2: agreement beyond chance that stays high where nearly all items have one label.

use super::alpha::Scale;
use super::codes::{Code, Item, used_labels};
use super::kappa::agreement;
use super::measure::NotEstimable;
use super::weights::Weights;

/// Gwet's AC1 of items so many times each, coded by any number of coders; AC2 with graded weights.
///
/// Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48; (2014), Handbook of Inter-Rater Reliability.
///
/// # Formula
///
/// With the mean weight `o` of an item's pairs of codes (the mean over items that are coded twice), the
/// share `p_k` of a label among an item's codes (the mean over all coded items), and the weights `w` of
/// `q` labels,
///
/// ```text
/// e = Σ w_kl Σ p_k (1 - p_k) / (q (q - 1))        AC = (o - e) / (1 - e)
/// ```
///
/// Coders could choose from `choices` of the `labels`: `q` is their number.
///
/// # Errors
/// No item is coded twice, or there is one choice only.
pub(super) fn gwet<'a>(
    items: impl Iterator<Item = (&'a [Code], u32)>,
    [labels, choices]: [usize; 2],
    weights: &Weights,
) -> Result<f64, NotEstimable> {
    let (mut n, mut twice, mut agreed) = (0.0, 0.0, 0.0);
    let mut used = vec![0.0; labels];
    for (codes, times) in items.filter(|(_, times)| *times > 0) {
        let times = f64::from(times);
        n += times;
        for code in codes {
            used[code.label] += times / codes.len() as f64;
        }
        if codes.len() > 1 {
            twice += times;
            agreed += times * agreement(codes, weights);
        }
    }
    if twice == 0.0 {
        return Err(NotEstimable::NoItemTwice);
    }
    if choices < 2 {
        return Err(NotEstimable::OneLabel);
    }
    let spread: f64 = used.iter().map(|used| used / n * (1.0 - used / n)).sum();
    let chance = weights.total(choices) * spread / (choices * (choices - 1)) as f64;
    Ok((agreed / twice - chance) / (1.0 - chance))
}

/// How many labels coders could choose from: all labels of a scale that has an order, or else those
/// that the items have.
pub(super) fn choices(items: &[Item], labels: usize, scale: &Scale) -> usize {
    match scale {
        Scale::Nominal => used_labels(items, labels).len(),
        Scale::Ordinal | Scale::Interval(_) => labels,
    }
}
