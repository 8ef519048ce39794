//! Taps on integers: graphs whose operators go from integers to integers (ONNX Runtime's QOperator form)
//! have no float tensor where their features are.

use super::read::{self, Index};
use super::writer::Names;
use super::{build, rename};
use crate::onnx::{ModelProto, NodeProto};

/// Gives each of the tensors that holds quantised integers its real numbers, under its own name.
pub fn dequantise<'a>(model: &mut ModelProto, tensors: impl IntoIterator<Item = &'a str>) {
    for tensor in tensors {
        let index = Index::new(&model.graph);
        let Some([scale, zero]) = affine(&index, tensor) else {
            continue;
        };
        let Some(maker) = index.producer(tensor) else {
            continue;
        };
        let integers = Names::of(model).fresh(&format!("{tensor}/integers"));
        rename(model, tensor, &integers);
        let node = build::node("DequantizeLinear", &[&integers, &scale, &zero], tensor, []);
        let graph = &mut model.graph;
        // An output stays one under the name that it had.
        for info in graph.output.iter_mut().filter(|info| info.name == integers) {
            *info = build::value(tensor, build::FLOAT, &[]);
            info.type_ = None;
        }
        graph.node.insert(maker + 1, node);
    }
}

/// The names of scale and zero point of a tensor that an operator on integers makes.
fn affine(index: &Index, tensor: &str) -> Option<[String; 2]> {
    let mut node = index.maker(tensor)?;
    // What only moves integers keeps their scale.
    while matches!(
        &node.op_type[..],
        "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" | "Transpose" | "MaxPool" | "Identity"
    ) {
        node = index.maker(node.input.first()?)?;
    }
    let [scale, zero] = output_affine(node)?;
    let name = |at: usize| node.input.get(at).filter(|name| !name.is_empty()).cloned();
    Some([name(scale)?, name(zero)?])
}

/// Which inputs of a node say what its integers mean; `None` for an operator that makes no integers.
fn output_affine(node: &NodeProto) -> Option<[usize; 2]> {
    Some(match (node.op_type.as_str(), read::is_standard(node)) {
        ("QLinearConv" | "QLinearMatMul", true) => [6, 7],
        ("QuantizeLinear", true) => [1, 2],
        ("QLinearAdd" | "QLinearMul", false) => [6, 7],
        ("QGemm", false) => [7, 8],
        ("QLinearConcat", false) => [0, 1],
        (
            "QLinearSigmoid"
            | "QLinearLeakyRelu"
            | "QLinearSoftmax"
            | "QLinearAveragePool"
            | "QLinearGlobalAveragePool"
            | "QLinearReduceMean",
            false,
        ) => [3, 4],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn integers_get_their_real_numbers_under_their_own_name() {
        let mut model = samples::small_cnn();
        let names = [
            "relu", "x.scale", "x.zero", "w", "w.scale", "w.zero", "y.scale", "y.zero",
        ];
        let conv = build::node("QLinearConv", &names, "quantised", []);
        let flat = build::node("Flatten", &["quantised"], "row", []);
        model.graph.node.extend([conv, flat]);
        dequantise(&mut model, ["row", "relu"]);
        let index = Index::new(&model.graph);
        let real = index.maker("row").unwrap();
        assert_eq!(real.op_type, "DequantizeLinear");
        assert_eq!(real.input, ["row/integers", "y.scale", "y.zero"]);
        assert_eq!(index.maker("row/integers").unwrap().op_type, "Flatten");
        assert_eq!(
            index.maker("relu").unwrap().op_type,
            "Relu",
            "floats stay as they are"
        );
    }
}
