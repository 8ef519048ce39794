//! Images that are unlike the training's: more of them are farther than, or nearer than, they should be.

use crate::stats::proportion::wilson;
use crate::stats::{Interval, Level, beta_quantile};
use serde_json::{Value, json};

/// Images are unlike the training's where at least this many times more of them are beyond a
/// distance than should be.
const FAR: f64 = 5.0;
/// A shift that is found so often could have been seen.
pub(super) const POWER: f64 = 0.8;

/// Images beyond a distance that few training images are beyond.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceDrift {
    pub images: u64,
    pub beyond: u64,
    /// Wilson's, of the share that is beyond.
    pub interval: Interval,
    /// The share that would be beyond if they were like the training's.
    pub expected: f64,
    /// The smallest share beyond that would give an alarm four times in five; `None` where so few images
    /// never give one.
    pub detectable: Option<f64>,
}

impl DistanceDrift {
    /// `None` without images.
    pub(super) fn new(beyond: u64, images: u64, expected: f64, level: Level) -> Option<Self> {
        Some(Self {
            images,
            beyond,
            interval: wilson(beyond, images, level)?,
            expected,
            detectable: detectable(images, expected, level),
        })
    }

    /// The share of images that are beyond.
    pub fn share(&self) -> f64 {
        self.beyond as f64 / self.images as f64
    }

    /// True if the images are unlike those of the training.
    pub fn is_alarming(&self) -> bool {
        is_far(self.interval, self.expected)
    }

    pub(super) fn to_json(&self) -> Value {
        let Self {
            images: _,
            beyond,
            interval,
            expected,
            detectable,
        } = self;
        json!({
            "beyond": beyond,
            "share": self.share(),
            "interval": [interval.low, interval.high],
            "expected": expected,
            "detectable": detectable,
            "alarm": self.is_alarming(),
        })
    }
}

fn is_far(interval: Interval, expected: f64) -> bool {
    interval.low > FAR * expected
}

/// The share `p` of which `Binomial(images, p)` gives an alarm with a probability of [`POWER`]: with
/// `k` the fewest beyond that do, the quantile of a Beta(k, images - k + 1) distribution.
fn detectable(images: u64, expected: f64, level: Level) -> Option<f64> {
    let alarms = |beyond| {
        let interval = wilson(beyond, images, level);
        interval.is_some_and(|interval| is_far(interval, expected))
    };
    if !alarms(images) {
        return None;
    }
    let (mut silent, mut fewest) = (0, images);
    while fewest - silent > 1 {
        let middle = silent + (fewest - silent) / 2;
        match alarms(middle) {
            true => fewest = middle,
            false => silent = middle,
        }
    }
    let share = beta_quantile(fewest as f64, (images - fewest + 1) as f64, POWER);
    Some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_that_could_have_been_seen_matches_scipy() {
        // The fewest k with proportion_confint(k, n, 0.05, "wilson")[0] > 0.05, then
        // scipy.stats.beta.ppf(0.8, k, n - k + 1).
        let level = Level::new(0.95).unwrap();
        for (images, expected) in [
            (20, 0.20199764120125868),
            (100, 0.12296939715601703),
            (5_000, 0.05891079569324187),
        ] {
            let found = detectable(images, 0.01, level).unwrap();
            assert!((found - expected).abs() < 1e-9, "{images}: {found}");
        }
        assert_eq!(detectable(1, 0.2, level), None);
    }
}
