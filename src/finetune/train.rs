//! The training loop: epochs of steps, from where a checkpoint left off.

use super::checkpoint;
use super::error::FinetuneError;
use super::loss::{Targets, cross_entropy, logit_gradient};
use super::masks;
use super::network::Network;
use super::params::CheckedFinetuneParams;
use super::source::{ReadMode, Source};
use super::state::{Epoch, State, Values};
use crate::backbone::engine::burn::Rows;
use crate::head::{Schedule, Stop, Validation, argmax, outputs};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Batches whose input is made ready while others are computed.
const AHEAD: usize = 2;
/// Rows that are judged together.
const JUDGED: usize = 64;

/// Rows with what is known of them, as the source counts them.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    pub labels: &'a [usize],
    /// Rows of weight 0 are left out.
    pub weights: &'a [f32],
}

/// One training.
pub struct Job<'a> {
    pub network: &'a Network,
    pub examples: Examples<'a>,
    pub train: &'a [usize],
    pub stop: Stop<'a>,
    pub params: &'a CheckedFinetuneParams,
    /// Shares of features and of hidden units that a step drops.
    pub dropout: [f64; 2],
    /// Checkpoint to continue from, and to write at the end of every epoch.
    pub checkpoint: Option<&'a Path>,
}

/// Result of a fine-tuning.
#[derive(Debug, Clone, PartialEq)]
pub struct FinetuneResult {
    /// One a weight of the network.
    pub values: Values,
    pub curve: Vec<Epoch>,
    /// The [`Epoch::number`] that the values are from.
    pub best_epoch: usize,
}

/// Trains until the job's `stop`; `progress` hears of every step and epoch. The same arguments give
/// the same bytes on a CPU, whatever the number of threads, and in however many sittings.
///
/// # Errors
/// [`FinetuneError`].
pub fn fit(
    job: &Job,
    source: &mut dyn Source,
    progress: &mut dyn FnMut(TrainEvent),
) -> Result<FinetuneResult, FinetuneError> {
    let weighted = |rows: &[usize]| -> Vec<usize> {
        let weights = job.examples.weights;
        rows.iter()
            .copied()
            .filter(|&row| weights[row] > 0.0)
            .collect()
    };
    let train = weighted(job.train);
    let epochs = job.params.epochs_until(job.stop);
    let validation = match job.stop {
        Stop::Validation(rows) => Some(weighted(rows)),
        Stop::After(_) | Stop::AtEnd => None,
    };
    check("training", train.len(), 2)?;
    if let Some(validation) = &validation {
        check("validation", validation.len(), 1)?;
    }
    let schedule = Schedule::new(train.len(), job.params.batch_size, job.params.epochs, 0);
    let name = job.name(&train, validation.as_deref());
    let mut state = State::new(job.network.weights(), job.params);
    if let Some(path) = job.checkpoint
        && let Some(earlier) = checkpoint::read(path, &name, &state)?
    {
        state = earlier;
        progress(TrainEvent::Resumed(state.curve.len()));
    }
    while !is_done(&state, epochs, job.params.patience) {
        let number = state.curve.len() + 1;
        let mut epoch = job.epoch(&train, &schedule, &mut state, source, progress)?;
        epoch.of = epochs;
        if let Some(rows) = &validation {
            epoch.validation = Some(job.judge(state.judged(), rows, source)?);
        }
        let loss = epoch
            .validation
            .map_or(epoch.train_loss, |judged| judged.loss);
        if !(epoch.train_loss.is_finite() && loss.is_finite()) {
            return Err(FinetuneError::Diverged { epoch: number });
        }
        state.curve.push(epoch);
        if validation.is_none() || loss < state.best.loss {
            state.best.epoch = number;
            state.best.loss = loss;
            state.best.values = state.judged().clone();
        }
        if let Some(path) = job.checkpoint {
            checkpoint::write(path, &name, &state)?;
        }
        progress(TrainEvent::Epoch(&epoch));
    }
    Ok(FinetuneResult {
        values: state.best.values,
        curve: state.curve,
        best_epoch: state.best.epoch,
    })
}

/// Event of a training, as it happens.
#[derive(Debug, Clone, Copy)]
pub enum TrainEvent<'a> {
    /// A checkpoint was found, with as many epochs.
    Resumed(usize),
    /// Rows of one step.
    Step(usize),
    Epoch(&'a Epoch),
}

fn is_done(state: &State, epochs: usize, patience: usize) -> bool {
    let number = state.curve.len();
    number >= epochs || number - state.best.epoch >= patience
}

fn check(what: &'static str, got: usize, needed: usize) -> Result<(), FinetuneError> {
    match got < needed {
        true => Err(FinetuneError::TooFewRows { what, needed, got }),
        false => Ok(()),
    }
}

/// The input of one step.
struct Batch<'r> {
    rows: &'r [usize],
    input: Rows,
}

