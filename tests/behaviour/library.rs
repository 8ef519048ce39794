//! What a user of the library has without the program.

use crate::world::World;
use evenhand::backbone::engine::Choice;
use evenhand::error::Cancelled;
use evenhand::events::{Note, Stage};
use evenhand::record::Status;
use evenhand::{Classifier, EngineConfig, Events, Image, Overwrite, PredictOptions, TrainConfig};
use std::fs;
use std::path::{Path, PathBuf};

#[allow(dead_code)]
#[path = "../../examples/train_and_audit.rs"]
mod train_and_audit;

/// The drawn faces in a folder for each class.
fn class_folders(world: &World) -> PathBuf {
    let folder = world.path("classes");
    for row in crate::world::rows(&world.table) {
        let class = folder.join(&row["smiling"]);
        fs::create_dir_all(&class).unwrap();
        let file = world.table.with_file_name(&row["file"]);
        fs::copy(&file, class.join(file.file_name().unwrap())).unwrap();
    }
    folder
}

fn quick(data: &Path) -> TrainConfig {
    let mut config = TrainConfig::new(data).label("smiling").groups(["glasses"]);
    config.validation.folds = 2;
    config.head.hidden = 16;
    config.engine = burn();
    config.store = evenhand::StoreConfig::none();
    config
}

fn burn() -> EngineConfig {
    EngineConfig {
        engine: Choice::Burn,
        ..EngineConfig::default()
    }
}

#[test]
fn class_folders_are_trained_on_audited_and_reported_in_forty_lines() {
    let world = World::with_faces(48);
    let (faces, out) = (class_folders(&world), world.path("run"));
    train_and_audit::train_and_audit(&faces, &out).unwrap();
    for file in ["classifier.onnx", "metrics.json", "report.html"] {
        assert!(out.join(file).is_file(), "{file}");
    }
}

#[test]
fn images_are_predicted_from_bytes_and_pixels_as_from_files() {
    let world = World::with_faces(40);
    let run = evenhand::train(&quick(&world.table), &mut ()).unwrap();
    let classifier = Classifier::from_bytes(&run.classifier.to_bytes().unwrap()).unwrap();
    let options = PredictOptions {
        engine: burn(),
        ..PredictOptions::default()
    };
    let mut predictor = classifier.predictor(&options, &mut ()).unwrap();
    let path = world.path("data/faces/0003.png");
    let bytes = fs::read(&path).unwrap();
    let decoded = image::load_from_memory(&bytes).unwrap().to_rgb8();
    let (width, height) = decoded.dimensions();
    let pixels = decoded.into_raw();
    let images = [
        Image::Path(path),
        Image::Bytes(b"no image".to_vec()),
        Image::Bytes(bytes),
        Image::Rgb {
            width,
            height,
            pixels: pixels.clone(),
        },
        Image::Rgb {
            width,
            height: height + 1,
            pixels,
        },
    ];
    let found = predictor.predict(&images).unwrap();
    let outcomes: Vec<_> = found.iter().map(|found| &found.outcome).collect();
    assert_eq!(outcomes.len(), images.len());
    assert!(outcomes[0].is_ok());
    assert_eq!(outcomes[0], outcomes[2]);
    assert_eq!(outcomes[0], outcomes[3]);
    for at in [1, 4] {
        let bad = outcomes[at].as_ref().unwrap_err();
        assert_eq!(bad.status, Status::Unreadable, "{bad:?}");
    }
    assert_eq!(found[4].path, "4");
}

/// Remembers what it was told, and stops a job at a stage.
#[derive(Default)]
struct Observer {
    notes: Vec<String>,
    stages: Vec<Stage>,
    stop_at: Option<Stage>,
}

impl Events for Observer {
    fn note(&mut self, note: Note) {
        self.notes.push(note.text.to_string());
    }

    fn progress(&mut self, stage: Stage, _done: u64, _of: Option<u64>) {
        if self.stages.last() != Some(&stage) {
            self.stages.push(stage);
        }
    }

    fn cancelled(&self) -> bool {
        self.stop_at.is_some_and(|stop| self.stages.contains(&stop))
    }
}

#[test]
fn an_observer_hears_of_a_training_and_can_stop_it() {
    let world = World::with_faces(40);
    let mut observer = Observer::default();
    let run = evenhand::train(&quick(&world.table), &mut observer).unwrap();
    assert_eq!(observer.stages, [Stage::Embedding, Stage::Training]);
    assert!(
        observer
            .notes
            .iter()
            .any(|note| note.starts_with("engine: burn"))
    );
    assert_eq!(run.predictions.rows.len(), 40);
    assert!(run.test.is_none());
    run.save(&world.path("run"), Overwrite::No).unwrap();
    let again = run.save(&world.path("run"), Overwrite::No).unwrap_err();
    assert!(again.to_string().contains("already holds a run"), "{again}");

    let mut observer = Observer {
        stop_at: Some(Stage::Embedding),
        ..Observer::default()
    };
    let stopped = evenhand::train(&quick(&world.table), &mut observer).unwrap_err();
    assert_eq!(stopped.to_string(), Cancelled.to_string());
}
