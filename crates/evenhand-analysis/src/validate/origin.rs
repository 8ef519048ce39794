//! Origin of predictions: which models made them.

use evenhand_table::TextColumn;
use serde_json::{Value, json};

/// Numbers of predictions by the model that made them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    pub out_of_fold: usize,
    pub test: usize,
    /// By a classifier of which the table does not say what it was trained on.
    pub unknown: usize,
}

impl Origin {
    pub(super) fn of(folds: Option<&TextColumn>, rows: impl Iterator<Item = usize>) -> Self {
        let mut origin = Self::default();
        for row in rows {
            match folds.and_then(|folds| folds.get(row)) {
                Some("test") => origin.test += 1,
                Some(fold) if fold.parse::<usize>().is_ok() => origin.out_of_fold += 1,
                _ => origin.unknown += 1,
            }
        }
        origin
    }

    pub(super) fn to_json(self) -> Value {
        json!({ "out_of_fold": self.out_of_fold, "test": self.test, "unknown": self.unknown })
    }

    /// In a sentence.
    pub(super) fn sentence(self) -> String {
        let Self {
            out_of_fold,
            test,
            unknown,
        } = self;
        let mut said = Vec::new();
        if out_of_fold > 0 {
            said.push(format!(
                "{out_of_fold} are of training images, each by a model that did not learn from it"
            ));
        }
        if test > 0 {
            said.push(format!("{test} are of test images"));
        }
        if unknown > 0 {
            said.push(format!(
                "{unknown} have no `fold`: if the classifier was trained on these images, accuracy is too \
                 high"
            ));
        }
        format!("Of the predictions, {}.", said.join("; "))
    }
}
