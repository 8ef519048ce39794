//! The choice among learners, or among settings of one.

use super::loss::Loss;

/// The place of the candidate to take, from one loss a row of each, and the weights of rows.
pub type Rule = fn(&[Vec<f64>], &[f64]) -> usize;

/// The first of several candidates, the simplest first, whose loss is within one standard error of the least (Breiman et
/// al. 1984). The standard error is that of the difference to the least, row by row, which is smaller than that of
/// either loss: both judged the same rows.
///
/// `losses` has one number a row for each candidate.
pub fn simplest(losses: &[Vec<f64>], weights: &[f64]) -> usize {
    let means: Vec<f64> = losses.iter().map(|of| Loss::of(of, weights).mean).collect();
    let best = least(&means);
    let is_close = |candidate: &usize| {
        let pairs = losses[*candidate].iter().zip(&losses[best]);
        let differences: Vec<f64> = pairs.map(|(of, least)| of - least).collect();
        let Loss {
            mean,
            standard_error,
        } = Loss::of(&differences, weights);
        mean <= standard_error
    };
    (0..losses.len()).find(is_close).unwrap_or(best)
}

/// The candidate of least loss.
pub fn least_loss(losses: &[Vec<f64>], weights: &[f64]) -> usize {
    let means: Vec<f64> = losses.iter().map(|of| Loss::of(of, weights).mean).collect();
    least(&means)
}

/// The place of the least number, the first of equal ones.
pub(super) fn least(numbers: &[f64]) -> usize {
    let better = |best: usize, at| match numbers[at] < numbers[best] {
        true => at,
        false => best,
    };
    (0..numbers.len()).fold(0, better)
}
