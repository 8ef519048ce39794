//! Records through backbone and head, a batch at a time.

use crate::backbone::embed::{EmbedError, Embedded, Embedder, Progress, Summary};
use crate::backbone::store;
use crate::classifier::Classifier;
use crate::drift::Tally;
use crate::features::Features;
use crate::head::{Device, HeadError, Scorer};
use crate::hint::{Hint, Message};
use crate::record::{BadImage, Fold, Prediction, Record};
use half::f16;
use rayon::prelude::*;

/// Rows that go through the head together. Fewer are filled up, so that what the head says of a row
/// does not depend on its company: products of few rows are computed otherwise, in the last bits.
const ROWS: usize = 256;

/// A prediction, and the distance of its image from those of the training.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub prediction: Prediction,
    /// `None` where there are no features.
    pub distance: Option<f32>,
}

impl Answer {
    /// Adds it to a tally, which tells whether images are unlike the training's.
    pub fn count(&self, classifier: &Classifier, tally: &mut Tally) {
        let Self {
            prediction,
            distance,
        } = self;
        if let (Some(reference), Some(distance), Ok(scores)) =
            (&classifier.card.reference, distance, &prediction.outcome)
        {
            let classes = 0..scores.probabilities.len();
            let written: Vec<f64> = classes.map(|class| scores.written(class)).collect();
            tally.add(reference, *distance, &written);
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PredictError {
    #[error(transparent)]
    Embed(#[from] EmbedError),
    #[error(transparent)]
    Head(#[from] HeadError),
}

impl Hint for PredictError {
    fn hint(&self) -> Option<Message> {
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
/// Those of `sink` and `progress`, at once; and when engine, store or head fail. An image that cannot be used is a
/// prediction without scores, never an error.
pub fn predict<E: From<PredictError> + From<EmbedError>>(
    classifier: &Classifier,
    embedder: &mut Embedder,
    records: impl Iterator<Item = Record> + Send,
    progress: &mut dyn FnMut(Progress) -> Result<(), E>,
    sink: &mut dyn FnMut(Answer) -> Result<(), E>,
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
    scorer: Scorer,
    waiting: Vec<Waiting>,
}

struct Waiting {
    record: Record,
    blake3: Option<String>,
    features: Result<Vec<f16>, BadImage>,
}

impl<'a> Batch<'a> {
    fn new(classifier: &'a Classifier) -> Self {
        Self {
            classifier,
            scorer: classifier.head.scorer(&Device::cpu()),
            waiting: Vec::with_capacity(ROWS),
        }
    }

    fn push(&mut self, record: Record, embedded: Embedded) {
        let Embedded {
            index: _,
            key,
            features,
        } = embedded;
        let blake3 = key.map(|key| store::hex(&key));
        self.waiting.push(Waiting {
            record,
            blake3,
            features,
        });
    }

    fn flush<E: From<PredictError>>(
        &mut self,
        sink: &mut dyn FnMut(Answer) -> Result<(), E>,
    ) -> Result<(), E> {
        let head = &self.classifier.head;
        let waiting = self.waiting.iter();
        let images: Vec<&[f16]> = waiting
            .filter_map(|waiting| waiting.features.as_deref().ok())
            .collect();
        let distances = images.par_iter().map(|image| head.distance(image));
        let distances: Vec<f32> = distances.collect();
        let mut features = Features::with_capacity(head.mean.len(), ROWS * head.views);
        let views = images
            .iter()
            .flat_map(|image| image.chunks_exact(head.mean.len()));
        views.for_each(|view| features.push(view));
        let nothing = vec![f16::ZERO; features.dim()];
        if features.rows() > 0 {
            (features.rows()..ROWS * head.views).for_each(|_| features.push(&nothing));
        }
        let images: Vec<usize> = (0..features.rows() / head.views).collect();
        let probabilities = self
            .scorer
            .probabilities(&features, &images)
            .map_err(PredictError::from)?;
        let mut scores = probabilities.chunks_exact(head.classes).zip(distances);
        for Waiting {
            record,
            blake3,
            features,
        } in self.waiting.drain(..)
        {
            let mut distance = None;
            let outcome = features.map(|_| {
                let (probabilities, found) =
                    scores.next().expect("the head answers once for every row");
                distance = Some(found);
                self.classifier.decide(probabilities)
            });
            let Record {
                path,
                label,
                attributes,
                ..
            } = record;
            let prediction = Prediction {
                path,
                blake3,
                outcome,
                label,
                fold: Fold::New,
                attributes,
            };
            sink(Answer {
                prediction,
                distance,
            })?;
        }
        Ok(())
    }
}
