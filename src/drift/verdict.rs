//! What counts of new images amount to, beside those of the training.

use super::{Reference, Tally};
use crate::stats::kolmogorov::{self, KolmogorovSmirnov};
use crate::stats::proportion::wilson;
use crate::stats::stability::{coarse, even_cuts, psi};
use crate::stats::{Interval, Level};
use serde_json::{Value, json};

/// Images are unlike the training's where at least this many times more of them are beyond its
/// distance than should be.
const FAR: f64 = 5.0;
/// Scores have moved where the population stability index is above its customary alarm.
const MOVED: f64 = 0.25;
/// And where chance does not move so few as far.
const CHANCE: f64 = 0.001;
/// The index is of about so many bins with as many training rows each.
const PARTS: u64 = 10;

/// How new images differ from those of the training.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub images: u64,
    /// Farther than 99 % of the training images.
    pub beyond: u64,
    /// Wilson's, of the share that is beyond.
    pub interval: Interval,
    /// The share that would be beyond if they were like the training's.
    pub expected: f64,
    pub scores: Vec<ScoreDrift>,
}

/// How the probabilities of a class differ from those of the training.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreDrift {
    pub class: String,
    pub psi: f64,
    pub test: KolmogorovSmirnov,
}

impl ScoreDrift {
    pub fn is_alarming(&self) -> bool {
        self.psi > MOVED && self.test.p < CHANCE
    }
}

impl Drift {
    /// `None` where nothing was counted.
    pub fn new(reference: &Reference, tally: &Tally, level: Level) -> Option<Self> {
        let Tally {
            images,
            beyond,
            scores,
        } = tally;
        let moved = reference.scores.iter().zip(scores).filter_map(|(was, is)| {
            let cuts = even_cuts(&was.counts, PARTS);
            Some(ScoreDrift {
                class: was.class.clone(),
                psi: psi(&coarse(&was.counts, &cuts), &coarse(is, &cuts))?,
                test: kolmogorov::two_sample(&was.counts, is)?,
            })
        });
        Some(Self {
            images: *images,
            beyond: *beyond,
            interval: wilson(*beyond, *images, level)?,
            expected: reference.expected_beyond(),
            scores: moved.collect(),
        })
    }

    /// The share of images that are beyond.
    pub fn share(&self) -> f64 {
        self.beyond as f64 / self.images as f64
    }

    /// Whether the images are unlike those of the training.
    pub fn is_far(&self) -> bool {
        self.interval.low > FAR * self.expected
    }

    /// What there is to worry about, in words.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.is_far() {
            let Interval { low, high } = self.interval;
            warnings.push(format!(
                "these images are unlike those the classifier learned from: {} of them ({} to {}) are \
                 farther from the training images than {} of those are; what it says of them may be wrong \
                 more often than its report tells",
                percent(self.share()),
                percent(low),
                percent(high),
                percent(1.0 - self.expected),
            ));
        }
        let moved = self.scores.iter().filter(|score| score.is_alarming());
        if let Some(worst) = moved.max_by(|a, b| a.psi.total_cmp(&b.psi)) {
            warnings.push(format!(
                "the probabilities of `{}` are distributed otherwise than in training (PSI {:.2}, above \
                 {MOVED}; Kolmogorov-Smirnov distance {:.2}): its share differs here, or the classifier is \
                 out of its depth",
                worst.class, worst.psi, worst.test.statistic
            ));
        }
        warnings
    }

    /// As `drift.json` has it.
    pub fn to_json(&self) -> Value {
        let Self {
            images,
            beyond,
            interval,
            expected,
            scores,
        } = self;
        let score = |score: &ScoreDrift| {
            json!({
                "class": score.class,
                "psi": score.psi,
                "ks": { "statistic": score.test.statistic, "p": score.test.p },
                "alarm": score.is_alarming(),
            })
        };
        json!({
            "images": images,
            "distance": {
                "beyond": beyond,
                "share": self.share(),
                "interval": [interval.low, interval.high],
                "expected": expected,
                "alarm": self.is_far(),
            },
            "scores": scores.iter().map(score).collect::<Vec<_>>(),
            "warnings": self.warnings(),
        })
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
