//! Estimates as sums over rows. Whatever is estimated smoothly from shares moves, to first order, by
//! a sum of one number a row. From these numbers follow its variance, also in clusters and strata,
//! and that of differences between estimates in which the same rows take part (Taylor linearisation:
//! Wolter, K. M. (2007), Introduction to Variance Estimation, chapter 6).

use super::data::{EstimateInputs, Part, Sampling};
use crate::stats::linearised::{Spread, Stratum};
use std::collections::{BTreeMap, BTreeSet};

/// An estimate, and how far each row moves it.
#[derive(Debug, Clone)]
pub(super) struct Linear {
    pub value: f64,
    /// By coded row; 0 for those that take no part. They sum to 0.
    pub coded: Vec<f64>,
    pub corpus: Moved,
}

/// How far the rows of the corpus move an estimate.
#[derive(Debug, Clone, Default)]
pub(super) struct Moved {
    /// The variance that independent rows make.
    variance: f64,
    /// The sums of rows that come in clusters, sorted by cluster.
    clusters: Vec<(u32, f64)>,
}

impl Moved {
    /// Variance of the share of a class among `n` independent rows, were all of them coded.
    pub fn by_share(share: f64, n: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        Self {
            variance: share * (1.0 - share) / n,
            clusters: Vec::new(),
        }
    }
}

impl Linear {
    /// `self + factor · other`, where no row of the corpus moves both.
    pub fn plus(&self, factor: f64, other: &Self) -> Self {
        let coded = self.coded.iter().zip(&other.coded);
        let mut clusters = self.corpus.clusters.clone();
        clusters.extend((other.corpus.clusters.iter()).map(|(at, by)| (*at, factor * by)));
        Self {
            value: self.value + factor * other.value,
            coded: coded.map(|(a, b)| a + factor * b).collect(),
            corpus: Moved {
                variance: self.corpus.variance + factor * factor * other.corpus.variance,
                clusters,
            },
        }
    }
}

/// The mean of a value over rows of the corpus, weighted by what they stand for. `None` of no rows.
pub(super) fn mean(
    inputs: &EstimateInputs,
    rows: &[u32],
    value: impl Fn(u32) -> f64,
) -> Option<(f64, Moved)> {
    if rows.is_empty() {
        return None;
    }
    let weight = |row: u32| inputs.corpus.weight(row);
    let n: f64 = rows.iter().map(|&row| weight(row)).sum();
    let sum: f64 = rows.iter().map(|&row| weight(row) * value(row)).sum();
    let mean = sum / n;
    let moves = |row: u32| weight(row) * (value(row) - mean) / n;
    let mut moved = Moved::default();
    if inputs.clusters == 0 {
        moved.variance = rows.iter().map(|&row| moves(row).powi(2)).sum();
    } else {
        let of = &inputs.corpus.clusters;
        let mut sums = vec![0.0; inputs.clusters];
        for &row in rows {
            sums[of[row as usize] as usize] += moves(row);
        }
        let sums = (0u32..).zip(sums);
        moved.clusters = sums.filter(|(_, by)| *by != 0.0).collect();
    }
    Some((mean, moved))
}

/// The weighted mean of a value over the coded rows of a part (Hájek's). `None` of no rows.
pub(super) fn coded_mean(part: &Part, value: impl Fn(u32) -> f64) -> Option<Linear> {
    let Part { inputs, coded, .. } = part;
    let total: f64 = coded.iter().map(|&row| inputs.weight(row)).sum();
    if coded.is_empty() {
        return None;
    }
    let weighted = coded.iter().map(|&row| inputs.weight(row) * value(row));
    let mean = weighted.sum::<f64>() / total;
    let mut moves = vec![0.0; inputs.coded.labels.len()];
    for &row in *coded {
        moves[row as usize] = inputs.weight(row) * (value(row) - mean) / total;
    }
    Some(Linear {
        value: mean,
        coded: moves,
        corpus: Moved::default(),
    })
}

