//! Images unlike those of the training.

use crate::world::{World, json, printed};
use std::fs;
use std::path::Path;

/// Stripes in colours that no face has.
fn striped(path: &Path, seed: u32) {
    let stripe = |x: u32, y: u32| (x * (3 + seed % 5) + y * seed) % 16 < 8;
    let picture = image::RgbImage::from_fn(64, 64, |x, y| match stripe(x, y) {
        true => image::Rgb([0, 255, (seed * 20) as u8]),
        false => image::Rgb([255, 0, 255]),
    });
    picture.save(path).unwrap();
}

#[test]
fn images_unlike_those_of_the_training_are_noticed() {
    let world = World::with_faces(200);
    world.train("run").assert().success();
    fs::create_dir(world.path("stripes")).unwrap();
    for seed in 0..60 {
        striped(&world.path("stripes").join(format!("{seed}.png")), seed);
    }
    let told = |images: &str, out: &[&str]| {
        let output = world
            .evenhand("predict")
            .args(["run", images, "--engine", "burn"])
            .args(out)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        String::from_utf8(output.stderr).unwrap()
    };
    let unlike = "these images are unlike those the classifier learned from";
    assert!(told("stripes", &["--out", "stripes.csv"]).contains(unlike));
    assert!(
        told("stripes", &[]).contains(unlike),
        "to standard output too"
    );
    assert!(!told("data/faces", &["--out", "faces.csv"]).contains(unlike));
    let alarm = |name: &str| {
        json(&world.path(&format!("{name}.csv.drift.json")))["distance"]["alarm"].clone()
    };
    assert_eq!(
        (alarm("stripes"), alarm("faces")),
        (true.into(), false.into())
    );
}
