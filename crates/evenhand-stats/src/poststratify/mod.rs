//! Multilevel regression and poststratification: shares of a population from rows that are unlike it, by the cells of a
//! census.
//!
//! A logistic regression with a random intercept for each group says how common the class is in each cell; cells then
//! count as in the census. Groups with few rows are drawn towards the others (partial pooling).

mod cholesky;
mod draws;
mod json;
mod methods;
mod model;
mod normal;
mod shares;
#[cfg(test)]
mod simulation;
mod spreads;
#[cfg(test)]
mod tests;
mod tidy;
mod words;

use crate::stats::{Interval, Level};

pub use methods::{METHODS, Method, MethodInfo};
pub use shares::{Group, NotEstimable};
pub use tidy::COLUMNS;

/// Cells of a population, with the rows in each.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// One a cell.
    pub names: Vec<String>,
    /// How many of the population are in each cell.
    pub counts: Vec<f64>,
    /// Rows in each cell.
    pub rows: Vec<u64>,
    /// Groups of cells, each with random intercepts and shares of its own.
    pub groupings: Vec<Grouping>,
}

/// Groups of cells by an attribute, or by several crossed.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    pub groups: Vec<String>,
    /// The group of each cell.
    pub of: Vec<u32>,
}

/// A class, with the rows of it in each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    pub class: String,
    pub of: Vec<u64>,
}

/// Settings of a poststratification.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    pub level: Level,
    /// Seed of the draws.
    pub seed: u64,
}

/// Shares of classes in a population.
#[derive(Debug, Clone, PartialEq)]
pub struct Poststratified {
    pub cells: Cells,
    pub params: Params,
    pub targets: Vec<Target>,
}

/// The shares of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub class: String,
    pub overall: Group,
    /// In the order of the groupings, one a group.
    pub by: Vec<Vec<Group>>,
    /// One a cell.
    pub cells: Vec<Group>,
    /// In the order of the groupings: the standard deviation of its random intercepts, in log odds.
    pub spreads: Vec<Share>,
}

/// A number with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub value: f64,
    /// Standard error.
    pub se: f64,
    pub interval: Interval,
}

/// Shares of each class in the population and in its groups, by [`METHODS`].
///
/// # Formula
///
/// Gelman, A. and Little, T. C. (1997), Survey Methodology 23, 127-135; Park, D. K., Gelman, A. and Bafumi, J. (2004),
/// Political Analysis 12, 375-385. With the count `N` of a cell in the census, and its rows `n` and those of the class `y`:
///
/// ```text
/// y ~ Binomial(n, p),  logit p = b + Σ u of the cell's group in each grouping
/// u ~ Normal(0, σ of the grouping),  b ~ Normal(0, 5),  σ ~ half-Normal(0, 1), all in log odds
/// share = Σ N p / Σ N
/// ```
///
/// Given all σ, the posterior of `b` and `u` is taken as normal around its mode (Laplace's approximation). σ are integrated
/// out: 400 values from Student's t distribution around the mode of log σ are weighted by their marginal likelihood (Rue, H.,
/// Martino, S. and Chopin, N. (2009), J. R. Stat. Soc. B 71, 319-392, who use a grid). A share is the mean of 2,000
/// draws, its interval their quantiles.
///
/// The half-normal prior (Gelman, A. (2006), Bayesian Analysis 1, 515-534, on weak priors of σ) keeps σ of few groups from 0
/// and from infinity. Time grows with the cube of the number of groups: some hundreds take seconds.
///
/// Of 300 rows in 48 cells, 95 % intervals of everyone hold the truth in 94.8 % of 1,000 draws where groups are drawn anew, and
/// in 89.3 % where the group that answers least is truly the one unlike the others; that of this group itself, of 3 rows on
/// average, in 96.2 % and 74.9 %.
///
/// # Panics
/// If lists are not as long as there are cells, or no cell counts.
pub fn poststratify(cells: Cells, hits: &[Hits], params: Params) -> Poststratified {
    let all = cells.counts.len();
    assert!(cells.counts.iter().sum::<f64>() > 0.0, "no cell counts");
    assert!(cells.groupings.iter().all(|of| of.of.len() == all));
    let targets = hits.iter().map(|of| {
        assert_eq!(of.of.len(), all, "hits of each cell");
        Target::new(&cells, of, params)
    });
    Poststratified {
        targets: targets.collect(),
        cells,
        params,
    }
}

impl Cells {
    /// The cells of a group of a grouping.
    fn within(&self, grouping: usize, group: u32) -> Vec<usize> {
        let of = &self.groupings[grouping].of;
        (0..of.len()).filter(|&cell| of[cell] == group).collect()
    }

    /// Cells that some of the population are in and no row is.
    pub fn empty(&self) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(|&cell| self.rows[cell] == 0 && self.counts[cell] > 0.0)
    }

    /// How many of the population are in all cells.
    pub fn total(&self) -> f64 {
        self.counts.iter().sum()
    }
}
