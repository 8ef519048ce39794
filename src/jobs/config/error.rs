//! Configurations that cannot be read, or whose settings contradict each other.

use crate::backbone::engine::EngineError;
use crate::backbone::spec::SpecError;
use crate::hint::{Hint, Message};
use crate::table::plain_file;
use std::io;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}: {problem}", path.display())]
    Parse {
        path: PathBuf,
        line: usize,
        problem: String,
    },
    #[error("`{}`: {source}", path.display())]
    Path { path: PathBuf, source: io::Error },
    #[error("the configuration cannot be written: {0}")]
    Serialise(#[from] toml::ser::Error),
    #[error("{setting} is for heads on a frozen backbone")]
    NotWithFinetuning {
        setting: &'static str,
        hint: &'static str,
    },
    #[error("the classifier was trained on features of an {trained} backbone and has no other")]
    OtherPrecision {
        trained: &'static str,
        other: &'static str,
    },
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error("{views} views of an image; there are 1 and 2")]
    Views { views: usize },
    #[error("an int8 backbone has no gradients to train it by")]
    NoGradients,
    #[error("the backbone cannot be fine-tuned: {0}")]
    NotTrainable(EngineError),
}

impl ConfigError {
    /// What is wrong with the text of a file, and where.
    pub(crate) fn parse(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().map_or("", |span| &text[..span.start]);
        Self::Parse {
            path: file.to_owned(),
            line: before.matches('\n').count() + 1,
            problem: error.message().replace('\n', " "),
        }
    }
}

impl Hint for ConfigError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Parse { .. } => "{config} takes the config.toml of a run",
            Self::NotWithFinetuning { hint, .. } => hint,
            Self::OtherPrecision { other, .. } => {
                return Some(Message::new(
                    "leave {precision} out, or train again with {precision} {}",
                    &[other],
                ));
            }
            Self::Views { .. } => "{views} 2 is the image and its mirror image",
            Self::NoGradients => {
                "name the float32 model with {backbone}; of a backbone that ships, {precision} f32 is one"
            }
            Self::NotTrainable(EngineError::Opset { .. }) => {
                "fine-tuning is the burn engine's, whatever {engine} says: export the model with an older \
                 opset, or leave {unfreeze} out"
            }
            Self::NotTrainable(EngineError::Unsupported { .. } | EngineError::Node { .. }) => {
                "fine-tuning is the burn engine's, whatever {engine} says: unfreeze only what comes after \
                 the node, or leave {unfreeze} out"
            }
            Self::NotTrainable(error) => return error.hint(),
            Self::Read { source, .. } => plain_file::hint(source)?,
            Self::Spec(error) => return error.hint(),
            Self::Path { .. } | Self::Serialise(_) => return None,
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        !matches!(self, Self::Serialise(_))
    }
}
