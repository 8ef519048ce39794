//! One fine-tuned classifier: a head on frozen features, then both trained together.

use super::features::embed;
use super::source::{OpenSource, UsableImages, open_source};
use crate::backbone::engine::CPU;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::finetune::{self, Epoch, Job, Network, TrainEvent, Tuned};
use crate::head::{self, CheckedHeadParams, Stop};
use crate::hint::Message;
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{FinetunePlan, PreparedTraining, TrainingExamples};
use crate::staging::Staging;
use crate::text::two_digits;

/// End of the two trainings of a classifier: of the head, and of all that is unfrozen.
pub(super) struct Until<'a> {
    pub head: Stop<'a>,
    pub all: Stop<'a>,
}

impl<'a> Until<'a> {
    /// Both by one rule.
    pub fn both(stop: Stop<'a>) -> Self {
        Self {
            head: stop,
            all: stop,
        }
    }
}

/// Classifier after fine-tuning, with its learning curve.
pub(super) struct FinetunedClassifier {
    pub tuned: Tuned,
    /// Best epoch of the head alone.
    pub head_epoch: usize,
    /// Best epoch of fine-tuning.
    pub epoch: usize,
    pub curve: Vec<head::Epoch>,
}

/// Trains classifiers on rows of one data set.
pub(super) struct Tuner<'a> {
    prepared: &'a PreparedTraining,
    plan: &'a FinetunePlan,
    config: &'a TrainConfig,
    examples: &'a TrainingExamples,
    head_params: CheckedHeadParams,
    images: UsableImages,
    source: OpenSource,
    /// The folder of the checkpoints.
    checkpoints: Option<Staging>,
    /// Whether the number of trained weights was told.
    started: bool,
}

impl<'a> Tuner<'a> {
    pub fn new(
        prepared: &'a PreparedTraining,
        plan: &'a FinetunePlan,
        config: &'a TrainConfig,
        examples: &'a TrainingExamples,
        on: &mut dyn Events,
    ) -> Result<Self, Error> {
        let checkpoints = config
            .checkpoints
            .as_deref()
            .map(Staging::open_with_parents);
        let checkpoints = checkpoints.transpose()?;
        let images = UsableImages::of(&prepared.data);
        let source = open_source(plan, &images, config, on)?;
        if let Some(place) = &checkpoints {
            let folder = place.folder().display();
            on.kept(Message::plain(format!(
                "every epoch that was finished is in {folder}"
            )));
        }
        Ok(Self {
            source,
            head_params: config.head.clone().check()?,
            prepared,
            plan,
            config,
            examples,
            images,
            checkpoints,
            started: false,
        })
    }

    /// Trains on `rows`; `name` names the checkpoint.
    pub fn train(
        &mut self,
        rows: &[usize],
        until: Until,
        name: &str,
        on: &mut dyn Events,
    ) -> Result<FinetunedClassifier, Error> {
        let examples = self.examples.of(&self.prepared.data);
        let (params, device) = (&self.head_params, head::Device::cpu());
        let first = head::fit(&examples, rows, until.head, params, &device, &mut |_| ())?;
        let engine = &self.config.engine;
        let burn_device = engine.device.as_deref().unwrap_or(CPU);
        let trained = &self.plan.divided.trained;
        let network = Network::new(trained, &first.head, burn_device, engine.threads)?;
        self.tell_size(&network, on);
        let checkpoints = self.checkpoints.as_ref().map(Staging::folder);
        let checkpoint = checkpoints.map(|folder| folder.join(format!("{name}.safetensors")));
        let params = &self.plan.params;
        let job = Job {
            network: &network,
            examples: finetune::Examples {
                labels: examples.labels,
                weights: examples.weights,
            },
            train: rows,
            stop: until.all,
            params,
            dropout: [self.head_params.input_dropout, self.head_params.dropout],
            checkpoint: checkpoint.as_deref(),
        };
        let mut progress = EpochProgress {
            name,
            rows: rows.len(),
            of: (rows.len() * params.epochs_until(until.all)) as u64,
            done: 0,
        };
        let tuning = finetune::fit(&job, self.source.source.as_mut(), &mut |event| {
            progress.tell(event, on);
        });
        on.finished(Stage::Finetuning);
        let tuning = tuning?;
        on.go_on()?;
        let backbone = &self.config.backbone;
        let mut tuned = network.put_back(&self.prepared.backbone.prepared, &tuning.values)?;
        tuned.prepared = backbone.with_views(tuned.prepared)?;
        tuned.head.views = backbone.views;
        Ok(FinetunedClassifier {
            tuned,
            head_epoch: first.best_epoch,
            epoch: tuning.best_epoch,
            curve: tuning.curve.iter().map(of_head).collect(),
        })
    }

