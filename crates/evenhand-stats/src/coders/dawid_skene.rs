//! Each coder's errors and each item's label at once, by maximum likelihood: a coder who often
//! stands alone counts for less, and one who takes F for M is read accordingly.
//!
//! Dawid and Skene (1979), Appl. Stat. 28, 20-28. Codes are taken to be independent of each other
//! given the true label. With few codes the likelihood is easily greatest where somebody never errs,
//! and posteriors are then surer than they should be.

use super::codes::Codes;
use super::latent::{Case, Latent, Rest, Sizes};
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
        let coded = codes.items.iter().filter(|item| !item.codes.is_empty());
        let cases = coded.map(|item| Case {
            codes: item.codes.clone(),
            population: 0,
            truth: None,
            times: 1.0,
        });
        let sizes = Sizes {
            labels: codes.labels.len(),
            coders: codes.coders.len(),
            populations: 1,
        };
        let rest = Rest {
            tolerance: TOLERANCE,
            most_iterations: MOST_ITERATIONS,
        };
        let fit = Latent::fit(&cases.collect::<Vec<_>>(), sizes, rest);
        let mut posterior = fit.posterior.into_iter();
        let items = codes.items.iter();
        let posterior = items.map(|item| match item.codes.is_empty() {
            true => None,
            false => posterior.next(),
        });
        Ok(Self {
            prior: fit.shares.into_iter().next().unwrap_or_default(),
            confusion: fit.confusion,
            posterior: posterior.collect(),
            log_likelihood: fit.log_likelihood,
            iterations: fit.iterations,
            converged: fit.converged,
        })
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
}
