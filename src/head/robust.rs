//! Group distributionally robust optimisation: instead of the mean loss of all rows, that of the
//! stratum (label by group) that is lost most. Sagawa, Koh, Hashimoto and Liang (2020),
//! "Distributionally robust neural networks for group shifts", algorithm 1: strata have weights, which
//! every step multiplies by an exponential of the stratum's loss, and the step goes down the gradient
//! of the losses so weighted. As in their program, a step has rows of all strata, and of those it has
//! none of, the weights stay.

use std::collections::BTreeMap;

/// The weights of the strata, with sum 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StratumWeights {
    step: f64,
    weights: BTreeMap<usize, f64>,
}

/// Sums over the rows of one stratum in one step.
#[derive(Default)]
struct Sums {
    weight: f64,
    loss: f64,
}

impl StratumWeights {
    /// All alike, of the strata of the training rows.
    pub fn new(step: f64, strata: impl Iterator<Item = usize>) -> Self {
        let mut weights: BTreeMap<usize, f64> = strata.map(|stratum| (stratum, 1.0)).collect();
        let count = weights.len() as f64;
        weights.values_mut().for_each(|weight| *weight /= count);
        Self { step, weights }
    }

    /// Turns to the strata with the larger losses, and gives what each row of the step counts.
    /// `strata`, `weights` (above 0) and `losses` have one entry for each row; a stratum's loss is the
    /// weighted mean of its rows'.
    ///
    /// # Formula
    ///
    /// `q_g ← q_g exp(η L_g) / Σ q exp(η L)`, then a row counts `q_g w / Σ w`, the sum over the rows
    /// of its stratum.
    ///
    /// # Panics
    ///
    /// For a stratum that no training row has.
    pub fn shares(&mut self, strata: &[usize], weights: &[f32], losses: &[f32]) -> Vec<f32> {
        let mut sums: BTreeMap<usize, Sums> = BTreeMap::new();
        for ((&stratum, &weight), &loss) in strata.iter().zip(weights).zip(losses) {
            let sums = sums.entry(stratum).or_default();
            sums.weight += f64::from(weight);
            sums.loss += f64::from(weight) * f64::from(loss);
        }
        for (stratum, sums) in &sums {
            let weight = self.weights.get_mut(stratum);
            let weight = weight.expect("strata of steps are strata of training rows");
            *weight *= (self.step * sums.loss / sums.weight).exp();
        }
        let total: f64 = self.weights.values().sum();
        self.weights
            .values_mut()
            .for_each(|weight| *weight /= total);
        let share = |(stratum, &weight): (&usize, &f32)| {
            (self.weights[stratum] * f64::from(weight) / sums[stratum].weight) as f32
        };
        strata.iter().zip(weights).map(share).collect()
    }
}

/// The mean loss of the stratum that has the highest; `weighted` has stratum, weight and loss of each
/// row.
pub(super) fn worst_loss(weighted: impl Iterator<Item = (usize, f64, f64)>) -> f64 {
    let mut sums: BTreeMap<usize, Sums> = BTreeMap::new();
    for (stratum, weight, loss) in weighted {
        let sums = sums.entry(stratum).or_default();
        sums.weight += weight;
        sums.loss += weight * loss;
    }
    let means = sums.values().map(|sums| sums.loss / sums.weight);
    // Not `f64::max`, which would hide what is not a number.
    let worse = |a: f64, b: f64| if b > a || b.is_nan() { b } else { a };
    means.reduce(worse).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::super::balance::{Balance, sample_weights};
    use super::*;

    fn close(found: &[f32], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 1e-6,
                "{found} {expected}"
            );
        }
    }

    #[test]
    fn weights_grow_with_the_exponential_of_the_loss_as_in_algorithm_1() {
        // exp(ln 2 x 2) = 4 and exp(ln 2 x 1) = 2, so that of 1/2 each 2/3 and 1/3 come.
        let mut weights = StratumWeights::new(f64::ln(2.0), [5, 9, 5].into_iter());
        let shares = weights.shares(&[5, 9, 9], &[1.0, 1.0, 3.0], &[2.0, 4.0, 0.0]);
        close(&shares, &[2.0 / 3.0, 1.0 / 12.0, 1.0 / 4.0]);
        // 2/3 x 1 of the stratum that has no row, 1/3 x 8 of the other: 1/5 and 4/5.
        close(&weights.shares(&[9], &[1.0], &[3.0]), &[0.8]);
    }

    #[test]
    fn equal_losses_leave_the_strata_alike_as_balance_by_group_does() {
        let strata = [0, 0, 0, 1];
        let mut weights = StratumWeights::new(0.5, strata.into_iter());
        let shares = weights.shares(&strata, &[1.0; 4], &[0.7; 4]);
        let balanced = sample_weights(Balance::Group, &[0; 4], &strata);
        let of_step = balanced.iter().map(|&weight| f64::from(weight) / 4.0);
        close(&shares, &of_step.collect::<Vec<f64>>());
    }

    #[test]
    fn the_worst_loss_is_that_of_a_stratum_and_not_of_a_row() {
        let rows = [(0, 1.0, 9.0), (0, 3.0, 1.0), (1, 1.0, 4.0), (1, 1.0, 5.0)];
        assert_eq!(worst_loss(rows.into_iter()), 4.5);
        assert!(worst_loss([(0, 1.0, f64::NAN), (1, 1.0, 1.0)].into_iter()).is_nan());
    }
}