    /// Notes once how many weights are trained.
    fn tell_size(&mut self, network: &Network, on: &mut dyn Events) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        let weights = network.weights();
        let values: usize = weights.iter().map(|weight| weight.values.len()).sum();
        on.info(Message::plain(format!(
            "fine-tuning {values} weights in {} tensors on {}",
            weights.len(),
            network.device()
        )));
    }

    /// Probabilities of rows by a classifier, `[rows, classes]`, with the engine that would predict with
    /// it; and their distances from the rows that it learned from.
    pub fn judge(
        &self,
        tuned: &Tuned,
        rows: &[usize],
        on: &mut dyn Events,
    ) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let locations = rows.iter().map(|&row| self.images.locations[row].clone());
        let locations: Vec<_> = locations.collect();
        let views = tuned.head.views;
        let features = embed(&tuned.prepared, views, &locations, self.config, on)?;
        let of_image = features.dim() * views;
        let of_images = features.values().chunks_exact(of_image);
        let distances = of_images.map(|image| tuned.head.distance(image)).collect();
        let images: Vec<usize> = (0..rows.len()).collect();
        let device = head::Device::cpu();
        let probabilities = tuned.head.probabilities(&features, &images, &device)?;
        Ok((probabilities, distances))
    }
}

/// An epoch as one of a head's, without its times.
fn of_head(epoch: &Epoch) -> head::Epoch {
    head::Epoch {
        number: epoch.number,
        of: epoch.of,
        train_loss: epoch.train_loss,
        validation: epoch.validation,
        learning_rate: epoch.learning_rate,
    }
}

/// Progress of one training, in images.
struct EpochProgress<'a> {
    name: &'a str,
    rows: usize,
    of: u64,
    done: u64,
}

impl EpochProgress<'_> {
    fn tell(&mut self, event: TrainEvent, on: &mut dyn Events) {
        let name = self.name;
        match event {
            TrainEvent::Step(rows) => self.done += rows as u64,
            TrainEvent::Resumed(epochs) => {
                self.done += (epochs * self.rows) as u64;
                on.info(Message::plain(format!(
                    "{name}: goes on after epoch {epochs}"
                )));
            }
            TrainEvent::Epoch(epoch) => on.info(Message::plain(in_words(name, epoch))),
        }
        on.progress(Stage::Finetuning, self.done, Some(self.of));
    }
}

fn in_words(name: &str, epoch: &Epoch) -> String {
    let validation = epoch.validation.map_or(String::new(), |judged| {
        let head::Validation { loss, accuracy } = judged;
        format!(", validation loss {loss:.4}, accuracy {accuracy:.4}")
    });
    format!(
        "{name}, epoch {} of {}: loss {:.4}{validation}; {} images/s: {:.0} % forward, {:.0} % \
         backward, {:.0} % waiting for input",
        epoch.number,
        epoch.of,
        epoch.train_loss,
        two_digits(epoch.images_a_second),
        100.0 * epoch.forward,
        100.0 * epoch.backward,
        100.0 * epoch.input
    )
}
