//! A graph whose weights change, with the gradients of its output.
//!
//! Weights live on the host: an optimiser reads and writes plain numbers, on any device, and a
//! checkpoint is a copy of them. On a CPU a batch is taken apart into pieces of a fixed size, each
//! with a tape of its own; their gradients are added in order, so that no bit depends on threads.

use super::device;
use super::plan::{Plan, Purpose, Weights};
use super::value::{Array, Value};
use crate::engine::image::input_names;
use crate::engine::{EngineError, on_cpu};
use crate::graph::divide;
use crate::graph::read::{self, Index};
use crate::onnx::ModelProto;
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashSet;
use std::ops::Range;
use std::time::{Duration, Instant};

/// Rows that share a tape on a CPU.
const PIECE: usize = 16;

/// A weight that can be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// As the graph calls it.
    pub name: String,
    pub shape: Vec<usize>,
    /// Row-major, as the graph has them.
    pub values: Vec<f32>,
    /// Which of the linear maps it belongs to, from the input, counted from 0.
    pub layer: usize,
}

impl Weight {
    /// Whether it is added rather than multiplied.
    pub fn is_bias(&self) -> bool {
        self.shape.len() < 2
    }
}

/// Rows of one of the graph's inputs: float32, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The shape of one row.
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Rows {
    fn piece(&self, rows: &Range<usize>) -> (Vec<usize>, &[f32]) {
        let size: usize = self.shape.iter().product();
        let shape = [&[rows.len()], &self.shape[..]].concat();
        (shape, &self.values[rows.start * size..rows.end * size])
    }
}

/// Gradient of the loss by the outputs: gets the rows of a batch and their outputs, row-major, and
/// gives one number for each output.
pub type OutputGradient<'a> = dyn Fn(Range<usize>, &[f32]) -> Vec<f32> + Sync + 'a;

/// Outputs and gradients of one forward and backward pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Pass {
    /// The graph's first output, row-major.
    pub outputs: Vec<f32>,
    /// For each weight, in their order.
    pub gradients: Vec<Vec<f32>>,
    pub times: Times,
}

/// Busy times, added up over threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    pub forward: Duration,
    pub backward: Duration,
}

pub struct GradientEngine {
    plan: Plan,
    device: Device,
    weights: Vec<Weight>,
    slots: Vec<usize>,
    inputs: usize,
    /// On a CPU.
    pool: Option<ThreadPool>,
}

impl GradientEngine {
    /// Loads a graph on the device named `device`; its linear maps can be trained.
    ///
    /// # Errors
    /// As [`BurnEngine::load`](super::BurnEngine::load); [`EngineError::NoGradient`] for the first
    /// node behind a weight that no gradient flows through.
    pub fn load(model: &ModelProto, device: &str, threads: usize) -> Result<Self, EngineError> {
        let pool = on_cpu(device).then(|| ThreadPoolBuilder::new().num_threads(threads).build());
        let pool = pool
            .transpose()
            .map_err(|error| EngineError::Threads(error.to_string()))?;
        let device = device::open(device)?.device;
        let plan = Plan::load(model, &device.clone().autodiff(), Purpose::Gradient)?;
        let (mut weights, mut slots) = (Vec::new(), Vec::new());
        let (index, mut seen, mut layer) = (Index::new(&model.graph), HashSet::new(), 0);
        for node in &model.graph.node {
            let before = weights.len();
            for name in divide::weights(node, &index) {
                let Some(slot) = plan.slot(name).filter(|_| seen.insert(name)) else {
                    continue;
                };
                let stored = index.initializer(name).and_then(|stored| {
                    let shape = stored.dims.iter().map(|&dim| dim as usize).collect();
                    Some((shape, read::f32_values(stored)?))
                });
                let Some((shape, values)) = stored else {
                    continue;
                };
                slots.push(slot);
                weights.push(Weight {
                    name: name.to_owned(),
                    shape,
                    values,
                    layer,
                });
            }
            layer += usize::from(weights.len() > before);
        }
        plan.check_gradient(&slots)?;
        Ok(Self {
            plan,
            device,
            weights,
            slots,
            inputs: input_names(&model.graph).len(),
            pool,
        })
    }

    /// The weights as the graph has them, from its input to its output.
    pub fn weights(&self) -> &[Weight] {
        &self.weights
    }

    /// The device's own name.
    pub fn device(&self) -> String {
        device::title(&self.device)
    }

    /// The output for `rows` rows of `inputs`, in the order of the graph's, with `values` in the place
    /// of its weights.
    ///
    /// # Errors
    /// Names the node that failed.
    ///
    /// # Panics
    /// If there are more or fewer inputs or values than the graph has, or of another size.
    pub fn outputs(
        &self,
        values: &[Vec<f32>],
        inputs: &[Rows],
        rows: usize,
    ) -> Result<Vec<f32>, EngineError> {
        let weights = self.upload(values)?;
        let fixed = |array: &Array| Value::from(array.fixed());
        let weights: Weights = self.weights_by_slot(&weights, fixed);
        let pieces = self.pieces(rows, |piece| {
            self.forward(&weights, inputs, &piece)?
                .download()
                .map_err(EngineError::Model)
        })?;
        Ok(pieces.concat())
    }

