//! A model made ready to run: each value has a slot, and each slot the node that uses it last.

use super::fold;
use super::load::{Loader, Named, malformed, opset};
use super::node::{Args, Kernel, call};
use super::value::Value;
use super::width::{Constant, Width};
use crate::Precision;
use crate::engine::EngineError;
use crate::engine::image::input_names;
use crate::onnx::{ModelProto, TensorProto};
use burn::tensor::{Device, FloatDType};
use std::collections::{HashMap, HashSet};

/// The purpose of a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first output: nodes may be merged, and those it does not need are left out.
    Features(Precision),
    /// The first output, of weights that change: nothing is merged.
    Gradient,
    /// Every tensor under its own name.
    Shapes,
}

/// Values that take the place of the model's own, by [`Plan::slot`].
pub type Weights = HashMap<usize, Value>;

pub struct Plan {
    steps: Vec<Step>,
    names: Vec<String>,
    /// Values that are known before a run, by slot.
    constants: Vec<Option<Constant>>,
    /// How wide the floats are that need not be wider.
    narrow: FloatDType,
    inputs: Vec<usize>,
    output: usize,
}

struct Step {
    node: String,
    op: String,
    kernel: Kernel,
    width: Width,
    gradient: bool,
    inputs: Vec<Option<Source>>,
    outputs: Vec<Option<usize>>,
}

#[derive(Clone, Copy)]
struct Source {
    slot: usize,
    /// Nothing needs the value after this node.
    last: bool,
}

impl Step {
    /// The step of a named one: names become slots, and no source is known to be the last.
    fn new(named: Named, slots: &mut Slots) -> Self {
        let Named {
            node,
            op,
            kernel,
            width,
            gradient,
            inputs,
            outputs,
        } = named;
        let mut slot = |name: String| (!name.is_empty()).then(|| slots.of(&name));
        let source = |slot| Source { slot, last: false };
        let inputs = inputs.into_iter().map(|name| Some(source(slot(name)?)));
        let inputs = inputs.collect();
        let outputs = outputs.into_iter().map(slot).collect();
        Self {
            node,
            op,
            kernel,
            width,
            gradient,
            inputs,
            outputs,
        }
    }
}

impl Plan {
    /// # Errors
    /// When the model is malformed, or for the first node that this engine cannot run.
    pub fn load(
        model: &ModelProto,
        device: &Device,
        purpose: Purpose,
    ) -> Result<Self, EngineError> {
        let graph = &model.graph;
        let opset = opset(model)?;
        let folded = match purpose {
            Purpose::Features(_) => fold::batch_norms(graph, opset, device),
            Purpose::Gradient | Purpose::Shapes => fold::Folded::unchanged(graph),
        };
        let output = graph.output.first().ok_or_else(|| malformed("no output"))?;
        let weights: HashMap<&str, &TensorProto> = graph
            .initializer
            .iter()
            .chain(&folded.weights)
            .map(|w| (w.name.as_str(), w))
            .collect();
        let inputs: Vec<String> = input_names(graph);
        let mut loader = Loader::new(opset, device, weights, &inputs);
        for node in &folded.nodes {
            loader.add(node)?;
        }
        let mut steps = loader.steps;
        if purpose != Purpose::Shapes {
            prune(&mut steps, &output.name);
        }
        let narrow = match purpose {
            Purpose::Features(Precision::F16) => FloatDType::F16,
            Purpose::Features(_) | Purpose::Gradient | Purpose::Shapes => FloatDType::F32,
        };
        Self::assign(steps, loader.constants, narrow, &inputs, &output.name)
    }

    /// Gives each name a slot.
    fn assign(
        steps: Vec<Named>,
        constants: HashMap<String, Value>,
        narrow: FloatDType,
        inputs: &[String],
        output: &str,
    ) -> Result<Self, EngineError> {
        let mut slots = Slots::default();
        let input_slots = inputs.iter().map(|name| slots.of(name)).collect();
        let steps = steps.into_iter().map(|named| Step::new(named, &mut slots));
        let mut steps: Vec<Step> = steps.collect();
        let known = slots.by_name.contains_key(output);
        if !known && !constants.contains_key(output) {
            return Err(malformed(&format!(
                "no node that computes its output `{output}`"
            )));
        }
        let output = slots.of(output);
        let mut needed = HashSet::from([output]);
        for step in steps.iter_mut().rev() {
            for source in step.inputs.iter_mut().rev().flatten() {
                source.last = needed.insert(source.slot);
            }
        }
        let names = slots.names;
        let constant = |name: &String| Some(Constant::new(constants.get(name)?, narrow));
        let constants = names.iter().map(constant).collect();
        Ok(Self {
            steps,
            names,
            constants,
            narrow,
            inputs: input_slots,
            output,
        })
    }

