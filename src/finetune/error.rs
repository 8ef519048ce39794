//! Errors of fine-tuning, with hints.

use crate::backbone::engine::EngineError;
use crate::backbone::graph::GraphError;
use crate::hint::{Hint, Message};
use crate::record::BadImage;
use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum FinetuneError {
    #[error("`{name}` is {value}; it must be {allowed}")]
    Parameter {
        name: &'static str,
        value: String,
        allowed: &'static str,
    },
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error("{image}: {}", bad.reason)]
    Image { image: String, bad: BadImage },
    #[error("the activations of {image} are no longer in the feature store")]
    Lost { image: String },
    #[error("fine-tuning needs at least {needed} {what} rows, got {got}")]
    TooFewRows {
        what: &'static str,
        needed: usize,
        got: usize,
    },
    #[error("the loss is no longer a number in epoch {epoch}")]
    Diverged { epoch: usize },
    #[error("{}: the checkpoint cannot be {done}: {source}", path.display())]
    Checkpoint {
        path: PathBuf,
        done: &'static str,
        source: io::Error,
    },
}

impl Hint for FinetuneError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Graph(error) => error.hint(),
            Self::Image { .. } => Some("the file changed while it was used: run again".into()),
            Self::Lost { .. } => Some(
                "another program cleared the store while it was used: run the same command again"
                    .into(),
            ),
            Self::Diverged { .. } => Some("take a lower {finetune_rate}".into()),
            Self::Checkpoint { .. } => {
                Some("check that the folder of the run can be written to".into())
            }
            Self::Parameter { .. } | Self::TooFewRows { .. } => None,
        }
    }

    fn is_usage(&self) -> bool {
        matches!(self, Self::Parameter { .. })
    }
}
