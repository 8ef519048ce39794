//! Whether more labels would help: errors fall with the number of examples as a power law does, over
//! wide ranges and for many learners (Hestness et al. 2017).

use crate::stats::bootstrap::percentile;
use crate::stats::counts::Counts;
use crate::stats::resample::{counts, replicate_counts};
use crate::stats::{Interval, Level};

/// Shares of the rows that are learned from, each a part of the next.
pub const SHARES: [f64; 4] = [0.125, 0.25, 0.5, 1.0];

const REPLICATES: usize = 2_000;

/// Point of a learning curve: accuracy after learning from so many rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub rows: f64,
    pub judged: Counts,
}

/// `error = scale · rows^exponent`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    pub scale: f64,
    pub exponent: f64,
}

/// Extrapolation of a learning curve to twice as many labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubling {
    /// The change in accuracy from the last point on.
    pub gain: f64,
    /// Interval by chance in the rows that were judged. It does not include that the power law may end.
    pub interval: Interval,
}

impl PowerLaw {
    /// Weighted least squares on logarithms, the weight of a point the inverse of the variance of its
    /// log error, which is `hits / (errors n)`. `None` of fewer than two points, or where there are
    /// no errors or nothing else.
    pub fn fit(points: &[Point]) -> Option<Self> {
        let logs = points.iter().map(|point| {
            let Counts { hits, n } = point.judged;
            let errors = n - hits;
            let is_usable = hits > 0 && errors > 0 && point.rows > 0.0;
            is_usable.then(|| {
                let (hits, errors, n) = (hits as f64, errors as f64, n as f64);
                [point.rows.ln(), (errors / n).ln(), errors * n / hits]
            })
        });
        let logs: Vec<[f64; 3]> = logs.collect::<Option<_>>()?;
        let total: f64 = logs.iter().map(|[_, _, weight]| weight).sum();
        let mean = |at: usize| logs.iter().map(|log| log[at] * log[2]).sum::<f64>() / total;
        let (x, y) = (mean(0), mean(1));
        let moment = |at: usize, centre: f64| {
            let terms = logs
                .iter()
                .map(|log| log[2] * (log[0] - x) * (log[at] - centre));
            terms.sum::<f64>()
        };
        let spread = moment(0, x);
        (spread > 0.0).then(|| {
            let exponent = moment(1, y) / spread;
            Self {
                scale: (y - exponent * x).exp(),
                exponent,
            }
        })
    }

    pub fn error(self, rows: f64) -> f64 {
        (self.scale * rows.powf(self.exponent)).min(1.0)
    }

    /// Gain of accuracy from twice as many rows as `rows`.
    fn gain(self, rows: f64) -> f64 {
        self.error(rows) - self.error(2.0 * rows)
    }
}

impl Doubling {
    /// Goes on from the largest of `points`. Every point is resampled by itself, so that the interval
    /// is, if anything, too wide: the same people were judged at each.
    pub fn of(points: &[Point], level: Level, seed: u64) -> Option<Self> {
        let rows = points.iter().map(|point| point.rows).reduce(f64::max)?;
        let gain = PowerLaw::fit(points)?.gain(rows);
        let mut replicates = replicate_counts(REPLICATES, seed, |rng| {
            let resampled = points.iter().map(|point| {
                let Counts { hits, n } = point.judged;
                let drawn = counts(&[hits, n - hits], rng);
                Point {
                    judged: Counts { hits: drawn[0], n },
                    ..*point
                }
            });
            let law = PowerLaw::fit(&resampled.collect::<Vec<_>>());
            law.map_or(f64::NAN, |law| law.gain(rows))
        });
        let interval = percentile(&mut replicates, level)?;
        Some(Self { gain, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(rows: &[(f64, u64)], n: u64) -> Vec<Point> {
        let point = |&(rows, errors): &(f64, u64)| Point {
            rows,
            judged: Counts {
                hits: n - errors,
                n,
            },
        };
        rows.iter().map(point).collect()
    }

    #[test]
    fn a_power_law_is_found_again() {
        // 0.4, 0.2, 0.1: halved by four times the rows.
        let exact = points(&[(100.0, 4000), (400.0, 2000), (1600.0, 1000)], 10_000);
        let law = PowerLaw::fit(&exact).unwrap();
        assert!((law.exponent + 0.5).abs() < 1e-12, "{law:?}");
        assert!((law.scale - 4.0).abs() < 1e-9, "{law:?}");
        assert!((law.error(6400.0) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn the_fit_matches_numpy() {
        // x, e, n = np.array([1000, 2000, 4000, 8000.]), np.array([231, 190, 166, 140.]), 1000
        // np.polyfit(np.log(x), np.log(e / n), 1, w=np.sqrt(e * n / (n - e)))
        let measured = [(1000.0, 231), (2000.0, 190), (4000.0, 166), (8000.0, 140)];
        let law = PowerLaw::fit(&points(&measured, 1000)).unwrap();
        assert!((law.exponent - NUMPY[0]).abs() < 1e-10, "{law:?}");
        assert!((law.scale.ln() - NUMPY[1]).abs() < 1e-10, "{law:?}");
    }

    const NUMPY: [f64; 2] = [-0.2379482050994844, 0.169173138737116];

    #[test]
    fn no_law_goes_through_one_point_or_no_errors() {
        assert_eq!(PowerLaw::fit(&points(&[(100.0, 5)], 50)), None);
        assert_eq!(PowerLaw::fit(&points(&[(100.0, 5), (200.0, 0)], 50)), None);
        assert_eq!(PowerLaw::fit(&points(&[(100.0, 5), (100.0, 6)], 50)), None);
    }

    #[test]
    fn a_flat_curve_promises_nothing() {
        let level = Level::new(0.95).unwrap();
        let flat = points(
            &[(100.0, 210), (200.0, 190), (400.0, 205), (800.0, 195)],
            1000,
        );
        let flat = Doubling::of(&flat, level, 1).unwrap();
        assert!(flat.interval.contains(0.0), "{flat:?}");
        let steep = points(
            &[(100.0, 400), (200.0, 300), (400.0, 220), (800.0, 160)],
            1000,
        );
        let steep = Doubling::of(&steep, level, 1).unwrap();
        assert!(
            steep.interval.low > 0.0 && steep.interval.contains(steep.gain),
            "{steep:?}"
        );
    }
}
