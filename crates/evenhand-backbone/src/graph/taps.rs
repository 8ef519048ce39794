//! Finds where a network's features are when nobody says so.

use super::read::{self, Index};
use crate::onnx::{ModelProto, NodeProto};
use std::collections::HashSet;

/// The classifier of a network, and the tensors before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The node that classifies; `None` for a network that ends in features.
    pub classifier: Option<String>,
    /// The classifier's input: flat, pooled by the network itself if it does that.
    pub tensor: String,
    /// The tensor before flattening and global pooling; the same as `tensor` if there is neither.
    pub spatial: String,
    /// The operator of the global pooling in between, if there is one.
    pub pooling: Option<String>,
    /// What makes the choice doubtful.
    pub doubt: Option<Doubt>,
}

/// What a network could also be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No classifier was found behind the scores that the tensor looks like.
    Scores,
    /// The classifier has so many outputs and no softmax: they may be an embedding.
    Embedding(usize),
}

impl Feed {
    /// The tensor that is tapped where the network's pooling, or another, is written by evenhand.
    pub fn tap(&self, pooled: bool) -> &str {
        match pooled || self.pooling.is_some() {
            true => &self.spatial,
            false => &self.tensor,
        }
    }
}

/// Operators that only reshape, copy or requantise.
const SAME_VALUES: [&str; 11] = [
    "Flatten",
    "Reshape",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Dropout",
    "Identity",
    "Cast",
    "QuantizeLinear",
    "DequantizeLinear",
    "DynamicQuantizeLinear",
];

/// Operators that may stand between a classifier's weights and the output, besides [`SAME_VALUES`].
const AFTER_WEIGHTS: [&str; 15] = [
    "Softmax",
    "LogSoftmax",
    "Hardmax",
    "ArgMax",
    "TopK",
    "Sigmoid",
    "Relu",
    "Clip",
    "Add",
    "Mul",
    "Div",
    "QLinearAdd",
    "QLinearMul",
    "QLinearSigmoid",
    "QLinearSoftmax",
];

/// Products of activations with weights, in floats or in integers; the first input is the activations.
const PRODUCTS: [&str; 7] = [
    "Gemm",
    "MatMul",
    "QGemm",
    "QLinearMatMul",
    "MatMulInteger",
    "MatMulIntegerToFloat",
    "DynamicQuantizeMatMul",
];

/// From this size on, an `AveragePool` right before flattening is taken to cover the whole tensor:
/// some exporters have no other global pooling.
const LARGE_WINDOW: i64 = 4;

/// Class counts of ImageNet-1k and 21k with and without a background class.
const IMAGENET: [i64; 5] = [1000, 1001, 21841, 21842, 21843];

/// Walks back from an output to the classifier, and from there to what feeds it. The output is the
/// first that is no sequence of tokens, `[N, T, C]`, or else the first.
///
/// A classifier is the last `Gemm` or `MatMul`, or a 1x1 convolution in its place: one that works
/// on pooled features, is followed by a softmax, or has as many filters as ImageNet has classes. A
/// `Gemm` right on a flattened map that was never pooled, without a softmax, is the embedding of a
/// network for faces rather than a classifier. What a softmax made is never taken.
/// `None` for a graph whose outputs no node makes of the image.
pub fn classifier_feed(model: &ModelProto) -> Option<Feed> {
    let walk = Walk {
        index: Index::new(&model.graph),
        images: read::of_images(&model.graph),
    };
    let infos = &model.graph.output;
    let is_made = |name: &str| walk.images.contains(name) && walk.index.maker(name).is_some();
    let made = || infos.iter().filter(|info| is_made(&info.name));
    let tokens = |info: &&_| read::shape(info).is_some_and(|shape| shape.len() == 3);
    let output = made()
        .find(|info| !tokens(info))
        .or_else(|| made().next())?;
    let classes = read::shape(output).and_then(|shape| shape.last().copied().flatten());
    let is_imagenet = classes.is_some_and(|count| IMAGENET.contains(&(count as i64)));
    let output = output.name.as_str();

    let tail = walk.tail(output);
    let outputs = tail.classifier.and_then(|node| walk.outputs(node));
    let unclear = outputs
        .filter(|&count| count % 32 == 0 && !tail.decides && !IMAGENET.contains(&(count as i64)));
    let on_map = tail
        .classifier
        .filter(|node| unclear.is_some() && walk.reads_a_flat_map(node));
    let (classifier, tensor, doubt) = match (tail.classifier, on_map) {
        (Some(node), None) => {
            let unclear = unclear.filter(|count| (128..=1024).contains(count));
            let fed = walk.floats(node.input.first()?);
            (Some(node), fed, unclear.map(Doubt::Embedding))
        }
        (_, Some(_)) => (None, output, None),
        (None, None) if tail.decides => (None, tail.scores, Some(Doubt::Scores)),
        (None, None) => (None, output, is_imagenet.then_some(Doubt::Scores)),
    };
    let (spatial, pooling) = walk.before_pooling(tensor);
    Some(Feed {
        classifier: classifier.map(read::title),
        tensor: tensor.to_owned(),
        spatial: walk.floats(spatial).to_owned(),
        pooling: pooling.map(str::to_owned),
        doubt,
    })
}

