//! Predictions of all records: out of fold, of the test rows, or why there is none.

use super::Split;
use crate::backbone::store::{self, Key};
use crate::classifier::decide;
use crate::dataset::Dataset;
use crate::record::{BadImage, Fold, Part, Prediction, Predictions, Record, Status};

/// Of two classes, the positive one is predicted from this probability up.
pub const THRESHOLD: f32 = 0.5;

/// Records, and what became of each before its prediction.
#[derive(Debug)]
pub struct Outcomes<'a, T> {
    pub dataset: &'a Dataset,
    /// Key of each record's file, where it has one that could be read.
    pub keys: &'a [Option<Key>],
    /// What a record is predicted from, or why it cannot be.
    pub rows: &'a [Result<T, BadImage>],
}

/// One prediction a record, in their order, from probabilities out of fold for training rows and by
/// the final head for test rows.
pub fn predictions<T>(
    outcomes: Outcomes<T>,
    split: &Split,
    out_of_fold: &[f32],
    test: &[f32],
) -> Predictions {
    let Outcomes {
        dataset,
        keys,
        rows,
    } = outcomes;
    let classes = dataset.classes.len();
    let scored = |probabilities: &[f32], at: usize| {
        decide(&probabilities[at * classes..(at + 1) * classes], THRESHOLD)
    };
    let mut found = vec![None; dataset.records.len()];
    let mut unjudged = vec![false; dataset.records.len()];
    for (at, &record) in split.train.iter().enumerate() {
        if out_of_fold[at * classes].is_nan() {
            unjudged[record] = true;
            continue;
        }
        found[record] = Some((scored(out_of_fold, at), Fold::Out(split.folds[at])));
    }
    for (at, &record) in split.test.iter().enumerate() {
        found[record] = Some((scored(test, at), Fold::Test));
    }
    let left_out = BadImage {
        status: Status::LeftOut,
        reason: match split.has_validation_part {
            true => {
                "a test or validation row shows the same person or has the same bytes".to_owned()
            }
            false => "a test row shows the same person or has the same bytes".to_owned(),
        },
    };
    let unjudged_as = |record: usize| BadImage {
        status: Status::NoHeldOut,
        reason: match dataset.records[record].part {
            Some(Part::Validation) => {
                "a validation row: it decided when training stopped".to_owned()
            }
            _ => "the classifier learned from it, and no other was trained without it".to_owned(),
        },
    };
    let row = |(at, record): (usize, &Record)| {
        let (outcome, fold) = match (&rows[at], found[at].take()) {
            (Err(bad), _) => (Err(bad.clone()), fold_without_prediction(record.part)),
            (Ok(_), Some((scores, fold))) => (Ok(scores), fold),
            (Ok(_), None) if unjudged[at] => (Err(unjudged_as(at)), Fold::New),
            (Ok(_), None) => (Err(left_out.clone()), Fold::New),
        };
        Prediction {
            path: record.path.clone(),
            blake3: keys[at].as_ref().map(store::hex),
            outcome,
            label: record.label,
            fold,
            attributes: record.attributes.clone(),
        }
    };
    Predictions {
        classes: dataset.classes.clone(),
        attributes: dataset.attributes.clone(),
        rows: dataset.records.iter().enumerate().map(row).collect(),
    }
}

fn fold_without_prediction(part: Option<Part>) -> Fold {
    match part {
        Some(Part::Test) => Fold::Test,
        _ => Fold::New,
    }
}
