//! All that changes while a network is trained, and how.

use super::params::CheckedFinetuneParams;
use crate::backbone::engine::burn::Weight;
use crate::head::{Step, Validation};
use serde::{Deserialize, Serialize};

/// Numbers, one vector a weight.
pub type Values = Vec<Vec<f32>>;

/// One point of a learning curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    /// How many there will be unless the training stops early.
    pub of: usize,
    /// Weighted cross-entropy with soft labels and dropout, while the weights were changing.
    pub train_loss: f64,
    /// Loss and accuracy on the validation rows after it, where there are any.
    pub validation: Option<Validation>,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
    pub images_a_second: f64,
    /// Shares of the time in the passes forth and back, and in waiting for input.
    pub forward: f64,
    pub backward: f64,
    pub input: f64,
}

/// State of a training at the end of an epoch, as a checkpoint holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub values: Values,
    /// Running means of gradients and of their squares.
    pub moments: [Values; 2],
    /// The average of the values, where one is kept.
    pub average: Option<Values>,
    /// Steps that were taken.
    pub steps: usize,
    pub curve: Vec<Epoch>,
    pub best: Best,
}

/// The epoch to keep; 0, with the values to begin from, before the first has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    pub epoch: usize,
    pub loss: f64,
    pub values: Values,
}

impl State {
    pub fn new(weights: &[Weight], params: &CheckedFinetuneParams) -> Self {
        let values: Values = weights.iter().map(|weight| weight.values.clone()).collect();
        let zeros: Values = values.iter().map(|value| vec![0.0; value.len()]).collect();
        Self {
            moments: [zeros.clone(), zeros],
            average: (params.ema > 0.0).then(|| values.clone()),
            steps: 0,
            curve: Vec::new(),
            best: Best {
                epoch: 0,
                loss: f64::INFINITY,
                values: values.clone(),
            },
            values,
        }
    }

    /// The values that are judged and kept.
    pub fn judged(&self) -> &Values {
        self.average.as_ref().unwrap_or(&self.values)
    }

    /// One step down `gradients`: `learning_rate` is that of the uppermost map.
    pub fn descend(
        &mut self,
        weights: &[Weight],
        gradients: &[Vec<f32>],
        learning_rate: f64,
        params: &CheckedFinetuneParams,
    ) {
        self.steps += 1;
        let top = weights.last().map_or(0, |weight| weight.layer);
        let [first, second] = &mut self.moments;
        let moments = first.iter_mut().zip(second);
        let values = self.values.iter_mut().zip(moments);
        for ((weight, gradient), (values, (first, second))) in
            weights.iter().zip(gradients).zip(values)
        {
            let depth = i32::try_from(top - weight.layer).unwrap_or(i32::MAX);
            let step = Step {
                number: self.steps,
                learning_rate: learning_rate * params.layer_decay.powi(depth),
                weight_decay: params.weight_decay,
            };
            step.take(!weight.is_bias(), gradient, values, [first, second]);
        }
        if let Some(average) = &mut self.average {
            // Young averages follow faster (as in Tan and Le 2019).
            let young = (1 + self.steps) as f64 / (10 + self.steps) as f64;
            let rest = (1.0 - params.ema.min(young)) as f32;
            for (average, values) in average.iter_mut().zip(&self.values) {
                for (average, value) in average.iter_mut().zip(values) {
                    *average += rest * (value - *average);
                }
            }
        }
    }
}
