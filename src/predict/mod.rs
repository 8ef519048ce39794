//! Prediction on new images: any number of records in, one prediction for each out, in order.

mod table;

pub use table::PredictionWriter;

use crate::backbone::embed::{EmbedError, Embedded, Embedder, Progress, Summary};
use crate::backbone::store;
use crate::classifier::Classifier;
use crate::features::Features;
use crate::head::{self, Device, HeadError};
use crate::record::{BadImage, Fold, Prediction, Record};
use half::f16;

/// Rows that go through the head together.
const ROWS: usize = 256;

#[derive(Debug, thiserror::Error)]
pub enum PredictError {
    #[error(transparent)]
    Embed(#[from] EmbedError),
    #[error(transparent)]
    Head(#[from] HeadError),
}

impl PredictError {
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Embed(error) => error.hint(),
            Self::Head(error) => error.hint(),
        }
    }
}

/// Classifies the image of every record and calls `sink` once for each, in their order. Memory does
/// not grow with the number of records.
///
/// # Errors
/// The sink's own, at once; and when engine, store or head fail. An image that cannot be used is a
/// prediction without scores, never an error.
pub fn predict<E: From<PredictError> + From<EmbedError>>(
    classifier: &Classifier,
    embedder: &mut Embedder,
    records: impl Iterator<Item = Record> + Send,
    progress: &dyn Fn(Progress),
    sink: &mut dyn FnMut(Prediction) -> Result<(), E>,
) -> Result<Summary, E> {
    let mut batch = Batch::new(classifier);
    let image_of = |record: &Record| record.image.clone();
    let summary = embedder.run_with(records, image_of, progress, &mut |record, embedded| {
        batch.push(record, embedded);
        if batch.waiting.len() == ROWS {
            batch.flush(sink)
        } else {
            Ok(())
        }
    })?;
    batch.flush(sink)?;
    Ok(summary)
}

/// Rows that wait for the head.
struct Batch<'a> {
    classifier: &'a Classifier,
    device: Device,
    waiting: Vec<Waiting>,
}

struct Waiting {
    record: Record,
    sha: Option<String>,
    features: Result<Vec<f16>, BadImage>,
}

impl<'a> Batch<'a> {
    fn new(classifier: &'a Classifier) -> Self {
        Self {
            classifier,
            device: head::cpu(),
            waiting: Vec::with_capacity(ROWS),
        }
    }

    fn push(&mut self, record: Record, embedded: Embedded) {
        let Embedded {
            index: _,
            key,
            features,
        } = embedded;
        let sha = key.map(|key| store::hex(&key));
        self.waiting.push(Waiting {
            record,
            sha,
            features,
        });
    }

    fn flush<E: From<PredictError>>(
        &mut self,
        sink: &mut dyn FnMut(Prediction) -> Result<(), E>,
    ) -> Result<(), E> {
        let head = &self.classifier.head;
        let mut features =
            Features::with_capacity(head.mean.len(), self.waiting.len() * head.views);
        for row in self
            .waiting
            .iter()
            .filter_map(|waiting| waiting.features.as_ref().ok())
        {
            row.chunks_exact(features.dim())
                .for_each(|view| features.push(view));
        }
        let images: Vec<usize> = (0..features.rows() / head.views).collect();
        let probabilities = head
            .probabilities(&features, &images, &self.device)
            .map_err(PredictError::from)?;
        let mut scores = probabilities.chunks_exact(head.classes);
        for Waiting {
            record,
            sha,
            features,
        } in self.waiting.drain(..)
        {
            let outcome = features.map(|_| {
                let probabilities = scores.next().expect("the head answers once for every row");
                self.classifier.decide(probabilities)
            });
            let Record {
                path, attributes, ..
            } = record;
            let prediction = Prediction {
                path,
                sha,
                outcome,
                label: None,
                fold: Fold::New,
                attributes,
            };
            sink(prediction)?;
        }
        Ok(())
    }
}
