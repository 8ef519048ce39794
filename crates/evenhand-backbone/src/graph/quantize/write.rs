//! Writes pairs of `QuantizeLinear` and `DequantizeLinear` around what is selected.

use super::super::build::{self, int};
use super::super::read::{self, Index};
use super::super::{GraphError, Names, opset};
use super::select::{Layer, Selection, Weight};
use super::{Affine, IntWeights};
use crate::graph::error::OLDEST_OPSET;
use crate::onnx::{ModelProto, NodeProto, TensorProto};
use std::collections::HashMap;

/// The numbers that a selection becomes.
#[derive(Debug, Clone, Default)]
pub struct Quantised {
    /// Scale and zero point of every selected activation, by name.
    pub activations: HashMap<String, Affine>,
    /// Weights of every selected layer, in their order.
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
    let mut writer = QdqWriter {
        names: Names::of(model),
        constants: Vec::new(),
    };
    let mut parameters = writer.all_parameters(model, selection, numbers);
    let ends = writer.ends(model, selection, numbers);
    let mut nodes = Vec::new();
    for info in &model.graph.input {
        nodes.extend(writer.round_trip(&ends, &info.name));
    }
    for (at, node) in model.graph.node.iter().enumerate() {
        let is_float = !selection.nodes.contains(&at) && has_weights(node);
        let mut written = rewired(node, &ends, is_float);
        if let Some(Parameters { before, names }) = parameters.remove(&at) {
            nodes.extend(before);
            written.input.truncate(1);
            written.input.extend(names);
        }
        nodes.push(written);
        for name in &node.output {
            nodes.extend(writer.round_trip(&ends, name));
        }
    }
    let mut model = model.clone();
    let graph = &mut model.graph;
    graph.node = nodes;
    graph.initializer.append(&mut writer.constants);
    super::super::prune(&mut model);
    Ok(model)
}

/// A node that reads and writes tensors on their way through integers. One with float weights reads
/// them before they are rounded: ONNX Runtime quantises the weights of a float layer between integers
/// as well, and badly, with one scale for all channels.
fn rewired(node: &NodeProto, ends: &HashMap<&str, TwoNames>, has_float_weights: bool) -> NodeProto {
    let mut written = node.clone();
    for name in &mut written.input {
        if let Some(end) = ends.get(&name[..]) {
            name.clone_from(match has_float_weights {
                true => &end.float,
                false => &end.dequantised,
            });
        }
    }
    for name in &mut written.output {
        if let Some(end) = ends.get(&name[..]) {
            name.clone_from(&end.float);
        }
    }
    written
}

/// A tensor on its way through integers.
struct TwoNames {
    /// Before it is rounded.
    float: String,
    /// After it is dequantised.
    dequantised: String,
    affine: Affine,
}

/// Quantised weights and bias of a layer.
struct Parameters {
    before: Vec<NodeProto>,
    /// Names of weights and bias.
    names: Vec<String>,
}

fn has_weights(node: &NodeProto) -> bool {
    matches!(
        &node.op_type[..],
        "Conv" | "ConvTranspose" | "Gemm" | "MatMul"
    )
}

/// Writes constants and the nodes that read them.
struct QdqWriter {
    names: Names,
    constants: Vec<TensorProto>,
}

impl QdqWriter {
    fn constant(&mut self, name: &str, write: impl FnOnce(&str) -> TensorProto) -> String {
        let name = self.names.fresh(name);
        self.constants.push(write(&name));
        name
    }

    /// Weights and biases of all layers, by the position of their node.
    fn all_parameters(
        &mut self,
        model: &ModelProto,
        selection: &Selection,
        numbers: &Quantised,
    ) -> HashMap<usize, Parameters> {
        let index = Index::new(&model.graph);
        let mut parameters = HashMap::new();
        for (layer, weights) in selection.layers.iter().zip(&numbers.weights) {
            let input = numbers.activations.get(&layer.input).copied();
            let bias = layer.bias.as_ref().and_then(|name| index.initializer(name));
            let bias = bias.and_then(read::f32_values);
            let input = input.map_or(1.0, |affine| affine.scale);
            parameters.insert(layer.node, self.parameters(layer, weights, bias, input));
        }
        parameters
    }

