//! How many independent rows tell as much as an estimate, for Wilson's interval.

use super::data::{EstimateInputs, Part, Sampling};
use crate::stats::Level;
use crate::stats::survey::{as_many_rows, kish};
use std::collections::{BTreeMap, BTreeSet};

/// As many independent rows tell as much about a share of the coded rows as the estimate does.
///
/// Wilson's interval of so many rows holds the truth also where few rows are coded or few are of the class. The share in
/// the formula is that of the coded rows: PPI++'s own may be moved to 0 or 1, where it says nothing about the spread. If
/// the coded rows are of one class there is no standard error, and their effective number counts.
///
/// At 95 %, with 30 coded rows of which 37 % are of the class, it holds the truth in 95.7 % (coded rows) and 94.9 %
/// (PPI++) of 1,000 draws; of 200 coded rows, 2 % of the class, in 94.4 % and 95.4 %. Without it they were 94.0 and
/// 90.6 %, 94.0 and 92.4 %.
///
/// # Formula
///
/// With `p` the share of coded rows and `d` the degrees of freedom of the standard error,
///
/// ```text
/// p(1 - p) / se² · (z / t_d)²
/// ```
///
/// Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193-201. Of a simple random sample alone it is the
/// number of its rows. λ takes a degree of freedom, by which the standard error is corrected as in a regression.
pub(super) fn effective(part: &Part, of_coded: f64, se: f64, is_fitted: bool, level: Level) -> f64 {
    let inputs = part.inputs;
    let spread = of_coded * (1.0 - of_coded);
    if spread <= 0.0 || se <= 0.0 {
        return inputs.effective_rows(part.coded.iter().copied());
    }
    let is_simple = inputs.sampling() == Sampling::Rows;
    if is_simple && !is_fitted {
        return spread / (se * se);
    }
    let (rows, degrees) = (part.coded.len() as f64, inputs.degrees(part.coded));
    let left = (degrees - f64::from(u8::from(is_fitted))).max(1.0);
    // Variances of simple samples have the divisor n, the others n - 1.
    let corrected = match is_simple {
        true => left / rows,
        false => left / degrees,
    };
    corrected * as_many_rows(of_coded, se, left, level)
}

impl EstimateInputs {
    /// As many rows with equal weights tell as much (Kish); of clusters no more than there are.
    pub(super) fn effective_rows(&self, coded: impl Iterator<Item = u32>) -> f64 {
        let mut clusters = BTreeSet::<u32>::new();
        let weights = coded.map(|row| {
            clusters.extend(self.coded.rows.clusters.get(row as usize));
            self.weight(row)
        });
        let rows = kish(weights);
        match self.clusters {
            0 => rows,
            _ => rows.min(clusters.len() as f64),
        }
    }

    /// Degrees of freedom of a standard error: rows less strata, or clusters less one. Rows that stand for themselves
    /// alone take no part in it.
    fn degrees(&self, coded: &[u32]) -> f64 {
        let column = match self.sampling() {
            Sampling::Clusters => {
                let clusters = coded
                    .iter()
                    .map(|&row| self.coded.rows.clusters[row as usize]);
                return (clusters.collect::<BTreeSet<_>>().len() as f64 - 1.0).max(1.0);
            }
            Sampling::Rows => &[],
            Sampling::Designed => self.coded.strata.as_slice(),
        };
        let mut rows: BTreeMap<u32, f64> = BTreeMap::new();
        for &row in coded
            .iter()
            .filter(|&&row| column.is_empty() || self.drawn_for(row) > 1.0)
        {
            let stratum = column.get(row as usize).copied().unwrap_or(0);
            *rows.entry(stratum).or_default() += 1.0;
        }
        let degrees = rows.values().map(|rows| rows - 1.0).sum::<f64>();
        degrees.max(1.0)
    }
}
