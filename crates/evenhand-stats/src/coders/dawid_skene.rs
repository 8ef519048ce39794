//! Each coder's errors and each item's label at once, by maximum likelihood: a coder who often
//! stands alone counts for less, and one who takes F for M is read accordingly.
//!
//! Dawid and Skene (1979), Appl. Stat. 28, 20-28. Codes are taken to be independent of each other
//! given the true label. With few codes the likelihood is easily greatest where somebody never errs,
//! and posteriors are then surer than they should be.

use super::codes::Codes;
use super::measure::NotEstimable;

/// Of the log-likelihood, relative to its size; also where it may creep, posteriors are then still
/// to 1e-6.
const TOLERANCE: f64 = 1e-13;

const MOST_ITERATIONS: usize = 20_000;

#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    /// How common each label is.
    pub prior: Vec<f64>,
    /// `[coders][true label][given label]`; see [`DawidSkene::share`].
    confusion: Vec<Vec<Vec<f64>>>,
    /// `[items][labels]`; `None` for items that nobody coded.
    pub posterior: Vec<Option<Vec<f64>>>,
    pub log_likelihood: f64,
    pub iterations: usize,
    /// True if the log-likelihood had come to rest.
    pub converged: bool,
}

impl DawidSkene {
    /// Starts from the shares of votes and alternates between coders and items, so that the same
    /// codes give the same result.
    ///
    /// # Errors
    /// No item is coded by two coders: nothing tells a coder's errors from the items' labels.
    pub fn fit(codes: &Codes) -> Result<Self, NotEstimable> {
        if codes.items.iter().all(|item| item.codes.len() < 2) {
            return Err(NotEstimable::NoItemTwice);
        }
        let labels = codes.labels.len();
        let shares = codes.items.iter().map(|item| {
            let mut shares = vec![0.0; labels];
            for code in &item.codes {
                shares[code.label] += 1.0 / item.codes.len() as f64;
            }
            (!item.codes.is_empty()).then_some(shares)
        });
        let mut fit = Self {
            prior: Vec::new(),
            confusion: Vec::new(),
            posterior: shares.collect(),
            log_likelihood: f64::NEG_INFINITY,
            iterations: 0,
            converged: false,
        };
        while !fit.converged && fit.iterations < MOST_ITERATIONS {
            fit.learn_coders(codes);
            let before = fit.log_likelihood;
            fit.log_likelihood = fit.judge_items(codes);
            fit.iterations += 1;
            let step = (fit.log_likelihood - before).abs();
            fit.converged = step <= TOLERANCE * fit.log_likelihood.abs();
        }
        Ok(fit)
    }

    /// The label of the greatest posterior.
    pub fn label(&self, item: usize) -> Option<usize> {
        let posterior = self.posterior[item].as_ref()?;
        let greatest = |a: &usize, b: &usize| posterior[*a].total_cmp(&posterior[*b]);
        // The first of equals.
        (0..posterior.len()).rev().max_by(greatest)
    }

    /// How often a coder gives one label to items of another; `None` where none of the coder's items
    /// has that one.
    pub fn share(&self, coder: usize, truth: usize, given: usize) -> Option<f64> {
        let row = &self.confusion[coder][truth];
        row.iter().any(|share| *share > 0.0).then(|| row[given])
    }

    fn learn_coders(&mut self, codes: &Codes) {
        let labels = codes.labels.len();
        let mut prior = vec![0.0; labels];
        let mut confusion = vec![vec![vec![0.0; labels]; labels]; codes.coders.len()];
        for (item, posterior) in codes.items.iter().zip(&self.posterior) {
            for (truth, &share) in posterior.iter().flatten().enumerate() {
                prior[truth] += share;
                for code in &item.codes {
                    confusion[code.coder][truth][code.label] += share;
                }
            }
        }
        normalise(&mut prior);
        confusion
            .iter_mut()
            .flatten()
            .for_each(|row| normalise(row));
        self.prior = prior;
        self.confusion = confusion;
    }

    /// Returns the log-likelihood of the coders as they are.
    ///
    /// Products of many probabilities are too small for a number; their logarithms are not.
    fn judge_items(&mut self, codes: &Codes) -> f64 {
        let logs = |row: &Vec<f64>| row.iter().map(|share| share.ln()).collect::<Vec<f64>>();
        let prior = logs(&self.prior);
        let confusion = self.confusion.iter();
        let confusion: Vec<Vec<Vec<f64>>> = confusion
            .map(|rows| rows.iter().map(logs).collect())
            .collect();
        let mut total = 0.0;
        for (item, posterior) in codes.items.iter().zip(&mut self.posterior) {
            let Some(posterior) = posterior else {
                continue;
            };
            for (truth, log) in posterior.iter_mut().enumerate() {
                let codes = item.codes.iter();
                let codes = codes.map(|code| confusion[code.coder][truth][code.label]);
                *log = prior[truth] + codes.sum::<f64>();
            }
            let greatest = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = posterior.iter().map(|log| (log - greatest).exp()).sum();
            let all = greatest + sum.ln();
            posterior
                .iter_mut()
                .for_each(|log| *log = (*log - all).exp());
            total += all;
        }
        total
    }
}

/// Leaves zeros where all are.
fn normalise(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    if sum > 0.0 {
        row.iter_mut().for_each(|value| *value /= sum);
    }
}
