//! Predicts images that are in memory, as a server has them.
//!
//! `cargo run --release --example predict_bytes -- run/classifier.onnx photo.jpg …`
#![allow(clippy::print_stdout)]

use evenhand::{Classifier, Image, PredictOptions};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args_os().skip(1);
    let file = paths.next().ok_or("name a classifier and images")?;
    let classifier = Classifier::from_bytes(&std::fs::read(file)?)?;
    let mut predictor = classifier.predictor(&PredictOptions::default(), &mut ())?;

    let images: Result<Vec<Image>, _> = paths
        .map(|path| std::fs::read(path).map(Image::Bytes))
        .collect();
    for prediction in predictor.predict(&images?)? {
        match prediction.outcome {
            Ok(scores) => {
                let class = predictor.classifier().classes.name(scores.predicted);
                println!("{class} {:?}", scores.probabilities);
            }
            Err(bad) => println!("{}: {}", bad.status, bad.reason),
        }
    }
    Ok(())
}
