//! Change of the features by int8.

use super::error::QuantizeError;
use super::float::Float;
use crate::engine::{self, Engine};
use crate::graph::Prepared;
use crate::onnx::ModelProto;
use crate::prepare::prepare;

/// Images on which layers are tried one by one.
const TRIED: usize = 8;

/// Change of the features when one layer alone is int8.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    pub layer: String,
    /// The squared length of the change over that of the features, averaged over images.
    pub error: f64,
}

/// How alike the features of two models are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Cosine similarity, on average over images.
    pub mean_cosine: f64,
    pub least_cosine: f64,
    /// As [`Sensitivity::error`].
    pub error: f64,
}

/// The float model's features, to compare with.
pub struct Trial<'a> {
    float: &'a Float<'a>,
    images: Vec<Vec<u8>>,
    engine: Box<dyn Engine>,
    truth: Vec<Vec<f32>>,
}

impl<'a> Trial<'a> {
    pub fn new(float: &'a Float, images: &[Vec<u8>]) -> Result<Self, QuantizeError> {
        // Spread over all of them, which may be sorted.
        let step = images.len().div_ceil(TRIED);
        let images: Vec<Vec<u8>> = images.iter().step_by(step).cloned().collect();
        let mut engine = load(float, &float.model)?;
        let truth = features(engine.as_mut(), &images)?;
        Ok(Self {
            float,
            images,
            engine,
            truth,
        })
    }

    /// As [`Sensitivity::error`], of another version of the model.
    pub fn error(&self, model: &ModelProto) -> Result<f64, QuantizeError> {
        let other = features(load(self.float, model)?.as_mut(), &self.images)?;
        Ok(agreement(&self.truth, &other).error)
    }

    /// Over all `images`.
    pub fn agreement(
        mut self,
        model: &ModelProto,
        images: &[Vec<u8>],
    ) -> Result<Agreement, QuantizeError> {
        let truth = features(self.engine.as_mut(), images)?;
        let other = features(load(self.float, model)?.as_mut(), images)?;
        Ok(agreement(&truth, &other))
    }
}

fn load(float: &Float, model: &ModelProto) -> Result<Box<dyn Engine>, QuantizeError> {
    let prepared: Prepared = prepare(model, float.spec)?;
    Ok(engine::open(&prepared, float.engine)?.engine)
}

fn features(engine: &mut dyn Engine, images: &[Vec<u8>]) -> Result<Vec<Vec<f32>>, QuantizeError> {
    let run = |pixels: &Vec<u8>| Ok(engine.run(pixels, 1)?);
    images.iter().map(run).collect()
}

fn agreement(truth: &[Vec<f32>], other: &[Vec<f32>]) -> Agreement {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum()
    };
    let count = truth.len() as f64;
    let mut sum = Agreement {
        mean_cosine: 0.0,
        least_cosine: 1.0,
        error: 0.0,
    };
    for (truth, other) in truth.iter().zip(other) {
        let (own, length) = (dot(truth, truth), dot(other, other));
        let cosine = dot(truth, other) / (own * length).sqrt().max(f64::MIN_POSITIVE);
        let change: Vec<f32> = truth.iter().zip(other).map(|(a, b)| a - b).collect();
        sum.mean_cosine += cosine / count;
        sum.least_cosine = sum.least_cosine.min(cosine);
        sum.error += dot(&change, &change) / own.max(f64::MIN_POSITIVE) / count;
    }
    sum
}
