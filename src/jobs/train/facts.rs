//! Facts of a training, as its report tells them.

use crate::backbone::engine::EngineInfo;
use crate::backbone::unfreeze::Unfreeze;
use crate::head::{Epoch, HeadChoice};
use crate::jobs::config::{FinetuneConfig, TrainConfig};
use crate::jobs::training::{FittedClassifier, PreparedTraining};
use crate::report;
use serde::Serialize;
use std::collections::BTreeSet;

/// Facts of a training, but for its duration and curves.
pub fn training(
    config: &TrainConfig,
    prepared: &PreparedTraining,
    choice: Option<&HeadChoice>,
) -> report::Training {
    let PreparedTraining {
        backbone,
        engine,
        split,
        ..
    } = prepared;
    let EngineInfo {
        name,
        version,
        device,
        ..
    } = engine;
    let taps = &backbone.spec.taps;
    let pooling: BTreeSet<String> = taps.iter().map(|tap| tap.pool.to_string()).collect();
    let method = report::ImageMethod {
        backbone: backbone.spec.name.clone(),
        engine: (*name).to_owned(),
        engine_version: version.clone(),
        device: device.clone(),
        taps: taps.iter().map(|tap| tap.tensor.clone()).collect(),
        pooling: pooling.into_iter().collect::<Vec<_>>().join(", "),
        features: backbone.prepared.dim() as u64,
        head: head_facts(config, choice),
        finetuning: config
            .finetune
            .as_ref()
            .map_or(Vec::new(), finetuning_facts),
    };
    report::Training {
        train: split.learned() as u64,
        test: split.test.len() as u64,
        method: report::Method::Images(method),
        folds: config.validation.folds as u32,
        seed: config.validation.seed,
        seconds: 0.0,
        curves: Vec::new(),
        seeds: Vec::new(),
        across: None,
    }
}

fn finetuning_facts(config: &FinetuneConfig) -> Vec<(String, String)> {
    let unfrozen = match &config.unfreeze {
        Unfreeze::Stages(1) => "the uppermost stage".to_owned(),
        Unfreeze::Stages(stages) => format!("the upper {stages} stages"),
        Unfreeze::After(tensor) => format!("what comes after {tensor}"),
        Unfreeze::All => "everything".to_owned(),
    };
    std::iter::once(("unfrozen".to_owned(), unfrozen))
        .chain(facts(&config.params))
        .collect()
}

/// The names and values of parameters.
fn facts(params: &impl Serialize) -> impl Iterator<Item = (String, String)> {
    let facts = serde_json::to_value(params).unwrap_or_default();
    let facts = facts.as_object().cloned().unwrap_or_default();
    facts.into_iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.replace('_', " "), value)
    })
}

/// The settings of the head, as far as they had a part in it.
fn head_facts(config: &TrainConfig, choice: Option<&HeadChoice>) -> Vec<(String, String)> {
    let views = config.backbone.views;
    let learned = choice.into_iter().flat_map(HeadChoice::facts);
    let is_network = choice.is_none_or(|choice| choice.penalty.is_none());
    let network = facts(&config.head).filter(|(name, _)| name != "learner" && is_network);
    learned
        .chain(network)
        .chain([("balance".to_owned(), config.validation.balance.to_string())])
        .chain((views > 1).then(|| ("views".to_owned(), views.to_string())))
        .collect()
}

/// Learning curves by epoch, of the folds and of the final fit.
pub fn curves(fitted: &FittedClassifier) -> Vec<report::Curve> {
    let points = |curve: &[Epoch]| -> Vec<report::CurvePoint> {
        let point = |epoch: &Epoch| report::CurvePoint {
            epoch: epoch.number as u32,
            train_loss: epoch.train_loss,
            validation_loss: epoch.validation.map(|found| found.loss),
            validation_accuracy: epoch.validation.map(|found| found.accuracy),
        };
        curve.iter().map(point).collect()
    };
    let folds = fitted.curves.iter().enumerate();
    let folds = folds.map(|(at, curve)| (report::Fit::Fold(at), curve));
    folds
        .chain([(report::Fit::Final, &fitted.final_curve)])
        .map(|(fit, curve)| report::Curve {
            fit,
            points: points(curve),
        })
        .collect()
}
