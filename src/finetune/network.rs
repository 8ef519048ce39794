//! The graph that is trained: the unfrozen part of a backbone with a head behind it.

use super::FinetuneError;
use crate::backbone::engine::burn::{GradientEngine, OutputGradient, Pass, Rows, Weight};
use crate::backbone::graph::divide::{extend, replace_weights};
use crate::backbone::graph::{OUTPUT, Prepared, build};
use crate::backbone::onnx::ModelProto;
use crate::classifier::layers::{self, LOGITS};
use crate::head::{self, Head};

/// The masks of dropout, `[N, width]`: inputs of the graph, so that what is dropped is drawn on the
/// host and is the same on every device.
const MASKS: [&str; 2] = ["evenhand.mask.features", "evenhand.mask.hidden"];

/// A trainable network from activations (or pixels) to logits.
pub struct Network {
    engine: GradientEngine,
    head: Head,
    /// The widths of the masks.
    widths: Vec<usize>,
}

/// A network's weights put back where they came from.
#[derive(Debug, Clone)]
pub struct Tuned {
    pub prepared: Prepared,
    pub head: Head,
}

impl Network {
    /// Puts `head` behind `trained`, a graph that ends in features.
    ///
    /// # Errors
    /// As [`GradientEngine::load`].
    pub fn new(
        trained: &ModelProto,
        head: &Head,
        device: &str,
        threads: usize,
    ) -> Result<Self, FinetuneError> {
        let hidden = head.layers.split_last().map_or(&[][..], |(_, first)| first);
        let widths: Vec<usize> = std::iter::once(head.mean.len())
            .chain(hidden.iter().map(|layer| layer.outputs))
            .collect();
        let masks = &MASKS[..widths.len()];
        let (nodes, initializers) = layers::logits(head, OUTPUT, masks);
        let mask = |(name, &width): (&&str, &usize)| {
            build::value(
                name,
                build::FLOAT,
                &[build::BATCH, build::Dim::Fixed(width)],
            )
        };
        let inputs = masks.iter().zip(&widths).map(mask).collect();
        let outputs = build::Dim::Fixed(head::outputs(head.classes));
        let output = build::value(LOGITS, build::FLOAT, &[build::BATCH, outputs]);
        let mut model = trained.clone();
        extend(&mut model, nodes, initializers, inputs, output);
        Ok(Self {
            engine: GradientEngine::load(&model, device, threads)?,
            head: head.clone(),
            widths,
        })
    }

    pub fn weights(&self) -> &[Weight] {
        self.engine.weights()
    }

    /// Name of the device.
    pub fn device(&self) -> String {
        self.engine.device()
    }

    pub fn classes(&self) -> usize {
        self.head.classes
    }

    /// The widths of features and hidden units, which dropout masks have.
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// Logits of `rows` rows, nothing dropped: `[rows, outputs]` row-major.
    ///
    /// # Errors
    /// Names the node that failed.
    pub fn logits(
        &self,
        values: &[Vec<f32>],
        input: Rows,
        rows: usize,
    ) -> Result<Vec<f32>, FinetuneError> {
        let ones = self.widths.iter().map(|width| vec![1.0; rows * width]);
        let inputs = self.inputs(input, ones.collect());
        Ok(self.engine.outputs(values, &inputs, rows)?)
    }

    /// Logits and gradients of `rows` rows with these dropout masks; `output_gradient` as for
    /// [`GradientEngine::pass`].
    ///
    /// # Errors
    /// Names the node that failed.
    pub fn pass(
        &self,
        values: &[Vec<f32>],
        input: Rows,
        masks: Vec<Vec<f32>>,
        rows: usize,
        output_gradient: &OutputGradient,
    ) -> Result<Pass, FinetuneError> {
        let inputs = self.inputs(input, masks);
        Ok(self.engine.pass(values, &inputs, rows, output_gradient)?)
    }

    fn inputs(&self, input: Rows, masks: Vec<Vec<f32>>) -> Vec<Rows> {
        let mask = |(values, &width): (Vec<f32>, &usize)| Rows {
            shape: vec![width],
            values,
        };
        let masks = masks.into_iter().zip(&self.widths).map(mask);
        std::iter::once(input).chain(masks).collect()
    }

    /// The whole backbone and the head with trained values.
    ///
    /// # Errors
    /// None that a graph which was loaded before can have.
    pub fn put_back(
        &self,
        prepared: &Prepared,
        values: &[Vec<f32>],
    ) -> Result<Tuned, FinetuneError> {
        let mut head = self.head.clone();
        let mut of_backbone = Vec::new();
        for (weight, values) in self.weights().iter().zip(values) {
            match layers::parameter(&mut head, &weight.name) {
                Some(parameter) => parameter.clone_from(values),
                None => of_backbone.push((weight.name.clone(), values.clone())),
            }
        }
        let mut model = prepared.model.clone();
        replace_weights(&mut model, &of_backbone);
        Ok(Tuned {
            prepared: Prepared::new(model)?,
            head,
        })
    }
}
