//! Writes pairs of `QuantizeLinear` and `DequantizeLinear` around what is selected.

use super::super::build::{self, int};
use super::super::read::{self, Index};
use super::super::{GraphError, Names, opset};
use super::{Affine, IntWeights, Layer, OLDEST_OPSET, Selection};
use crate::onnx::{ModelProto, NodeProto, TensorProto};
use std::collections::HashMap;

/// The numbers that a selection becomes.
#[derive(Debug, Clone, Default)]
pub struct Quantised {
    /// Of every selected activation, by name.
    pub activations: HashMap<String, Affine>,
    /// Of every selected layer, in their order.
    pub weights: Vec<IntWeights>,
}

/// The model on integers. Nodes that are not selected read what they read before, in float.
///
/// # Errors
/// [`GraphError::Opset`] below operator set 13, which has no scales for each channel.
pub fn quantise(
    model: &ModelProto,
    selection: &Selection,
    numbers: &Quantised,
) -> Result<ModelProto, GraphError> {
    let found = opset(model);
    if found < OLDEST_OPSET {
        return Err(GraphError::TooOldToQuantise { found });
    }
    let mut pen = Pen {
        names: Names::of(model),
        constants: Vec::new(),
    };
    let index = Index::new(&model.graph);
    let mut parameters: HashMap<usize, Parameters> = HashMap::new();
    for (layer, weights) in selection.layers.iter().zip(&numbers.weights) {
        let input = numbers.activations.get(&layer.input).copied();
        let bias = layer.bias.as_ref().and_then(|name| index.initializer(name));
        let bias = bias.and_then(read::f32_values);
        let input = input.map_or(1.0, |affine| affine.scale);
        parameters.insert(layer.node, pen.parameters(layer, weights, bias, input));
    }
    let is_input = |name: &String| model.graph.input.iter().any(|info| info.name == *name);
    let mut ends: HashMap<&str, Ends> = HashMap::new();
    for name in &selection.activations {
        let Some(&affine) = numbers.activations.get(name) else {
            continue;
        };
        let (float, dequantised) = match is_input(name) {
            true => (
                name.clone(),
                pen.names.fresh(&format!("{name}/dequantised")),
            ),
            false => (pen.names.fresh(&format!("{name}/float")), name.clone()),
        };
        let end = Ends {
            float,
            dequantised,
            affine,
        };
        ends.insert(name, end);
    }

    let mut nodes = Vec::new();
    for info in &model.graph.input {
        nodes.extend(
            ends.get(&info.name[..])
                .iter()
                .flat_map(|end| pen.round_trip(end)),
        );
    }
    for (at, node) in model.graph.node.iter().enumerate() {
        let mut written = node.clone();
        let skipped = !selection.nodes.contains(&at) && has_weights(node);
        for name in &mut written.input {
            if let Some(end) = ends.get(&name[..]) {
                // ONNX Runtime quantises the weights of a float layer between integers as well, and
                // badly: with one scale for all channels.
                *name = if skipped {
                    &end.float
                } else {
                    &end.dequantised
                }
                .clone();
            }
        }
        if let Some(Parameters { before, names }) = parameters.remove(&at) {
            nodes.extend(before);
            written.input.truncate(1);
            written.input.extend(names);
        }
        for name in &mut written.output {
            if let Some(end) = ends.get(&name[..]) {
                name.clone_from(&end.float);
            }
        }
        nodes.push(written);
        for name in &node.output {
            nodes.extend(
                ends.get(&name[..])
                    .iter()
                    .flat_map(|end| pen.round_trip(end)),
            );
        }
    }
    let mut model = model.clone();
    let graph = &mut model.graph;
    graph.node = nodes;
    graph.initializer.append(&mut pen.constants);
    super::super::prune(&mut model);
    Ok(model)
}

/// A tensor on its way through integers.
struct Ends {
    /// Before it is rounded.
    float: String,
    /// What comes out again.
    dequantised: String,
    affine: Affine,
}

/// What gives a layer its weights and bias.
struct Parameters {
    before: Vec<NodeProto>,
    /// Of weights and bias.
    names: Vec<String>,
}

fn has_weights(node: &NodeProto) -> bool {
    matches!(
        &node.op_type[..],
        "Conv" | "ConvTranspose" | "Gemm" | "MatMul"
    )
}

/// Writes constants and the nodes that read them.
struct Pen {
    names: Names,
    constants: Vec<TensorProto>,
}

impl Pen {
    fn constant(&mut self, name: &str, write: impl FnOnce(&str) -> TensorProto) -> String {
        let name = self.names.fresh(name);
        self.constants.push(write(&name));
        name
    }

    /// To integers and back.
    fn round_trip(&mut self, end: &Ends) -> [NodeProto; 2] {
        let Ends {
            float,
            dequantised,
            affine: Affine { scale, zero },
        } = end;
        let scale = self.constant(&format!("{dequantised}/scale"), |name| {
            build::f32s(name, &[], &[*scale])
        });
        let zero = self.constant(&format!("{dequantised}/zero"), |name| {
            build::u8s(name, &[], &[*zero])
        });
        let integers = self.names.fresh(&format!("{dequantised}/uint8"));
        let inputs = [&integers[..], &scale, &zero];
        let mut back = build::node("DequantizeLinear", &inputs, dequantised, []);
        // The tensor's name may be the name of the node that made it, and nodes share none.
        back.name = self.names.fresh(&format!("{dequantised}/dequantise"));
        [
            build::node("QuantizeLinear", &[float, &scale, &zero], &integers, []),
            back,
        ]
    }

