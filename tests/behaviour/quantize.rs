//! int8 copies of backbones, from the command line.

use crate::world::{World, json, printed};
use evenhand::backbone::engine::onnxruntime;
use evenhand::backbone::graph::{self, quantize::on_integers};
use std::process::Output;

fn run(world: &World, command: &str, args: &[&str]) -> Output {
    world.evenhand(command).args(args).output().unwrap()
}

#[test]
fn a_copy_is_made_compared_by_group_and_trained_on() {
    if onnxruntime::find_library().found.is_none() {
        eprintln!("skipped: without ONNX Runtime this takes minutes");
        return;
    }
    let world = World::with_faces(120);
    let table = world.table.to_str().unwrap();
    let quantize = ["quantize", "efficientnet-lite0", "--data", table];
    let label = [
        "--images", "16", "--label", "smiling", "--groups", "glasses",
    ];
    let made = run(&world, "backbone", &[&quantize[..], &label[..]].concat());
    let told = printed(&made);
    assert!(made.status.success(), "{told}");
    assert!(told.contains("50 of 50 layers on int8"), "{told}");
    assert!(told.contains("Compared with float32"), "{told}");
    assert!(told.contains(" glasses "), "{told}");
    assert!(told.contains("ccuracy change"), "{told}");
    let again = run(&world, "backbone", &quantize);
    assert!(
        printed(&again).contains("is there already"),
        "{}",
        printed(&again)
    );

    let train = [
        "--label",
        "smiling",
        "--backbone",
        "efficientnet-lite0-int8.onnx",
    ];
    let small = [
        "--epochs", "4", "--hidden", "16", "--folds", "2", "--out", "run",
    ];
    let trained = run(&world, "train", &[&[table][..], &train, &small].concat());
    assert!(trained.status.success(), "{}", printed(&trained));
    let classifier = graph::load(&world.path("run/classifier.onnx")).unwrap();
    assert!(on_integers(&classifier.graph).is_some());
    assert!(json(&world.path("run/metrics.json"))["cross_validation"].is_object());

    let predict =
        |precision: &str| run(&world, "predict", &["run", table, "--precision", precision]);
    assert!(predict("int8").status.success());
    let refused = printed(&predict("f32"));
    let message =
        "error: the classifier was trained on features of an int8 backbone and has no other";
    assert!(refused.contains(message), "{refused}");
}

#[test]
fn a_precision_that_a_backbone_does_not_have_is_refused_with_the_way_to_it() {
    let world = World::with_faces(1);
    let table = world.table.to_str().unwrap();
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/evenhand-backbone/models/efficientnet-lite0.onnx"
    );
    std::fs::copy(shipped, world.path("mine.onnx")).unwrap();
    let mine = ["--backbone", "mine.onnx", "--precision", "int8"];
    let told = printed(&run(&world, "embed", &[&[table][..], &mine].concat()));
    assert!(
        told.contains("error: `mine.onnx` has no int8 version"),
        "{told}"
    );
    assert!(
        told.contains("hint: `evenhand backbone quantize mine.onnx` makes `mine-int8.onnx`"),
        "{told}"
    );
    let half = run(&world, "embed", &[table, "--precision", "f16"]);
    assert!(
        printed(&half).contains("half precision is for"),
        "{}",
        printed(&half)
    );
}
