//! Sees what the tensors of a model hold, and finds integers for them.

use super::histogram::Histogram;
use super::patches::Patches;
use super::rounding::round;
use super::{Ground, QuantizeError, Step};
use crate::engine::tensor::{Data, HostTensor};
use crate::engine::{self, Probe};
use crate::graph::quantize::{Affine, Layer, Quantised, Selection};
use crate::graph::read::{self, Index};
use crate::graph::{self, INPUT};
use crate::onnx::ValueInfoProto;
use crate::spec::Normalise;
use std::collections::HashMap;

/// A bias takes at most this much of an int32, so that the products added to it have room.
const MOST_BIAS: f32 = (1 << 30) as f32;

/// The numbers of everything that is selected.
pub fn numbers(
    ground: &Ground,
    selection: &Selection,
    images: &[Vec<u8>],
    percentile: f64,
    progress: &mut dyn FnMut(Step),
) -> Result<Quantised, QuantizeError> {
    let (mut probe, of_input) = probe(ground, selection)?;
    let mut histograms: HashMap<&str, Histogram> = HashMap::new();
    let nodes = &ground.float.graph.node;
    let windows = |layer: &Layer| Patches::of(&nodes[layer.node], &layer.weight);
    let mut patches: Vec<Option<Patches>> = selection.layers.iter().map(windows).collect();
    let size = ground.spec.size;
    for (at, pixels) in images.iter().enumerate() {
        progress(Step::Calibrating(at, images.len()));
        let shape = [1, size.height, size.width, 3];
        let pixels = HostTensor::bytes(&shape, pixels.clone());
        let seen = probe.run(&[(INPUT, pixels)])?;
        let tensor = |name: &str| match name == ground.input.name {
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
    let mut activations = ranges(selection, &histograms, percentile);
    if let (Some(affine), Some(known)) = (
        of_pixels(&ground.spec.normalise()),
        activations.get_mut(&ground.input.name),
    ) {
        *known = affine;
    }
    let index = Index::new(&ground.float.graph);
    let floats = |name: &String| index.initializer(name).and_then(read::f32_values);
    let weights = selection
        .layers
        .iter()
        .zip(patches)
        .map(|(layer, patches)| {
            let values = floats(&layer.weight.tensor).unwrap_or_default();
            let bias = layer.bias.as_ref().and_then(floats).unwrap_or_default();
            let input = activations
                .get(&layer.input)
                .map_or(1.0, |affine| affine.scale);
            let least = |channel: usize| {
                let bias = bias.get(channel).copied().unwrap_or(0.0);
                bias.abs() / (input * MOST_BIAS)
            };
            let patches = patches.and_then(Patches::finish);
            let mut rounded = round(&layer.weight, &values, patches.as_ref(), &least);
            // A matrix product has no bias to put the mean error into.
            if nodes[layer.node].op_type == "MatMul" {
                rounded.shift.clear();
            }
            rounded
        });
    Ok(Quantised {
        weights: weights.collect(),
        activations,
    })
}

/// The model from pixels to every selected activation, and the name of what its own input became.
fn probe(
    ground: &Ground,
    selection: &Selection,
) -> Result<(Box<dyn Probe>, String), QuantizeError> {
    let Ground {
        float,
        input,
        spec,
        engine,
    } = ground;
    let mut model = float.clone();
    graph::resize_input(&mut model, input, spec.size.height, spec.size.width);
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
    model.graph.mut_or_insert_default().output = outputs.collect();
    graph::prune(&mut model);
    Ok((engine::probe(&model, engine)?, of_input))
}

/// What makes integers of normalised pixels that are the pixels themselves, where one scale does for
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
