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
}

/// Operators that only reshape, copy or requantise.
const SAME_VALUES: [&str; 9] = [
    "Flatten",
    "Reshape",
    "Squeeze",
    "Unsqueeze",
    "Dropout",
    "Identity",
    "Cast",
    "QuantizeLinear",
    "DequantizeLinear",
];

/// Operators that may stand between a classifier's weights and the output, besides [`SAME_VALUES`].
const AFTER_WEIGHTS: [&str; 8] = [
    "Softmax",
    "LogSoftmax",
    "Sigmoid",
    "Relu",
    "Clip",
    "Add",
    "Mul",
    "Div",
];

/// From this size on, an `AveragePool` right before flattening is taken to cover the whole tensor:
/// some exporters have no other global pooling.
const LARGE_WINDOW: i64 = 4;

/// Class counts of ImageNet-1k and 21k with and without a background class.
const IMAGENET: [i64; 5] = [1000, 1001, 21841, 21842, 21843];

/// Walks back from the first output to the classifier, and from there to what feeds it.
///
/// A classifier is the last `Gemm` or `MatMul`, or a 1x1 convolution in its place: one that works
/// on pooled features, is followed by a softmax, or has as many filters as ImageNet has classes.
/// `None` for a graph whose output no node makes of the image.
pub fn classifier_feed(model: &ModelProto) -> Option<Feed> {
    let walk = Walk {
        index: Index::new(&model.graph),
        images: read::of_images(&model.graph),
    };
    let output = model.graph.output.first()?.name.as_str();
    walk.images
        .get(output)
        .and_then(|output| walk.index.maker(output))?;
    let classifier = walk.classifier(output);
    let tensor = match classifier {
        Some(node) => walk.data_input(node)?,
        None => output,
    };
    let (spatial, pooling) = walk.before_pooling(tensor);
    Some(Feed {
        classifier: classifier.map(read::title),
        tensor: tensor.to_owned(),
        spatial: spatial.to_owned(),
        pooling: pooling.map(str::to_owned),
    })
}

