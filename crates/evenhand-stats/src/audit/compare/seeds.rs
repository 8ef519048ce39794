//! What another seed would change of a difference between two trainings.

use super::{Compared, Comparison};
use crate::audit::Estimate;
use crate::audit::seeds::{SeedSpreads, Seeds, find};
use crate::stats::{Interval, Level};

impl Comparison {
    /// The same with intervals that hold what other seeds would have given, of trainings A and B that were each done
    /// with several. Differences stay those of the trainings that were compared. McNemar's test is about these two
    /// alone, so that there is no p-value; gaps between groups stay as they are, too. A group that a training knows
    /// no spread of keeps its interval.
    ///
    /// # Formula
    ///
    /// With `s²` the variance between seeds, the ends move away from the difference `d`:
    ///
    /// ```text
    /// low = d - sqrt((d - low)² + t²(s_A² + s_B²))
    /// ```
    ///
    /// `t` has Welch and Satterthwaite's degrees of freedom.
    pub fn with_seeds(mut self, seeds: [&Seeds; 2]) -> Self {
        let level = self.params.level;
        widen(
            &mut self.overall,
            seeds.map(|seeds| &seeds.overall),
            seeds,
            level,
        );
        for grouping in &mut self.groupings {
            for (value, cell) in &mut grouping.cells {
                let spreads = seeds.map(|seeds| seeds.of_group(&grouping.name, value));
                if let [Some(a), Some(b)] = spreads {
                    widen(cell, [a, b], seeds, level);
                }
            }
        }
        self.seeds = Some(seeds.map(|seeds| seeds.count));
        self
    }
}

fn widen(cell: &mut Compared, spreads: [&SeedSpreads; 2], seeds: [&Seeds; 2], level: Level) {
    for (name, change) in &mut cell.changes {
        let [Some(a), Some(b)] = spreads.map(|spreads| find(spreads, name)) else {
            continue;
        };
        let variances = [(a.sd * a.sd, seeds[0].count), (b.sd * b.sd, seeds[1].count)];
        change.p = None;
        if let Ok(difference) = &mut change.difference {
            difference.interval = widened(*difference, variances, level);
        }
    }
}

/// The interval of a difference, with the variance of each training and the number of seeds it is known from.
fn widened(difference: Estimate, variances: [(f64, usize); 2], level: Level) -> Interval {
    let sum: f64 = variances.iter().map(|(variance, _)| variance).sum();
    let Estimate { value, interval } = difference;
    if sum == 0.0 {
        return interval;
    }
    let squares: f64 = variances
        .iter()
        .map(|&(variance, seeds)| variance * variance / (seeds as f64 - 1.0))
        .sum();
    let reach = level.t(sum * sum / squares) * sum.sqrt();
    Interval {
        low: value - (value - interval.low).hypot(reach),
        high: value + (interval.high - value).hypot(reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_of_both_trainings_is_added() {
        let difference = Estimate {
            value: 0.02,
            interval: Interval {
                low: 0.01,
                high: 0.03,
            },
        };
        let found = widened(
            difference,
            [(0.0001, 5), (0.0003, 5)],
            Level::new(0.95).unwrap(),
        );
        // scipy: df = 0.0004**2 / (0.0001**2 / 4 + 0.0003**2 / 4); reach = t.ppf(0.975, df) * 0.02
        // 0.02 - np.hypot(0.01, reach), 0.02 + np.hypot(0.01, reach)
        assert!((found.low - -0.029232574530).abs() < 1e-9, "{found:?}");
        assert!((found.high - 0.069232574530).abs() < 1e-9, "{found:?}");
    }
}
