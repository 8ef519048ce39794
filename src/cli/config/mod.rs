//! From arguments to configuration: what the user asked for takes the place of the default.

pub mod analysis;
mod backbone;
mod engine;
mod finetune;
mod survey;
mod train;

pub use backbone::{backbone, find_backbone};
pub use engine::{engine, list, overwrite, row_by_row, store};
pub use survey::{is_survey, survey};
pub use train::{apply_data, training};

use evenhand::hint::{Hint, Message};

/// Arguments that make no sense together.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct ArgumentError {
    text: String,
    hint: Option<&'static str>,
}

impl ArgumentError {
    pub fn new(text: impl Into<String>, hint: &'static str) -> Self {
        Self {
            text: text.into(),
            hint: Some(hint),
        }
    }
}

impl Hint for ArgumentError {
    fn hint(&self) -> Option<Message> {
        self.hint.map(Message::from)
    }

    fn is_usage(&self) -> bool {
        true
    }
}
