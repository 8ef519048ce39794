//! Verdict on drift, from counts of new images beside those of the training.

use super::{BINS, Reference, Tally, WIDTH};
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
/// And not just because the classifier is more certain, with shares that differ by less than this.
/// What is kept of the training is by heads that learned from fewer rows, and are less certain than
/// the classifier is; of 600 rows, by so much that the index passes 0.25 on images of the same kind.
const SHARE: f64 = 0.05;
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
    pub training: Spread,
    pub here: Spread,
}

/// How sure probabilities are, and of what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The share that is at least one half.
    pub share: f64,
    /// The mean distance of their logits from that of one half.
    pub certainty: f64,
}

impl Spread {
    /// From counts of bins; not a number without any.
    fn of(counts: &[u64]) -> Self {
        let total = counts.iter().sum::<u64>() as f64;
        let middle = BINS as f64 / 2.0;
        let distance = |at: usize| (at as f64 + 0.5 - middle).abs() * WIDTH;
        let certainty = counts.iter().enumerate();
        let certainty: f64 = certainty
            .map(|(at, &count)| count as f64 * distance(at))
            .sum();
        Self {
            share: counts[BINS / 2..].iter().sum::<u64>() as f64 / total,
            certainty: certainty / total,
        }
    }

    fn to_json(self) -> Value {
        let Self { share, certainty } = self;
        json!({ "share_from_half_up": share, "mean_absolute_logit": certainty })
    }
}

impl ScoreDrift {
    pub fn is_alarming(&self) -> bool {
        let Self {
            class: _,
            psi,
            test,
            training,
            here,
        } = self;
        let surer =
            here.certainty > training.certainty && (here.share - training.share).abs() < SHARE;
        *psi > MOVED && test.p < CHANCE && !surer
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
                training: Spread::of(&was.counts),
                here: Spread::of(is),
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

    /// True if the images are unlike those of the training.
    pub fn is_far(&self) -> bool {
        self.interval.low > FAR * self.expected
    }

    /// Warnings, in sentences.
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
                "training": score.training.to_json(),
                "here": score.here.to_json(),
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