    /// Integers for weights and bias, and the nodes that make floats of them. The scale of a bias is
    /// that of the products it is added to: the input's times the weights'.
    fn parameters(
        &mut self,
        layer: &Layer,
        weights: &IntWeights,
        bias: Option<Vec<f32>>,
        input: f32,
    ) -> Parameters {
        let Layer { name, weight, .. } = layer;
        let IntWeights {
            values,
            scales,
            shift,
        } = weights;
        let channels = weight.channels();
        let axis = weight.axis;
        let stem = format!("{name}/weight");
        let integers = self.constant(&format!("{stem}/int8"), |name| {
            build::i8s(name, &weight.dims, values)
        });
        let mut before = vec![self.dequantise(&stem, &integers, scales, axis, |name| {
            build::i8s(name, &[channels], &vec![0; channels])
        })];
        let bias = bias.unwrap_or_else(|| vec![0.0; channels]);
        let shifted = |at: usize| bias[at] + shift.get(at).copied().unwrap_or(0.0);
        let shifted: Vec<f32> = (0..channels).map(shifted).collect();
        if layer.bias.is_some() || shifted.iter().any(|&value| value != 0.0) {
            let stem = format!("{name}/bias");
            let scales: Vec<f32> = scales.iter().map(|scale| scale * input).collect();
            let rounded = shifted.iter().zip(&scales);
            let rounded: Vec<i32> = rounded
                .map(|(value, scale)| (f64::from(*value) / f64::from(*scale)).round() as i32)
                .collect();
            let integers = self.constant(&format!("{stem}/int32"), |name| {
                build::i32s(name, &[channels], &rounded)
            });
            before.push(self.dequantise(&stem, &integers, &scales, 0, |name| {
                build::i32s(name, &[channels], &vec![0; channels])
            }));
        }
        let names = before.iter().map(|node| node.output[0].clone()).collect();
        Parameters { before, names }
    }

    fn dequantise(
        &mut self,
        stem: &str,
        integers: &str,
        scales: &[f32],
        axis: usize,
        zeros: impl FnOnce(&str) -> TensorProto,
    ) -> NodeProto {
        let scale = self.constant(&format!("{stem}/scale"), |name| {
            build::f32s(name, &[scales.len()], scales)
        });
        let zero = self.constant(&format!("{stem}/zero"), zeros);
        let output = self.names.fresh(&format!("{stem}/dequantised"));
        let axis = int("axis", axis as i64);
        build::node(
            "DequantizeLinear",
            &[integers, &scale, &zero],
            &output,
            [axis],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::{names, small_cnn};
    use super::super::super::{fold_batch_norms, parse, serialise};
    use super::super::select;
    use super::*;
    use std::collections::HashSet;

    fn quantised(skip: &[&str]) -> ModelProto {
        let mut model = small_cnn();
        fold_batch_norms(&mut model);
        let skip = skip
            .iter()
            .map(|&name| name.to_owned())
            .collect::<HashSet<_>>();
        let selection = select(&model, &skip);
        let affine = Affine {
            scale: 0.5,
            zero: 0,
        };
        let activations = selection.activations.iter();
        let weights = selection.layers.iter().map(|layer| IntWeights {
            values: vec![1; layer.weight.dims.iter().product()],
            scales: vec![0.25; layer.weight.channels()],
            shift: vec![],
        });
        let numbers = Quantised {
            activations: activations.map(|name| (name.clone(), affine)).collect(),
            weights: weights.collect(),
        };
        quantise(&model, &selection, &numbers).unwrap()
    }

    #[test]
    fn quantised_tensors_keep_their_names_for_those_who_read_them() {
        let model = quantised(&[]);
        let index = Index::new(&model.graph);
        assert_eq!(index.maker("relu").unwrap().op_type, "DequantizeLinear");
        assert_eq!(index.maker("relu/float").unwrap().op_type, "Relu");
        assert_eq!(index.maker("gap/float").unwrap().input, ["relu"]);
        let conv = index.maker("bn").unwrap();
        let inputs = [
            "image/dequantised",
            "conv/weight/dequantised",
            "conv/bias/dequantised",
        ];
        assert_eq!(conv.input, inputs);
        assert!(
            index.initializer("conv.weight").is_none(),
            "float weights are gone"
        );
        let bias = index.initializer("conv/bias/int32").unwrap();
        // -0.5 and -6, each over 0.5 x 0.25.
        assert_eq!(read::i64_values(bias), Some(vec![-4, -48]));
        parse(serialise(&model).unwrap(), "a model in plain form").unwrap();
        let mut nodes = names(&model);
        nodes.sort_unstable();
        assert!(
            nodes.is_sorted_by(|a, b| a < b),
            "each has a name of its own: {nodes:?}"
        );
    }

    #[test]
    fn a_skipped_layer_reads_what_was_not_rounded() {
        let model = quantised(&["logits"]);
        let index = Index::new(&model.graph);
        assert_eq!(
            index.maker("logits").unwrap().input,
            ["flat", "fc.weight", "fc.bias"]
        );
        assert!(!names(&model).contains(&"flat/float"));
        let model = quantised(&["gap"]);
        assert_eq!(
            Index::new(&model.graph).maker("gap").unwrap().input,
            ["relu"]
        );
    }

    #[test]
    fn operator_sets_without_scales_by_channel_are_refused() {
        let mut model = small_cnn();
        model.opset_import[0].version = 12;
        let error = quantise(&model, &Selection::default(), &Quantised::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the model has opset 12; int8 weights need opset 13 or newer"
        );
    }
}
