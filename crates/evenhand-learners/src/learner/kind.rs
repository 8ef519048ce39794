//! Kinds of models.

use serde::{Deserialize, Serialize};

/// A kind of model, the simplest first: of learners that predict alike, the simplest is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Learner {
    Logistic,
    Tree,
    Boosting,
    Forest,
}
