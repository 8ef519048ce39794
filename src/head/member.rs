//! One training of several, as far as it is its own affair: the order of its rows, what it drops,
//! its learning rate, when it stops. Nothing here depends on which others train beside it.

use super::HeadError;
use super::adamw::Step;
use super::dropout::MaskPool;
use super::examples::Examples;
use super::model::{Dense, Head};
use super::network::outputs;
use super::order::Order;
use super::outcome::{Epoch, Fitted, Stop, Validation};
use super::params::CheckedHeadParams;
use super::robust::StratumWeights;
use super::schedule::Schedule;
use super::standardizer::{Standardizer, check_finite};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// One training of several.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The images to learn from.
    pub train: &'a [usize],
    pub stop: Stop<'a>,
    pub params: &'a CheckedHeadParams,
}

/// A member on its way.
pub(super) struct Trainee<'a> {
    examples: &'a Examples<'a>,
    params: &'a CheckedHeadParams,
    standardizer: Standardizer,
    schedule: Schedule,
    epochs: usize,
    order: Order,
    /// Weights of the strata, of a robust loss.
    strata: Option<StratumWeights>,
    validation: Option<Vec<usize>>,
    rng: ChaCha8Rng,
    input_pool: Option<MaskPool>,
    hidden_pool: Option<MaskPool>,
    /// Rows of this epoch that steps have used.
    used: usize,
    /// Sum of this epoch's losses over the used rows.
    loss: f64,
    /// Optimizer settings of the last step.
    step: Step,
    curve: Vec<Epoch>,
    best: Best,
}

/// The epoch to keep; 0, with the weights to begin from, before the first has ended.
struct Best {
    epoch: usize,
    loss: f64,
    layers: Vec<Dense>,
}

/// Batch of a member for one step.
pub(super) struct Batch<'t> {
    pub rows: &'t [usize],
    pub step: Step,
    pub standardizer: &'t Standardizer,
    /// A mask a row, where features are dropped.
    pub input_masks: Option<Vec<&'t [f32]>>,
    /// A mask a row, where hidden units are dropped.
    pub hidden_masks: Option<Vec<&'t [f32]>>,
    examples: &'t Examples<'t>,
    strata: Option<&'t mut StratumWeights>,
}

impl Batch<'_> {
    /// True if [`shares`](Self::shares) needs to know losses.
    pub fn is_robust(&self) -> bool {
        self.strata.is_some()
    }

    /// Weight of each row in the step's loss, from the `losses` of its rows.
    pub fn shares(&mut self, losses: Option<&[f32]>) -> Vec<f32> {
        let examples = self.examples;
        let rows = self.rows.iter();
        let weights = rows.map(|&row| examples.weight_in_step(row));
        match (&mut self.strata, losses) {
            (Some(robust), Some(losses)) => {
                let of: Vec<usize> = self.rows.iter().map(|&row| examples.stratum(row)).collect();
                robust.shares(&of, &weights.collect::<Vec<_>>(), losses)
            }
            _ => {
                let share = 1.0 / self.rows.len() as f32;
                weights.map(|weight| weight * share).collect()
            }
        }
    }
}

impl<'a> Trainee<'a> {
    pub fn new(examples: &'a Examples<'a>, member: Member<'a>) -> Result<Self, HeadError> {
        let Member {
            train,
            stop,
            params,
        } = member;
        let rows = examples.weighted(train);
        examples.check_training(&rows)?;
        let rows = examples.views_of(&rows);
        let schedule = params.schedule(rows.len());
        let (validation, epochs) = match stop {
            Stop::Validation(rows) => {
                let rows = examples.weighted(rows);
                examples.check("validation", &rows, 1)?;
                let rows = examples.views_of(&rows);
                check_finite(examples.features, &rows)?;
                (Some(rows), schedule.epochs)
            }
            Stop::After(epochs) => (None, epochs.clamp(1, schedule.epochs)),
            Stop::AtEnd => (None, schedule.epochs),
        };
        let strata = (params.group_dro)
            .map(|step| StratumWeights::new(step, rows.iter().map(|&row| examples.stratum(row))));
        let standardizer = Standardizer::of(examples.features, &rows)?;
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        let inputs = examples.features.dim();
        let layers = initial_layers(inputs, params.hidden, outputs(examples.classes), &mut rng);
        let mut pool = |width, p| (width > 0 && p > 0.0).then(|| MaskPool::new(width, p, &mut rng));
        let input_pool = pool(inputs, params.input_dropout);
        let hidden_pool = pool(params.hidden, params.dropout);
        Ok(Self {
            examples,
            params,
            standardizer,
            schedule,
            epochs,
            order: Order::new(rows, examples),
            strata,
            validation,
            rng,
            input_pool,
            hidden_pool,
            used: 0,
            loss: 0.0,
            step: Step {
                number: 0,
                learning_rate: 0.0,
                weight_decay: params.weight_decay,
            },
            curve: Vec::new(),
            best: Best {
                epoch: 0,
                loss: f64::INFINITY,
                layers,
            },
        })
    }

