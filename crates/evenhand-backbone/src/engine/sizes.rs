//! Sizes of a model's tensors for one image, worked out before anything is allocated: a model of a few hundred bytes
//! can ask for more memory than any machine has, and a failed allocation ends the process.

mod fact;
mod rules;
mod shapes;
mod windows;

use super::EngineError;
use super::image::{fixed_batch, layout};
use crate::graph::MOST_AXES;
use crate::graph::read::{ints, reads, title};
use crate::onnx::{ModelProto, NodeProto};
use fact::{Fact, product};
use std::collections::HashMap;

/// Most values of one tensor: 512 MB of float32, forty times the largest one of ResNet-50 at 1,024 pixels.
const TENSOR: u64 = 1 << 27;

/// Most values of all tensors that are needed at the same time.
const TOGETHER: u64 = 1 << 28;

/// Widest border that a node may put around an image. Beyond the window it holds nothing but the same value.
const BORDER: u64 = 4096;

/// Checks the sizes of all tensors that the input's size decides on, for one image, or for as many as the model takes
/// at a time. Tensors whose sizes depend on more than that are passed over.
///
/// # Errors
/// [`EngineError::TooLarge`], [`EngineError::Border`], [`EngineError::Axes`].
pub fn check_sizes(model: &ModelProto, height: usize, width: usize) -> Result<(), EngineError> {
    // Engines say what is wrong with another input.
    let Ok((name, layout)) = layout(model) else {
        return Ok(());
    };
    let batch = fixed_batch(model, &name).unwrap_or(1);
    let mut sizes = Sizes::new(model);
    let shape = layout.shape(batch, height, width);
    let input = Fact::of_shape(shape.iter().map(|&size| size as u64).collect());
    sizes.add(&format!("input `{name}`"), &name, input)?;
    for (at, node) in model.graph.node.iter().enumerate() {
        sizes.run(at, node)?;
    }
    Ok(())
}

/// The number of values of a tensor that is about to be made.
///
/// # Errors
/// There are too many of them.
pub fn count(shape: &[usize]) -> Result<usize, String> {
    let sizes: Vec<u64> = shape.iter().map(|&size| size as u64).collect();
    match product(&sizes) {
        count if count <= TENSOR => Ok(count as usize),
        _ => Err(format!("shape {shape:?} has more than {TENSOR} values")),
    }
}

/// A walk through a model.
struct Sizes<'a> {
    opset: i64,
    facts: HashMap<&'a str, Fact>,
    /// The last node that reads a tensor.
    last: HashMap<&'a str, usize>,
    /// Values of the tensors that a node behind reads.
    alive: u64,
}

impl<'a> Sizes<'a> {
    fn new(model: &'a ModelProto) -> Self {
        let graph = &model.graph;
        let weights = graph.initializer.iter();
        let facts = weights.map(|tensor| (tensor.name.as_str(), Fact::of_tensor(tensor)));
        let nodes = graph.node.iter().enumerate();
        let last = nodes.flat_map(|(at, node)| reads(node).into_iter().map(move |name| (name, at)));
        Self {
            opset: crate::graph::opset(model),
            facts: facts.collect(),
            last: last.collect(),
            alive: 0,
        }
    }

    fn run(&mut self, at: usize, node: &'a NodeProto) -> Result<(), EngineError> {
        let inputs = node.input.iter();
        let inputs: Vec<Fact> = inputs
            .map(|name| self.facts.get(name.as_str()).cloned().unwrap_or_default())
            .collect();
        let outputs = rules::outputs(node, &inputs, self.opset);
        let by = format!("node `{}` ({})", title(node), node.op_type);
        let pads = ints(node, "pads").unwrap_or_default();
        if let Some(&pad) = pads.iter().find(|pad| pad.unsigned_abs() > BORDER) {
            let most = BORDER;
            return Err(EngineError::Border { by, pad, most });
        }
        for (name, fact) in node.output.iter().zip(outputs) {
            self.add(&by, name, fact)?;
        }
        let mut read = reads(node);
        read.sort_unstable();
        read.dedup();
        for name in read
            .into_iter()
            .filter(|name| self.last.get(name) == Some(&at))
        {
            if let Some(fact) = self.facts.remove(name).filter(|fact| !fact.is_weight) {
                self.alive = self.alive.saturating_sub(fact.count());
            }
        }
        Ok(())
    }

    fn add(&mut self, by: &str, name: &'a str, fact: Fact) -> Result<(), EngineError> {
        let count = fact.count();
        let too_large = |values, most| EngineError::TooLarge {
            by: by.to_owned(),
            shape: fact.shape.clone().unwrap_or_default(),
            values,
            most,
        };
        if let Some(axes) = fact.shape.as_ref().map(Vec::len)
            && axes > MOST_AXES
        {
            return Err(EngineError::Axes { by: by.to_owned() });
        }
        if count > TENSOR {
            return Err(too_large(count, TENSOR));
        }
        if self.last.contains_key(name) {
            self.alive = self.alive.saturating_add(count);
        }
        if self.alive > TOGETHER {
            return Err(too_large(self.alive, TOGETHER));
        }
        self.facts.insert(name, fact);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
