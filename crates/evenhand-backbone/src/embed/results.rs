//! Results of the pipeline: features of files, progress, and a summary at the end.

use super::stages::Stages;
use crate::record::BadImage;
use crate::store::{Damaged, Key};
use half::f16;
use std::collections::BTreeMap;

/// The features of one file, or why it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// Its position in the input.
    pub index: usize,
    /// `None` where it could not be read.
    pub key: Option<Key>,
    /// `[dim]`, clamped to what float16 can hold (±65504).
    pub features: Result<Vec<f16>, BadImage>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub done: usize,
    /// `None` where the input doesn't say how long it is.
    pub total: Option<usize>,
    /// Known before: from the store, or the same bytes as a file further up.
    pub cached: usize,
    pub bad: usize,
}

/// Counts and times of a run: `images = computed + cached + bad`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    pub images: usize,
    pub computed: usize,
    /// As in [`Progress`].
    pub cached: usize,
    pub bad: usize,
    /// Numbers among the features of all images, and how many of them are cut to what float16 can hold.
    pub numbers: u64,
    pub cut: u64,
    /// Engines of another version or on other hardware whose features the store gave, with the number of
    /// images.
    pub by_others: BTreeMap<String, usize>,
    /// Segments of the store that could not be used; to be told to the user.
    pub damaged: Vec<Damaged>,
    pub stages: Stages,
}

impl Summary {
    /// Adds what a later run did.
    pub fn add(&mut self, later: Self) {
        let Self {
            images,
            computed,
            cached,
            bad,
            numbers,
            cut,
            by_others,
            damaged,
            stages,
        } = later;
        self.images += images;
        self.computed += computed;
        self.cached += cached;
        self.bad += bad;
        self.numbers += numbers;
        self.cut += cut;
        for (engine, images) in by_others {
            *self.by_others.entry(engine).or_default() += images;
        }
        self.damaged.extend(damaged);
        self.stages.add(stages);
    }
}