    /// The layers as they are at the best epoch so far, before the first one as drawn.
    pub fn layers(&self) -> &[Dense] {
        &self.best.layers
    }

    pub fn standardizer(&self) -> &Standardizer {
        &self.standardizer
    }

    pub fn is_robust(&self) -> bool {
        self.strata.is_some()
    }

    pub fn validation(&self) -> Option<&[usize]> {
        self.validation.as_deref()
    }

    /// Draws the next step.
    pub fn next(&mut self) -> Batch<'_> {
        if self.used == 0 {
            self.order.renew(&mut self.rng);
        }
        self.step.learning_rate = self.schedule.learning_rate(
            self.step.number,
            self.params.learning_rate,
            self.params.warm_up,
        );
        self.step.number += 1;
        let rows = self.order.rows();
        let end = (self.used + self.schedule.batch).min(rows.len());
        let rows = &rows[self.used..end];
        self.used = end;
        let input_pool = self.input_pool.as_ref();
        let input_masks = input_pool.map(|pool| pool.windows(rows.len(), &mut self.rng));
        let hidden_pool = self.hidden_pool.as_ref();
        let hidden_masks = hidden_pool.map(|pool| pool.windows(rows.len(), &mut self.rng));
        Batch {
            rows,
            step: self.step,
            standardizer: &self.standardizer,
            input_masks,
            hidden_masks,
            examples: self.examples,
            strata: self.strata.as_mut(),
        }
    }

    /// Takes down the loss over the rows of the last step; says whether it was the epoch's last.
    pub fn stepped(&mut self, loss: f64) -> bool {
        self.loss += loss;
        self.used == self.order.rows().len()
    }

    /// Ends an epoch, whose `layers` are asked for if it is the best so far.
    ///
    /// # Errors
    ///
    /// [`HeadError::Diverged`], and those of `layers`.
    pub fn end_epoch(
        &mut self,
        validation: Option<Validation>,
        layers: impl FnOnce() -> Result<Vec<Dense>, HeadError>,
    ) -> Result<Epoch, HeadError> {
        let epoch = Epoch {
            number: self.curve.len() + 1,
            of: self.epochs,
            train_loss: self.loss / self.order.rows().len() as f64,
            validation,
            learning_rate: self.step.learning_rate,
        };
        (self.used, self.loss) = (0, 0.0);
        let loss = validation.map_or(epoch.train_loss, |validation| validation.loss);
        if !(epoch.train_loss.is_finite() && loss.is_finite()) {
            return Err(HeadError::Diverged {
                epoch: epoch.number,
            });
        }
        if validation.is_none() || loss < self.best.loss {
            self.best = Best {
                epoch: epoch.number,
                loss,
                layers: layers()?,
            };
        }
        self.curve.push(epoch);
        Ok(epoch)
    }

    /// True if no further epoch is wanted.
    pub fn is_done(&self) -> bool {
        let number = self.curve.len();
        number == self.epochs || number - self.best.epoch >= self.params.patience
    }

    pub fn finish(self) -> Fitted {
        let Standardizer { mean, scale } = self.standardizer;
        Fitted {
            head: Head {
                mean,
                scale,
                layers: self.best.layers,
                classes: self.examples.classes,
                views: self.examples.views,
            },
            curve: self.curve,
            best_epoch: self.best.epoch,
        }
    }
}

/// He et al. (2015) for a uniform distribution, narrowed as PyTorch does; biases are 0.
fn initial_layers(
    inputs: usize,
    hidden: usize,
    outputs: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Dense> {
    let widths = match hidden {
        0 => vec![inputs, outputs],
        hidden => vec![inputs, hidden, outputs],
    };
    let mut layer = |inputs: usize, outputs: usize| {
        let bound = 1.0 / (inputs as f32).sqrt();
        Dense {
            inputs,
            outputs,
            weight: (0..inputs * outputs)
                .map(|_| rng.random_range(-bound..bound))
                .collect(),
            bias: vec![0.0; outputs],
        }
    };
    widths
        .windows(2)
        .map(|pair| layer(pair[0], pair[1]))
        .collect()
}
