//! Shares of the population and of its groups, from rows and draws.

use super::draws::Draws;
use super::model::Model;
use super::{Cells, Hits, METHODS, Method, Params, Share, Target};
use crate::stats::bootstrap::quantile;
use crate::stats::counts::EffectiveCounts;
use crate::stats::proportion::wilson_of;
use crate::stats::{Interval, Level};

/// The shares of a class in some cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// How many of the population are in the cells.
    pub population: f64,
    pub rows: u64,
    /// Rows of the class.
    pub hits: u64,
    /// In the order of [`METHODS`].
    pub shares: [Result<Share, NotEstimable>; METHODS.len()],
}

/// Why a share is not estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEstimable {
    #[error("no row")]
    NoRow,
    #[error("nobody in the census")]
    Nobody,
    #[error("cells without a row: {0}")]
    EmptyCells(usize),
}

impl Group {
    pub fn share(&self, method: Method) -> &Result<Share, NotEstimable> {
        &self.shares[method as usize]
    }
}

impl Target {
    pub(super) fn new(cells: &Cells, hits: &Hits, params: Params) -> Self {
        let draws = Draws::new(&Model::new(cells, &hits.of), params.seed);
        let group = |within: &[usize]| {
            Within {
                cells,
                hits,
                draws: &draws,
                within,
            }
            .group(params.level)
        };
        let groupings = cells.groupings.iter().enumerate();
        let by = groupings.map(|(at, grouping)| {
            let groups = 0..grouping.groups.len() as u32;
            groups.map(|of| group(&cells.within(at, of))).collect()
        });
        let all: Vec<usize> = (0..cells.counts.len()).collect();
        let spread = |at: usize| {
            let values = draws.spreads.iter().map(|of| of[at]).collect();
            summary(values, params.level)
        };
        Self {
            class: hits.class.clone(),
            overall: group(&all),
            by: by.collect(),
            cells: all.iter().map(|&cell| group(&[cell])).collect(),
            spreads: (0..cells.groupings.len()).map(spread).collect(),
        }
    }
}

/// Some cells.
struct Within<'a> {
    cells: &'a Cells,
    hits: &'a Hits,
    draws: &'a Draws,
    within: &'a [usize],
}

impl Within<'_> {
    fn group(&self, level: Level) -> Group {
        let of = |counts: &[u64]| self.within.iter().map(|&cell| counts[cell]).sum::<u64>();
        Group {
            population: self.population(),
            rows: of(&self.cells.rows),
            hits: of(&self.hits.of),
            shares: METHODS.map(|info| match info.method {
                Method::Unadjusted => unadjusted(of(&self.hits.of), of(&self.cells.rows), level),
                Method::Plain => self.plain(level),
                Method::Multilevel => self.multilevel(level),
            }),
        }
    }

    fn population(&self) -> f64 {
        let counts = self.within.iter().map(|&cell| self.cells.counts[cell]);
        counts.sum()
    }

    /// The cells that somebody is in, each with its share of the population of all.
    fn weights(&self) -> Result<Vec<(usize, f64)>, NotEstimable> {
        let total = self.population();
        if total <= 0.0 {
            return Err(NotEstimable::Nobody);
        }
        let weights = self.within.iter();
        let weights = weights.map(|&cell| (cell, self.cells.counts[cell] / total));
        Ok(weights.filter(|(_, weight)| *weight > 0.0).collect())
    }

    /// Means of cells, as in the census.
    ///
    /// The variance is `Σ W² p (1 - p) / n` with `p = (y + 1/2) / (n + 1)`, so that a cell whose rows agree is not taken for
    /// certain; the interval is Wilson's, of as many rows as have this variance (Korn and Graubard 1998).
    fn plain(&self, level: Level) -> Result<Share, NotEstimable> {
        let weights = self.weights()?;
        let empty = weights
            .iter()
            .filter(|(cell, _)| self.cells.rows[*cell] == 0);
        match empty.count() {
            0 => {}
            empty => return Err(NotEstimable::EmptyCells(empty)),
        }
        let (mut value, mut middle, mut variance) = (0.0, 0.0, 0.0);
        for (cell, weight) in weights {
            let (y, n) = (self.hits.of[cell] as f64, self.cells.rows[cell] as f64);
            let p = (y + 0.5) / (n + 1.0);
            value += weight * y / n;
            middle += weight * p;
            variance += weight * weight * p * (1.0 - p) / n;
        }
        let rows = middle * (1.0 - middle) / variance;
        // Weights sum to 1 but for rounding.
        let value = f64::min(value, 1.0);
        let counts = EffectiveCounts {
            hits: value * rows,
            n: rows,
        };
        let interval = wilson_of(counts, level).ok_or(NotEstimable::NoRow)?;
        Ok(Share {
            value,
            se: variance.sqrt(),
            interval,
        })
    }

    fn multilevel(&self, level: Level) -> Result<Share, NotEstimable> {
        let weights = self.weights()?;
        let share = |shares: &Vec<f64>| {
            let parts = weights.iter().map(|&(cell, weight)| weight * shares[cell]);
            parts.sum::<f64>()
        };
        Ok(summary(
            self.draws.shares.iter().map(share).collect(),
            level,
        ))
    }
}

fn unadjusted(hits: u64, n: u64, level: Level) -> Result<Share, NotEstimable> {
    let counts = EffectiveCounts {
        hits: hits as f64,
        n: n as f64,
    };
    let interval = wilson_of(counts, level).ok_or(NotEstimable::NoRow)?;
    let value = hits as f64 / n as f64;
    Ok(Share {
        value,
        se: (value * (1.0 - value) / n as f64).sqrt(),
        interval,
    })
}

/// Mean, standard deviation and quantiles of draws.
fn summary(mut draws: Vec<f64>, level: Level) -> Share {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let value = draws.iter().sum::<f64>() / n;
    let squares = draws.iter().map(|draw| (draw - value).powi(2));
    let tail = (1.0 - level.value()) / 2.0;
    Share {
        value,
        se: (squares.sum::<f64>() / (n - 1.0)).sqrt(),
        interval: Interval {
            low: quantile(&draws, tail),
            high: quantile(&draws, 1.0 - tail),
        },
    }
}
