//! Feature store: whether features are kept, and where.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Feature store: the features of an image are computed once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    pub keep: bool,
    /// The user's cache folder where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            keep: true,
            folder: None,
        }
    }
}

impl StoreConfig {
    /// No store: features are computed again each time.
    pub fn none() -> Self {
        Self {
            keep: false,
            folder: None,
        }
    }
}