struct Walk<'a> {
    index: Index<'a>,
    images: HashSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn classifier(&self, output: &str) -> Option<&'a NodeProto> {
        let mut node = self.index.maker(output)?;
        let (mut softmax, mut activation, mut pooled) = (false, false, false);
        loop {
            match node.op_type.as_str() {
                "Gemm" | "MatMul" => return Some(node),
                "Conv" => {
                    let dims = self.weight_dims(node.input.get(1)?);
                    let kernel = read::ints(node, "kernel_shape").or(dims.get(2..))?;
                    let linear = kernel.iter().all(|&size| size == 1);
                    let on_features = !pooled && !activation;
                    let imagenet = dims.first().is_some_and(|size| IMAGENET.contains(size));
                    return (linear && (softmax || on_features || imagenet)).then_some(node);
                }
                op if SAME_VALUES.contains(&op) => {}
                op if AFTER_WEIGHTS.contains(&op) => {
                    softmax |= op.ends_with("Softmax");
                    activation |= matches!(op, "Relu" | "Clip");
                }
                "AveragePool" => pooled = true,
                _ if self.is_global_pooling(node) => pooled = true,
                _ => return None,
            }
            node = self.index.maker(self.data_input(node)?)?;
        }
    }

    /// The one input of a node that is made of the image.
    fn data_input(&self, node: &'a NodeProto) -> Option<&'a str> {
        let reads = read::reads(node).into_iter();
        let mut inputs = reads.filter(|name| self.images.contains(name));
        inputs.next().filter(|_| inputs.next().is_none())
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
mod tests {
    use super::super::build::{BATCH, Dim, FLOAT, f32s, i64s, int, ints, node, value};
    use super::super::samples;
    use super::*;

    fn network(tail: Vec<NodeProto>, output: &str) -> Feed {
        let any = Dim::Any("any");
        let mut nodes = vec![
            node("Conv", &["image", "stem.weight"], "stem", []),
            node("Relu", &["stem"], "last", []),
        ];
        nodes.extend(tail);
        let weights = vec![
            f32s("stem.weight", &[2, 3, 1, 1], &[0.0; 6]),
            f32s("classes.weight", &[5, 2, 1, 1], &[0.0; 10]),
            f32s("imagenet.weight", &[1000, 2, 1, 1], &[0.0; 2000]),
            f32s("fc.weight", &[2, 5], &[0.0; 10]),
            f32s("fc.bias", &[5], &[0.0; 5]),
            i64s("flat.target", &[2], &[0, -1]),
        ];
        let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3), any, any]);
        classifier_feed(&samples::model(image, nodes, weights, output)).unwrap()
    }

    fn feed(classifier: Option<&str>, tensor: &str, spatial: &str, pooling: Option<&str>) -> Feed {
        Feed {
            classifier: classifier.map(str::to_owned),
            tensor: tensor.to_owned(),
            spatial: spatial.to_owned(),
            pooling: pooling.map(str::to_owned),
        }
    }

    #[test]
    fn the_classifier_of_a_resnet_is_its_gemm() {
        let feed_of = classifier_feed(&samples::small_cnn()).unwrap();
        assert_eq!(
            feed_of,
            feed(Some("logits"), "flat", "relu", Some("GlobalAveragePool"))
        );
    }

    #[test]
    fn a_keras_export_pools_with_reduce_mean_and_adds_its_bias_apart() {
        let got = network(
            vec![
                node(
                    "ReduceMean",
                    &["last"],
                    "mean",
                    [ints("axes", &[-2, -1]), int("keepdims", 0)],
                ),
                node("MatMul", &["mean", "fc.weight"], "dense", []),
                node("Add", &["dense", "fc.bias"], "biased", []),
                node("Softmax", &["biased"], "probabilities", []),
            ],
            "probabilities",
        );
        assert_eq!(got, feed(Some("dense"), "mean", "last", Some("ReduceMean")));
    }

    #[test]
    fn a_vgg_gives_the_input_of_its_last_gemm() {
        let got = network(
            vec![
                node("Reshape", &["last", "flat.target"], "flat", []),
                node("Gemm", &["flat", "fc.weight", "fc.bias"], "fc1", []),
                node("Relu", &["fc1"], "act1", []),
                node("Gemm", &["act1", "fc.weight", "fc.bias"], "fc2", []),
            ],
            "fc2",
        );
        assert_eq!(got, feed(Some("fc2"), "act1", "act1", None));
    }

    #[test]
    fn squeezenet_classifies_with_a_convolution_before_it_pools() {
        let got = network(
            vec![
                node("Dropout", &["last"], "drop", []),
                node(
                    "Conv",
                    &["drop", "imagenet.weight"],
                    "classes",
                    [ints("kernel_shape", &[1, 1])],
                ),
                node("Relu", &["classes"], "act", []),
                node("GlobalAveragePool", &["act"], "pooled", []),
                node("Flatten", &["pooled"], "out", []),
            ],
            "out",
        );
        assert_eq!(got, feed(Some("classes"), "drop", "last", None));
    }

    #[test]
    fn a_convolution_on_pooled_features_is_a_classifier() {
        let got = network(
            vec![
                node("GlobalAveragePool", &["last"], "pooled", []),
                node("Conv", &["pooled", "classes.weight"], "classes", []),
                node("Flatten", &["classes"], "out", []),
            ],
            "out",
        );
        assert_eq!(
            got,
            feed(Some("classes"), "pooled", "last", Some("GlobalAveragePool"))
        );
    }

    #[test]
    fn a_network_without_a_classifier_ends_in_features() {
        let got = network(
            vec![
                node("Conv", &["last", "classes.weight"], "head", []),
                node("Relu", &["head"], "act", []),
                node("GlobalAveragePool", &["act"], "pooled", []),
                node("Flatten", &["pooled"], "out", []),
            ],
            "out",
        );
        assert_eq!(got, feed(None, "out", "act", Some("GlobalAveragePool")));
    }
}
