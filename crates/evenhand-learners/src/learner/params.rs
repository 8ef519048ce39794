//! Settings of all learners.

use crate::logistic::LogisticParams;
use crate::tree::{boosting as boosted, decision_tree as pruned, forest as bagged};
use serde::{Deserialize, Serialize};

/// Settings of all learners.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnerParams {
    pub logistic: LogisticParams,
    pub tree: pruned::Params,
    pub boosting: boosted::Params,
    pub forest: bagged::Params,
}
