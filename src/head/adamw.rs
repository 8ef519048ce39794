//! AdamW over parameters that Burn holds and moments that the host holds.
//!
//! Burn's own optimiser makes fourteen passes over the weights and as many intermediate tensors,
//! one thread each; with a batch of 256 it took longer than the matrix products. On a CPU a
//! parameter moves in and out of its tensor without a copy, so one pass over memory is enough. On a
//! GPU it costs one copy each way a step.

use super::HeadError;
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use std::ops::Range;

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Weights that a thread updates at a time: small enough to stay in its cache.
const CHUNK: usize = 16_384;

/// Entries of a gradient that are made and used before the next, so that they never leave the
/// cache: the gradient is as large as the weights.
const PIECE: usize = 131_072;

/// A trainable matrix of each member of a stack and what AdamW remembers about it.
pub(super) struct Parameter {
    /// `[members, rows, columns]`.
    value: Tensor<3>,
    first: Vec<f32>,
    second: Vec<f32>,
    decays: bool,
}

/// One step of one member.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// From 1.
    pub number: usize,
    pub learning_rate: f64,
    pub weight_decay: f64,
}

impl Parameter {
    pub fn new(values: Vec<f32>, shape: [usize; 3], decays: bool, device: &Device) -> Self {
        Self {
            first: vec![0.0; values.len()],
            second: vec![0.0; values.len()],
            value: Tensor::from_data(TensorData::new(values, shape), device),
            decays,
        }
    }

    pub fn value(&self) -> Tensor<3> {
        self.value.clone()
    }

    /// The matrix of the member at `place`, `[1, rows, columns]`.
    pub fn member(&self, place: usize) -> Tensor<3> {
        self.value().slice_dim(0, place..place + 1)
    }

    /// Forgets the members whose places are not named; at least one is.
    pub fn keep(&mut self, places: &[usize]) {
        let size = self.first.len() / self.value.dims()[0];
        let kept = |values: &[f32]| -> Vec<f32> {
            let member = |place: &usize| &values[place * size..(place + 1) * size];
            places.iter().flat_map(member).copied().collect()
        };
        (self.first, self.second) = (kept(&self.first), kept(&self.second));
        let members = places.iter().map(|&place| self.member(place)).collect();
        self.value = Tensor::cat(members, 0);
    }

    /// One step, of each member its own, down a gradient of the value's shape.
    pub fn update(&mut self, gradient: &Tensor<3>, steps: &[Step]) -> Result<(), HeadError> {
        self.update_by(|rows| gradient.clone().slice_dim(1, rows), steps)
    }

    /// [`update`](Self::update) where `gradient` gives that of some rows, `[members, rows, columns]`.
    pub fn update_by(
        &mut self,
        gradient: impl Fn(Range<usize>) -> Tensor<3>,
        steps: &[Step],
    ) -> Result<(), HeadError> {
        let [members, rows, columns] = self.value.dims();
        let device = self.value.device();
        let value = std::mem::replace(&mut self.value, Tensor::empty([0, 0, 0], &device));
        let mut value = read(value)?;
        let values = value.as_mut_slice::<f32>().map_err(failed)?;
        let piece = (PIECE / (members * columns)).clamp(1, rows);
        for start in (0..rows).step_by(piece) {
            let end = (start + piece).min(rows);
            let gradient = read(gradient(start..end))?;
            let gradient = gradient.as_slice::<f32>().map_err(failed)?;
            let of_members = gradient.chunks((end - start) * columns).zip(steps);
            for (member, (gradient, step)) in of_members.enumerate() {
                let first = (member * rows + start) * columns;
                let range = first..first + gradient.len();
                step.take(
                    self.decays,
                    gradient,
                    &mut values[range.clone()],
                    [&mut self.first[range.clone()], &mut self.second[range]],
                );
            }
        }
        self.value = Tensor::from_data(value, &device);
        Ok(())
    }
}

