//! Readers that are fed damaged files.

use evenhand::TrainConfig;
use evenhand::backbone::prepare::prepare;
use evenhand::backbone::source::{self, Source};
use evenhand::classifier::Classifier;
use evenhand::dataset::archive::ImageReader;
use evenhand::dataset::preprocess::{Filter, Fit, Geometry, Limits, pixels, read};
use evenhand::dataset::{ReadOptions, inputs};
use evenhand::table::Table;
use std::path::Path;

/// One reader: its name is that of its folder of seeds.
pub struct Target {
    pub name: &'static str,
    /// Reads a file, and says whether it was taken.
    pub read: fn(&Path) -> &'static str,
}

/// **The table of targets.**
pub const TARGETS: [Target; 6] = [
    Target {
        name: "image",
        read: image,
    },
    Target {
        name: "table",
        read: table,
    },
    Target {
        name: "onnx",
        read: onnx,
    },
    Target {
        name: "tar",
        read: archive,
    },
    Target {
        name: "parquet",
        read: archive,
    },
    Target {
        name: "config",
        read: config,
    },
];

pub fn find(name: &str) -> Result<&'static Target, String> {
    let mut targets = TARGETS.iter();
    targets
        .find(|target| target.name == name)
        .ok_or_else(|| format!("`{name}` is no target; there are {}", names()))
}

pub fn names() -> String {
    TARGETS.map(|target| target.name).join(", ")
}

fn outcome<T, E>(result: Result<T, E>) -> &'static str {
    match result {
        Ok(_) => "taken",
        Err(_) => "refused",
    }
}

fn image(file: &Path) -> &'static str {
    let limits = Limits::default();
    let geometry = Geometry {
        width: 64,
        height: 48,
        fit: Fit::Pad,
        filter: Filter::Bicubic,
    };
    outcome(read(file, limits).and_then(|bytes| pixels(&bytes, geometry, limits)))
}

fn table(file: &Path) -> &'static str {
    outcome(Table::read(file, &ReadOptions::default()))
}

fn onnx(file: &Path) -> &'static str {
    let name = file.display().to_string();
    // What cannot be a backbone may still be inspected or taken for a classifier.
    let inspected = evenhand::inspect(&name, None).is_ok();
    let classifier = Classifier::open(file).is_ok();
    let backbone = source::open(&Source {
        backbone: Some(name),
        ..Source::default()
    });
    let prepared = backbone.is_ok_and(|backbone| prepare(&backbone.model, &backbone.spec).is_ok());
    outcome(if inspected || classifier || prepared {
        Ok(())
    } else {
        Err(())
    })
}

/// Images in an archive: every row is listed, every image read and decoded.
fn archive(file: &Path) -> &'static str {
    let limits = Limits::default();
    let geometry = Geometry {
        width: 16,
        height: 16,
        fit: Fit::Squash,
        filter: Filter::Bilinear,
    };
    let reader = ImageReader::new(limits);
    let listed = inputs(&[file.display().to_string()], None);
    outcome(listed.and_then(|records| {
        for record in records {
            let record = record?;
            let _ = reader
                .read(&record.image)
                .and_then(|bytes| pixels(&bytes, geometry, limits));
        }
        Ok(())
    }))
}

fn config(file: &Path) -> &'static str {
    outcome(TrainConfig::read(file).map(|config| config.check().is_ok()))
}