    /// The first output for these inputs, in the order of the graph's.
    ///
    /// # Errors
    /// Names the node that failed.
    pub fn run(&self, inputs: Vec<Value>) -> Result<Value, EngineError> {
        self.execute(inputs, &Weights::new(), |_, _| ())
    }

    /// As [`Plan::run`]; shows `observe` the inputs and every node's outputs.
    pub fn run_observed(
        &self,
        inputs: Vec<Value>,
        observe: impl FnMut(&str, &Value),
    ) -> Result<Value, EngineError> {
        self.execute(inputs, &Weights::new(), observe)
    }

    /// As [`Plan::run`], with other values for some of the model's weights.
    pub fn run_with(&self, inputs: Vec<Value>, weights: &Weights) -> Result<Value, EngineError> {
        self.execute(inputs, weights, |_, _| ())
    }

    /// Where [`Weights`] has the weight `name`; `None` where no step needs it.
    pub fn slot(&self, name: &str) -> Option<usize> {
        let slot = self.names.iter().position(|known| known == name)?;
        self.constants[slot].is_some().then_some(slot)
    }

    /// # Errors
    /// The first node between the weights in `slots` and the output that no gradient flows through.
    pub fn check_gradient(&self, slots: &[usize]) -> Result<(), EngineError> {
        let mut moving: HashSet<usize> = slots.iter().copied().collect();
        for step in &self.steps {
            let read = step.inputs.iter().flatten();
            if !read.into_iter().any(|source| moving.contains(&source.slot)) {
                continue;
            }
            // An operator that reads only a shape passes no gradient.
            if step.op == "Shape" {
                continue;
            }
            if !step.gradient {
                return Err(EngineError::NoGradient {
                    node: step.node.clone(),
                    op: step.op.clone(),
                });
            }
            moving.extend(step.outputs.iter().flatten());
        }
        Ok(())
    }

    fn execute(
        &self,
        inputs: Vec<Value>,
        weights: &Weights,
        mut observe: impl FnMut(&str, &Value),
    ) -> Result<Value, EngineError> {
        let mut values: Vec<Option<Value>> = vec![None; self.names.len()];
        for (&slot, value) in self.inputs.iter().zip(inputs) {
            observe(&self.names[slot], &value);
            values[slot] = Some(value);
        }
        for step in &self.steps {
            let computed = step.inputs.iter().flatten();
            let computed = computed.filter_map(|source| values[source.slot].as_ref());
            let float = step.width.float(computed, self.narrow);
            let take = |source: &Option<Source>| {
                let Source { slot, last } = (*source)?;
                if let Some(weight) = weights.get(&slot) {
                    return Some(weight.clone());
                }
                match &self.constants[slot] {
                    Some(constant) => Some(constant.at(float)),
                    None if last => values[slot].take().map(|value| value.cast(float)),
                    None => values[slot].clone().map(|value| value.cast(float)),
                }
            };
            let args = Args(step.inputs.iter().map(take).collect());
            let outputs = call(&step.kernel, args).map_err(|reason| EngineError::Node {
                node: step.node.clone(),
                op: step.op.clone(),
                reason,
            })?;
            for (&slot, value) in step.outputs.iter().zip(outputs) {
                let Some(slot) = slot else { continue };
                observe(&self.names[slot], &value);
                values[slot] = Some(value);
            }
        }
        let constant = self.constants[self.output].as_ref();
        let output = constant.map(|constant| constant.at(FloatDType::F32));
        let output = output.or_else(|| values[self.output].take());
        output.ok_or_else(|| malformed("no node that computes its output"))
    }
}

/// Removes the steps that `output` does not depend on.
fn prune(steps: &mut Vec<Named>, output: &str) {
    let mut needed = HashSet::from([output.to_string()]);
    let mut kept: Vec<bool> = steps
        .iter()
        .rev()
        .map(|step| {
            let used = step.outputs.iter().any(|name| needed.contains(name));
            if used {
                needed.extend(step.inputs.iter().cloned());
            }
            used
        })
        .collect();
    steps.retain(|_| kept.pop().unwrap_or(true));
}

#[derive(Default)]
struct Slots {
    by_name: HashMap<String, usize>,
    names: Vec<String>,
}

impl Slots {
    fn of(&mut self, name: &str) -> usize {
        if let Some(&slot) = self.by_name.get(name) {
            return slot;
        }
        self.names.push(name.into());
        self.by_name.insert(name.into(), self.names.len() - 1);
        self.names.len() - 1
    }
}
