//! Latent class model of codes by maximum likelihood: how often each label is true, in populations that
//! may differ, and how each coder errs, alike in all of them. Codes are taken to be independent of each
//! other given the true label.
//!
//! With one population it is Dawid and Skene's model (1979, Appl. Stat. 28, 20-28); with two coders and two
//! populations it is Hui and Walter's (1980, Biometrics 36, 167-171).

use super::codes::Code;

/// Codes of an item, or of several with the same codes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    pub codes: Vec<Code>,
    pub population: usize,
    /// The true label, where it is known. Such a case tells how coders err, and nothing of shares.
    pub truth: Option<usize>,
    /// How many items.
    pub times: f64,
}

/// Sizes of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sizes {
    pub labels: usize,
    pub coders: usize,
    pub populations: usize,
}

/// When the iterations end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rest {
    /// A step of the log-likelihood, relative to its size.
    pub tolerance: f64,
    pub most_iterations: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Latent {
    /// `[populations][labels]`.
    pub shares: Vec<Vec<f64>>,
    /// `[coders][true label][given label]`.
    pub confusion: Vec<Vec<Vec<f64>>>,
    /// `[cases][labels]`.
    pub posterior: Vec<Vec<f64>>,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub converged: bool,
}

impl Latent {
    /// Starts from the shares of votes and alternates between coders and items (EM), so that the same
    /// codes give the same result.
    pub fn fit(cases: &[Case], sizes: Sizes, rest: Rest) -> Self {
        let posterior = cases.iter().map(|case| votes(case, sizes.labels));
        Self::from(posterior.collect(), cases, sizes, rest)
    }

    /// The same cases so many times as they now are, from where this fit ended.
    pub fn again(&self, cases: &[Case], sizes: Sizes, rest: Rest) -> Self {
        Self::from(self.posterior.clone(), cases, sizes, rest)
    }

    fn from(posterior: Vec<Vec<f64>>, cases: &[Case], sizes: Sizes, rest: Rest) -> Self {
        let mut fit = Self {
            shares: Vec::new(),
            confusion: Vec::new(),
            posterior,
            log_likelihood: f64::NEG_INFINITY,
            iterations: 0,
            converged: false,
        };
        while !fit.converged && fit.iterations < rest.most_iterations {
            fit.learn_coders(cases, sizes);
            let before = fit.log_likelihood;
            fit.log_likelihood = fit.judge_items(cases);
            fit.iterations += 1;
            let step = (fit.log_likelihood - before).abs();
            fit.converged = step <= rest.tolerance * fit.log_likelihood.abs();
        }
        fit
    }

    fn learn_coders(&mut self, cases: &[Case], sizes: Sizes) {
        let Sizes {
            labels,
            coders,
            populations,
        } = sizes;
        let mut shares = vec![vec![0.0; labels]; populations];
        let mut confusion = vec![vec![vec![0.0; labels]; labels]; coders];
        for (case, posterior) in cases.iter().zip(&self.posterior) {
            for (truth, share) in posterior.iter().enumerate() {
                let times = share * case.times;
                if case.truth.is_none() {
                    shares[case.population][truth] += times;
                }
                for code in &case.codes {
                    confusion[code.coder][truth][code.label] += times;
                }
            }
        }
        let rows = confusion.iter_mut().flatten();
        shares.iter_mut().chain(rows).for_each(|row| normalise(row));
        self.shares = shares;
        self.confusion = confusion;
    }

    /// Returns the log-likelihood of the coders as they are.
    ///
    /// Products of many probabilities are too small for a number; their logarithms are not.
    fn judge_items(&mut self, cases: &[Case]) -> f64 {
        let logs = |row: &Vec<f64>| row.iter().map(|share| share.ln()).collect::<Vec<f64>>();
        let shares: Vec<Vec<f64>> = self.shares.iter().map(logs).collect();
        let confusion = self.confusion.iter();
        let confusion: Vec<Vec<Vec<f64>>> = confusion
            .map(|rows| rows.iter().map(logs).collect())
            .collect();
        let of_codes = |case: &Case, truth: usize| -> f64 {
            let codes = case.codes.iter();
            codes
                .map(|code| confusion[code.coder][truth][code.label])
                .sum()
        };
        let mut total = 0.0;
        let there = cases.iter().zip(&mut self.posterior);
        for (case, posterior) in there.filter(|(case, _)| case.times > 0.0) {
            if let Some(truth) = case.truth {
                total += case.times * of_codes(case, truth);
                continue;
            }
            for (truth, log) in posterior.iter_mut().enumerate() {
                *log = shares[case.population][truth] + of_codes(case, truth);
            }
            let greatest = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = posterior.iter().map(|log| (log - greatest).exp()).sum();
            let all = greatest + sum.ln();
            posterior
                .iter_mut()
                .for_each(|log| *log = (*log - all).exp());
            total += case.times * all;
        }
        total
    }
}

/// The shares of an item's votes, or the label that is known.
fn votes(case: &Case, labels: usize) -> Vec<f64> {
    let mut shares = vec![0.0; labels];
    match case.truth {
        Some(truth) => shares[truth] = 1.0,
        None => {
            (case.codes.iter()).for_each(|code| shares[code.label] += 1.0 / case.codes.len() as f64)
        }
    }
    shares
}

/// Leaves zeros where all are.
fn normalise(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    if sum > 0.0 {
        row.iter_mut().for_each(|value| *value /= sum);
    }
}
