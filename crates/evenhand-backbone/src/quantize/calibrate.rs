//! Sees what the tensors of a model hold, and finds integers for them.

use super::error::QuantizeError;
use super::float::{Float, Step};
use super::histogram::Histogram;
use super::patches::Patches;
use super::rounding::round;
use crate::engine::tensor::{Data, HostTensor};
use crate::engine::{self, Probe};
use crate::graph::quantize::{Affine, IntWeights, Layer, Quantised, Selection};
use crate::graph::read::{self, Index};
use crate::graph::{self, INPUT};
use crate::onnx::ValueInfoProto;
use crate::spec::Normalise;
use std::collections::HashMap;

/// A bias takes at most this much of an int32, so that the products added to it have room.
const MOST_BIAS: f32 = (1 << 30) as f32;

/// The numbers of everything that is selected.
pub fn numbers(
    float: &Float,
    selection: &Selection,
    images: &[Vec<u8>],
    percentile: f64,
    progress: &mut dyn FnMut(Step),
) -> Result<Quantised, QuantizeError> {
    let Observed {
        histograms,
        patches,
    } = observe(float, selection, images, progress)?;
    let mut activations = ranges(selection, &histograms, percentile);
    if let (Some(affine), Some(known)) = (
        of_pixels(&float.spec.normalise()),
        activations.get_mut(&float.input.name),
    ) {
        *known = affine;
    }
    let index = Index::new(&float.model.graph);
    let layers = selection.layers.iter().zip(patches);
    let weights = layers.map(|(layer, patches)| {
        let input = activations.get(&layer.input);
        let mut rounded = weights(layer, &index, input, patches);
        // A matrix product has no bias to put the mean error into.
        if float.model.graph.node[layer.node].op_type == "MatMul" {
            rounded.shift.clear();
        }
        rounded
    });
    Ok(Quantised {
        weights: weights.collect(),
        activations,
    })
}

/// Statistics of tensors over the calibration images.
struct Observed<'a> {
    histograms: HashMap<&'a str, Histogram>,
    /// For each layer; `None` for those of other shapes than [`Patches`] knows.
    patches: Vec<Option<Patches>>,
}

/// Runs the images through the model.
fn observe<'a>(
    float: &Float,
    selection: &'a Selection,
    images: &[Vec<u8>],
    progress: &mut dyn FnMut(Step),
) -> Result<Observed<'a>, QuantizeError> {
    let (mut probe, of_input) = probe(float, selection)?;
    let mut histograms: HashMap<&str, Histogram> = HashMap::new();
    let nodes = &float.model.graph.node;
    let windows = |layer: &Layer| Patches::of(&nodes[layer.node], &layer.weight);
    let mut patches: Vec<Option<Patches>> = selection.layers.iter().map(windows).collect();
    let size = float.spec.size;
    for (at, pixels) in images.iter().enumerate() {
        progress(Step::Calibrating(at, images.len()));
        let shape = [1, size.height, size.width, 3];
        let pixels = HostTensor::bytes(&shape, pixels.clone());
        let seen = probe.run(&[(INPUT, pixels)])?;
        let tensor = |name: &str| match name == float.input.name {
            true => seen.get(&of_input),
            false => seen.get(name),
        };
        for name in &selection.activations {
            if let Some(Data::Float(values)) = tensor(name).map(|tensor| &tensor.data) {
                histograms.entry(name).or_default().add(values);
            }
        }
        for (layer, patches) in selection.layers.iter().zip(&mut patches) {
            if let (Some(patches), Some(tensor)) = (patches, tensor(&layer.input)) {
                patches.add(tensor);
            }
        }
    }
    Ok(Observed {
        histograms,
        patches,
    })
}

/// A layer's weights as integers, with `input` for what it reads.
fn weights(
    layer: &Layer,
    index: &Index,
    input: Option<&Affine>,
    patches: Option<Patches>,
) -> IntWeights {
    let floats = |name: &String| index.initializer(name).and_then(read::f32_values);
    let values = floats(&layer.weight.tensor).unwrap_or_default();
    let bias = layer.bias.as_ref().and_then(floats).unwrap_or_default();
    let input = input.map_or(1.0, |affine| affine.scale);
    let least = |channel: usize| {
        let bias = bias.get(channel).copied().unwrap_or(0.0);
        bias.abs() / (input * MOST_BIAS)
    };
    let patches = patches.and_then(Patches::finish);
    round(&layer.weight, &values, patches.as_ref(), &least)
}

/// The model from pixels to every selected activation, and the name of what its own input became.
fn probe(float: &Float, selection: &Selection) -> Result<(Box<dyn Probe>, String), QuantizeError> {
    let Float {
        model,
        input,
        spec,
        engine,
    } = float;
    let mut model = model.clone();
    graph::resize_input(&mut model, input, spec.size.height, spec.size.width, None);
    let of_input = graph::prepend(
        &mut model,
        input,
        &spec.normalise(),
        spec.size.height,
        spec.size.width,
    );
    let wanted = selection
        .activations
        .iter()
        .map(|name| match *name == input.name {
            true => of_input.as_str(),
            false => name,
        });
    let outputs = wanted.map(|name| ValueInfoProto {
        name: name.to_owned(),
        ..Default::default()
    });
    model.graph.output = outputs.collect();
    graph::prune(&mut model);
    Ok((engine::probe(&model, engine)?, of_input))
}

/// Scale and zero point that turn normalised pixels back into the pixels themselves, where one does for
/// all channels.
fn of_pixels(normalise: &Normalise) -> Option<Affine> {
    let Normalise {
        mean: [mean, ..],
        std: [std, ..],
        ..
    } = *normalise;
    let uniform = normalise.mean == [mean; 3] && normalise.std == [std; 3];
    let whole = (0.0..=255.0).contains(&mean) && mean.fract() == 0.0;
    (uniform && whole).then_some(Affine {
        scale: 1.0 / std,
        zero: mean as u8,
    })
}

fn ranges(
    selection: &Selection,
    histograms: &HashMap<&str, Histogram>,
    percentile: f64,
) -> HashMap<String, Affine> {
    let mut ranges: HashMap<String, Affine> = HashMap::new();
    for name in &selection.activations {
        let shared = selection
            .same
            .get(name)
            .and_then(|other| ranges.get(other).copied());
        let own = || {
            histograms
                .get(&name[..])
                .map(|histogram| histogram.affine(percentile))
        };
        if let Some(affine) = shared.or_else(own) {
            ranges.insert(name.clone(), affine);
        }
    }
    ranges
}
