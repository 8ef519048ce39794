//! What a resample needs of the rows, computed once, so that a replicate of all metrics is one
//! pass that does little but count.

use std::ops::Range;

use super::{BINS, Ranks, ScoreMetrics, Scores, loss};
use crate::metric::calibration::{self, Line, Row, Sums, logit};
use crate::metric::calibration_error::{CalibrationBin, CalibrationError};

/// Sums that the metrics need beside ranks.
const COLUMNS: usize = 11;
type Columns = [f64; COLUMNS];

/// Rows go into at least so many buckets, if there are so many.
pub const LEAST_BUCKETS: usize = 1024;

/// Logits within a bucket differ by less than this.
const WIDTH: f64 = 1.0 / 16.0;

/// [`Scores`] made ready for many resamples.
///
/// Ranks are exact: AUC, average precision. Sums (the other metrics) treat the rows of one label
/// in a bucket as copies of their mean, where a bucket holds at most `n / 1024` rows next to each
/// other, within 1/16 of a logit and in one bin. Replicates differ from exact ones by about 10⁻³
/// of their standard deviation; up to 1024 rows, every bucket is one row, and sums are exact.
#[derive(Debug)]
pub struct Replicates {
    flags: Vec<u8>,
    buckets: Vec<Bucket>,
    /// Ranges of buckets.
    bins: Vec<Range<usize>>,
    tied: bool,
    line: Option<Line>,
    in_the_large: Option<Line>,
    /// Mean third derivatives at the line, by the number of times that it is by slope.
    thirds: [f64; 4],
    /// The same at the slope of 1, by intercept.
    shifted_third: f64,
}

const POSITIVE: u8 = 1;
const ENDS_TIE: u8 = 2;

#[derive(Debug)]
struct Bucket {
    end: usize,
    /// Mean of the negative rows, then of the positive.
    columns: [Columns; 2],
}

impl Replicates {
    pub fn new(scores: &Scores) -> Self {
        let line = calibration::line(scores.logits());
        let in_the_large = calibration::in_the_large(scores.logits()).map(|intercept| Line {
            intercept,
            ..Line::IDENTITY
        });
        let columns = |row| columns(scores.score(row), scores.row(row), line, in_the_large);
        let (mut buckets, mut bins) = (Vec::new(), Vec::new());
        for bin in scores.bins(BINS) {
            let first = buckets.len();
            let mut start = bin.start;
            while start < bin.end {
                let end = scores.bucket_end(start, bin.end);
                buckets.push(Bucket {
                    end,
                    columns: means(scores, start..end, columns),
                });
                start = end;
            }
            bins.push(first..buckets.len());
        }
        let flags: Vec<u8> = (0..scores.len())
            .map(
                |row| match (scores.is_positive(row), scores.ends_tie(row)) {
                    (false, false) => 0,
                    (true, false) => POSITIVE,
                    (false, true) => ENDS_TIE,
                    (true, true) => POSITIVE | ENDS_TIE,
                },
            )
            .collect();
        let mut thirds = [0.0; 4];
        let mut shifted_third = 0.0;
        for (x, ..) in scores.logits() {
            let third = line.map_or(0.0, |line| bend(line, x));
            for (power, sum) in (0..).zip(&mut thirds) {
                *sum += third * x.powi(power);
            }
            shifted_third += in_the_large.map_or(0.0, |line| bend(line, x));
        }
        let n = scores.len() as f64;
        Self {
            thirds: thirds.map(|sum| sum / n),
            shifted_third: shifted_third / n,
            tied: flags.iter().any(|flags| flags & ENDS_TIE == 0),
            flags,
            buckets,
            bins,
            line,
            in_the_large,
        }
    }

    /// Rows, and so the weights of a resample.
    pub fn rows(&self) -> usize {
        self.flags.len()
    }

    /// `Scores::weighted` in one pass.
    ///
    /// Calibration takes one step from the fit of all rows instead of fitting anew (Davidson and
    /// MacKinnon 1999, Int. Econ. Rev. 40, 487-508): Chebyshev's, which is Newton's with gradient
    /// `g` and second derivatives `-H` of the resample, bent by the third derivatives `-T` of all
    /// rows, so that its error is of order `n^-1.5`:
    ///
    /// ```text
    /// step = d - H⁻¹ T[d, d] / 2,  d = H⁻¹ g
    /// ```
    ///
    /// The slope is undefined where the resample's labels are one class or parted by the score.
    ///
    /// # Panics
    ///
    /// When there is not one weight a row.
    pub fn metrics(&self, weights: &[u32]) -> ScoreMetrics {
        assert_eq!(weights.len(), self.rows(), "one weight a row");
        if self.tied {
            self.pass::<true>(weights)
        } else {
            self.pass::<false>(weights)
        }
    }

