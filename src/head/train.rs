//! One training: from rows of features to a head, the epoch with the best validation loss kept.

use super::HeadError;
use super::adamw::{Parameter, Step, failed, read};
use super::dropout::Tape;
use super::model::{Dense, Head};
use super::network::{Layer, cross_entropy, favourite, forward, logits, loss, outputs, targets};
use super::params::{CheckedHeadParams, Schedule};
use super::standard::{Standard, check_finite};
use crate::features::Features;
use burn::tensor::{Device, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// What heads learn from. `labels` (below `classes`) and `weights` have one entry for each row of
/// the features; those of rows that no training names are never looked at.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    pub features: &'a Features,
    pub labels: &'a [usize],
    pub classes: usize,
    /// Not negative, with a mean near 1 over the training rows. A row of weight 0 counts for
    /// nothing, the standardisation included.
    pub weights: &'a [f32],
}

/// One point of a learning curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    /// How many there will be unless the training stops early.
    pub of: usize,
    /// Weighted cross-entropy, with dropout, while the weights were changing.
    pub train_loss: f64,
    /// What the epoch came to on the validation rows, where there are any.
    pub validation: Option<Validation>,
    /// Of the epoch's last step.
    pub learning_rate: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validation {
    /// Weighted cross-entropy after the epoch.
    pub loss: f64,
    /// Share of the validation rows with the right label, unweighted.
    pub accuracy: f64,
}

/// What ends a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop<'a> {
    /// These rows, which are not learned from: no better loss on them for as many epochs as
    /// `patience` says. The epoch with the lowest loss is kept.
    Validation(&'a [usize]),
    /// The number of epochs. The last is kept.
    After(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub head: Head,
    pub curve: Vec<Epoch>,
    /// The [`Epoch::number`] that the head is from.
    pub best_epoch: usize,
}

/// Trains a head on `train` until `stop`. `progress` hears of every epoch.
///
/// The same arguments give the same bytes on the same machine with the same number of threads,
/// whatever was trained before or is trained at the same time.
///
/// # Errors
///
/// [`HeadError::TooFewRows`] for fewer than two training rows or no validation row (rows of weight 0
/// don't count), [`HeadError::OneClass`], [`HeadError::NotFinite`], [`HeadError::Diverged`],
/// [`HeadError::Device`].
///
/// # Panics
///
/// If a row, a label or the length of `labels` or `weights` does not fit the features.
pub fn fit(
    examples: &Examples,
    train: &[usize],
    stop: Stop,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut dyn FnMut(&Epoch),
) -> Result<Fitted, HeadError> {
    let mut rows = examples.weighted(train);
    examples.check_training(&rows)?;
    let schedule = Schedule::new(rows.len(), params);
    let (validation, epochs) = match stop {
        Stop::Validation(rows) => {
            let rows = examples.weighted(rows);
            examples.check("validation", &rows, 1)?;
            check_finite(examples.features, &rows)?;
            (Some(rows), schedule.epochs)
        }
        Stop::After(epochs) => (None, epochs.clamp(1, schedule.epochs)),
    };
    let standard = Standard::of(examples.features, &rows)?;
    let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
    let mut training = Training::new(examples, &standard, params, device, &mut rng);
    let mut curve = Vec::new();
    let mut best = Best {
        epoch: 0,
        loss: f64::INFINITY,
        layers: Vec::new(),
    };
    for number in 1..=epochs {
        rows.shuffle(&mut rng);
        let mut total = 0.0;
        let mut learning_rate = 0.0;
        for batch in rows.chunks(schedule.batch) {
            learning_rate = schedule.learning_rate(training.steps, params);
            total += training.step(batch, learning_rate, &mut rng)? * batch.len() as f64;
        }
        let train_loss = total / rows.len() as f64;
        let validation = validation
            .as_deref()
            .map(|rows| training.validate(rows))
            .transpose()?;
        let epoch = Epoch {
            number,
            of: epochs,
            train_loss,
            validation,
            learning_rate,
        };
        let loss = validation.map_or(train_loss, |validation| validation.loss);
        if !(train_loss.is_finite() && loss.is_finite()) {
            return Err(HeadError::Diverged { epoch: number });
        }
        if validation.is_none() || loss < best.loss {
            best = Best {
                epoch: number,
                loss,
                layers: training.layers(),
            };
        }
        curve.push(epoch);
        progress(&epoch);
        if number - best.epoch >= params.patience {
            break;
        }
    }
    let layers = best
        .layers
        .into_iter()
        .map(dense)
        .collect::<Result<_, _>>()?;
    let Standard { mean, scale } = standard;
    Ok(Fitted {
        head: Head {
            mean,
            scale,
            layers,
            classes: examples.classes,
        },
        curve,
        best_epoch: best.epoch,
    })
}

/// The epoch to keep.
struct Best {
    epoch: usize,
    loss: f64,
    layers: Vec<Layer>,
}

impl Examples<'_> {
    fn weighted(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter()
            .copied()
            .filter(|&row| self.weights[row] > 0.0)
            .collect()
    }

    fn check_training(&self, train: &[usize]) -> Result<(), HeadError> {
        assert_eq!(
            self.labels.len(),
            self.features.rows(),
            "one label a row of features"
        );
        assert_eq!(
            self.weights.len(),
            self.features.rows(),
            "one weight a row of features"
        );
        self.check("training", train, 2)?;
        let class = self.labels[train[0]];
        if train.iter().all(|&row| self.labels[row] == class) {
            return Err(HeadError::OneClass {
                class,
                rows: train.len(),
            });
        }
        Ok(())
    }

    fn check(&self, part: &'static str, rows: &[usize], least: usize) -> Result<(), HeadError> {
        if rows.len() < least {
            return Err(HeadError::TooFewRows {
                part,
                rows: rows.len(),
                least,
            });
        }
        let fits = rows.iter().all(|&row| self.labels[row] < self.classes);
        assert!(fits, "labels are below the number of classes");
        Ok(())
    }
}

