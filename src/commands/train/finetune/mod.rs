//! Fine-tuning as a part of training: a head first, then the unfrozen part with it, and predictions by
//! the classifiers that come of it.

mod config;
mod embed;
mod source;

pub use config::FinetuneConfig;
pub use embed::embed;

use super::config::Config;
use super::fit::{Examples, Fitted};
use super::material::{Material, Plan};
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::Backbone;
use evenhand::backbone::engine::CPU;
use evenhand::backbone::engine::burn::GradientEngine;
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::graph::divide::Divided;
use evenhand::backbone::graph::quantize::on_integers;
use evenhand::finetune::{self, CheckedFinetuneParams, Epoch, Job, Network, Told, Tuned};
use evenhand::head::{self, CheckedHeadParams, Folds, Stop};
use source::{OpenSource, Rows, open_source};
use std::path::{Path, PathBuf};

/// What is to be fine-tuned, found out before hours of embedding rather than after.
pub struct Prospect {
    divided: Divided,
    params: CheckedFinetuneParams,
    cache_limit: u64,
}

impl FinetuneConfig {
    /// # Errors
    /// Parameters out of their range, and a backbone that cannot be divided or trained there.
    pub fn check(&self, backbone: &Backbone) -> Result<Prospect, Failure> {
        let params = self.params.clone().check()?;
        let prepared = &backbone.prepared;
        if on_integers(&prepared.model.graph).is_some() {
            return Err(
                Failure::usage("an int8 backbone has no gradients to train it by")
                    .with_hint("fine-tune with --precision f32"),
            );
        }
        let divided = self.unfreeze.divide(prepared, &backbone.spec.taps)?;
        GradientEngine::load(&divided.trained, CPU, 1)?;
        Ok(Prospect {
            divided,
            params,
            cache_limit: self.cache_limit,
        })
    }
}

