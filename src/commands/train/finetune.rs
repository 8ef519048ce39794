//! Fine-tuning as a part of training: a head first, then the unfrozen part with it, and predictions by
//! the classifiers that come of it.

use super::config::Config;
use super::fit::{Examples, Fitted};
use super::material::{Material, Plan};
use crate::backbone::embed::{Embedded, Images};
use crate::backbone::graph::Prepared;
use crate::backbone::graph::divide::Divided;
use crate::backbone::store::Key;
use crate::backbone::unfreeze::Unfreeze;
use crate::cli::args::FinetuneOptions;
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::{self, Backbone, StoreConfig, follow};
use crate::features::Features;
use crate::finetune::{
    self, Augment, CheckedFinetuneParams, Epoch, FinetuneParams, Job, Network, Pixels, Source,
    Stored, Told, Tuned,
};
use crate::head::{self, CheckedHeadParams, Folds, Stop};
use crate::record::Location;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// What is fine-tuned, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinetuneConfig {
    pub unfreeze: Unfreeze,
    /// Bytes that the activations of the frozen part may take on the disk; where they would take more,
    /// they are computed again in every epoch.
    pub cache_limit: u64,
    pub params: FinetuneParams,
}

impl FinetuneConfig {
    /// 20 GB.
    const CACHE_LIMIT: u64 = 20_000_000_000;

    /// The defaults. Where something stays frozen, images are only mirrored, so that activations can
    /// be kept.
    pub fn new(unfreeze: Unfreeze, seed: u64) -> Self {
        let augment = match unfreeze {
            Unfreeze::All => Augment::Light,
            _ => Augment::Flip,
        };
        Self {
            unfreeze,
            cache_limit: Self::CACHE_LIMIT,
            params: FinetuneParams {
                augment,
                seed,
                ..FinetuneParams::default()
            },
        }
    }

    /// Takes over what the user asked for.
    pub fn apply(&mut self, options: FinetuneOptions) -> Result<(), Failure> {
        let FinetuneOptions {
            unfreeze: _,
            augment,
            tune_epochs,
            tune_rate,
            tune_batch,
            depth_decay,
            label_smoothing,
            mixup,
            average,
            cache_limit,
        } = options;
        let params = &mut self.params;
        if let Some(augment) = augment {
            params.augment = augment.parse().map_err(Failure::usage)?;
        }
        params.epochs = tune_epochs.unwrap_or(params.epochs);
        params.learning_rate = tune_rate.unwrap_or(params.learning_rate);
        params.batch_size = tune_batch.unwrap_or(params.batch_size);
        params.depth_decay = depth_decay.unwrap_or(params.depth_decay);
        params.label_smoothing = label_smoothing.unwrap_or(params.label_smoothing);
        params.mixup = mixup.unwrap_or(params.mixup);
        params.average = average.unwrap_or(params.average);
        let gigabytes = |size: f64| (size * 1e9) as u64;
        self.cache_limit = cache_limit.map_or(self.cache_limit, gigabytes);
        Ok(())
    }
}