    fn pass<const TIES: bool>(&self, weights: &[u32]) -> ScoreMetrics {
        let mut ranks = Ranks::default();
        let mut total = [0.0; COLUMNS];
        let mut bins = Vec::with_capacity(BINS);
        let mut start = 0;
        for bin in &self.bins {
            let before = (total, ranks);
            for bucket in &self.buckets[bin.clone()] {
                let (n, positives) = (ranks.n, ranks.positives);
                let rows = start..bucket.end;
                for (&weight, &flags) in weights[rows.clone()].iter().zip(&self.flags[rows]) {
                    let positive = flags & POSITIVE != 0;
                    if TIES {
                        ranks.add(weight, positive, flags & ENDS_TIE != 0);
                    } else {
                        ranks.add_untied(weight, positive);
                    }
                }
                start = bucket.end;
                let positives = ranks.positives - positives;
                let negatives = (ranks.n - n - positives) as i64 as f64;
                let positives = positives as i64 as f64;
                let [negative, positive] = &bucket.columns;
                for (k, sum) in total.iter_mut().enumerate() {
                    *sum += negatives * negative[k] + positives * positive[k];
                }
            }
            bins.push(calibration_bin(before, (total, ranks)));
        }
        self.finish(&ranks, &total, bins)
    }

    /// Newton step of intercept and slope, for `n` rows.
    fn step(&self, sums: Sums, n: u64) -> [f64; 2] {
        let [a, b] = sums.step();
        let [t0, t1, t2, t3] = self.thirds.map(|mean| mean * n as f64 / 2.0);
        let bent = Sums {
            gradient: [
                t0 * a * a + 2.0 * t1 * a * b + t2 * b * b,
                t1 * a * a + 2.0 * t2 * a * b + t3 * b * b,
            ],
            ..sums
        };
        let [bent_a, bent_b] = bent.step();
        [a - bent_a, b - bent_b]
    }

    fn finish(&self, ranks: &Ranks, total: &Columns, bins: Vec<CalibrationBin>) -> ScoreMetrics {
        let &[_, _, brier, log_loss, g0, g1, h00, h01, h11, g, h] = total;
        let mean = |sum: f64| (ranks.n > 0).then(|| sum / ranks.n as f64);
        let auc = ranks.auc();
        let sums = Sums {
            gradient: [g0, g1],
            hessian: [h00, h01, h11],
            ..Sums::default()
        };
        let slope = self
            .line
            .map(|line| line.slope + self.step(sums, ranks.n)[1]);
        let shift = g / h;
        let bent = shift - self.shifted_third * ranks.n as f64 * shift * shift / (2.0 * h);
        let intercept = self.in_the_large.map(|line| line.intercept + bent);
        let mixed = auc.is_some_and(|auc| auc > 0.0 && auc < 1.0);
        ScoreMetrics {
            auc,
            average_precision: ranks.average_precision(),
            brier: mean(brier),
            log_loss: mean(log_loss),
            ece: CalibrationError::new(bins, 1.0).map(|error| error.debiased()),
            calibration_slope: slope.filter(|slope| mixed && slope.is_finite()),
            calibration_intercept: intercept.filter(|a| auc.is_some() && a.is_finite()),
        }
    }
}

impl Scores {
    /// End of the bucket that begins at `start`.
    fn bucket_end(&self, start: usize, bin_end: usize) -> usize {
        let most = self.len().div_ceil(LEAST_BUCKETS);
        let lowest = logit(self.score(start)) - WIDTH;
        let rows = &self.rows[start..bin_end.min(start + most)];
        let near = rows.partition_point(|row| logit(f64::from_bits(row >> 1)) > lowest);
        start + near
    }
}

/// Sums of a bin, from those of all rows before and after it.
fn calibration_bin(before: (Columns, Ranks), after: (Columns, Ranks)) -> CalibrationBin {
    let sum = |column: usize| after.0[column] - before.0[column];
    let positives = (after.1.positives - before.1.positives) as f64;
    CalibrationBin {
        rows: (after.1.n - before.1.n) as f64,
        excess: sum(0),
        scores: sum(0) + positives,
        variance: sum(1),
    }
}

fn means(scores: &Scores, rows: Range<usize>, columns: impl Fn(usize) -> Columns) -> [Columns; 2] {
    let mut counts = [0.0; 2];
    let mut sums = [[0.0; COLUMNS]; 2];
    for row in rows {
        let label = usize::from(scores.is_positive(row));
        counts[label] += 1.0;
        for (sum, value) in sums[label].iter_mut().zip(columns(row)) {
            *sum += value;
        }
    }
    for (sums, count) in sums.iter_mut().zip(counts) {
        for sum in sums {
            *sum /= f64::max(count, 1.0);
        }
    }
    sums
}

/// Residual, variance, Brier's and logarithmic loss; gradient and second derivatives at the line; the same
/// by intercept at the slope of 1.
fn columns(
    score: f64,
    (x, positive, _): Row,
    line: Option<Line>,
    in_the_large: Option<Line>,
) -> Columns {
    let label = f64::from(positive);
    let residual = score - label;
    let at = |line: Option<Line>| {
        line.map_or([0.0; 2], |line| {
            let p = line.probability(x);
            [label - p, p * (1.0 - p)]
        })
    };
    let [rest, curve] = at(line);
    let [shifted_rest, shifted_curve] = at(in_the_large);
    [
        residual,
        score * (1.0 - score),
        residual * residual,
        loss(score, positive),
        rest,
        rest * x,
        curve,
        curve * x,
        curve * x * x,
        shifted_rest,
        shifted_curve,
    ]
}

/// The derivative of `p(1 - p)` along the logit.
fn bend(line: Line, x: f64) -> f64 {
    let p = line.probability(x);
    p * (1.0 - p) * (1.0 - 2.0 * p)
}
