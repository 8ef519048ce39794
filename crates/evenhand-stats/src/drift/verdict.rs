//! Verdict on drift, from counts of new images beside those of the training.

use super::moved::MOVED;
use super::{DistanceDrift, Reference, ScoreDrift, Tally};
use crate::stats::{Interval, Level};
use serde_json::{Value, json};

/// How new images differ from those of the training.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub images: u64,
    /// Farther than 99 % of the training images.
    pub far: DistanceDrift,
    /// Nearer to their middle than 99 % of them; `None` where the classifier has not kept it.
    pub near: Option<DistanceDrift>,
    pub scores: Vec<ScoreDrift>,
}

impl Drift {
    /// `None` where nothing was counted.
    pub fn new(reference: &Reference, tally: &Tally, level: Level) -> Option<Self> {
        let Tally {
            images,
            beyond,
            nearer,
            scores,
        } = tally;
        let moved = reference.scores.iter().zip(scores);
        let moved = moved.filter_map(|(was, is)| ScoreDrift::new(&was.class, &was.counts, is));
        let near = reference.near.as_ref().and_then(|near| {
            DistanceDrift::new(*nearer, *images, reference.expected(near.nearer), level)
        });
        Some(Self {
            images: *images,
            far: DistanceDrift::new(*beyond, *images, reference.expected_beyond(), level)?,
            near,
            scores: moved.collect(),
        })
    }

    /// True if the images are unlike those of the training: too far from them, or too near to their
    /// middle.
    pub fn is_unlike(&self) -> bool {
        let mut tails = std::iter::once(&self.far).chain(&self.near);
        tails.any(DistanceDrift::is_alarming)
    }

    /// Warnings, in sentences.
    pub fn warnings(&self) -> Vec<String> {
        let tails = [
            (Some(&self.far), "farther from the training images than"),
            (
                self.near.as_ref(),
                "nearer to the mean of the training images than",
            ),
        ];
        let tails = tails
            .into_iter()
            .filter_map(|(tail, than)| Some((tail?, than)));
        let mut warnings: Vec<String> = tails
            .filter(|(tail, _)| tail.is_alarming())
            .map(|(tail, than)| {
                let Interval { low, high } = tail.interval;
                format!(
                    "these images are unlike those the classifier learned from: {} of them ({} to {}) are \
                     {than} {} of those are; what it says of them may be wrong more often than its report \
                     tells",
                    percent(tail.share()),
                    percent(low),
                    percent(high),
                    percent(1.0 - tail.expected),
                )
            })
            .collect();
        let moved = self.scores.iter().filter(|score| score.is_alarming());
        if let Some(worst) = moved.max_by(|a, b| a.shift().total_cmp(&b.shift())) {
            warnings.push(format!(
                "the probabilities of `{}` are distributed otherwise than in training (PSI {:.2} without \
                 what chance adds, above {MOVED}; Kolmogorov-Smirnov distance {:.2}): its share differs \
                 here, or the classifier is out of its depth",
                worst.class,
                worst.shift(),
                worst.test.statistic
            ));
        }
        warnings
    }

    /// As `drift.json` has it.
    pub fn to_json(&self) -> Value {
        let Self {
            images,
            far,
            near,
            scores,
        } = self;
        let mut distance = far.to_json();
        distance["near"] = near.as_ref().map(DistanceDrift::to_json).into();
        distance["alarm"] = self.is_unlike().into();
        json!({
            "images": images,
            "distance": distance,
            "scores": scores.iter().map(ScoreDrift::to_json).collect::<Vec<_>>(),
            "warnings": self.warnings(),
        })
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
