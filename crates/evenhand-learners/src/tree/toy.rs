//! Drawn tables for tests.

use crate::examples::Examples;
use crate::frame::{Column, Frame, NO_LEVEL, Values};
use evenhand_stats::metric::scores::Scores;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

/// A table with labels and equal weights.
pub(super) struct Toy {
    pub(super) frame: Frame,
    pub(super) labels: Vec<usize>,
    pub(super) classes: usize,
    pub(super) weights: Vec<f64>,
}

/// Levels of the category.
const LEVELS: u32 = 12;

impl Toy {
    pub(super) fn new(columns: Vec<Column>, labels: Vec<usize>, classes: usize) -> Self {
        Self {
            frame: Frame::new(columns),
            weights: vec![1.0; labels.len()],
            labels,
            classes,
        }
    }

    /// Three numbers and a category. The label follows from the first number, whether the second is a gap, and the
    /// odd levels; the third is noise.
    pub(super) fn draw(rows: usize, classes: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut numbers = [const { Vec::new() }; 3];
        let (mut codes, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..rows {
            let [first, second, third] = [(); 3].map(|()| rng.random::<f32>());
            let level = rng.random_range(0..LEVELS);
            let (is_gap, has_level) = (rng.random_bool(0.3), rng.random_bool(0.9));
            let odd = f64::from(has_level && level % 2 == 1);
            let margin = 4.0 * (f64::from(first) - 0.5) + 2.0 * odd - 1.0;
            let margin = margin + if is_gap { 1.5 } else { -0.5 };
            let draw = |rng: &mut ChaCha8Rng| rng.random_bool(1.0 / (1.0 + (-margin).exp()));
            labels.push((1..classes).filter(|_| draw(&mut rng)).count());
            numbers[0].push(first);
            numbers[1].push(if is_gap { f32::NAN } else { second });
            numbers[2].push(third);
            codes.push(if has_level { level } else { NO_LEVEL });
        }
        let levels: Arc<[String]> = (0..LEVELS).map(|level| level.to_string()).collect();
        let named = ["first", "second", "noise"].into_iter().zip(numbers);
        let mut columns: Vec<Column> = named
            .map(|(name, values)| Column::new(name, Values::Numbers(values)))
            .collect();
        columns.push(Column::new("level", Values::Levels { codes, levels }));
        Self::new(columns, labels, classes)
    }

    /// Numbers of 51 values, so that bins do not depend on how often each occurs.
    pub(super) fn round_numbers(&mut self) {
        let mut columns = self.frame.columns().to_vec();
        for column in &mut columns {
            if let Values::Numbers(values) = &mut column.values {
                values
                    .iter_mut()
                    .for_each(|value| *value = (*value * 50.0).round());
            }
        }
        self.frame = Frame::new(columns);
    }

    pub(super) fn permute_labels(&mut self, seed: u64) {
        self.labels.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    }

    pub(super) fn examples(&self) -> Examples<'_> {
        Examples {
            frame: &self.frame,
            labels: &self.labels,
            classes: self.classes,
            weights: &self.weights,
            margins: None,
        }
    }

    pub(super) fn rows(&self) -> Vec<usize> {
        (0..self.labels.len()).collect()
    }

    /// The AUC of probabilities [rows, classes] of all rows, of the last class against the others.
    pub(super) fn auc(&self, probabilities: &[f64]) -> f64 {
        self.auc_of(&self.rows(), probabilities)
    }

    /// The AUC of probabilities of some rows.
    pub(super) fn auc_of(&self, rows: &[usize], probabilities: &[f64]) -> f64 {
        let last = self.classes - 1;
        let scores = probabilities
            .chunks_exact(self.classes)
            .map(|row| row[last]);
        let truths = rows.iter().map(|&row| self.labels[row] == last);
        Scores::new(scores.zip(truths))
            .metrics()
            .auc
            .expect("two classes")
    }
}

/// What work gives on so many threads.
pub(super) fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("threads").install(work)
}
