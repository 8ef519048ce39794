//! Drift: new images that are unlike those of the training.
//!
//! A classifier answers for anything, a landscape too. What it can be held against is kept from its
//! training: how far training images are from each other (their distance, by heads that were fitted
//! without them), and how images like them were scored that it had not learned from. New images are counted, nothing
//! more, so that counts of parts and shards add up to those of the whole.
//!
//! With millions of images every difference is significant; so an alarm needs a difference of some size
//! as well as a test. The size is estimated without what chance adds to it, so that more images never
//! make an alarm less likely; what so few could not have shown is told beside it.

mod distance;
mod moved;
#[cfg(test)]
mod simulation;
mod verdict;

pub use distance::DistanceDrift;
pub use moved::{ScoreDrift, Spread};
pub use verdict::Drift;

use serde::{Deserialize, Serialize};

/// The share of training images that are less far than the distance that is kept, and of those that
/// are not as near as the other one.
const LEVEL: f64 = 0.99;
/// Bins of a probability, even in its logit, where classifiers that are sure have most of theirs.
const BINS: usize = 64;
const WIDTH: f64 = 0.25;

/// Reference distribution: scores and distances of the training images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// How many there were.
    pub rows: u64,
    /// All but about one in a hundred were less far than this.
    pub distance: f64,
    /// How many of them were farther.
    pub beyond: u64,
    /// `None` in classifiers of versions that did not keep it.
    #[serde(default)]
    pub near: Option<Near>,
    /// How they, or others that were held out of them, were scored unseen.
    pub scores: Vec<Histogram>,
}

/// Images of noise or of one colour are nearer to the middle of the training images than any of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// All but about one training image in a hundred were at least as far as this.
    pub distance: f64,
    /// How many of them were nearer.
    pub nearer: u64,
}

/// How a class's probabilities are distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub class: String,
    /// 64 bins, even in the logit.
    pub counts: Vec<u64>,
}

/// Counts of images that were predicted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// With a prediction.
    pub images: u64,
    /// Farther than [`Reference::distance`].
    pub beyond: u64,
    /// Nearer than [`Near::distance`].
    #[serde(default)]
    pub nearer: u64,
    /// Counts of bins, for each histogram of the reference.
    pub scores: Vec<Vec<u64>>,
}

/// The classes whose probabilities are looked at: of two the second says it all.
fn scored(classes: usize) -> std::ops::Range<usize> {
    if classes == 2 { 1..2 } else { 0..classes }
}

fn bin(probability: f64) -> usize {
    let logit = (probability / (1.0 - probability)).ln();
    let middle = BINS as f64 / 2.0;
    // What is not a number, as 0/0 never is here, would land in the first bin.
    (logit / WIDTH + middle)
        .floor()
        .clamp(0.0, BINS as f64 - 1.0) as usize
}

impl Reference {
    /// `distances` of training rows from the others, and `probabilities` of rows like them that were
    /// not learned from, `[rows, classes]` row-major, as they are written. `None` without rows.
    ///
    /// The distance that is kept is the order statistic of split conformal prediction (Vovk et al.
    /// 2005), of which one image more would be beyond with a chance of 1 % or, where there are fewer
    /// than 99, of one in their number and one. The near distance is its mirror image.
    pub fn new(mut distances: Vec<f32>, classes: &[String], probabilities: &[f64]) -> Option<Self> {
        distances.sort_unstable_by(f32::total_cmp);
        let rows = distances.len();
        let rank = (((rows + 1) as f64 * LEVEL).ceil() as usize).min(rows);
        let distance = *distances.get(rank.checked_sub(1)?)?;
        let beyond = distances.iter().filter(|&&other| other > distance).count();
        let nearest = distances[rows - rank];
        let near = Near {
            distance: nearest.into(),
            nearer: distances.iter().filter(|&&other| other < nearest).count() as u64,
        };
        let scores = scored(classes.len()).map(|class| {
            let mut counts = vec![0; BINS];
            for row in probabilities.chunks_exact(classes.len()) {
                counts[bin(row[class])] += 1;
            }
            let class = classes[class].clone();
            Histogram { class, counts }
        });
        Some(Self {
            rows: rows as u64,
            distance: distance.into(),
            beyond: beyond as u64,
            near: Some(near),
            scores: scores.collect(),
        })
    }

    /// The chance that an image like those of the training is beyond the distance.
    pub fn expected_beyond(&self) -> f64 {
        self.expected(self.beyond)
    }

    /// The chance of one image more to be where so many of these are.
    fn expected(&self, beyond: u64) -> f64 {
        (beyond + 1) as f64 / (self.rows + 1) as f64
    }
}

impl Tally {
    /// Counts an image with its distance and its probabilities as they are written, one a class.
    pub fn add(&mut self, reference: &Reference, distance: f32, probabilities: &[f64]) {
        self.images += 1;
        self.beyond += u64::from(f64::from(distance) > reference.distance);
        let near = reference.near.as_ref();
        let is_nearer = near.is_some_and(|near| f64::from(distance) < near.distance);
        self.nearer += u64::from(is_nearer);
        let scored = scored(probabilities.len());
        self.scores.resize_with(scored.len(), || vec![0; BINS]);
        for (counts, class) in self.scores.iter_mut().zip(scored) {
            counts[bin(probabilities[class])] += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.images += other.images;
        self.beyond += other.beyond;
        self.nearer += other.nearer;
        self.scores
            .resize_with(self.scores.len().max(other.scores.len()), || vec![0; BINS]);
        for (counts, others) in self.scores.iter_mut().zip(&other.scores) {
            for (count, other) in counts.iter_mut().zip(others) {
                *count += other;
            }
        }
    }
}

#[cfg(test)]
mod tests;
