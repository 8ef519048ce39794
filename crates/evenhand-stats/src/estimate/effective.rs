//! How many independent rows tell as much as an estimate, for Wilson's interval.

use super::data::{EstimateInputs, Part, Sampling};
use crate::stats::Level;
use crate::stats::linearised::Spread;
use crate::stats::survey::{as_many_rows, kish};
use std::collections::BTreeSet;

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
/// With `p` the share of coded rows, and variance and degrees of freedom `d` of the estimate,
///
/// ```text
/// p(1 - p) / variance · (z / t_d)²
/// ```
///
/// Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193-201. Of a simple random sample alone it is the
/// number of its rows. λ takes a degree of freedom, by which the standard error is corrected as in a regression.
pub(super) fn effective(
    part: &Part,
    of_coded: f64,
    spread: Spread,
    is_fitted: bool,
    level: Level,
) -> f64 {
    let inputs = part.inputs;
    let of_rows = of_coded * (1.0 - of_coded);
    if of_rows <= 0.0 || spread.variance <= 0.0 {
        return inputs.effective_rows(part.coded.iter().copied());
    }
    let is_simple = inputs.sampling() == Sampling::Rows;
    if is_simple && !is_fitted {
        return of_rows / spread.variance;
    }
    let left = (spread.degrees - f64::from(u8::from(is_fitted))).max(1.0);
    // Variances of simple samples have the divisor n, the others n - 1.
    let corrected = match is_simple {
        true => left / part.coded.len() as f64,
        false => left / spread.degrees,
    };
    let spread = Spread {
        effective_degrees: spread.effective_degrees.min(left),
        ..spread
    };
    corrected * as_many_rows(of_coded, &spread, level)
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
}