struct Walk<'a> {
    index: Index<'a>,
    images: HashSet<&'a str>,
}

/// The way from an output to a classifier.
struct Tail<'a> {
    classifier: Option<&'a NodeProto>,
    /// Whether a softmax, or the choice of the largest score, is on the way.
    decides: bool,
    /// What the earliest of those reads; the output if there is none.
    scores: &'a str,
}

impl<'a> Walk<'a> {
    fn tail(&self, output: &'a str) -> Tail<'a> {
        let mut tail = Tail {
            classifier: None,
            decides: false,
            scores: output,
        };
        let (mut tensor, mut activation, mut pooled) = (output, false, false);
        while let Some(node) = self.index.maker(tensor) {
            match node.op_type.as_str() {
                op if PRODUCTS.contains(&op) => {
                    let is_weight = |at: usize| {
                        let input = node.input.get(at).map(String::as_str);
                        input.is_some_and(|name| !self.images.contains(name))
                    };
                    // A product of two activations is attention.
                    let weights = if op == "QGemm" || op == "QLinearMatMul" {
                        3
                    } else {
                        1
                    };
                    tail.classifier = is_weight(weights).then_some(node);
                    return tail;
                }
                "Conv" | "QLinearConv" | "ConvInteger" => {
                    let softmax = tail.decides;
                    let filters = self.is_classifier(node, softmax, !pooled && !activation);
                    tail.classifier = filters.then_some(node);
                    return tail;
                }
                op if SAME_VALUES.contains(&op) => {}
                op if AFTER_WEIGHTS.contains(&op) => {
                    activation |= matches!(op, "Relu" | "Clip");
                    if op.ends_with("max") || op.ends_with("Max") || op == "TopK" {
                        tail.decides = true;
                        tail.scores = self.data_input(node).unwrap_or(tail.scores);
                    }
                }
                _ if self.is_global_pooling(node) => pooled = true,
                "AveragePool" => pooled = true,
                _ => return tail,
            }
            let Some(before) = self.data_input(node) else {
                return tail;
            };
            tensor = before;
        }
        tail
    }

    /// Whether a convolution stands in the place of a matrix product.
    fn is_classifier(&self, conv: &NodeProto, softmax: bool, on_features: bool) -> bool {
        let weight = if conv.op_type == "QLinearConv" { 3 } else { 1 };
        let dims = conv.input.get(weight).map(|name| self.weight_dims(name));
        let dims = dims.unwrap_or_default();
        let Some(kernel) = read::ints(conv, "kernel_shape").or(dims.get(2..)) else {
            return false;
        };
        let linear = kernel.iter().all(|&size| size == 1);
        let imagenet = dims.first().is_some_and(|size| IMAGENET.contains(size));
        linear && (softmax || on_features || imagenet)
    }

    /// The number of a product's outputs; `None` where its weights are in no plain form.
    fn outputs(&self, product: &NodeProto) -> Option<usize> {
        let dims = self.weight_dims(product.input.get(1)?);
        let [inputs, outputs] = dims else { return None };
        let turned = product.op_type == "Gemm" && read::int(product, "transB", 0) != 0;
        let count = if turned { inputs } else { outputs };
        usize::try_from(*count).ok()
    }

    /// Whether a product reads all pixels of a map, so that its inputs are several times the channels.
    fn reads_a_flat_map(&self, product: &NodeProto) -> bool {
        let found = || {
            let dims = self.weight_dims(product.input.get(1)?);
            let [inputs, outputs] = dims else { return None };
            let turned = read::int(product, "transB", 0) != 0;
            let read = if turned { outputs } else { inputs };
            let mut tensor = product.input.first()?.as_str();
            loop {
                let node = self.index.maker(tensor)?;
                let channels = match node.op_type.as_str() {
                    "Conv" => self.weight_dims(node.input.get(1)?).first(),
                    "BatchNormalization" => self.weight_dims(node.input.get(1)?).first(),
                    "Relu" | "PRelu" | "LeakyRelu" | "Flatten" | "Reshape" | "Dropout"
                    | "Identity" | "Cast" => None,
                    _ => return None,
                };
                match channels {
                    Some(channels) => return Some(read > channels && read % channels == 0),
                    None => tensor = self.data_input(node)?,
                }
            }
        };
        found().unwrap_or(false)
    }

    /// The one input of a node that is made of the image.
    fn data_input(&self, node: &'a NodeProto) -> Option<&'a str> {
        let reads = read::reads(node).into_iter();
        let mut inputs = reads.filter(|name| self.images.contains(name));
        inputs.next().filter(|_| inputs.next().is_none())
    }

    /// The floats that a tensor of integers was rounded from, where it was just that.
    fn floats(&self, tensor: &'a str) -> &'a str {
        match self.index.maker(tensor) {
            Some(node)
                if matches!(
                    &node.op_type[..],
                    "QuantizeLinear" | "DynamicQuantizeLinear"
                ) =>
            {
                node.input.first().map_or(tensor, String::as_str)
            }
            _ => tensor,
        }
    }

    /// The dimensions of a weight, also of one that is stored in a quantised form; none for one
    /// that is computed.
    fn weight_dims(&self, name: &str) -> &'a [i64] {
        let stored = || {
            self.index
                .initializer(self.index.maker(name)?.input.first()?)
        };
        let weight = self.index.initializer(name).or_else(stored);
        weight.map_or(&[], |weight| &weight.dims)
    }

    fn before_pooling(&self, from: &'a str) -> (&'a str, Option<&'a str>) {
        let mut tensor = from;
        while let Some(node) = self.index.maker(tensor) {
            let Some(before) = self.data_input(node) else {
                break;
            };
            if self.is_global_pooling(node) {
                return (before, Some(&node.op_type));
            }
            if !SAME_VALUES.contains(&node.op_type.as_str()) {
                break;
            }
            tensor = before;
        }
        (tensor, None)
    }

    fn is_global_pooling(&self, node: &NodeProto) -> bool {
        match node.op_type.as_str() {
            "GlobalAveragePool" | "GlobalMaxPool" => true,
            "QLinearGlobalAveragePool" => read::int(node, "channels_last", 0) == 0,
            "AveragePool" => {
                let window = read::ints(node, "kernel_shape").unwrap_or_default();
                window.iter().all(|&size| size >= LARGE_WINDOW)
            }
            "ReduceMean" | "ReduceMax" => {
                let axes = node
                    .input
                    .get(1)
                    .and_then(|name| self.index.initializer(name));
                let axes = axes.and_then(read::i64_values);
                let axes = axes.or_else(|| read::ints(node, "axes").map(<[i64]>::to_vec));
                axes.is_some_and(|mut axes| {
                    axes.iter_mut().for_each(|axis| *axis = axis.rem_euclid(4));
                    axes.sort_unstable();
                    axes == [2, 3]
                })
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
