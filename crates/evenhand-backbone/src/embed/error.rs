//! Why images could not be embedded.

use crate::engine::EngineError;
use crate::hint::{Hint, Message};
use crate::record::Location;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the engine gave {values} values for a batch of {batch}, which are not rows of {dim}")]
    Shape {
        values: usize,
        batch: usize,
        dim: String,
    },
    #[error("{image}: the engine gave a feature that is not a finite number")]
    NotFinite { image: Location },
    #[error("{at}: evenhand failed: {message}")]
    Panicked { at: String, message: String },
}

impl Hint for EmbedError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Shape { .. } => None,
            Self::Store(error) => error.hint(),
            Self::NotFinite { .. } => {
                Some("try another engine with {engine}, or the float32 backbone".into())
            }
            Self::Panicked { .. } => {
                Some("this is a bug: please report it with the file, if you may share it".into())
            }
        }
    }
}
