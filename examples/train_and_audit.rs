//! Trains on class folders, audits by group, predicts an image from bytes, and writes the report.
#![allow(clippy::print_stdout)]

use evenhand::{Error, Image, Overwrite, PredictOptions, StoreConfig, TrainConfig};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = std::env::args().skip(1);
    let (Some(faces), Some(out)) = (paths.next(), paths.next()) else {
        return Err("name a folder of class folders, and a folder for the run".into());
    };
    Ok(train_and_audit(faces.as_ref(), out.as_ref())?)
}

/// Class folders have no columns but the class, so that groups are the classes.
pub fn train_and_audit(faces: &Path, out: &Path) -> Result<(), Error> {
    let mut config = TrainConfig::new(faces).groups(["class"]);
    config.data.holdout = Some(0.25);
    config.store = StoreConfig::none();
    let run = evenhand::train(&config, &mut ())?;

    let audit = run.test.as_ref().unwrap_or(&run.out_of_fold);
    for grouping in &audit.groupings {
        for (value, cell) in &grouping.cells {
            let accuracy = cell.accuracy().value().unwrap_or(f64::NAN);
            println!("{} {value}: {accuracy:.3} of {}", grouping.name, cell.n);
        }
    }
    run.save(out, Overwrite::Yes)?;

    let photo = faces.join(&run.predictions.rows[0].path);
    let bytes = std::fs::read(&photo).expect("it was trained on");
    let mut predictor = run
        .classifier
        .predictor(&PredictOptions::default(), &mut ())?;
    for prediction in predictor.predict(&[Image::Bytes(bytes)])? {
        println!("{}: {:?}", photo.display(), prediction.outcome);
    }
    Ok(())
}
