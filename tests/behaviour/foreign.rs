//! Networks of other people's, as exporters write them; `EVENHAND_CASES_ONNX` has larger ones.

use crate::world::{World, printed};
use evenhand::backbone::graph::build::{self, BATCH, Dim, FLOAT, f32s, i64s, int, node};
use evenhand::backbone::graph::{self, read, samples};
use evenhand::backbone::onnx::{ModelProto, NodeProto, TensorProto};

/// A network on 4x4 pixels with two features for each image, exported for one image at a time; `tail`
/// goes from `relu`, `[1, 2, 4, 4]`, to `out`.
fn exported_for_one(tail: Vec<NodeProto>, constants: Vec<TensorProto>) -> ModelProto {
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    graph.input[0] = build::value("image", FLOAT, &samples::dims(&[1, 3, 4, 4]));
    graph.node.truncate(3);
    graph.node.extend(tail);
    graph.initializer.extend(constants);
    graph.output = vec![build::value("out", FLOAT, &samples::dims(&[1, 2]))];
    model
}

/// As `as_strided` and `view` are exported.
fn strided() -> ModelProto {
    exported_for_one(
        vec![
            node("GlobalAveragePool", &["relu"], "gap", []),
            node("Reshape", &["gap", "flat"], "row", []),
            node("Gather", &["row", "places"], "strided", [int("axis", 0)]),
            node(
                "Reshape",
                &["strided", "view"],
                "out",
                [int("allowzero", 1)],
            ),
        ],
        vec![
            i64s("flat", &[1], &[-1]),
            i64s("places", &[1, 2, 1, 1], &[0, 1]),
            i64s("view", &[2], &[1, 2]),
        ],
    )
}

/// Takes the first image of whatever it gets, so that nothing frees it.
fn first_image() -> ModelProto {
    exported_for_one(
        vec![
            node("Gather", &["relu", "first"], "one", [int("axis", 0)]),
            node("Unsqueeze", &["one", "front"], "again", []),
            node("GlobalAveragePool", &["again"], "gap", []),
            node("Flatten", &["gap"], "out", [int("axis", 1)]),
        ],
        vec![i64s("first", &[], &[0]), i64s("front", &[1], &[0])],
    )
}

fn world_with(model: &ModelProto) -> World {
    let world = World::with_faces(24);
    world.write("net.onnx", graph::serialise(model).unwrap());
    world
}

