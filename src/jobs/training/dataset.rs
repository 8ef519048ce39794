//! Data set with the features of its images, and the rows that have none.

use super::evaluation::RecordFeatures;
use super::predictions::Outcomes;
use crate::backbone::embed::{Embedded, Embedder};
use crate::backbone::store::Key;
use crate::dataset::{self, Dataset};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::features::Features;
use crate::jobs::bad_images::BadImages;
use crate::jobs::config::{DataConfig, OpenBackbone};
use crate::jobs::pipeline::{self, follow};
use crate::record::{BadImage, Status};

/// Loads the data set, and notes what was decided on the way.
pub fn load(data: &DataConfig, on: &mut dyn Events) -> Result<Dataset, Error> {
    let mut dataset = dataset::load(&data.path, &data.layout)?;
    if let Some(test) = &data.test {
        dataset = dataset.with_test(test, &data.layout)?;
    }
    tell(&dataset, on);
    Ok(dataset)
}

/// Says what was decided while a data set was read.
pub fn tell(dataset: &Dataset, on: &mut dyn Events) {
    for note in &dataset.notes {
        on.info(note.clone());
    }
    for warning in &dataset.warnings {
        on.warn(warning.clone());
    }
}

/// Data set with the features of its images.
pub struct EmbeddedDataset {
    pub dataset: Dataset,
    /// Key of each record's file, where it could be read.
    pub keys: Vec<Option<Key>>,
    /// For each record its number among the images that have features, or why it has none.
    pub rows: Vec<Result<usize, BadImage>>,
    /// One row a view, those of an image one after another.
    pub features: Features,
    pub views: usize,
}

impl EmbeddedDataset {
    /// Embeds every labelled image, or takes its features from the store.
    pub(super) fn new(
        dataset: Dataset,
        embedder: &mut Embedder,
        backbone: &OpenBackbone,
        max_bad: f64,
        on: &mut dyn Events,
    ) -> Result<Self, Error> {
        let views = backbone.views;
        let dim = backbone.prepared.dim() / views;
        let unlabelled = BadImage {
            status: Status::Unlabelled,
            reason: "the row has no label".into(),
        };
        let labelled: Vec<usize> = (0..dataset.records.len())
            .filter(|&at| dataset.records[at].label.is_some())
            .collect();
        let mut features = Features::with_capacity(dim, labelled.len() * views);
        let mut keys = vec![None; dataset.records.len()];
        let mut rows = vec![Err(unlabelled); dataset.records.len()];

        let images: Vec<_> = labelled
            .iter()
            .map(|&at| dataset.records[at].image.clone())
            .collect();
        let mut take = |embedded: Embedded| -> Result<(), Error> {
            let Embedded {
                index,
                key,
                features: outcome,
            } = embedded;
            keys[labelled[index]] = key;
            rows[labelled[index]] = outcome.map(|row| {
                row.chunks_exact(dim).for_each(|view| features.push(view));
                features.rows() / views - 1
            });
            Ok(())
        };
        let images = images.into_iter();
        let summary = embedder.run(images, &mut follow(on, Stage::Embedding), &mut take);
        on.finished(Stage::Embedding);
        let summary = summary?;
        pipeline::tell(&summary, on);
        let mut bad = BadImages::default();
        for &at in &labelled {
            if let Err(reason) = &rows[at] {
                bad.add(&dataset.records[at].path, reason);
            }
        }
        bad.check(summary.images, max_bad)?;
        Ok(Self {
            dataset,
            keys,
            rows,
            features,
            views,
        })
    }

    pub fn outcomes(&self) -> Outcomes<'_, usize> {
        Outcomes {
            dataset: &self.dataset,
            keys: &self.keys,
            rows: &self.rows,
        }
    }

    /// The row of each record's image as it is, not of its mirror image.
    pub fn record_features(&self) -> RecordFeatures<'_> {
        let row = |row: &Result<usize, BadImage>| Some(row.as_ref().ok()? * self.views);
        RecordFeatures {
            features: &self.features,
            rows: self.rows.iter().map(row).collect(),
        }
    }

    /// The images of records among the features, by number.
    pub fn images(&self, records: &[usize]) -> Vec<usize> {
        let row = |&at: &usize| self.rows[at].as_ref().ok().copied();
        records.iter().filter_map(row).collect()
    }
}
