//! Predictor: a classifier that stands ready for images from files or memory, as in a server.

use crate::backbone::embed::Embedder;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::events::Events;
use crate::jobs::config::{EngineConfig, LimitConfig, StoreConfig};
use crate::jobs::pipeline::Setup;
use crate::predict::{Answer, predict};
use crate::record::{BadImage, Fold, Location, Prediction, Record, Status};
use image::codecs::bmp::BmpEncoder;
use image::{ExtendedColorType, ImageEncoder};
use std::path::PathBuf;
use std::sync::Arc;

/// Image to predict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    Path(PathBuf),
    /// The content of a file, in any format that is read.
    Bytes(Vec<u8>),
    /// `[height, width, 3]`, row-major.
    Rgb {
        width: u32,
        height: u32,
        pixels: Vec<u8>,
    },
}

/// Settings of a [`Predictor`].
#[derive(Debug, Clone, PartialEq)]
pub struct PredictOptions {
    pub engine: EngineConfig,
    /// By default features are not kept.
    pub store: StoreConfig,
    pub limits: LimitConfig,
}

impl Default for PredictOptions {
    fn default() -> Self {
        Self {
            engine: EngineConfig::default(),
            store: StoreConfig::none(),
            limits: LimitConfig::row_by_row(),
        }
    }
}

/// Classifier that stands ready with its engine.
pub struct Predictor {
    classifier: Classifier,
    embedder: Embedder,
}

impl Classifier {
    /// Opens the engine for predictions.
    ///
    /// # Errors
    /// Settings that cannot be used, and failures of engine and store.
    ///
    /// ```no_run
    /// use evenhand::{Classifier, Image, PredictOptions};
    /// let classifier = Classifier::open("run/classifier.onnx".as_ref())?;
    /// let mut predictor = classifier.predictor(&PredictOptions::default(), &mut ())?;
    /// let bytes = std::fs::read("photo.jpg").expect("the photo is there");
    /// for prediction in predictor.predict(&[Image::Bytes(bytes)])? {
    ///     println!("{:?}", prediction.outcome);
    /// }
    /// # Ok::<(), evenhand::Error>(())
    /// ```
    pub fn predictor(
        self,
        options: &PredictOptions,
        on: &mut dyn Events,
    ) -> Result<Predictor, Error> {
        let PredictOptions {
            engine,
            store,
            limits,
        } = options;
        engine.check()?;
        engine.check_trained(&self.prepared)?;
        let setup = Setup {
            engine,
            store,
            limits: *limits,
        };
        let pipeline = setup.embedder(&self.prepared, self.card.geometry, on)?;
        Ok(Predictor {
            classifier: self,
            embedder: pipeline.embedder,
        })
    }
}

impl Predictor {
    /// The classifier.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// Predicts images: one prediction each, in their order. An image that cannot be used is a prediction
    /// with a status. Images in memory are called by their position, from 0.
    ///
    /// # Errors
    /// Failures of engine and store.
    pub fn predict(&mut self, images: &[Image]) -> Result<Vec<Prediction>, Error> {
        let numbered = images.iter().enumerate();
        let located: Vec<(String, Result<Location, BadImage>)> = numbered
            .map(|(at, image)| (image.name(at), image.location(at)))
            .collect();
        let usable = located.iter().filter_map(|(path, location)| {
            Some(Record {
                path: path.clone(),
                image: location.as_ref().ok()?.clone(),
                label: None,
                person: None,
                part: None,
                attributes: Vec::new(),
            })
        });
        let mut predictions = Vec::with_capacity(images.len());
        predict(
            &self.classifier,
            &mut self.embedder,
            usable,
            &mut |_| Ok(()),
            &mut |answer: Answer| {
                predictions.push(answer.prediction);
                Ok::<(), Error>(())
            },
        )?;
        for (at, (path, location)) in located.into_iter().enumerate() {
            if let Err(bad) = location {
                predictions.insert(at, without(path, bad));
            }
        }
        Ok(predictions)
    }
}

impl Image {
    fn name(&self, at: usize) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Bytes(_) | Self::Rgb { .. } => at.to_string(),
        }
    }

    fn location(&self, at: usize) -> Result<Location, BadImage> {
        let bytes: Arc<[u8]> = match self {
            Self::Path(path) => return Ok(Location::File(path.clone())),
            Self::Bytes(bytes) => bytes.as_slice().into(),
            Self::Rgb {
                width,
                height,
                pixels,
            } => bitmap(*width, *height, pixels)?.into(),
        };
        let name = at.to_string().into();
        Ok(Location::Memory { name, bytes })
    }
}

/// A file of pixels, which goes the way of all files.
fn bitmap(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, BadImage> {
    let unreadable = |reason: String| BadImage {
        status: Status::Unreadable,
        reason,
    };
    let needed = u64::from(width) * u64::from(height) * 3;
    if pixels.len() as u64 != needed {
        return Err(unreadable(format!(
            "{width} x {height} pixels are {needed} bytes, not {}",
            pixels.len()
        )));
    }
    let mut file = Vec::new();
    BmpEncoder::new(&mut file)
        .write_image(pixels, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| unreadable(error.to_string()))?;
    Ok(file)
}

/// The prediction of an image that cannot be used.
fn without(path: String, bad: BadImage) -> Prediction {
    Prediction {
        path,
        blake3: None,
        outcome: Err(bad),
        label: None,
        fold: Fold::New,
        attributes: Vec::new(),
    }
}
