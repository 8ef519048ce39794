//! How much of a backbone is fine-tuned.

use super::engine::{self, EngineError};
use super::graph::divide::{self, Divided, divide};
use super::graph::{self, GraphError, Prepared};
use super::spec::Tap;
use crate::hint::{Hint, Message};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The part of a backbone that is fine-tuned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Unfreeze {
    All,
    /// As many stages, counted from the top: what has one shape of activations is a stage.
    Stages(usize),
    /// Everything after a tensor.
    After(String),
}

impl FromStr for Unfreeze {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<usize>() {
            Ok(0) => Err("0 stages leave nothing to train; leave unfreeze out".into()),
            Ok(stages) => Ok(Self::Stages(stages)),
            Err(_) if text == "all" => Ok(Self::All),
            Err(_) => Ok(Self::After(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Unfreeze {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Unfreeze> for String {
    fn from(unfreeze: Unfreeze) -> Self {
        unfreeze.to_string()
    }
}

impl fmt::Display for Unfreeze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Stages(stages) => write!(f, "{stages}"),
            Self::After(tensor) => f.write_str(tensor),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum UnfreezeError {
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error("the shapes of the backbone are not known: {0}")]
    Shapes(EngineError),
}

impl Hint for UnfreezeError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Graph(error) => error.hint(),
            Self::Shapes(error) => error.hint(),
        }
    }
}

impl Unfreeze {
    /// Divides a prepared graph with these taps.
    ///
    /// # Errors
    /// As [`divide()`].
    pub fn divide(&self, prepared: &Prepared, taps: &[Tap]) -> Result<Divided, UnfreezeError> {
        let model = &prepared.model;
        let everything = || Ok(divide::whole(prepared)?);
        if *self == Self::All {
            return everything();
        }
        let shapes = engine::shapes(model, prepared.height, prepared.width);
        let shapes = shapes.map_err(UnfreezeError::Shapes)?;
        let tensor = match self {
            Self::All => return everything(),
            Self::After(tensor) => tensor.clone(),
            Self::Stages(count) => {
                // Up to the uppermost tap, where no side branch hides how the network is built.
                let is_tap = |name: &&String| taps.iter().any(|tap| tap.tensor == **name);
                let mut made = model.graph.node.iter().flat_map(|node| &node.output);
                let top = made.rfind(is_tap);
                let trunk = match top {
                    Some(top) => graph::cut(model, &[top])?,
                    None => model.clone(),
                };
                let stages = graph::stages(&trunk, &shapes);
                match stages.len().checked_sub(count + 1) {
                    Some(last_frozen) => stages[last_frozen].tensor.clone(),
                    None => return everything(),
                }
            }
        };
        Ok(divide(prepared, &tensor, &shapes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;
    use crate::engine::burn::GradientEngine;
    use crate::engine::{Choice, Options};
    use crate::prepare::prepare;
    use crate::source::{self, Source};

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["all", "2", "/blocks/blocks.4/Add"] {
            assert_eq!(text.parse::<Unfreeze>().unwrap().to_string(), text);
        }
        assert!("0".parse::<Unfreeze>().is_err());
    }

    #[test]
    fn the_two_parts_one_after_the_other_are_the_whole() {
        let backbone = source::open(&Source::default()).unwrap();
        let prepared = prepare(&backbone.model, &backbone.spec).unwrap();
        let taps = &backbone.spec.taps;
        let divided = Unfreeze::Stages(1).divide(&prepared, taps).unwrap();
        let options = Options {
            choice: Choice::Burn,
            device: None,
            threads: 1,
            precision: Precision::F32,
        };
        let pixels: Vec<u8> = (0..224 * 224 * 3).map(|at| (at * 7 % 256) as u8).collect();
        let run = |prepared: &Prepared| {
            let mut opened = engine::open(prepared, &options).unwrap();
            opened.engine.run(&pixels, 1).unwrap()
        };
        let (whole, frozen) = (run(&prepared), divided.frozen.unwrap());
        // Feature stores of earlier versions name the activations so.
        let digest = "fc55e597d38f6dc1dce7121625fa4664e492bbb3f8e0fe451895edc95352816d";
        assert_eq!(frozen.digest, digest);
        let values = run(&frozen);
        // The last stage begins at 112 x 14 x 14; the pooled grid of the tap before passes by.
        assert_eq!(values.len(), 112 * 14 * 14 + 2000);
        let trained = GradientEngine::load(&divided.trained, "cpu", 1).unwrap();
        let weights: Vec<_> = trained.weights().iter().map(|w| w.values.clone()).collect();
        let input = engine::burn::Rows {
            shape: vec![values.len()],
            values,
        };
        let again = trained.outputs(&weights, &[input], 1).unwrap();
        let gap = whole.iter().zip(&again).map(|(a, b)| (a - b).abs());
        assert!(gap.fold(0.0, f32::max) < 1e-4);

        let all = Unfreeze::Stages(9).divide(&prepared, taps).unwrap();
        assert!(all.frozen.is_none());
        let nowhere = Unfreeze::After("nowhere".into()).divide(&prepared, taps);
        assert!(matches!(
            nowhere,
            Err(UnfreezeError::Graph(GraphError::NoSuchTensor { .. }))
        ));
    }
}