impl Job<'_> {
    /// Names all that the result depends on, so that no checkpoint of another job is taken.
    fn name(&self, train: &[usize], validation: Option<&[usize]>) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: String| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        add(serde_json::json!([**self.params, self.dropout]).to_string());
        add(format!("{train:?} {validation:?} {:?}", self.stop));
        add(format!("{:?}", self.examples));
        for weight in self.network.weights() {
            hasher.update(weight.name.as_bytes());
            weight.values.iter().for_each(|value| {
                hasher.update(&value.to_le_bytes());
            });
        }
        hasher.finalize().to_hex().to_string()
    }

    fn random(&self, epoch: usize, stream: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.params.seed);
        rng.set_stream((epoch as u64) << 40 | stream);
        rng
    }

    fn epoch(
        &self,
        train: &[usize],
        schedule: &Schedule,
        state: &mut State,
        source: &mut dyn Source,
        progress: &mut dyn FnMut(TrainEvent),
    ) -> Result<Epoch, FinetuneError> {
        let (start, number) = (Instant::now(), state.curve.len() + 1);
        let mut order = train.to_vec();
        order.shuffle(&mut self.random(number, 0));
        let mode = ReadMode::Training {
            seed: self.params.seed.wrapping_add(1),
            epoch: number,
        };
        let (mut loss, mut clock, mut rate) = (0.0, Clock::default(), 0.0);
        thread::scope(|scope| -> Result<(), FinetuneError> {
            let (ready, batches) = mpsc::sync_channel(AHEAD);
            let order = &order;
            scope.spawn(move || {
                for rows in order.chunks(schedule.batch) {
                    let batch = source.rows(rows, mode).map(|input| Batch { rows, input });
                    // Nobody listens any more after an error, which has been told.
                    if ready.send(batch).is_err() {
                        return;
                    }
                }
            });
            for step in 0.. {
                let waiting = Instant::now();
                let Ok(batch) = batches.recv() else { break };
                let batch = batch?;
                clock.input += waiting.elapsed();
                let params = self.params;
                rate = schedule.learning_rate(state.steps, params.learning_rate, params.warm_up);
                let rows = batch.rows.len();
                let mut rng = self.random(number, step + 1);
                loss += self.step(batch, rate, state, &mut rng, &mut clock)?;
                progress(TrainEvent::Step(rows));
            }
            Ok(())
        })?;
        let wall = start.elapsed().as_secs_f64();
        let [forward, backward, input] = clock.shares(wall);
        Ok(Epoch {
            number,
            of: number,
            train_loss: loss / train.len() as f64,
            validation: None,
            learning_rate: rate,
            images_a_second: train.len() as f64 / wall,
            forward,
            backward,
            input,
        })
    }

    /// One step; gives the sum of the rows' losses before it.
    fn step(
        &self,
        Batch { rows, mut input }: Batch,
        learning_rate: f64,
        state: &mut State,
        rng: &mut ChaCha8Rng,
        clock: &mut Clock,
    ) -> Result<f64, FinetuneError> {
        let Examples { labels, weights } = self.examples;
        let classes = self.network.classes();
        let labels = rows.iter().map(|&row| labels[row]);
        let mut targets = Targets::new(labels, classes, self.params.label_smoothing);
        if let Some((partners, share)) = masks::mixture(rows.len(), self.params.mixup, rng) {
            let width = input.shape.iter().product();
            masks::mix(&mut input.values, width, &partners, share);
            targets.mix(&partners, share);
        }
        let widths = self.network.widths().iter().zip(self.dropout);
        let masks = widths.map(|(width, p)| masks::dropout(rows.len() * width, p, rng));
        let masks = masks.collect();
        let share = 1.0 / rows.len() as f32;
        let outputs = outputs(classes);
        let output_gradient = |part: Range<usize>, logits: &[f32]| -> Vec<f32> {
            let of_row = |(at, logits): (usize, &[f32])| {
                let weight = weights[rows[at]] * share;
                logit_gradient(logits, targets.row(at))
                    .into_iter()
                    .map(move |gradient| weight * gradient)
            };
            part.zip(logits.chunks(outputs)).flat_map(of_row).collect()
        };
        let network = self.network;
        let pass = network.pass(&state.values, input, masks, rows.len(), &output_gradient)?;
        clock.forward += pass.times.forward;
        clock.backward += pass.times.backward;
        state.descend(
            network.weights(),
            &pass.gradients,
            learning_rate,
            self.params,
        );
        let losses = pass.outputs.chunks(outputs).enumerate();
        let losses = losses.map(|(at, logits)| {
            f64::from(weights[rows[at]]) * cross_entropy(logits, targets.row(at))
        });
        Ok(losses.sum())
    }

    /// Loss and accuracy of `values` on rows that are not learned from.
    fn judge(
        &self,
        values: &[Vec<f32>],
        rows: &[usize],
        source: &mut dyn Source,
    ) -> Result<Validation, FinetuneError> {
        let Examples { labels, weights } = self.examples;
        let outputs = outputs(self.network.classes());
        let (mut loss, mut weight, mut hits) = (0.0, 0.0, 0);
        for rows in rows.chunks(JUDGED) {
            let logits = logits(self.network, values, rows, source)?;
            for (logits, &row) in logits.chunks(outputs).zip(rows) {
                loss += f64::from(weights[row]) * crate::head::cross_entropy(logits, labels[row]);
                weight += f64::from(weights[row]);
                hits += usize::from(argmax(logits) == labels[row]);
            }
        }
        Ok(Validation {
            loss: loss / weight,
            accuracy: f64::from(hits as u32) / rows.len() as f64,
        })
    }
}

fn logits(
    network: &Network,
    values: &[Vec<f32>],
    rows: &[usize],
    source: &mut dyn Source,
) -> Result<Vec<f32>, FinetuneError> {
    let input = source.rows(rows, ReadMode::Plain)?;
    network.logits(values, input, rows.len())
}

/// Time of an epoch by activity, added up over threads but for the waiting.
#[derive(Default)]
struct Clock {
    forward: Duration,
    backward: Duration,
    input: Duration,
}

impl Clock {
    /// Shares of the seconds that an epoch took: forward, backward, input.
    fn shares(&self, wall: f64) -> [f64; 3] {
        let computing = wall - self.input.as_secs_f64();
        let busy = (self.forward + self.backward)
            .as_secs_f64()
            .max(f64::MIN_POSITIVE);
        let share = |part: Duration| computing / wall * part.as_secs_f64() / busy;
        let input = self.input.as_secs_f64() / wall;
        [share(self.forward), share(self.backward), input]
    }
}

#[cfg(test)]
mod tests;
