//! Probabilities that are distributed otherwise than the training's.

use super::distance::POWER;
use super::{BINS, WIDTH};
use crate::stats::bisect;
use crate::stats::kolmogorov::{self, KolmogorovSmirnov};
use crate::stats::stability::{chance, coarse, divergence, even_cuts, psi};
use serde_json::{Value, json};
use statrs::distribution::{ContinuousCDF, Normal};

/// Scores have moved where the population stability index without its chance part is above this: by
/// custom the end of what is no change (Siddiqi 2006).
pub(super) const MOVED: f64 = 0.1;
/// And where chance moves them as far less often than this.
const CHANCE: f64 = 0.001;
/// And not just because the classifier is more certain, with shares that differ by less than this, beyond
/// chance. What is kept of the training is by heads that learned from fewer rows, and are less certain
/// than the classifier is; of 600 rows, by so much that the index passes 0.25 on images of the same
/// kind.
const SHARE: f64 = 0.05;
/// The index is of about so many bins with as many training rows each.
const PARTS: u64 = 10;

/// How the probabilities of a class differ from those of the training.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreDrift {
    pub class: String,
    /// Population stability index.
    pub psi: f64,
    /// What chance adds to it: see [`chance`].
    pub psi_by_chance: f64,
    pub test: KolmogorovSmirnov,
    /// The smallest shift that would give an alarm about four times in five, as a part of the images that
    /// moves from one half of the probabilities to the other: 0 to 1. `None` where none would.
    pub detectable: Option<f64>,
    pub training: Spread,
    pub here: Spread,
}

/// How sure probabilities are, and of what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub images: u64,
    /// The share that is at least one half.
    pub share: f64,
    /// The mean distance of their logits from that of one half.
    pub certainty: f64,
}

impl Spread {
    /// From counts of bins; not a number without any.
    fn of(counts: &[u64]) -> Self {
        let images = counts.iter().sum::<u64>();
        let total = images as f64;
        let middle = BINS as f64 / 2.0;
        let distance = |at: usize| (at as f64 + 0.5 - middle).abs() * WIDTH;
        let certainty = counts.iter().enumerate();
        let certainty: f64 = certainty
            .map(|(at, &count)| count as f64 * distance(at))
            .sum();
        Self {
            images,
            share: counts[BINS / 2..].iter().sum::<u64>() as f64 / total,
            certainty: certainty / total,
        }
    }

    /// Variance of the share.
    fn variance(self) -> f64 {
        self.share * (1.0 - self.share) / self.images as f64
    }

    fn to_json(self) -> Value {
        let Self {
            images: _,
            share,
            certainty,
        } = self;
        json!({ "share_from_half_up": share, "mean_absolute_logit": certainty })
    }
}

impl ScoreDrift {
    /// From counts of the same bins; `None` where one of them is empty.
    pub(super) fn new(class: &str, training: &[u64], here: &[u64]) -> Option<Self> {
        let cuts = even_cuts(training, PARTS);
        let [was, is] = [training, here].map(|counts| coarse(counts, &cuts));
        let [before, now] = [training, here].map(Spread::of);
        Some(Self {
            class: class.to_owned(),
            psi: psi(&was, &is)?,
            psi_by_chance: chance(&was, &is),
            test: kolmogorov::two_sample(training, here)?,
            detectable: detectable(before, now.images),
            training: before,
            here: now,
        })
    }

    /// The population stability index without its chance part, and 0 where that is more.
    pub fn shift(&self) -> f64 {
        (self.psi - self.psi_by_chance).max(0.0)
    }

    pub fn is_alarming(&self) -> bool {
        self.shift() > MOVED && self.test.p < CHANCE && !self.is_only_surer()
    }

    fn is_only_surer(&self) -> bool {
        let Self { training, here, .. } = self;
        let deviation = (training.variance() + here.variance()).sqrt();
        let beyond_chance = (here.share - training.share).abs() - one_sided(CHANCE) * deviation;
        here.certainty > training.certainty && beyond_chance < SHARE
    }

    pub(super) fn to_json(&self) -> Value {
        let Self {
            class,
            psi,
            psi_by_chance,
            test,
            detectable,
            training,
            here,
        } = self;
        json!({
            "class": class,
            "psi": psi,
            "psi_by_chance": psi_by_chance,
            "ks": { "statistic": test.statistic, "p": test.p },
            "detectable": detectable,
            "training": training.to_json(),
            "here": here.to_json(),
            "alarm": self.is_alarming(),
        })
    }
}

fn one_sided(chance: f64) -> f64 {
    -Normal::standard().inverse_cdf(chance)
}

/// A part of the images that moves towards the rarer half of the probabilities, so that both the test and
/// the size of the shift are passed with a probability of [`POWER`]. By the normal approximation of the
/// share's variance, with the critical value of the test.
fn detectable(training: Spread, images: u64) -> Option<f64> {
    let part = training.share.min(1.0 - training.share);
    let [n, m] = [training.images, images].map(|count| count as f64);
    let critical = kolmogorov::critical(CHANCE) * (1.0 / n + 1.0 / m).sqrt();
    let size = bisect(0.0, 1.0 - part, |by| {
        let [was, is] = [part, part + by].map(|share| [share, 1.0 - share]);
        divergence(was.into_iter().zip(is)) < MOVED
    });
    let least = critical.max(size);
    let share = (part + least).min(1.0);
    let variance = training.variance() + share * (1.0 - share) / m;
    let by = least + one_sided(1.0 - POWER) * variance.sqrt();
    (part + by < 1.0).then_some(by)
}
