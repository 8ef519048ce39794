//! Makes an int8 copy of a backbone: runs some images through it to see what its tensors hold, rounds
//! its weights for the least error, and leaves layers float that int8 would hurt.

mod calibrate;
mod error;
mod float;
mod histogram;
mod patches;
mod rounding;
mod sensitivity;

pub use error::QuantizeError;
pub use float::Step;
pub use sensitivity::{Agreement, Sensitivity};

use super::engine;
use super::graph;
use super::graph::quantize::{IntWeights, Layer, Quantised, Selection, quantise, select};
use super::spec::Spec;
use crate::onnx::ModelProto;
use float::Float;
use std::collections::HashSet;

#[derive(Debug, Clone)]
pub struct Options {
    /// Values of a tensor beyond this percentile are clipped.
    pub percentile: f64,
    /// Titles of nodes that stay float.
    pub skip: Vec<String>,
    /// A layer that alone changes features by more than this stays float as well: its share of the
    /// squared length of the features.
    pub most_error: f64,
    pub engine: engine::Options,
}

/// An int8 copy.
pub struct Int8Copy {
    pub model: ModelProto,
    /// Layers on integers, and all that could be.
    pub layers: (usize, usize),
    /// Titles of the layers that stay float, those that were asked for first.
    pub skipped: Vec<String>,
    /// Change of the features when one layer alone is int8, worst first.
    pub sensitivity: Vec<Sensitivity>,
    /// Agreement of the features with those of the float model, over the calibration images.
    pub agreement: Agreement,
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
    let mut model = model.clone();
    graph::fold_batch_norms(&mut model);
    graph::free_batch(&mut model);
    let input = graph::image_input(&model)?;
    let all = select(&model, &HashSet::new());
    if all.layers.is_empty() {
        let index = graph::read::Index::new(&model.graph);
        let mut nodes = model.graph.node.iter();
        return Err(
            match nodes.find_map(|node| graph::divide::narrow_weights(node, &index)) {
                Some(element) => QuantizeError::NarrowWeights { element },
                None => QuantizeError::NoLayers,
            },
        );
    }
    check_names(&options.skip, &all.layers)?;

    let float = Float {
        model,
        input,
        spec,
        engine: &options.engine,
    };
    let numbers = calibrate::numbers(&float, &all, images, options.percentile, progress)?;
    let trial = sensitivity::Trial::new(&float, images)?;
    let mut sensitivity = Vec::new();
    for (at, layer) in all.layers.iter().enumerate() {
        progress(Step::Trying(at, all.layers.len()));
        let (selection, numbers) = alone(&all, &numbers, at);
        sensitivity.push(Sensitivity {
            layer: layer.name.clone(),
            error: trial.error(&quantise(&float.model, &selection, &numbers)?)?,
        });
    }
    sensitivity.sort_by(|a, b| b.error.total_cmp(&a.error));
    let skipped = skipped(options, &sensitivity);
    let (selection, numbers) = without(&float.model, &all, numbers, &skipped);
    let model = quantise(&float.model, &selection, &numbers)?;
    Ok(Int8Copy {
        agreement: trial.agreement(&model, images)?,
        model,
        layers: (selection.layers.len(), all.layers.len()),
        skipped,
        sensitivity,
    })
}

/// The layers that stay float: those that were asked for, and then those that int8 hurts.
fn skipped(options: &Options, sensitivity: &[Sensitivity]) -> Vec<String> {
    let mut skipped = options.skip.clone();
    let hurt = sensitivity
        .iter()
        .filter(|one| one.error > options.most_error);
    for one in hurt {
        if !skipped.contains(&one.layer) {
            skipped.push(one.layer.clone());
        }
    }
    skipped
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
