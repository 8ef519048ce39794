//! Makes an int8 copy of a backbone: runs some images through it to see what its tensors hold, rounds
//! its weights for the least error, and leaves layers float that int8 would hurt.

mod calibrate;
mod histogram;
mod patches;
mod rounding;
mod sensitivity;

pub use sensitivity::{Agreement, Sensitivity};

use super::engine::{self, EngineError};
use super::graph::quantize::{IntWeights, Layer, Quantised, Selection, quantise, select};
use super::graph::{self, GraphError, ImageInput};
use super::prepare::PrepareError;
use super::spec::Spec;
use crate::hint::{Hint, Message};
use crate::onnx::ModelProto;
use std::collections::HashSet;

#[derive(Debug, Clone)]
pub struct Options {
    /// Of the values of a tensor, those beyond this percentile are cut off.
    pub percentile: f64,
    /// Titles of nodes that stay float.
    pub skip: Vec<String>,
    /// A layer that alone changes features by more than this stays float as well: its share of the
    /// squared length of the features.
    pub most_error: f64,
    pub engine: engine::Options,
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many of so many images were looked at.
    Calibrating(usize, usize),
    /// So many of so many layers were tried alone.
    Trying(usize, usize),
}

/// An int8 copy.
pub struct Int8Copy {
    pub model: ModelProto,
    /// Layers on integers, and all that could be.
    pub layers: (usize, usize),
    /// Titles of the layers that stay float, those that were asked for first.
    pub skipped: Vec<String>,
    /// What each layer does to the features when it alone is int8, worst first.
    pub sensitivity: Vec<Sensitivity>,
    /// Of the features with those of the float model, over the calibration images.
    pub agreement: Agreement,
}

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
            Self::Already { .. } => Some("give the float32 model it was made from".into()),
            Self::NoSuchLayer { .. } => None,
        }
    }
}

/// Quantises `model`, which `spec` is for. `images` are pixels as [`Spec::geometry`] has them, uint8
/// `[height, width, 3]`; some hundred are enough.
///
/// # Errors
/// [`QuantizeError`].
pub fn copy(
    model: &ModelProto,
    spec: &Spec,
    images: &[Vec<u8>],
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Int8Copy, QuantizeError> {
    if images.is_empty() {
        return Err(QuantizeError::NoImages);
    }
    if let Some(node) = graph::quantize::on_integers(&model.graph) {
        return Err(QuantizeError::Already { node });
    }
    let mut float = model.clone();
    graph::fold_batch_norms(&mut float);
    graph::free_batch(&mut float);
    let input = graph::image_input(&float)?;
    let all = select(&float, &HashSet::new());
    if all.layers.is_empty() {
        return Err(QuantizeError::NoLayers);
    }
    check_names(&options.skip, &all.layers)?;

    let ground = Ground {
        float,
        input,
        spec,
        engine: &options.engine,
    };
    let numbers = calibrate::numbers(&ground, &all, images, options.percentile, progress)?;
    let trial = sensitivity::Trial::new(&ground, images)?;
    let asked = options.skip.iter().cloned();
    let mut sensitivity = Vec::new();
    for (at, layer) in all.layers.iter().enumerate() {
        progress(Step::Trying(at, all.layers.len()));
        let alone = alone(&all, &numbers, at);
        sensitivity.push(Sensitivity {
            layer: layer.name.clone(),
            error: trial.error(&quantise(&ground.float, &alone.0, &alone.1)?)?,
        });
    }
    sensitivity.sort_by(|a, b| b.error.total_cmp(&a.error));
    let hurting = sensitivity
        .iter()
        .filter(|one| one.error > options.most_error);
    let mut skipped: Vec<String> = asked.collect();
    for one in hurting {
        if !skipped.contains(&one.layer) {
            skipped.push(one.layer.clone());
        }
    }
    let (selection, numbers) = without(&ground.float, &all, numbers, &skipped);
    let model = quantise(&ground.float, &selection, &numbers)?;
    Ok(Int8Copy {
        agreement: trial.agreement(&model, images)?,
        model,
        layers: (selection.layers.len(), all.layers.len()),
        skipped,
        sensitivity,
    })
}

/// What stays the same all along.
struct Ground<'a> {
    /// With batch norms folded, for batches of any size.
    float: ModelProto,
    input: ImageInput,
    spec: &'a Spec,
    engine: &'a engine::Options,
}

fn check_names(skip: &[String], layers: &[Layer]) -> Result<(), QuantizeError> {
    match skip
        .iter()
        .find(|name| layers.iter().all(|layer| layer.name != **name))
    {
        None => Ok(()),
        Some(name) => {
            let known: Vec<String> = layers
                .iter()
                .map(|layer| format!("`{}`", layer.name))
                .collect();
            Err(QuantizeError::NoSuchLayer {
                name: name.clone(),
                known: known.join(", "),
            })
        }
    }
}

/// Only layer `at`, and what it reads.
fn alone(all: &Selection, numbers: &Quantised, at: usize) -> (Selection, Quantised) {
    let layer = all.layers[at].clone();
    let weights = numbers.weights[at].clone();
    let selection = Selection {
        activations: vec![layer.input.clone()],
        nodes: HashSet::from([layer.node]),
        layers: vec![layer],
        ..Default::default()
    };
    let numbers = Quantised {
        activations: numbers.activations.clone(),
        weights: vec![weights],
    };
    (selection, numbers)
}

/// Everything but the layers in `skipped`.
fn without(
    model: &ModelProto,
    all: &Selection,
    numbers: Quantised,
    skipped: &[String],
) -> (Selection, Quantised) {
    let selection = select(model, &skipped.iter().cloned().collect());
    let kept = |(layer, _): &(&Layer, IntWeights)| !skipped.contains(&layer.name);
    let pairs = all.layers.iter().zip(numbers.weights).filter(kept);
    let numbers = Quantised {
        activations: numbers.activations,
        weights: pairs.map(|(_, weights)| weights).collect(),
    };
    (selection, numbers)
}

#[cfg(test)]
mod tests;
