//! Limits on bad and large images.

use crate::dataset::preprocess::Limits;
use crate::hint::SettingError;
use serde::{Deserialize, Serialize};

/// Limits on bad and large images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitConfig {
    /// Share of images that may be unusable.
    pub max_bad: f64,
    pub max_pixels: u64,
    pub max_bytes: u64,
}

impl Default for LimitConfig {
    fn default() -> Self {
        let Limits {
            max_pixels,
            max_bytes,
        } = Limits::default();
        Self {
            max_bad: 0.1,
            max_pixels,
            max_bytes,
        }
    }
}

impl LimitConfig {
    /// The defaults of jobs that give every image its row: bad images don't stop them.
    pub fn row_by_row() -> Self {
        Self {
            max_bad: 1.0,
            ..Self::default()
        }
    }

    /// # Errors
    /// `max_bad` is no share.
    pub fn check(&self) -> Result<(), SettingError> {
        let Self { max_bad, .. } = *self;
        match (0.0..=1.0).contains(&max_bad) {
            true => Ok(()),
            false => Err(
                SettingError::new("max_bad", max_bad, "a share is from 0 to 1")
                    .with_hint("0.1 allows one bad image in ten"),
            ),
        }
    }

    /// The limits on one image.
    pub fn of_image(self) -> Limits {
        Limits {
            max_pixels: self.max_pixels,
            max_bytes: self.max_bytes,
        }
    }
}
