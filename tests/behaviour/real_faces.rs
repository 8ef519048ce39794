//! The main job on real faces: 10,000 to learn from, 2,000 to test on, where they are at hand.

use crate::world::{World, json, printed, rows};
use evenhand::backbone::engine::onnxruntime;
use std::path::PathBuf;
use std::time::Instant;

/// The folder with the faces, and ONNX Runtime to make them quick enough.
pub fn faces() -> Option<PathBuf> {
    let folder = std::env::var_os("EVENHAND_FACES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("left out: EVENHAND_FACES does not name a folder of faces");
    } else if onnxruntime::find_library().found.is_none() {
        eprintln!("left out: without ONNX Runtime this takes a quarter of an hour");
        return None;
    }
    folder
}

#[test]
fn frozen_features_reach_86_percent_on_faces_and_the_second_run_is_quick() {
    let Some(faces) = faces() else { return };
    let world = World::with_faces(1);
    let train = |run: &str| {
        let mut train = world.evenhand("train");
        train
            .arg(faces.join("train.csv"))
            .arg("--test")
            .arg(faces.join("val.csv"));
        train.args([
            "--label",
            "gender",
            "--positive",
            "Female",
            "--groups",
            "race,age,race*gender",
        ]);
        let start = Instant::now();
        let output = train.args(["--out", run]).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        (start.elapsed(), printed(&output))
    };
    let (first, told) = train("first");
    assert!(
        told.contains("`03-Sep`") && told.contains("`Oct-19`"),
        "{told}"
    );
    let metrics = json(&world.path("first/metrics.json"));
    let accuracy = metrics["test"]["overall"]["accuracy"].as_f64().unwrap();
    assert!(accuracy >= 0.86, "{accuracy}");
    assert_eq!(metrics["test"]["overall"]["n"], 2_000);
    // One training image has the bytes of a test image and is left out.
    assert_eq!(metrics["cross_validation"]["overall"]["n"], 9_999);
    assert!(metrics["test"]["groups"]["age"]["3-9"]["n"].is_number());
    let predictions = rows(&world.path("first/predictions.csv"));
    assert_eq!(predictions.len(), 12_000);
    let predicted = predictions.iter().filter(|row| row["status"] == "ok");
    assert_eq!(
        predicted.filter(|row| !row["predicted"].is_empty()).count(),
        11_999
    );

    let (second, _) = train("second");
    let read = |run: &str| std::fs::read(world.path(run).join("predictions.csv")).unwrap();
    assert!(
        read("first") == read("second"),
        "the same command gave other predictions"
    );
    eprintln!("first {first:.1?}, second {second:.1?}, accuracy {accuracy}");
    assert!(second < first / 2, "first {first:?}, second {second:?}");
}
