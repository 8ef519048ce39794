//! Batch normalisation after a convolution is the same convolution with other weights.

use super::node::Node;
use super::ops::normalise::{Affine, batch};
use super::weights::{self, Numbers};
use crate::onnx::data_type;
use crate::onnx::{GraphProto, NodeProto, TensorProto};
use burn::tensor::Device;
use std::collections::HashMap;

/// The nodes to run, and the weights that are not in the graph.
pub struct Folded {
    pub nodes: Vec<NodeProto>,
    pub weights: Vec<TensorProto>,
}

impl Folded {
    pub fn unchanged(graph: &GraphProto) -> Self {
        Self {
            nodes: graph.node.clone(),
            weights: Vec::new(),
        }
    }
}

/// Merges each `BatchNormalization` into the `Conv` before it, where nothing else reads the
/// convolution's output and all numbers are weights. What cannot be merged stays as it is.
pub fn batch_norms(graph: &GraphProto, opset: i64, device: &Device) -> Folded {
    let mut folded = Folded::unchanged(graph);
    let weights: HashMap<&str, &TensorProto> = graph
        .initializer
        .iter()
        .map(|w| (w.name.as_str(), w))
        .collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    let reads = graph.node.iter().flat_map(|node| &node.input);
    for name in reads.chain(graph.output.iter().map(|output| &output.name)) {
        *uses.entry(name).or_default() += 1;
    }
    let makers: HashMap<&str, usize> = (0..graph.node.len())
        .filter(|&i| graph.node[i].op_type == "Conv")
        .filter_map(|i| Some((graph.node[i].output.first()?.as_str(), i)))
        .collect();
    let mut merged = Vec::new();
    for (index, norm) in graph.node.iter().enumerate() {
        let input = norm.input.first().map_or("", String::as_str);
        let once = uses.get(input) == Some(&1);
        let Some(&at) = makers
            .get(input)
            .filter(|_| once && norm.op_type == "BatchNormalization")
        else {
            continue;
        };
        let Some((conv, [weight, bias])) = merge(&graph.node[at], norm, &weights, opset, device)
        else {
            continue;
        };
        folded.nodes[at] = conv;
        folded.weights.extend([weight, bias]);
        merged.push(index);
    }
    for index in merged.into_iter().rev() {
        folded.nodes.remove(index);
    }
    folded
}

/// `None` where a number is computed by the model, or where the node is not valid: loading it
/// will say why.
fn merge(
    conv: &NodeProto,
    norm: &NodeProto,
    weights: &HashMap<&str, &TensorProto>,
    opset: i64,
    device: &Device,
) -> Option<(NodeProto, [TensorProto; 2])> {
    let mut constants = HashMap::new();
    for name in norm.input.iter().skip(1) {
        let value = weights::upload(weights.get(name.as_str())?, device).ok()?;
        constants.insert(name.clone(), value);
    }
    let node = Node {
        proto: norm,
        opset,
        device,
        constants: &constants,
        weights,
    };
    if batch(&node).is_err() {
        return None;
    }
    let affine = Affine::of(&node).ok()?;
    let (shape, mut kernel) = floats(weights.get(conv.input.get(1)?.as_str())?)?;
    let channels = *shape
        .first()
        .filter(|&&c| c > 0 && c == affine.scale.len())?;
    let bias = match conv.input.get(2).filter(|name| !name.is_empty()) {
        Some(name) => floats(weights.get(name.as_str())?)?.1,
        None => vec![0.0; channels],
    };
    if bias.len() != channels {
        return None;
    }
    let size = kernel.len() / channels;
    for (channel, scale) in kernel.chunks_mut(size.max(1)).zip(&affine.scale) {
        channel.iter_mut().for_each(|w| *w *= scale);
    }
    let scaled = bias.iter().zip(&affine.scale).zip(&affine.shift);
    let bias: Vec<f32> = scaled
        .map(|((bias, scale), shift)| bias * scale + shift)
        .collect();
    let output = norm.output.first()?;
    let kernel = tensor(format!("{output}/weight"), &shape, kernel);
    let bias = tensor(format!("{output}/bias"), &[channels], bias);
    let mut conv = conv.clone();
    conv.input.truncate(1);
    conv.input.extend([kernel.name.clone(), bias.name.clone()]);
    conv.output = vec![output.clone()];
    Some((conv, [kernel, bias]))
}

fn floats(tensor: &TensorProto) -> Option<(Vec<usize>, Vec<f32>)> {
    match weights::numbers(tensor).ok()? {
        (shape, Numbers::Float(values)) => Some((shape, values)),
        _ => None,
    }
}

fn tensor(name: String, shape: &[usize], values: Vec<f32>) -> TensorProto {
    TensorProto {
        name,
        dims: shape.iter().map(|&size| size as i64).collect(),
        data_type: data_type::FLOAT,
        float_data: values,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;
    use crate::engine::burn::plan::{Plan, Purpose};
    use crate::engine::burn::value::{Array, Value};
    use crate::onnx::{ModelProto, OperatorSetIdProto, ValueInfoProto};

    fn model() -> ModelProto {
        let node = |op: &str, inputs: &[&str], output: &str| NodeProto {
            op_type: op.into(),
            input: inputs.iter().map(|&name| name.into()).collect(),
            output: vec![output.into()],
            ..Default::default()
        };
        let named = |name: &str| ValueInfoProto {
            name: name.into(),
            ..Default::default()
        };
        let graph = GraphProto {
            input: vec![named("x")],
            output: vec![named("y")],
            node: vec![
                node("Conv", &["x", "w", "b"], "c"),
                node(
                    "BatchNormalization",
                    &["c", "scale", "bias", "mean", "var"],
                    "n",
                ),
                node("Relu", &["n"], "y"),
            ],
            initializer: vec![
                tensor("w".into(), &[2, 1, 1, 1], vec![2.0, -1.0]),
                tensor("b".into(), &[2], vec![1.0, 5.0]),
                tensor("scale".into(), &[2], vec![3.0, 1.0]),
                tensor("bias".into(), &[2], vec![0.5, 0.0]),
                tensor("mean".into(), &[2], vec![1.0, -1.0]),
                tensor("var".into(), &[2], vec![4.0, 0.25]),
            ],
            ..Default::default()
        };
        let mut model = ModelProto {
            graph,
            ..Default::default()
        };
        model.opset_import.push(OperatorSetIdProto::standard(17));
        model
    }

    #[test]
    fn merged_and_separate_normalisation_agree() {
        let model = model();
        let device = Device::flex();
        assert_eq!(batch_norms(&model.graph, 17, &device).nodes.len(), 2);
        let run = |purpose| {
            let plan = Plan::load(&model, &device, purpose).unwrap();
            let input = Array::upload(vec![1.0, 2.0, 3.0, 4.0], &[1, 1, 2, 2], &device).unwrap();
            let Value::Float(output) = plan.run(vec![input.into()]).unwrap() else {
                panic!()
            };
            output.download().unwrap()
        };
        let (merged, separate) = (run(Purpose::Features(Precision::F32)), run(Purpose::Shapes));
        let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-4;
        assert!(
            merged.iter().zip(&separate).all(close),
            "{merged:?} is not {separate:?}"
        );
        assert!((merged[0] - 3.5).abs() < 1e-4, "{merged:?}");
    }

    #[test]
    fn a_convolution_that_others_read_is_left_alone() {
        let mut model = model();
        let graph = &mut model.graph;
        graph.node[2].op_type = "Add".into();
        graph.node[2].input.push("c".into());
        assert_eq!(batch_norms(graph, 17, &Device::flex()).nodes.len(), 3);
    }
}