/// A head in the making.
struct Training<'a> {
    examples: &'a Examples<'a>,
    standard: &'a Standard,
    params: &'a CheckedHeadParams,
    device: &'a Device,
    /// Weight and bias of each layer.
    parameters: Vec<[Parameter; 2]>,
    input_tape: Option<Tape>,
    hidden_tape: Option<Tape>,
    /// Taken so far.
    steps: usize,
}

impl<'a> Training<'a> {
    fn new(
        examples: &'a Examples<'a>,
        standard: &'a Standard,
        params: &'a CheckedHeadParams,
        device: &'a Device,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let (inputs, outputs) = (examples.features.dim(), outputs(examples.classes));
        let widths = match params.hidden {
            0 => vec![inputs, outputs],
            hidden => vec![inputs, hidden, outputs],
        };
        let mut layer = |inputs: usize, outputs: usize| {
            // He et al. (2015) for a uniform distribution, narrowed as PyTorch does.
            let bound = 1.0 / (inputs as f32).sqrt();
            let weight = (0..inputs * outputs)
                .map(|_| rng.random_range(-bound..bound))
                .collect();
            [
                Parameter::new(weight, [inputs, outputs], true, device),
                Parameter::new(vec![0.0; outputs], [1, outputs], false, device),
            ]
        };
        let parameters = widths
            .windows(2)
            .map(|pair| layer(pair[0], pair[1]))
            .collect();
        let mut tape = |width, p| (width > 0 && p > 0.0).then(|| Tape::new(width, p, rng));
        let input_tape = tape(inputs, params.input_dropout);
        let hidden_tape = tape(params.hidden, params.dropout);
        Self {
            examples,
            standard,
            params,
            device,
            parameters,
            input_tape,
            hidden_tape,
            steps: 0,
        }
    }

    fn layers(&self) -> Vec<Layer> {
        let layer = |[weight, bias]: &[Parameter; 2]| Layer {
            weight: weight.value(),
            bias: bias.value(),
        };
        self.parameters.iter().map(layer).collect()
    }

    /// One step down the gradient over the rows of `batch`; gives their loss before it.
    fn step(
        &mut self,
        batch: &[usize],
        learning_rate: f64,
        rng: &mut ChaCha8Rng,
    ) -> Result<f64, HeadError> {
        let Examples {
            features,
            labels,
            classes,
            weights,
        } = *self.examples;
        let device = self.device.clone().autodiff();
        let tensor = |data: TensorData| Tensor::<2>::from_data(data, &device);
        let input = match &self.input_tape {
            Some(tape) => self.standard.apply_with_dropout(features, batch, tape, rng),
            None => self.standard.apply(features, batch),
        };
        let input = tensor(TensorData::new(input, [batch.len(), features.dim()]));
        let mask = self.hidden_tape.as_ref().map(|tape| {
            let mask = batch
                .iter()
                .flat_map(|_| tape.window(rng).iter().copied())
                .collect();
            tensor(TensorData::new::<f32, _>(
                mask,
                [batch.len(), self.params.hidden],
            ))
        });
        let targets = tensor(targets(batch.iter().map(|&row| labels[row]), classes));
        let weights: Vec<f32> = batch.iter().map(|&row| weights[row]).collect();
        let weights = tensor(TensorData::new(weights, [batch.len(), 1]));

        let tracked: Vec<Layer> = self.layers().into_iter().map(Layer::tracked).collect();
        let loss = loss(forward(input, &tracked, mask), targets, weights);
        let mut gradients = loss.backward();
        let mut pairs = Vec::with_capacity(tracked.len());
        for Layer { weight, bias } in tracked {
            pairs.push([weight, bias].map(|value| value.grad_remove(&mut gradients)));
        }
        let value = read(loss)?.as_slice::<f32>().map_err(failed)?[0];
        self.steps += 1;
        let step = Step {
            number: self.steps,
            learning_rate,
            weight_decay: self.params.weight_decay,
        };
        for (parameters, gradients) in self.parameters.iter_mut().zip(pairs) {
            for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
                if let Some(gradient) = gradient {
                    parameter.update(gradient, step, self.device)?;
                }
            }
        }
        Ok(f64::from(value))
    }

    /// Weighted cross-entropy and unweighted accuracy.
    fn validate(&self, rows: &[usize]) -> Result<Validation, HeadError> {
        let Examples {
            features,
            labels,
            classes,
            weights,
        } = *self.examples;
        let logits = logits(features, rows, self.standard, &self.layers(), self.device)?;
        let (mut loss, mut weight, mut hits) = (0.0, 0.0, 0);
        for (logits, &row) in logits.chunks(outputs(classes)).zip(rows) {
            loss += f64::from(weights[row]) * cross_entropy(logits, labels[row]);
            weight += f64::from(weights[row]);
            hits += usize::from(favourite(logits) == labels[row]);
        }
        Ok(Validation {
            loss: loss / weight,
            accuracy: hits as f64 / rows.len() as f64,
        })
    }
}

fn dense(layer: Layer) -> Result<Dense, HeadError> {
    let [inputs, outputs] = layer.weight.dims();
    let values = |tensor| read(tensor)?.try_into_vec::<f32>().map_err(failed);
    Ok(Dense {
        inputs,
        outputs,
        weight: values(layer.weight)?,
        bias: values(layer.bias)?,
    })
}

#[cfg(test)]
mod tests;
