//! `classifier.onnx` is all that anybody needs, and says what evenhand says.

use crate::world::{World, rows};
use evenhand::backbone::engine::Probe;
use evenhand::backbone::engine::onnxruntime::{self, OnnxRuntimeProbe};
use evenhand::backbone::engine::tensor::{Data, HostTensor};
use evenhand::backbone::graph;
use evenhand::classifier::Classifier;
use evenhand::dataset::preprocess::{Limits, pixels, read};

#[test]
fn onnx_runtime_alone_gives_our_probabilities() {
    says_what_evenhand_says(&[], 1);
}

#[test]
fn with_two_views_it_does_so_too() {
    says_what_evenhand_says(&["--views", "2"], 2);
}

fn says_what_evenhand_says(training: &[&str], views: usize) {
    if onnxruntime::find_library().found.is_none() {
        eprintln!("left out: ONNX Runtime is not found");
        return;
    }
    let world = World::with_faces(60);
    world.train("run").args(training).assert().success();
    world
        .evenhand("predict")
        .args(["run", "data/faces", "--engine", "burn", "--out", "p.csv"])
        .assert()
        .success();

    let file = world.path("run/classifier.onnx");
    let Classifier {
        card,
        head,
        prepared,
        ..
    } = Classifier::open(&file).unwrap();
    assert_eq!(head.views, views);
    assert_eq!(prepared.dim(), views * head.mean.len());
    assert_eq!(card.classes, ["no", "yes"]);
    let model = graph::load(&file).unwrap();
    let mut probe = OnnxRuntimeProbe::load(&model, 1).unwrap();
    for row in rows(&world.path("p.csv")).iter().take(20) {
        let limits = Limits::default();
        let bytes = read(&world.path(&row["path"]), limits).unwrap();
        let image = pixels(&bytes, card.geometry, limits).unwrap();
        let shape = vec![1, card.geometry.height, card.geometry.width, 3];
        let input = HostTensor {
            shape,
            data: Data::Byte(image),
        };
        let found = probe.run(&[("pixels", input)]).unwrap();
        let Data::Float(found) = &found["probabilities"].data else {
            panic!("{found:?}")
        };
        for (class, probability) in card.classes.iter().zip(found) {
            let ours: f32 = row[&format!("probability_{class}")].parse().unwrap();
            assert!((ours - probability).abs() < 1e-4, "{ours} {probability}");
        }
    }
}
