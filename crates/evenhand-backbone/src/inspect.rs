//! Looks into a model: what goes in, what comes out, how large it is, where it could be tapped.

use super::engine::EngineError;
use super::graph::read::{self, Index};
use super::graph::{self, Stage};
use super::prepare::observe;
use super::spec::Size;
use crate::onnx::{ModelProto, ValueInfoProto};
use serde::Serialize;
use std::collections::BTreeMap;

/// `TensorProto.DataType` of float, float16, double and bfloat16.
const FLOATS: [i32; 4] = [1, 10, 11, 16];

/// Inputs, outputs, size and cost of a model, and the tensors that can be taps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    pub opset: i64,
    /// Operators and how many nodes have them, the most frequent first.
    pub operators: Vec<(String, usize)>,
    /// Weights: the elements of all float constants.
    pub parameters: u64,
    /// Facts that need the shapes of the tensors.
    pub observed: Observed,
    /// The tensor that features are taken from when no tap is named.
    pub default_tap: Option<String>,
}

/// An input or output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    pub name: String,
    pub element: &'static str,
    /// `None` where any size is taken.
    pub shape: Option<Vec<Option<usize>>>,
}

/// Result of a run on a blank image of `size`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    Shapes {
        size: Size,
        /// Floating-point operations of convolutions and matrix products for one image, a
        /// multiplication and an addition counted as two.
        flops: u64,
        taps: Vec<Stage>,
    },
    /// Why there was no run.
    Nothing { why: String },
}

/// Inspects a model at the given image size, or at its own, or at 224.
///
/// # Errors
/// [`EngineError::TooLarge`], for a model that no machine can run at this size.
pub fn inspect(model: &ModelProto, size: Option<Size>) -> Result<Inspection, EngineError> {
    let floats = model
        .graph
        .initializer
        .iter()
        .filter(|tensor| FLOATS.contains(&tensor.data_type));
    let feed = graph::classifier_feed(model);
    Ok(Inspection {
        inputs: model.graph.input.iter().map(port).collect(),
        outputs: model.graph.output.iter().map(port).collect(),
        opset: graph::opset(model),
        operators: operators(model),
        parameters: floats.map(read::elements).sum(),
        observed: observed(model, size)?,
        default_tap: feed.map(|feed| feed.tap(false).to_owned()),
    })
}

fn observed(model: &ModelProto, size: Option<Size>) -> Result<Observed, EngineError> {
    let input = match graph::image_input(model) {
        Ok(input) => input,
        Err(error) => {
            return Ok(Observed::Nothing {
                why: error.to_string(),
            });
        }
    };
    let (height, width) = (input.height.unwrap_or(224), input.width.unwrap_or(224));
    let size = size.unwrap_or(Size { height, width });
    match observe(model, &input, size) {
        Ok(shapes) => Ok(Observed::Shapes {
            size,
            flops: flops(model, &shapes),
            taps: taps(model, &shapes),
        }),
        Err(error @ (EngineError::TooLarge { .. } | EngineError::Axes { .. })) => Err(error),
        Err(error) => Ok(Observed::Nothing {
            why: error.to_string(),
        }),
    }
}

/// The ends of stages, and outputs that are vectors of features: `[N, D]`, or `[N, C, 1, 1]`.
fn taps(model: &ModelProto, shapes: &BTreeMap<String, Vec<usize>>) -> Vec<Stage> {
    let mut taps = graph::stages(model, shapes);
    for info in &model.graph.output {
        let shape = match shapes.get(&info.name).map(Vec::as_slice) {
            Some(&[_, features]) => [features, 1, 1],
            Some(&[_, channels, 1, 1]) => [channels, 1, 1],
            _ => continue,
        };
        let tensor = info.name.clone();
        if taps.iter().all(|tap| tap.tensor != tensor) {
            taps.push(Stage { tensor, shape });
        }
    }
    taps
}

fn operators(model: &ModelProto) -> Vec<(String, usize)> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for node in &model.graph.node {
        *counts.entry(&node.op_type).or_default() += 1;
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .map(|(op, n)| (op.to_owned(), n))
        .collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counts
}

fn port(info: &ValueInfoProto) -> Port {
    const ELEMENTS: [&str; 12] = [
        "undefined",
        "float32",
        "uint8",
        "int8",
        "uint16",
        "int16",
        "int32",
        "int64",
        "string",
        "bool",
        "float16",
        "float64",
    ];
    let element = usize::try_from(info.elem_type()).unwrap_or(0);
    let element = ELEMENTS.get(element).copied().unwrap_or("other");
    Port {
        name: info.name.clone(),
        element,
        shape: read::shape(info),
    }
}

/// Twice the multiplications: an output of a convolution takes one for each weight of its filter,
/// one of a matrix product one for each element of the row.
fn flops(model: &ModelProto, shapes: &BTreeMap<String, Vec<usize>>) -> u64 {
    let index = Index::new(&model.graph);
    let known = |name: &String| match index.initializer(name) {
        Some(tensor) => Some(
            tensor
                .dims
                .iter()
                .map(|&dim| dim as u64)
                .collect::<Vec<u64>>(),
        ),
        None => shapes
            .get(name)
            .map(|shape| shape.iter().map(|&dim| dim as u64).collect()),
    };
    let products = model.graph.node.iter().filter_map(|node| {
        let (left, right) = (node.input.first()?, node.input.get(1)?);
        let output = known(node.output.first()?)?.iter().product::<u64>();
        let depth = match node.op_type.as_str() {
            "Conv" => known(right)?.get(1..)?.iter().product(),
            "Gemm" => *known(left)?.get(usize::from(read::int(node, "transA", 0) == 0))?,
            "MatMul" => *known(left)?.last()?,
            _ => return None,
        };
        Some(2 * output * depth)
    });
    products.sum()
}

#[cfg(test)]
mod tests {
    use super::super::graph::samples;
    use super::*;

    #[test]
    fn flops_count_two_for_each_multiplication() {
        let shapes = [("image", vec![1, 3, 4, 4]), ("conv", vec![1, 2, 4, 4])];
        let heads = [("flat", vec![1, 2]), ("logits", vec![1, 5])];
        let shapes = shapes
            .into_iter()
            .chain(heads)
            .map(|(name, s)| (name.to_owned(), s));
        // Convolution: 32 outputs of 3 weights; Gemm: 5 outputs of 2.
        assert_eq!(
            flops(&samples::small_cnn(), &shapes.collect()),
            2 * (32 * 3 + 5 * 2)
        );
    }

    #[test]
    fn a_model_that_takes_no_image_is_shown_all_the_same() {
        let prepared = samples::prepared();
        let shown = inspect(&prepared.model, None).unwrap();
        assert_eq!(shown.inputs[0].element, "uint8");
        assert!(shown.operators.contains(&("Conv".to_owned(), 1)));
        let Observed::Nothing { why } = shown.observed else {
            panic!("{:?}", shown.observed)
        };
        assert!(why.starts_with("input `pixels`"), "{why}");
    }

    #[test]
    fn a_model_that_is_too_large_to_run_is_an_error_until_it_is_given_smaller_images() {
        let mut model = samples::small_cnn();
        let dims = samples::dims(&[1, 3, 100_000, 100_000]);
        model.graph.input[0] = graph::build::value("image", graph::build::FLOAT, &dims);
        let error = inspect(&model, None).unwrap_err().to_string();
        assert!(
            error.starts_with("input `image`: the shape [1, 3, 100000, 100000]"),
            "{error}"
        );
        let size = Size {
            height: 4,
            width: 4,
        };
        assert!(inspect(&model, Some(size)).is_ok());
    }
}
