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
        doubt: None,
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

#[test]
fn keras_turns_its_scores_before_it_flattens_them() {
    let perm = ints("perm", &[0, 2, 3, 1]);
    let got = network(
        vec![
            node("GlobalAveragePool", &["last"], "pooled", []),
            node("Conv", &["pooled", "classes.weight"], "classes", []),
            node("Transpose", &["classes"], "turned", [perm]),
            node("Reshape", &["turned", "flat.target"], "flat", []),
            node("Softmax", &["flat"], "out", []),
        ],
        "out",
    );
    assert_eq!(
        got,
        feed(Some("classes"), "pooled", "last", Some("GlobalAveragePool"))
    );
}

#[test]
fn labels_and_best_scores_are_walked_over() {
    for op in ["ArgMax", "TopK", "Hardmax"] {
        let got = network(
            vec![
                node("GlobalAveragePool", &["last"], "pooled", []),
                node("Flatten", &["pooled"], "flat", []),
                node("Gemm", &["flat", "fc.weight", "fc.bias"], "fc", []),
                node(op, &["fc"], "out", []),
            ],
            "out",
        );
        assert_eq!(
            got,
            feed(Some("fc"), "flat", "last", Some("GlobalAveragePool")),
            "{op}"
        );
    }
}

#[test]
fn what_a_softmax_made_is_never_taken() {
    let got = network(
        vec![
            node("GlobalAveragePool", &["last"], "pooled", []),
            node("Flatten", &["pooled"], "flat", []),
            node("Tanh", &["flat"], "scores", []),
            node("Softmax", &["scores"], "out", []),
        ],
        "out",
    );
    let doubt = Some(Doubt::Scores);
    assert_eq!(
        got,
        Feed {
            doubt,
            ..feed(None, "scores", "scores", None)
        }
    );
}

#[test]
fn dynamic_integers_are_walked_over_to_the_floats_they_were_made_of() {
    let quantised = |input: &str, name: &str| {
        let mut node = node("DynamicQuantizeLinear", &[input], name, []);
        node.output
            .extend([format!("{name}.scale"), format!("{name}.zero")]);
        node
    };
    let got = network(
        vec![
            node("GlobalAveragePool", &["last"], "pooled", []),
            node("Flatten", &["pooled"], "flat", []),
            quantised("flat", "q"),
            node("Mul", &["q.scale", "fc.bias"], "scale", []),
            node(
                "MatMulInteger",
                &["q", "fc.weight", "q.zero"],
                "product",
                [],
            ),
            node("Cast", &["product"], "cast", [int("to", 1)]),
            node("Mul", &["cast", "scale"], "scaled", []),
            node("Add", &["scaled", "fc.bias"], "out", []),
        ],
        "out",
    );
    assert_eq!(
        got,
        feed(Some("product"), "flat", "last", Some("GlobalAveragePool"))
    );
}

/// A `Gemm` with so many outputs on `inputs` numbers of `tensor`, whose map has two channels.
fn ends_in(tensor: &str, inputs: usize, outputs: usize) -> Feed {
    let any = Dim::Any("any");
    let nodes = vec![
        node("Conv", &["image", "stem.weight"], "last", []),
        node("GlobalAveragePool", &["last"], "pooled", []),
        node("Flatten", &["pooled"], "vector", []),
        node("Flatten", &["last"], "map", []),
        node("Gemm", &[tensor, "fc"], "out", []),
    ];
    let weights = vec![
        f32s("stem.weight", &[2, 3, 1, 1], &[0.0; 6]),
        f32s("fc", &[inputs, outputs], &vec![0.0; inputs * outputs]),
    ];
    let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3), any, any]);
    classifier_feed(&samples::model(image, nodes, weights, "out")).unwrap()
}

#[test]
fn an_embedding_of_a_whole_map_is_no_classifier() {
    assert_eq!(ends_in("map", 98, 64), feed(None, "out", "out", None));
    let classes = ends_in("map", 98, 10);
    assert_eq!(
        (classes.classifier.as_deref(), &classes.tensor[..]),
        (Some("out"), "map")
    );
    let pooled = ends_in("vector", 2, 512);
    assert_eq!(pooled.tensor, "vector");
    assert_eq!(pooled.doubt, Some(Doubt::Embedding(512)));
    assert_eq!(ends_in("vector", 2, 1000).doubt, None);
    assert_eq!(ends_in("vector", 2, 10).doubt, None);
}

#[test]
fn the_first_output_that_can_be_features_is_taken() {
    let any = Dim::Any("any");
    let nodes = vec![
        node("Conv", &["image", "w"], "map", []),
        node("Tanh", &["map"], "active", []),
        node("Reshape", &["active", "target"], "tokens", []),
        node("Gather", &["tokens", "first"], "vector", [int("axis", 1)]),
    ];
    let weights = vec![
        f32s("w", &[2, 3, 1, 1], &[0.0; 6]),
        i64s("target", &[3], &[0, 0, -1]),
        i64s("first", &[], &[0]),
    ];
    let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3), any, any]);
    let mut model = samples::model(image, nodes, weights, "tokens");
    model.graph.output = vec![
        value("tokens", FLOAT, &[BATCH, any, any]),
        value("vector", FLOAT, &[BATCH, any]),
    ];
    assert_eq!(classifier_feed(&model).unwrap().tensor, "vector");
    model.graph.output.truncate(1);
    assert_eq!(classifier_feed(&model).unwrap().tensor, "tokens");
}