/// Trains as [`super::fit::fit`] does, the unfrozen part of the backbone too. With one fold, a tenth of
/// the rows is held out, says when to stop, and is judged by the final classifier.
pub fn fit(
    material: &Material,
    plan: &Plan,
    config: &Config,
    backbone: &Backbone,
    finetune: &FinetuneConfig,
    checkpoints: &Path,
    printer: &mut Printer,
) -> Result<(Fitted, Prepared), Failure> {
    let params = finetune.params.clone().check()?;
    let head_params = config.head.clone().check()?;
    let examples = Examples::new(material, plan, config);
    let divided = finetune
        .unfreeze
        .divide(&backbone.prepared, &backbone.spec.taps)?;
    let images = Rows::of(material);
    std::fs::create_dir_all(checkpoints)
        .map_err(|error| crate::commands::run_dir::cannot_write(checkpoints, &error))?;
    let mut tuner = Tuner {
        material,
        config,
        backbone,
        examples: &examples,
        head_params: &head_params,
        params: &params,
        source: open_source(&divided, &images, config, backbone, finetune, printer)?,
        divided: &divided,
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
            let mut epochs = Vec::new();
            for fold in 0..count {
                let share = folds.share(fold);
                let until = Until::Validation(&share.validation);
                let trained = tuner.train(&share.train, until, &format!("fold-{}", fold + 1))?;
                judge(&mut tuner, &trained.tuned, &share.held_out)?;
                epochs.push([trained.head_epoch, trained.epoch]);
                curves.push(trained.curve);
            }
            let median = |which: usize| {
                let mut epochs: Vec<usize> = epochs.iter().map(|pair| pair[which]).collect();
                epochs.sort_unstable();
                epochs[epochs.len() / 2]
            };
            let until = Until::After([median(0), median(1)]);
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

/// The images behind the rows of features.
struct Rows {
    keys: Vec<Key>,
    locations: Vec<Location>,
}

impl Rows {
    fn of(material: &Material) -> Self {
        let records = material.dataset.records.iter().zip(&material.keys);
        let records = records.zip(&material.rows);
        // Rows of features are in the order of the records.
        let usable = records.filter_map(|((record, key), row)| {
            row.as_ref().ok()?;
            Some(((*key)?, record.image.clone()))
        });
        let (keys, locations) = usable.unzip();
        Self { keys, locations }
    }
}

/// Where the trained part gets its input from.
struct OpenSource {
    source: Box<dyn Source>,
    /// Lives as long as what is kept in it is read.
    _folder: Option<TempDir>,
}

/// Computes the activations of the frozen part once, unless images are augmented otherwise than by a
/// mirror or they would take too much of the disk.
fn open_source(
    divided: &Divided,
    images: &Rows,
    config: &Config,
    backbone: &Backbone,
    finetune: &FinetuneConfig,
    printer: &mut Printer,
) -> Result<OpenSource, Failure> {
    let geometry = backbone.spec.geometry();
    let strength = finetune.params.augment;
    let files = || Images::files(geometry, config.limits.limits());
    let views: &[bool] = match strength {
        Augment::None => &[false],
        Augment::Flip => &[false, true],
        Augment::Light | Augment::Strong => &[],
    };
    if let (Some(frozen), [_, ..]) = (&divided.frozen, views) {
        let bytes = 2 * (frozen.dim() * images.keys.len() * views.len()) as u64;
        if bytes <= finetune.cache_limit {
            return stored(frozen, images, config, backbone, views, printer);
        }
        printer.note(&format!(
            "activations would take {:.1} GB, more than --cache-limit: they are computed in every epoch",
            bytes as f64 / 1e9
        ));
    }
    let frozen = divided.frozen.as_ref();
    let frozen = frozen.map(|frozen| setup::open_engine(frozen, &config.engine, printer));
    let source = Pixels {
        images: Arc::new(files()),
        locations: images.locations.clone(),
        height: geometry.height,
        width: geometry.width,
        augment: strength,
        frozen: frozen.transpose()?,
    };
    Ok(OpenSource {
        source: Box::new(source),
        _folder: None,
    })
}

/// Activations of images, and of their mirror images where `views` has both.
fn stored(
    frozen: &Prepared,
    images: &Rows,
    config: &Config,
    backbone: &Backbone,
    views: &[bool],
    printer: &mut Printer,
) -> Result<OpenSource, Failure> {
    let geometry = backbone.spec.geometry();
    let folder = match config.store.keep {
        true => None,
        false => Some(TempDir::new().map_err(|error| Failure::new(error.to_string()))?),
    };
    let kept = StoreConfig {
        keep: true,
        folder: match &folder {
            Some(folder) => Some(folder.path().to_owned()),
            None => config.store.folder.clone(),
        },
    };
    let mut stores = Vec::new();
    for &is_mirrored in views {
        let mut files = Images::files(geometry, config.limits.limits());
        let mut digest = config.engine.digest(frozen, geometry);
        if is_mirrored {
            files = finetune::mirrored(files, geometry.width);
            digest = crate::backbone::store::hex(&crate::backbone::store::key(
                format!("{digest} mirrored").as_bytes(),
            ));
        }
        let opened = setup::open_engine(frozen, &config.engine, printer)?;
        let store = setup::open_store(&digest, &kept, printer)?;
        let mut pipeline = setup::pipeline(opened, files, store, &config.engine);
        let total = images.locations.len();
        let bar = printer.progress("activations", "images", Some(total as u64));
        let locations = images.locations.iter().cloned();
        let summary = pipeline.run(locations, &follow(&bar), &mut |embedded| {
            embedded.features.map(|_| ()).map_err(|bad| {
                let image = images.locations[embedded.index].to_string();
                finetune::FinetuneError::Image { image, bad }.into()
            })
        });
        let summary = summary.map_err(|error: Failure| error)?;
        bar.finish_and_clear();
        let what = if is_mirrored { "mirrored" } else { "frozen" };
        printer.note(&format!(
            "activations, {what}: {} computed, {} known already",
            summary.computed, summary.cached
        ));
        drop(pipeline);
        stores.extend(setup::open_store(&digest, &kept, printer)?);
    }
    let mut stores = stores.into_iter();
    let source = Stored {
        plain: stores.next().expect("there is a view"),
        mirrored: stores.next(),
        keys: images.keys.clone(),
        names: images.locations.iter().map(Location::to_string).collect(),
    };
    Ok(OpenSource {
        source: Box::new(source),
        _folder: folder,
    })
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
        let burn_device = engine
            .device
            .as_deref()
            .unwrap_or(crate::backbone::engine::CPU);
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
            validation: epoch.validation(),
            learning_rate: epoch.learning_rate,
        });
        Ok(Trained {
            tuned: network.put_back(&self.backbone.prepared, &tuning.values)?,
            head_epoch: first.best_epoch,
            epoch: tuning.best_epoch,
            curve: curve.collect(),
        })
    }

    /// What a classifier says of rows of the features, `[rows, classes]`, by the engine that would
    /// predict with it; and how far they are from those it learned from.
    fn judge(&mut self, tuned: &Tuned, rows: &[usize]) -> Result<(Vec<f32>, Vec<f32>), Failure> {
        let engine = &self.config.engine;
        let opened = setup::open_engine(&tuned.prepared, engine, self.printer)?;
        let files = Images::files(self.backbone.spec.geometry(), self.config.limits.limits());
        let mut pipeline = setup::pipeline(opened, files, None, engine);
        let mut features = Features::with_capacity(tuned.prepared.dim(), rows.len());
        let locations = rows.iter().map(|&row| self.images.locations[row].clone());
        let bar = self
            .printer
            .progress("predicting", "images", Some(rows.len() as u64));
        pipeline.run(locations, &follow(&bar), &mut |embedded: Embedded| {
            let index = embedded.index;
            let row = embedded.features.map_err(|bad| {
                let image = self.images.locations[rows[index]].to_string();
                Failure::from(finetune::FinetuneError::Image { image, bad })
            })?;
            features.push(&row);
            Ok::<(), Failure>(())
        })?;
        bar.finish_and_clear();
        let all: Vec<usize> = (0..features.rows()).collect();
        let distance = |&row: &usize| tuned.head.distance(features.row(row));
        let distances = all.iter().map(distance).collect();
        let probabilities = tuned.head.probabilities(&features, &all, &head::cpu())?;
        Ok((probabilities, distances))
    }
}

fn in_words(name: &str, epoch: &Epoch) -> String {
    let validation = epoch.validation.map_or(String::new(), |[loss, accuracy]| {
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