    /// As [`outputs`](Self::outputs), and then the gradients of the loss by the weights, from
    /// `output_gradient`, that of the loss by the outputs.
    ///
    /// # Errors
    /// Names the node that failed.
    ///
    /// # Panics
    /// As [`outputs`](Self::outputs).
    pub fn pass(
        &self,
        values: &[Vec<f32>],
        inputs: &[Rows],
        rows: usize,
        output_gradient: &OutputGradient,
    ) -> Result<Pass, EngineError> {
        let weights = self.upload(values)?;
        let pieces = self.pieces(rows, |piece| {
            self.pass_piece(&weights, inputs, piece, output_gradient)
        })?;
        let mut pieces = pieces.into_iter();
        let mut all = pieces.next().unwrap_or_else(|| Pass {
            outputs: Vec::new(),
            gradients: values.iter().map(|value| vec![0.0; value.len()]).collect(),
            times: Times::default(),
        });
        for piece in pieces {
            all.outputs.extend(piece.outputs);
            all.times.forward += piece.times.forward;
            all.times.backward += piece.times.backward;
            for (sum, gradient) in all.gradients.iter_mut().zip(&piece.gradients) {
                for (sum, value) in sum.iter_mut().zip(gradient) {
                    *sum += value;
                }
            }
        }
        Ok(all)
    }

    fn pass_piece(
        &self,
        weights: &[Array],
        inputs: &[Rows],
        rows: Range<usize>,
        output_gradient: &OutputGradient,
    ) -> Result<Pass, EngineError> {
        let start = Instant::now();
        let leaves: Vec<Array> = weights.iter().map(Array::tracked).collect();
        let by_slot = self.weights_by_slot(&leaves, |leaf| Value::Float(leaf.clone()));
        let output = self.forward(&by_slot, inputs, &rows)?;
        let shape = output.shape();
        let outputs = output.clone().download().map_err(EngineError::Model)?;
        let forward = start.elapsed();

        let start = Instant::now();
        let of_output = output_gradient(rows, &outputs);
        let count = of_output.len();
        let device = self.device.clone().autodiff();
        let of_output = Tensor::<1>::from_data(TensorData::new(of_output, [count]), &device);
        let flat = output.vector().map_err(EngineError::Model)?;
        assert_eq!(flat.dims(), [count], "one gradient for each of {shape:?}");
        let mut gradients = (flat * of_output).sum().backward();
        let gradient = |(leaf, weight): (&Array, &Weight)| match leaf.gradient(&mut gradients) {
            Some(gradient) => gradient.download().map_err(EngineError::Model),
            None => Ok(vec![0.0; weight.values.len()]),
        };
        let gradients: Result<_, _> = leaves.iter().zip(&self.weights).map(gradient).collect();
        Ok(Pass {
            outputs,
            gradients: gradients?,
            times: Times {
                forward,
                backward: start.elapsed(),
            },
        })
    }

    fn forward(
        &self,
        weights: &Weights,
        inputs: &[Rows],
        rows: &Range<usize>,
    ) -> Result<Array, EngineError> {
        assert_eq!(inputs.len(), self.inputs, "all inputs of the graph");
        let device = self.device.clone().autodiff();
        let upload = |input: &Rows| {
            let (shape, values) = input.piece(rows);
            Array::upload(values.to_vec(), &shape, &device).map(Value::from)
        };
        let inputs: Result<_, _> = inputs.iter().map(upload).collect();
        let inputs = inputs.map_err(EngineError::Model)?;
        match self.plan.run_with(inputs, weights)? {
            Value::Float(output) => {
                let shape = output.shape();
                let dim = shape.get(1..).unwrap_or_default().iter().product();
                match shape.first() == Some(&rows.len()) {
                    true => Ok(output),
                    false => Err(EngineError::Output {
                        found: shape,
                        batch: rows.len(),
                        dim,
                    }),
                }
            }
            Value::Int(_) => Err(EngineError::Model("the model's output is not float".into())),
        }
    }

    fn upload(&self, values: &[Vec<f32>]) -> Result<Vec<Array>, EngineError> {
        assert_eq!(
            values.len(),
            self.weights.len(),
            "one value for each weight"
        );
        let upload = |(values, weight): (&Vec<f32>, &Weight)| {
            Array::upload(values.clone(), &weight.shape, &self.device).map_err(EngineError::Model)
        };
        values.iter().zip(&self.weights).map(upload).collect()
    }

    fn weights_by_slot(&self, arrays: &[Array], value: impl Fn(&Array) -> Value) -> Weights {
        let slots = self.slots.iter().copied();
        slots.zip(arrays.iter().map(value)).collect()
    }

    /// Does `work` for pieces of `rows` rows; their results in order.
    fn pieces<T: Send>(
        &self,
        rows: usize,
        work: impl Fn(Range<usize>) -> Result<T, EngineError> + Sync + Send,
    ) -> Result<Vec<T>, EngineError> {
        let Some(pool) = &self.pool else {
            return Ok(vec![work(0..rows)?]);
        };
        let starts = (0..rows.div_ceil(PIECE)).into_par_iter();
        let piece = |at: usize| work(at * PIECE..((at + 1) * PIECE).min(rows));
        pool.install(|| starts.map(piece).collect())
    }
}
