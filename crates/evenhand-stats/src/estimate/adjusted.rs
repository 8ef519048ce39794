//! The adjusted count: how often the classifier takes each class for each other one is measured on
//! the coded rows, and the counts it gives are turned back into the true shares that make them.
//!
//! Two classes: Rogan, W. J. and Gladen, B. (1978), Am. J. Epidemiol. 107, 71-76. More: the matrix
//! method, as in Saerens, M., Latinne, P. and Decaestecker, C. (2002), Neural Computation 14, 21-41,
//! section 2.3.1, with the shares held to the simplex.

use super::NotEstimable;
use super::data::Part;
use super::linear::{Linear, mean};
use super::matrix::{inverse, nearest_shares};

/// How rows of each class are judged: `rates[truth][predicted]`, and what they weigh.
#[derive(Debug, Clone)]
pub(super) struct ErrorRates {
    rates: Vec<Vec<f64>>,
    weights: Vec<f64>,
    /// By truth and prediction, the rows that it was measured on.
    rows: Vec<u32>,
    /// Turns shares of predictions into shares of classes: `[class][predicted]`.
    back: Vec<Vec<f64>>,
}

impl ErrorRates {
    /// Measures the error rates on the coded rows of a part.
    ///
    /// # Errors
    /// A class with fewer than `min_n` coded rows, or rates that no share can be told from.
    pub fn measure(part: &Part, min_n: u64) -> Result<Self, NotEstimable> {
        let inputs = part.inputs;
        let k = inputs.classes.len();
        let mut rates = vec![vec![0.0; k]; k];
        let mut counts = vec![0u64; k];
        for &row in part.coded {
            let truth = usize::from(inputs.coded.labels[row as usize]);
            let predicted = usize::from(inputs.coded.rows.predicted[row as usize]);
            rates[truth][predicted] += inputs.weight(row);
            counts[truth] += 1;
        }
        let needed = min_n.max(1);
        let few = counts.iter().position(|&n| n < needed);
        if let Some(class) = few {
            return Err(NotEstimable::FewOfClass {
                class: inputs.classes.name(class).to_owned(),
                n: counts[class],
                needed,
            });
        }
        let weights: Vec<f64> = rates.iter().map(|row| row.iter().sum()).collect();
        for (row, weight) in rates.iter_mut().zip(&weights) {
            row.iter_mut().for_each(|rate| *rate /= weight);
        }
        if k == 2 && rates[1][1] <= rates[0][1] {
            return Err(NotEstimable::NoBetterThanChance {
                hits: rates[1][1],
                false_alarms: rates[0][1],
            });
        }
        // Predictions are `ratesᵀ · shares`.
        let transposed: Vec<Vec<f64>> = (0..k)
            .map(|predicted| rates.iter().map(|row| row[predicted]).collect())
            .collect();
        let back = inverse(&transposed).ok_or(NotEstimable::Indistinct)?;
        Ok(Self {
            rates,
            weights,
            rows: part.coded.to_vec(),
            back,
        })
    }

    /// The shares of all classes among the rows that are not coded, and what moves each. The value
    /// of an estimate is as it comes, and may lie outside 0 and 1; the shares lie on the simplex.
    pub fn shares(&self, part: &Part) -> Result<(Vec<f64>, Vec<Linear>), NotEstimable> {
        let inputs = part.inputs;
        let k = self.rates.len();
        let predicted = |row: u32| usize::from(inputs.corpus.predicted[row as usize]);
        let weight = |row: u32| inputs.corpus.weight(row);
        let n: f64 = part.uncoded.iter().map(|&row| weight(row)).sum();
        if part.uncoded.is_empty() {
            return Err(NotEstimable::NothingUncoded);
        }
        let mut observed = vec![0.0; k];
        part.uncoded
            .iter()
            .for_each(|&row| observed[predicted(row)] += weight(row) / n);
        let mut estimates = Vec::with_capacity(k);
        for back in &self.back {
            let (value, corpus) = mean(inputs, part.uncoded, |row| back[predicted(row)])
                .ok_or(NotEstimable::NothingUncoded)?;
            let coded = vec![0.0; inputs.coded.labels.len()];
            estimates.push(Linear {
                value,
                coded,
                corpus,
            });
        }
        let raw: Vec<f64> = estimates.iter().map(|estimate| estimate.value).collect();
        for &row in &self.rows {
            let at = row as usize;
            let truth = usize::from(inputs.coded.labels[at]);
            let predicted = usize::from(inputs.coded.rows.predicted[at]);
            let scale = raw[truth] * inputs.weight(row) / self.weights[truth];
            for (class, estimate) in estimates.iter_mut().enumerate() {
                let kept = f64::from(u8::from(class == truth));
                estimate.coded[at] = -scale * (self.back[class][predicted] - kept);
            }
        }
        let inside = raw.iter().all(|share| (0.0..=1.0).contains(share));
        let shares = match inside {
            true => raw,
            false => nearest_shares(&self.rates, &observed),
        };
        Ok((shares, estimates))
    }
}