/// Rows of features, as `embed` wrote them.
fn embedded(world: &World, engine: &str) -> Vec<Vec<f32>> {
    let mut embed = world.evenhand("embed");
    embed
        .arg(&world.table)
        .args(["--backbone", "net.onnx", "--no-store", "--force"]);
    let made = embed
        .args(["--engine", engine, "--out", "f.safetensors"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", printed(&made));
    let bytes = std::fs::read(world.path("f.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let features = tensors.tensor("features").unwrap();
    let width = features.shape()[1];
    let (halves, _) = features.data().as_chunks::<2>();
    let values: Vec<f32> = halves
        .iter()
        .map(|&b| half::f16::from_le_bytes(b).to_f32())
        .collect();
    values.chunks(width).map(<[f32]>::to_vec).collect()
}

fn batch_of(path: &std::path::Path) -> [Option<usize>; 2] {
    let model = graph::load(path).unwrap();
    let first = |info: &_| read::shape(info).unwrap()[0];
    [first(&model.graph.input[0]), first(&model.graph.output[0])]
}

#[test]
fn a_network_that_was_exported_for_one_image_takes_many() {
    let world = world_with(&strided());
    let rows = embedded(&world, "auto");
    assert_eq!((rows.len(), rows[0].len()), (24, 2));
    assert_ne!(rows[0], rows[1]);
    for (one, other) in rows.iter().zip(embedded(&world, "burn")) {
        assert!(
            one.iter()
                .zip(&other)
                .all(|(a, b)| (a - b).abs() <= 0.01 * a.abs())
        );
    }
    let trained = world
        .train("run")
        .args(["--backbone", "net.onnx"])
        .output()
        .unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));
    assert_eq!(batch_of(&world.path("run/classifier.onnx")), [None, None]);
}

#[test]
fn a_network_that_takes_only_one_image_keeps_to_that() {
    let world = world_with(&first_image());
    let rows = embedded(&world, "auto");
    assert_eq!((rows.len(), rows[0].len()), (24, 2));
    assert_ne!(rows[0], rows[1]);
    let mut train = world.train("run");
    let trained = train.args(["--backbone", "net.onnx"]).output().unwrap();
    let told = printed(&trained);
    assert!(trained.status.success(), "{told}");
    assert!(told.contains("1 image at a time"), "{told}");
    assert!(told.contains("dynamic_shapes"), "{told}");
    assert_eq!(
        batch_of(&world.path("run/classifier.onnx")),
        [Some(1), Some(1)]
    );
    let mut predict = world.evenhand("predict");
    let predicted = predict.arg("run").arg(&world.table).output().unwrap();
    assert!(predicted.status.success(), "{}", printed(&predicted));
    let refused = |arguments: &[&str]| {
        let mut train = world.train("no");
        let refused = train
            .args(["--backbone", "net.onnx"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(!refused.status.success());
        printed(&refused)
    };
    let told = refused(&["--views", "2"]);
    assert!(told.contains("takes one image at a time"), "{told}");
    let told = refused(&["--unfreeze", "all", "--finetune-epochs", "1"]);
    assert!(
        told.contains("one image at a time") && told.contains("cannot be fine-tuned"),
        "{told}"
    );
    assert!(told.contains("hint: export it with a free batch"), "{told}");
}

#[test]
fn a_network_in_training_mode_is_refused() {
    let mut model = samples::small_cnn();
    let norm = &mut model.graph.node[1];
    norm.attribute.push(int("training_mode", 1));
    norm.output
        .extend(["mean".to_owned(), "variance".to_owned()]);
    let world = world_with(&model);
    let mut embed = world.evenhand("embed");
    embed
        .arg(&world.table)
        .args(["--backbone", "net.onnx", "--no-store"]);
    let told = printed(&embed.output().unwrap());
    assert!(
        told.contains("`bn` (BatchNormalization) is in training mode"),
        "{told}"
    );
    assert!(told.contains("model.eval()"), "{told}");
}

#[test]
fn features_that_half_precision_cannot_hold_are_counted() {
    let mut model = samples::small_cnn();
    let weight = model
        .graph
        .initializer
        .iter_mut()
        .find(|w| w.name == "conv.weight");
    // One channel of two goes far beyond 65504.
    *weight.unwrap() = f32s(
        "conv.weight",
        &[2, 3, 1, 1],
        &[1e6, 1e6, 1e6, 1.0, 1.0, 1.0],
    );
    let world = world_with(&model);
    let mut embed = world.evenhand("embed");
    embed
        .arg(&world.table)
        .args(["--backbone", "net.onnx", "--no-store"]);
    let constants = ["--mean", "0,0,0", "--std", "255,255,255"];
    let told = printed(&embed.args(constants).output().unwrap());
    assert!(
        told.contains("50.00 % of the features are beyond 65504"),
        "{told}"
    );
}

#[test]
fn constants_that_cannot_be_right_are_doubted() {
    let mut model = samples::small_cnn();
    model.graph.node[0].input[0] = "unit".to_owned();
    let own = node("Div", &["image", "range"], "unit", []);
    model.graph.node.insert(0, own);
    model.graph.initializer.push(f32s("range", &[], &[255.0]));
    let world = world_with(&model);
    let told = |arguments: &[&str]| {
        let mut embed = world.evenhand("embed");
        embed
            .arg(&world.table)
            .args(["--backbone", "net.onnx", "--no-store", "--force"]);
        printed(&embed.args(arguments).output().unwrap())
    };
    assert!(told(&[]).contains("the graph begins with Div by constants"));
    let given = told(&["--mean", "0,0,0", "--std", "1,1,1"]);
    assert!(!given.contains("the graph begins with"), "{given}");
    // The same network with its channels last.
    let any = Dim::Any("any");
    model.graph.input[0] = build::value("image", FLOAT, &[BATCH, any, any, Dim::Fixed(3)]);
    model.graph.node[0] = node(
        "Transpose",
        &["image"],
        "unit",
        [build::ints("perm", &[0, 3, 1, 2])],
    );
    world.write("net.onnx", graph::serialise(&model).unwrap());
    assert!(told(&["--size", "4"]).contains("its channels come last, as in Keras"));
}
