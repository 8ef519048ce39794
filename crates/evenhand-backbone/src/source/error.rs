//! Why a backbone cannot be opened.

use crate::Precision;
use crate::graph::GraphError;
use crate::hint::{Hint, Message};
use crate::plain_file;
use crate::spec::SpecError;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("there is no backbone `{name}`: it is neither a file nor one of {shipped}")]
    Unknown { name: String, shipped: String },
    #[error("cannot read {}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: the spec names no `onnx` file", path.display())]
    NoFile { path: PathBuf },
    #[error("{file} has other weights than its spec is for: sha256 {found}, not {wanted}")]
    OtherWeights {
        file: String,
        found: String,
        wanted: String,
    },
    #[error("`{name}` has no {precision} version")]
    NoCopy {
        name: String,
        precision: Precision,
        /// The name that the copy would have.
        copy: String,
    },
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Hint for SourceError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Read { source, .. } if plain_file::hint(source).is_some() => {
                plain_file::hint(source).map(Message::from)
            }
            Self::Unknown { .. } | Self::Read { .. } => Some(
                "`evenhand backbone list` shows what ships; a file is given by its path".into(),
            ),
            Self::NoFile { .. } => Some("name the model with {backbone} FILE.onnx".into()),
            Self::OtherWeights { .. } => {
                Some("remove `sha256` from the spec if its preprocessing holds for them".into())
            }
            Self::NoCopy {
                name,
                precision: Precision::Int8,
                copy,
            } => Some(Message::new(
                "`evenhand backbone quantize {}` makes `{}`",
                &[name, copy],
            )),
            Self::NoCopy { .. } => {
                Some("name the float32 model with {backbone}; without fine-tuning, {precision} can be left out".into())
            }
            Self::Spec(error) => error.hint(),
            Self::Graph(error) => error.hint(),
        }
    }

    fn is_usage(&self) -> bool {
        matches!(self, Self::Spec(error) if error.is_usage())
    }
}
