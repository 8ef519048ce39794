mod cases;

use super::super::graph::samples;
use super::super::source;
use super::super::spec::{Channels, Pool, Tap};
use super::*;

/// For images of 4x4 pixels.
pub fn spec(taps: &[(&str, Pool)]) -> Spec {
    let taps = taps.iter().map(|&(tensor, pool)| Tap {
        tensor: tensor.to_owned(),
        pool,
    });
    let (size, taps) = (
        Size {
            height: 4,
            width: 4,
        },
        taps.collect(),
    );
    let (mean, std) = ([1.0, 2.0, 3.0], [2.0; 3]);
    Spec {
        name: "small".to_owned(),
        size,
        mean,
        std,
        taps,
        ..source::shipped().remove(0)
    }
}

#[test]
fn shipped_backbones_keep_their_digests() {
    // Feature stores and classifiers of earlier versions name them so.
    let float = "efb0a4c358458233686b8832d0a74dae8b08c6b43799e2938c652d5e18554bef";
    let int8 = "eed9cf93c4b4d662acb776c6090ba070d5a8c436dd97d6f3ea5d354786304302";
    let mirrored = "96c552ffcc45caabd40963ab53dd9bc3a8ef7abb4a5149ce020ec9474e0d4911";
    let prepared = source::shipped().into_iter().map(|spec| {
        let model = source::model(&spec.name).unwrap();
        prepare(&model, &spec).unwrap()
    });
    let prepared: Vec<Prepared> = prepared.collect();
    assert_eq!(prepared[0].digest, float);
    assert_eq!(prepared[1].digest, int8);
    let both = graph::with_mirror_image(&prepared[0]).unwrap();
    assert_eq!(both.digest, mirrored);
}

#[test]
fn a_prepared_graph_goes_from_pixels_to_features() {
    let spec = spec(&[("relu", Pool::Grid(3)), ("flat", Pool::Gap)]);
    let prepared = prepare(&samples::small_cnn(), &spec).unwrap();
    assert_eq!(
        (prepared.height, prepared.width, prepared.dim()),
        (4, 4, 20)
    );
    let operators: Vec<&str> = prepared
        .model
        .graph
        .node
        .iter()
        .map(|node| node.op_type.as_str())
        .collect();
    let front = ["Cast", "Transpose", "Sub", "Mul", "Conv", "Relu"];
    assert_eq!(
        operators[..6],
        front,
        "preprocessing first, batch norm folded"
    );
    assert_eq!(operators.last(), Some(&"Concat"));
    assert_eq!(tap_widths(&prepared).unwrap(), [18, 2]);
    let again = prepare(&samples::small_cnn(), &spec).unwrap();
    assert_eq!(again.digest, prepared.digest);
}

#[test]
fn names_that_mean_something_here_are_free_to_use_in_a_model() {
    let mut model = samples::small_cnn();
    graph::rename(&mut model, "image", "pixels");
    graph::rename(&mut model, "flat", "features");
    let prepared = prepare(&model, &spec(&[("features", Pool::Gap)])).unwrap();
    let index = read::Index::new(&prepared.model.graph);
    assert_eq!(
        index.maker("features").unwrap().input,
        ["features/original"]
    );
    assert_eq!(index.maker("pixels/cast").unwrap().input, ["pixels"]);
    assert_eq!(prepared.dim(), 2);
}

#[test]
fn taps_that_cannot_be_features_are_refused() {
    let message = |taps: &[(&str, Pool)]| {
        prepare(&samples::small_cnn(), &spec(taps))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(message(&[]), "backbone `small` names no tap");
    assert_eq!(
        message(&[("relu", Pool::Grid(5))]),
        "tap `relu` is 4x4; a grid of 5x5 is finer than its pixels"
    );
}

/// The features that Burn computes of one 4x4 image.
fn run(spec: &Spec, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Vec<f32> {
    let prepared = prepare(&samples::small_cnn(), spec).unwrap();
    let pixels: Vec<u8> = (0..16).flat_map(|at| pixel(at / 4, at % 4)).collect();
    let choice = engine::Choice::Burn;
    let options = engine::Options {
        choice,
        device: None,
        threads: 1,
        precision: crate::Precision::F32,
    };
    engine::open(&prepared, &options)
        .unwrap()
        .engine
        .run(&pixels, 1)
        .unwrap()
}

fn assert_close(got: &[f32], want: &[f32]) {
    let close = |(got, want): (&f32, &f32)| (got - want).abs() < 1e-3 * want.abs();
    assert!(
        got.len() == want.len() && got.iter().zip(want).all(close),
        "{got:?} {want:?}"
    );
}

// `small_cnn` computes s - 0.5 and 4 s - 6 where s is the sum of a pixel's three channels.

#[test]
fn channels_are_reordered_before_they_are_normalised() {
    let (channels, mean, std) = (Channels::Bgr, [1.0, 2.0, 3.0], [1.0, 2.0, 4.0]);
    let spec = Spec {
        channels,
        mean,
        std,
        ..spec(&[("relu", Pool::Gap)])
    };
    let sum = (30.0 - 1.0) / 1.0 + (20.0 - 2.0) / 2.0 + (10.0 - 3.0) / 4.0;
    assert_close(
        &run(&spec, |_, _| [10, 20, 30]),
        &[sum - 0.5, 4.0 * sum - 6.0],
    );
}

#[test]
fn a_grid_keeps_where_things_are() {
    let plain = spec(&[("relu", Pool::Grid(3))]);
    let spec = Spec {
        mean: [0.0; 3],
        std: [1.0; 3],
        ..plain
    };
    let got = run(&spec, |row, column| [(10 * row + column + 1) as u8, 0, 0]);
    // Three cells on four pixels overlap by one: their centres are 0.5, 1.5 and 2.5.
    let want: Vec<f32> = (0..9)
        .map(|cell| (10 * (cell / 3) + cell % 3 + 6) as f32)
        .collect();
    assert_close(&got[..9], &want);
}