impl Step {
    /// Changes `weights`, and the running means of their gradients and of the squares of these:
    /// Loshchilov and Hutter (2019), algorithm 2, with the schedule's factor in `learning_rate`.
    pub fn take(
        &self,
        decays: bool,
        gradient: &[f32],
        weights: &mut [f32],
        moments: [&mut [f32]; 2],
    ) {
        let exponent = i32::try_from(self.number).unwrap_or(i32::MAX);
        let corrected_1 = 1.0 - f64::from(BETA_1).powi(exponent);
        let corrected_2 = (1.0 - f64::from(BETA_2).powi(exponent)) as f32;
        let rate = (self.learning_rate / corrected_1) as f32;
        let decay = if decays { self.weight_decay } else { 0.0 };
        let kept = (1.0 - self.learning_rate * decay) as f32;

        let [first, second] = moments.map(|moment| moment.par_chunks_mut(CHUNK));
        weights
            .par_chunks_mut(CHUNK)
            .zip(gradient.par_chunks(CHUNK))
            .zip(first.zip(second))
            .for_each(|((weights, gradient), (first, second))| {
                let moments = first.iter_mut().zip(second);
                for ((weight, g), (m, v)) in weights.iter_mut().zip(gradient).zip(moments) {
                    *m += (1.0 - BETA_1) * (g - *m);
                    *v += (1.0 - BETA_2) * (g * g - *v);
                    *weight = *weight * kept - rate * *m / ((*v / corrected_2).sqrt() + EPSILON);
                }
            });
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
        // Beside another member of the stack, which takes other steps.
        let both = [vec![7.0; 6], start.clone()].concat();
        let mut ours = Parameter::new(both, [2, 2, 3], true, &device);
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
            let gradient = (ours.value() - target.clone().unsqueeze::<3>()) * 2.0;
            let other = Step {
                learning_rate: 0.5,
                ..step
            };
            ours.update(&gradient, &[other, step]).unwrap();

            let error = theirs.decaying.val() - Tensor::from_inner(target.clone());
            let gradients =
                GradientsParams::from_grads((error.clone() * error).sum().backward(), &theirs);
            theirs = optimizer.step(0.05, theirs, gradients);
        }
        let theirs = theirs.decaying.val().inner().unsqueeze::<3>();
        ours.keep(&[1]);
        let gap = (ours.value() - theirs).abs().max().into_scalar::<f32>();
        assert!(gap < 1e-5, "differs by {gap}");
    }

    #[test]
    fn biases_do_not_decay() {
        let device = Device::flex();
        let mut bias = Parameter::new(vec![2.0], [1, 1, 1], false, &device);
        let step = Step {
            number: 1,
            learning_rate: 0.1,
            weight_decay: 0.5,
        };
        bias.update(&Tensor::zeros([1, 1, 1], &device), &[step])
            .unwrap();
        assert_eq!(bias.value().into_scalar::<f32>(), 2.0);
    }

    #[test]
    fn a_gradient_in_pieces_is_the_gradient() {
        let device = Device::flex();
        let (rows, columns) = (PIECE / 2, 3);
        let values: Vec<f32> = (0..rows * columns).map(|at| (at % 101) as f32).collect();
        let shape = [1, rows, columns];
        let gradient = Tensor::from_data(TensorData::new(values, shape), &device) - 50.0;
        let step = Step {
            number: 1,
            learning_rate: 0.1,
            weight_decay: 0.0,
        };
        let mut parameter = Parameter::new(vec![0.0; rows * columns], shape, true, &device);
        let asked = std::sync::Mutex::new(Vec::new());
        let piece = |rows: Range<usize>| {
            asked.lock().unwrap().push(rows.clone());
            gradient.clone().slice_dim(1, rows)
        };
        parameter.update_by(piece, &[step]).unwrap();
        // The first step of AdamW is the learning rate against the sign.
        let gap = parameter.value() + gradient.clone().sign() * 0.1;
        assert!(gap.abs().max().into_scalar::<f32>() < 1e-5);
        let asked = asked.into_inner().unwrap();
        assert!(asked.len() > 1);
        assert_eq!(asked.iter().map(Range::len).sum::<usize>(), rows);
    }
}