impl EstimateInputs {
    /// The variance of an estimate; `None` where all coded rows are of one cluster.
    ///
    /// Of independent rows with the divisor n, as the reference implementations of these methods
    /// have it; of strata and clusters with n - 1, since there may be few. What was drawn by design
    /// is drawn without replacement: the more of a stratum is coded, the less chance is in it.
    pub(super) fn variance(&self, of: &Linear) -> Option<f64> {
        let of_coded = match self.sampling() {
            Sampling::Rows => of.coded.iter().map(|moves| moves * moves).sum(),
            Sampling::Designed => self.variance_by_design(&of.coded),
            Sampling::Clusters => return self.variance_of_clusters(of),
        };
        Some(of_coded + of.corpus.variance)
    }

    fn variance_of_clusters(&self, of: &Linear) -> Option<f64> {
        let mut sums = vec![0.0; self.clusters];
        let mut has_coded = vec![false; self.clusters];
        for (moves, &cluster) in of.coded.iter().zip(&self.coded.rows.clusters) {
            sums[cluster as usize] += moves;
            has_coded[cluster as usize] = true;
        }
        for (cluster, moves) in &of.corpus.clusters {
            sums[*cluster as usize] += moves;
        }
        let m = has_coded.into_iter().filter(|has| *has).count() as f64;
        let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
        (m > 1.0).then(|| squares * m / (m - 1.0))
    }

    /// Rows without strata are not centred.
    fn variance_by_design(&self, moves: &[f64]) -> f64 {
        if self.coded.strata.is_empty() {
            let left = |row: usize| 1.0 - 1.0 / self.drawn_for(row as u32);
            let rows = moves.iter().enumerate();
            return rows.map(|(row, by)| left(row) * by * by).sum();
        }
        Spread::of_parts(self.strata_of(moves)).variance
    }

    /// The strata of the coded rows, with what their rows move an estimate by.
    fn strata_of(&self, moves: &[f64]) -> Vec<Stratum> {
        // By stratum its moves, and how many rows it has.
        let mut strata: BTreeMap<u32, (Vec<f64>, f64)> = BTreeMap::new();
        for ((row, by), &stratum) in (0..).zip(moves).zip(&self.coded.strata) {
            let (moves, rows) = strata.entry(stratum).or_default();
            moves.push(*by);
            *rows += self.drawn_for(row);
        }
        let strata = strata.into_values().map(|(moves, rows)| {
            let drawn = moves.len() as f64 / rows;
            Stratum::new(moves.into_iter().map(|by| (by, 1.0))).left(1.0 - drawn)
        });
        strata.collect()
    }

    /// The spread that intervals are made with, of an estimate from these coded rows.
    ///
    /// In strata of few rows, few of them often make most of the variance: degrees of freedom follow from that (see
    /// [`Spread`]). Independent rows have the normal quantile, as in the reference implementations.
    pub(super) fn spread(&self, of: &Linear, coded: &[u32]) -> Option<Spread> {
        let variance = self.variance(of)?;
        let degrees = self.degrees(coded);
        Some(match self.sampling() {
            Sampling::Rows => Spread {
                degrees,
                ..Spread::of_many(variance)
            },
            Sampling::Designed if !self.coded.strata.is_empty() => Spread {
                variance,
                ..Spread::of_parts(self.strata_of(&of.coded))
            },
            Sampling::Designed | Sampling::Clusters => Spread {
                variance,
                degrees,
                effective_degrees: degrees,
            },
        })
    }

    /// Degrees of freedom: rows less one, or clusters less one.
    fn degrees(&self, coded: &[u32]) -> f64 {
        let clusters = &self.coded.rows.clusters;
        let units = match self.sampling() {
            Sampling::Clusters => {
                let of_coded = coded.iter().map(|&row| clusters[row as usize]);
                of_coded.collect::<BTreeSet<_>>().len()
            }
            Sampling::Rows | Sampling::Designed => coded.len(),
        };
        (units as f64 - 1.0).max(1.0)
    }

    pub(super) fn covariance(&self, a: &Linear, b: &Linear) -> Option<f64> {
        let (sum, difference) = (a.plus(1.0, b), a.plus(-1.0, b));
        Some((self.variance(&sum)? - self.variance(&difference)?) / 4.0)
    }
}