    /// Names for both sides of every selected activation.
    fn ends<'a>(
        &mut self,
        model: &ModelProto,
        selection: &'a Selection,
        numbers: &Quantised,
    ) -> HashMap<&'a str, TwoNames> {
        let is_input = |name: &String| model.graph.input.iter().any(|info| info.name == *name);
        let mut ends = HashMap::new();
        for name in &selection.activations {
            let Some(&affine) = numbers.activations.get(name) else {
                continue;
            };
            let (float, dequantised) = match is_input(name) {
                true => (
                    name.clone(),
                    self.names.fresh(&format!("{name}/dequantised")),
                ),
                false => (self.names.fresh(&format!("{name}/float")), name.clone()),
            };
            let end = TwoNames {
                float,
                dequantised,
                affine,
            };
            ends.insert(name.as_str(), end);
        }
        ends
    }

    /// Nodes from a tensor to integers and back; none for one that stays float.
    fn round_trip(&mut self, ends: &HashMap<&str, TwoNames>, name: &str) -> Vec<NodeProto> {
        let Some(TwoNames {
            float,
            dequantised,
            affine: Affine { scale, zero },
        }) = ends.get(name)
        else {
            return Vec::new();
        };
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
        let there = build::node("QuantizeLinear", &[float, &scale, &zero], &integers, []);
        vec![there, back]
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
        let integers = Integers::Weights(weight, values);
        let mut before = vec![self.dequantise(&format!("{name}/weight"), &integers, scales)];
        let bias = bias.unwrap_or_else(|| vec![0.0; channels]);
        let shifted = |at: usize| bias[at] + shift.get(at).copied().unwrap_or(0.0);
        let shifted: Vec<f32> = (0..channels).map(shifted).collect();
        if layer.bias.is_some() || shifted.iter().any(|&value| value != 0.0) {
            let scales: Vec<f32> = scales.iter().map(|scale| scale * input).collect();
            let rounded = shifted.iter().zip(&scales);
            let rounded: Vec<i32> = rounded
                .map(|(value, scale)| (f64::from(*value) / f64::from(*scale)).round() as i32)
                .collect();
            let integers = Integers::Bias(&rounded);
            before.push(self.dequantise(&format!("{name}/bias"), &integers, &scales));
        }
        let names = before.iter().map(|node| node.output[0].clone()).collect();
        Parameters { before, names }
    }

    /// Writes integers with a scale for each channel, and the node that makes floats of them.
    fn dequantise(&mut self, stem: &str, integers: &Integers, scales: &[f32]) -> NodeProto {
        let stored = self.constant(&format!("{stem}/{}", integers.kind()), |name| {
            integers.tensor(name)
        });
        let scale = self.constant(&format!("{stem}/scale"), |name| {
            build::f32s(name, &[scales.len()], scales)
        });
        let zero = self.constant(&format!("{stem}/zero"), |name| {
            integers.zeros(name, scales.len())
        });
        let output = self.names.fresh(&format!("{stem}/dequantised"));
        build::node(
            "DequantizeLinear",
            &[&stored, &scale, &zero],
            &output,
            [int("axis", integers.axis() as i64)],
        )
    }
}

/// Integers that stand for floats.
enum Integers<'a> {
    /// In the order of the weights.
    Weights(&'a Weight, &'a [i8]),
    /// One for each output channel.
    Bias(&'a [i32]),
}

impl Integers<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Weights(..) => "int8",
            Self::Bias(_) => "int32",
        }
    }

    /// The axis of the channels.
    fn axis(&self) -> usize {
        match self {
            Self::Weights(weight, _) => weight.axis,
            Self::Bias(_) => 0,
        }
    }

    fn tensor(&self, name: &str) -> TensorProto {
        match self {
            Self::Weights(weight, values) => build::i8s(name, &weight.dims, values),
            Self::Bias(values) => build::i32s(name, &[values.len()], values),
        }
    }

    /// A zero point for each channel.
    fn zeros(&self, name: &str, channels: usize) -> TensorProto {
        match self {
            Self::Weights(..) => build::i8s(name, &[channels], &vec![0; channels]),
            Self::Bias(_) => build::i32s(name, &[channels], &vec![0; channels]),
        }
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
