//! What scores look like drawn: the trade between the two errors, how far scores can be taken at
//! their word, and where they lie. Few enough points for a page, whatever the number of rows.

use super::{BINS, CandidateThreshold, Scores};

/// The rates of one threshold: positive where the score is at least that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// Infinity at the first point, where nobody is positive.
    pub threshold: f64,
    pub fpr: f64,
    pub tpr: f64,
}

/// The rows whose score is above `low` and at most `high`; 0 is in the first bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub low: f64,
    pub high: f64,
    pub n: u64,
    pub positives: u64,
    pub mean_score: f64,
}

impl Scores {
    /// The empirical ROC curve from (0, 0) to (1, 1): a point for every distinct score.
    ///
    /// Where there are more than `most`, those on the line between their neighbours go first,
    /// which changes no drawing and no area. If too many are left, those stay that are nearest to
    /// `most` places at equal distances along the curve, which is 2 long along its axes: each
    /// of these has one that stays within `2 / (most - 1)`. The ends stay, whatever `most` is.
    ///
    /// `None` where a label is absent.
    pub fn roc(&self, most: usize) -> Option<Vec<RocPoint>> {
        let [negatives, positives] = self.labelled();
        if negatives == 0 || positives == 0 {
            return None;
        }
        let point = |cut: CandidateThreshold| RocPoint {
            threshold: cut.score,
            fpr: cut.negatives as f64 / negatives as f64,
            tpr: cut.positives as f64 / positives as f64,
        };
        let mut candidates = vec![CandidateThreshold::NOBODY];
        candidates.extend(self.candidates());
        if candidates.len() > most {
            candidates = corners(&candidates);
        }
        let points: Vec<RocPoint> = candidates.into_iter().map(point).collect();
        Some(if points.len() > most {
            thin(&points, most)
        } else {
            points
        })
    }

    /// The bins that the calibration error is the sum of, from the lowest score; empty ones are
    /// left out. DeGroot and Fienberg (1983), The Statistician 32, 12-22.
    pub fn reliability(&self) -> Vec<Bin> {
        let edge = |bin: usize| bin as f64 / BINS as f64;
        let bins = (0..BINS).rev().zip(self.bins(BINS));
        let mut bins: Vec<Bin> = bins
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(bin, rows)| Bin {
                low: edge(bin),
                high: edge(bin + 1),
                n: rows.len() as u64,
                positives: self.rows[rows.clone()].iter().map(|row| row & 1).sum(),
                mean_score: rows.clone().map(|row| self.score(row)).sum::<f64>()
                    / rows.len() as f64,
            })
            .collect();
        bins.reverse();
        bins
    }

    /// How many negative, and how many positive rows score above `k / bins` and at most
    /// `(k + 1) / bins`, for every `k` from 0; a score of 0 is in the first bin.
    ///
    /// # Panics
    ///
    /// When there are no bins.
    pub fn histogram(&self, bins: usize) -> [Vec<u64>; 2] {
        assert!(bins > 0, "a histogram of no bins");
        let mut counts = [vec![0; bins], vec![0; bins]];
        for (bin, rows) in (0..bins).rev().zip(self.bins(bins)) {
            let n = rows.len() as u64;
            let positives = self.rows[rows].iter().map(|row| row & 1).sum();
            counts[0][bin] = n - positives;
            counts[1][bin] = positives;
        }
        counts
    }
}

/// Without those on the line between their neighbours. Exact: counts have no rounding.
fn corners(candidates: &[CandidateThreshold]) -> Vec<CandidateThreshold> {
    let mut corners: Vec<CandidateThreshold> = Vec::new();
    for cut in candidates {
        if let [.., before, last] = &corners[..]
            && in_line(before, last, cut)
        {
            corners.pop();
        }
        corners.push(*cut);
    }
    corners
}

fn in_line(a: &CandidateThreshold, b: &CandidateThreshold, c: &CandidateThreshold) -> bool {
    let product =
        |rise: [u64; 2], run: [u64; 2]| u128::from(rise[1] - rise[0]) * u128::from(run[1] - run[0]);
    product([a.positives, b.positives], [b.negatives, c.negatives])
        == product([b.positives, c.positives], [a.negatives, b.negatives])
}

fn thin(points: &[RocPoint], most: usize) -> Vec<RocPoint> {
    let along = |point: &RocPoint| point.fpr + point.tpr;
    let last = points.len() - 1;
    let gaps = most.max(2) - 1;
    let inner = (1..gaps).map(|place| {
        let place = 2.0 * place as f64 / gaps as f64;
        let after = points.partition_point(|point| along(point) < place);
        let is_before_nearer = place - along(&points[after - 1]) < along(&points[after]) - place;
        after - usize::from(is_before_nearer)
    });
    let mut kept: Vec<usize> = std::iter::once(0).chain(inner).chain([last]).collect();
    kept.dedup();
    kept.into_iter().map(|at| points[at]).collect()
}

#[cfg(test)]
mod tests;
