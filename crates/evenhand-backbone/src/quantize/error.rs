//! Why a backbone could not be quantised.

use crate::engine::EngineError;
use crate::graph::GraphError;
use crate::hint::{Hint, Message};
use crate::prepare::PrepareError;

#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error("there is no image to calibrate with")]
    NoImages,
    #[error("the model has no layer whose weights could be int8")]
    NoLayers,
    #[error("the weights of the model are {element}; int8 copies are made of float32")]
    NarrowWeights { element: &'static str },
    #[error("the model is on integers already: node `{node}`")]
    Already { node: String },
    #[error("there is no layer `{name}` to skip; the layers are {known}")]
    NoSuchLayer { name: String, known: String },
}

impl Hint for QuantizeError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Engine(error) => error.hint(),
            Self::Graph(error) => error.hint(),
            Self::Prepare(error) => error.hint(),
            Self::NoImages => Some("give some hundred images like those it will see".into()),
            Self::NoLayers => Some("`evenhand backbone inspect FILE` shows what is in it".into()),
            Self::NarrowWeights { .. } => Some(
                "export it in float32: without `.half()`, `.double()` or a conversion after the export"
                    .into(),
            ),
            Self::Already { .. } => Some("give the float32 model it was made from".into()),
            Self::NoSuchLayer { .. } => None,
        }
    }
}