/// Trains as [`super::fit::fit`] does, the unfrozen part of the backbone too. With one fold, a tenth of
/// the rows is held out, says when to stop, and is judged by the final classifier.
pub fn fit(
    material: &Material,
    plan: &Plan,
    config: &Config,
    backbone: &Backbone,
    prospect: &Prospect,
    checkpoints: &Path,
    printer: &mut Printer,
) -> Result<(Fitted, Prepared), Failure> {
    let Prospect {
        divided, params, ..
    } = prospect;
    let head_params = config.head.clone().check()?;
    let examples = Examples::new(material, plan, config);
    let images = Rows::of(material);
    std::fs::create_dir_all(checkpoints)
        .map_err(|error| crate::commands::run_dir::cannot_write(checkpoints, &error))?;
    let mut tuner = Tuner {
        material,
        config,
        backbone,
        examples: &examples,
        head_params: &head_params,
        params,
        source: open_source(prospect, &images, config, backbone, printer)?,
        divided,
        images: &images,
        checkpoints,
        started: false,
        printer,
    };
    let folds = Folds {
        rows: &examples.train,
        fold: &plan.folds,
        validation: &plan.validation,
    };
    let classes = material.dataset.classes.len();
    let mut out_of_fold = vec![f32::NAN; examples.train.len() * classes];
    let mut distances = Vec::new();
    let mut judge = |tuner: &mut Tuner, tuned: &Tuned, places: &[usize]| -> Result<(), Failure> {
        let rows: Vec<usize> = places.iter().map(|&place| examples.train[place]).collect();
        let (judged, far) = tuner.judge(tuned, &rows)?;
        distances.extend(far);
        for (&place, row) in places.iter().zip(judged.chunks(classes)) {
            out_of_fold[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
        Ok(())
    };
    let mut curves = Vec::new();
    let (last, places) = match config.validation.folds {
        1 => {
            let (held_out, seen): (Vec<usize>, Vec<usize>) =
                (0..examples.train.len()).partition(|&place| plan.validation[place]);
            let rows = |places: &[usize]| -> Vec<usize> {
                places.iter().map(|&place| examples.train[place]).collect()
            };
            let until = rows(&held_out);
            let last = tuner.train(&rows(&seen), Until::Validation(&until), "final")?;
            (last, held_out)
        }
        count => {
            let (mut of_head, mut of_all) = (Vec::new(), Vec::new());
            for fold in 0..count {
                let share = folds.share(fold);
                let until = Until::Validation(&share.validation);
                let trained = tuner.train(&share.train, until, &format!("fold-{}", fold + 1))?;
                judge(&mut tuner, &trained.tuned, &share.held_out)?;
                of_head.push(trained.head_epoch);
                of_all.push(trained.epoch);
                curves.push(trained.curve);
            }
            let until = Until::After([&of_head, &of_all].map(|epochs| head::median_epoch(epochs)));
            (tuner.train(&examples.train, until, "final")?, Vec::new())
        }
    };
    judge(&mut tuner, &last.tuned, &places)?;
    let (test, _) = tuner.judge(&last.tuned, &examples.test)?;
    let fitted = Fitted {
        head: last.tuned.head,
        out_of_fold,
        distances: Some(distances),
        test,
        curves,
        final_curve: last.curve,
    };
    Ok((fitted, last.tuned.prepared))
}

/// What ends the two trainings of a classifier: of the head, and of all that is unfrozen.
enum Until<'a> {
    Validation(&'a [usize]),
    After([usize; 2]),
}

struct Trained {
    tuned: Tuned,
    head_epoch: usize,
    epoch: usize,
    curve: Vec<head::Epoch>,
}

struct Tuner<'a> {
    material: &'a Material,
    config: &'a Config,
    backbone: &'a Backbone,
    examples: &'a Examples,
    head_params: &'a CheckedHeadParams,
    params: &'a CheckedFinetuneParams,
    divided: &'a Divided,
    images: &'a Rows,
    source: OpenSource,
    checkpoints: &'a Path,
    /// Whether it was said what is trained.
    started: bool,
    printer: &'a mut Printer,
}

impl Tuner<'_> {
    fn train(&mut self, rows: &[usize], until: Until, name: &str) -> Result<Trained, Failure> {
        let (head_stop, stop) = match until {
            Until::Validation(rows) => (Stop::Validation(rows), Stop::Validation(rows)),
            Until::After([head, all]) => (Stop::After(head), Stop::After(all)),
        };
        let examples = self.examples.of(self.material);
        let device = head::cpu();
        let first = head::fit(
            &examples,
            rows,
            head_stop,
            self.head_params,
            &device,
            &mut |_| (),
        )?;
        let engine = &self.config.engine;
        let burn_device = engine.device.as_deref().unwrap_or(CPU);
        let trained = &self.divided.trained;
        let network = Network::new(trained, &first.head, burn_device, engine.threads)?;
        if !self.started {
            self.started = true;
            let values: usize = network
                .weights()
                .iter()
                .map(|weight| weight.values.len())
                .sum();
            self.printer.note(&format!(
                "fine-tuning {values} weights in {} tensors on {}",
                network.weights().len(),
                network.device()
            ));
        }
        let path: PathBuf = self.checkpoints.join(format!("{name}.safetensors"));
        let job = Job {
            network: &network,
            examples: finetune::Examples {
                labels: examples.labels,
                weights: examples.weights,
            },
            train: rows,
            stop,
            params: self.params,
            dropout: [self.head_params.input_dropout, self.head_params.dropout],
            checkpoint: Some(&path),
        };
        let steps = (rows.len() * self.params.epochs) as u64;
        let bar = self.printer.progress("fine-tuning", "images", Some(steps));
        let printer = &mut *self.printer;
        let tuning = finetune::fit(&job, self.source.source.as_mut(), &mut |told| match told {
            Told::Step(rows) => bar.inc(rows as u64),
            Told::Resumed(epochs) => {
                bar.inc((epochs * rows.len()) as u64);
                bar.suspend(|| printer.note(&format!("{name}: goes on after epoch {epochs}")));
            }
            Told::Epoch(epoch) => bar.suspend(|| printer.note(&in_words(name, epoch))),
        })?;
        bar.finish_and_clear();
        let curve = tuning.curve.iter().map(|epoch| head::Epoch {
            number: epoch.number,
            of: epoch.of,
            train_loss: epoch.train_loss,
            validation: epoch.validation,
            learning_rate: epoch.learning_rate,
        });
        let mut tuned = network.put_back(&self.backbone.prepared, &tuning.values)?;
        tuned.prepared = self.config.backbone.with_views(tuned.prepared)?;
        tuned.head.views = self.config.backbone.views;
        Ok(Trained {
            tuned,
            head_epoch: first.best_epoch,
            epoch: tuning.best_epoch,
            curve: curve.collect(),
        })
    }

    /// What a classifier says of rows of the features, `[rows, classes]`, by the engine that would
    /// predict with it; and how far they are from those it learned from.
    fn judge(&mut self, tuned: &Tuned, rows: &[usize]) -> Result<(Vec<f32>, Vec<f32>), Failure> {
        let locations: Vec<_> = rows
            .iter()
            .map(|&row| self.images.locations[row].clone())
            .collect();
        let views = tuned.head.views;
        let spec = &self.backbone.spec;
        let (config, printer) = (self.config, &mut *self.printer);
        let features = embed(&tuned.prepared, views, spec, &locations, config, printer)?;
        let of_image = features.dim() * views;
        let of_images = features.values().chunks_exact(of_image);
        let distances = of_images.map(|image| tuned.head.distance(image)).collect();
        let images: Vec<usize> = (0..rows.len()).collect();
        let probabilities = tuned.head.probabilities(&features, &images, &head::cpu())?;
        Ok((probabilities, distances))
    }
}

fn in_words(name: &str, epoch: &Epoch) -> String {
    let validation = epoch.validation.map_or(String::new(), |judged| {
        let head::Validation { loss, accuracy } = judged;
        format!(", validation loss {loss:.4}, accuracy {accuracy:.4}")
    });
    format!(
        "{name}, epoch {} of {}: loss {:.4}{validation}; {:.1} images/s: {:.0} % forward, {:.0} % \
         backward, {:.0} % waiting for input",
        epoch.number,
        epoch.of,
        epoch.train_loss,
        epoch.images_a_second,
        100.0 * epoch.forward,
        100.0 * epoch.backward,
        100.0 * epoch.input
    )
}
