//! AdamW over parameters that Burn holds and moments that the host holds.
//!
//! Burn's own optimiser makes fourteen passes over the weights and as many intermediate tensors,
//! one thread each; with a batch of 256 it took longer than the matrix products. On a CPU a
//! parameter moves in and out of its tensor without a copy, so one pass over memory is enough. On a
//! GPU it costs one copy each way a step.

use super::HeadError;
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Weights that a thread updates at a time: small enough to stay in its cache.
const CHUNK: usize = 16_384;

/// A trainable matrix and what AdamW remembers about it.
pub(super) struct Parameter {
    value: Tensor<2>,
    first: Vec<f32>,
    second: Vec<f32>,
    decays: bool,
}

/// One step of AdamW.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// From 1.
    pub number: usize,
    pub learning_rate: f64,
    pub weight_decay: f64,
}

impl Parameter {
    pub fn new(values: Vec<f32>, shape: [usize; 2], decays: bool, device: &Device) -> Self {
        Self {
            first: vec![0.0; values.len()],
            second: vec![0.0; values.len()],
            value: Tensor::from_data(TensorData::new(values, shape), device),
            decays,
        }
    }

    pub fn value(&self) -> Tensor<2> {
        self.value.clone()
    }

    /// Loshchilov and Hutter (2019), algorithm 2, with the schedule's factor in `learning_rate`.
    pub fn update(
        &mut self,
        gradient: Tensor<2>,
        step: Step,
        device: &Device,
    ) -> Result<(), HeadError> {
        let gradient = read(gradient)?;
        let value = std::mem::replace(&mut self.value, Tensor::empty([0, 0], device));
        let mut value = read(value)?;
        let exponent = i32::try_from(step.number).unwrap_or(i32::MAX);
        let corrected_1 = 1.0 - f64::from(BETA_1).powi(exponent);
        let corrected_2 = (1.0 - f64::from(BETA_2).powi(exponent)) as f32;
        let rate = (step.learning_rate / corrected_1) as f32;
        let decay = if self.decays { step.weight_decay } else { 0.0 };
        let kept = (1.0 - step.learning_rate * decay) as f32;

        let weights = value.as_mut_slice::<f32>().map_err(failed)?;
        let gradient = gradient.as_slice::<f32>().map_err(failed)?;
        let moments = self
            .first
            .par_chunks_mut(CHUNK)
            .zip(self.second.par_chunks_mut(CHUNK));
        weights
            .par_chunks_mut(CHUNK)
            .zip(gradient.par_chunks(CHUNK))
            .zip(moments)
            .for_each(|((weights, gradient), (first, second))| {
                let moments = first.iter_mut().zip(second);
                for ((weight, g), (m, v)) in weights.iter_mut().zip(gradient).zip(moments) {
                    *m += (1.0 - BETA_1) * (g - *m);
                    *v += (1.0 - BETA_2) * (g * g - *v);
                    *weight = *weight * kept - rate * *m / ((*v / corrected_2).sqrt() + EPSILON);
                }
            });
        self.value = Tensor::from_data(value, device);
        Ok(())
    }
}

/// The values of a tensor on the host; without a copy where the device is the host and nobody else
/// holds the tensor.
pub(super) fn read<const D: usize>(tensor: Tensor<D>) -> Result<TensorData, HeadError> {
    tensor.try_into_data().map_err(failed)
}

pub(super) fn failed(error: impl std::fmt::Display) -> HeadError {
    HeadError::Device {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::{Module, Param};
    use burn::optim::{AdamWConfig, GradientsParams};

    #[derive(Module, Debug)]
    struct Weights {
        decaying: Param<Tensor<2>>,
    }

    #[test]
    fn it_takes_the_same_steps_as_burns_adamw() {
        let device = Device::flex();
        let start = vec![0.5_f32, -1.0, 2.0, 0.0, 3.0, -0.25];
        let target = Tensor::<2>::from_data([[1.0, 1.0, -1.0], [0.5, -2.0, 4.0]], &device);
        let mut ours = Parameter::new(start.clone(), [2, 3], true, &device);
        let theirs = Tensor::from_data(TensorData::new(start, [2, 3]), &device.clone().autodiff());
        let mut theirs = Weights {
            decaying: Param::from_tensor(theirs),
        };
        let mut optimizer = AdamWConfig::new()
            .with_beta_1(BETA_1)
            .with_beta_2(BETA_2)
            .with_epsilon(EPSILON)
            .with_weight_decay(0.3)
            .init();
        for number in 1..=30 {
            let step = Step {
                number,
                learning_rate: 0.05,
                weight_decay: 0.3,
            };
            ours.update((ours.value() - target.clone()) * 2.0, step, &device)
                .unwrap();

            let error = theirs.decaying.val() - Tensor::from_inner(target.clone());
            let gradients =
                GradientsParams::from_grads((error.clone() * error).sum().backward(), &theirs);
            theirs = optimizer.step(0.05, theirs, gradients);
        }
        let theirs = theirs.decaying.val().inner();
        let gap = (ours.value() - theirs).abs().max().into_scalar::<f32>();
        assert!(gap < 1e-5, "differs by {gap}");
    }

    #[test]
    fn biases_do_not_decay() {
        let device = Device::flex();
        let mut bias = Parameter::new(vec![2.0], [1, 1], false, &device);
        let step = Step {
            number: 1,
            learning_rate: 0.1,
            weight_decay: 0.5,
        };
        bias.update(Tensor::zeros([1, 1], &device), step, &device)
            .unwrap();
        assert_eq!(bias.value().into_scalar::<f32>(), 2.0);
    }
}
