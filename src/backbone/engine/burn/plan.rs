//! A model made ready to run: every operator looked up and checked, every weight uploaded, every
//! constant computed, and for each value the node that uses it last.

use super::fold;
use super::node::{Args, Kernel, Node};
use super::ops;
use super::value::Value;
use super::weights;
use crate::backbone::engine::EngineError;
use crate::backbone::engine::image::input_names;
use burn::tensor::Device;
use onnx_ir::{ModelProto, NodeProto, TensorProto};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The opsets whose operators are implemented.
pub const OPSETS: std::ops::RangeInclusive<i64> = 7..=21;

/// What a plan is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first output: nodes may be merged, and those it does not need are left out.
    Features,
    /// Every tensor under its own name.
    Shapes,
}

pub struct Plan {
    steps: Vec<Step>,
    names: Vec<String>,
    /// What is known before a run, by slot.
    constants: Vec<Option<Value>>,
    inputs: Vec<usize>,
    output: usize,
}

struct Step {
    node: String,
    op: String,
    kernel: Kernel,
    inputs: Vec<Option<Source>>,
    outputs: Vec<Option<usize>>,
}

#[derive(Clone, Copy)]
struct Source {
    slot: usize,
    /// Nothing needs the value after this node.
    last: bool,
}

impl Plan {
    /// # Errors
    /// When the model is malformed, or for the first node that this engine cannot run.
    pub fn load(
        model: &ModelProto,
        device: &Device,
        purpose: Purpose,
    ) -> Result<Self, EngineError> {
        let graph = model.graph.as_ref().ok_or_else(|| malformed("no graph"))?;
        let opset = opset(model)?;
        let folded = match purpose {
            Purpose::Features => fold::batch_norms(graph, opset, device),
            Purpose::Shapes => fold::Folded::unchanged(graph),
        };
        let output = graph.output.first().ok_or_else(|| malformed("no output"))?;
        let weights: HashMap<&str, &TensorProto> = graph
            .initializer
            .iter()
            .chain(&folded.weights)
            .map(|w| (w.name.as_str(), w))
            .collect();
        let inputs: Vec<String> = input_names(graph);
        let mut loader = Loader {
            opset,
            device,
            weights,
            constants: HashMap::new(),
            computed: inputs.iter().cloned().collect(),
            steps: Vec::new(),
        };
        for node in &folded.nodes {
            loader.add(node)?;
        }
        let mut steps = loader.steps;
        if purpose == Purpose::Features {
            prune(&mut steps, &output.name);
        }
        Self::assign(steps, loader.constants, &inputs, &output.name)
    }

    /// Gives each name a slot.
    fn assign(
        steps: Vec<Named>,
        constants: HashMap<String, Value>,
        inputs: &[String],
        output: &str,
    ) -> Result<Self, EngineError> {
        let mut slots = Slots::default();
        let input_slots = inputs.iter().map(|name| slots.of(name)).collect();
        let mut steps: Vec<Step> = steps
            .into_iter()
            .map(
                |Named {
                     node,
                     op,
                     kernel,
                     inputs,
                     outputs,
                 }| {
                    let source = |slot| Source { slot, last: false };
                    let mut slot = |name: String| (!name.is_empty()).then(|| slots.of(&name));
                    let inputs = inputs
                        .into_iter()
                        .map(|name| slot(name).map(source))
                        .collect();
                    let outputs = outputs.into_iter().map(slot).collect();
                    Step {
                        node,
                        op,
                        kernel,
                        inputs,
                        outputs,
                    }
                },
            )
            .collect();
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
        let constants = names
            .iter()
            .map(|name| constants.get(name).cloned())
            .collect();
        Ok(Self {
            steps,
            names,
            constants,
            inputs: input_slots,
            output,
        })
    }

    /// The first output for these inputs, in the order of the graph's.
    ///
    /// # Errors
    /// Names the node that failed.
    pub fn run(&self, inputs: Vec<Value>) -> Result<Value, EngineError> {
        self.run_observed(inputs, |_, _| ())
    }

    /// As [`Plan::run`]; shows `observe` the inputs and every node's outputs.
    pub fn run_observed(
        &self,
        inputs: Vec<Value>,
        mut observe: impl FnMut(&str, &Value),
    ) -> Result<Value, EngineError> {
        let mut values: Vec<Option<Value>> = vec![None; self.names.len()];
        for (&slot, value) in self.inputs.iter().zip(inputs) {
            observe(&self.names[slot], &value);
            values[slot] = Some(value);
        }
        for step in &self.steps {
            let take = |source: &Option<Source>| {
                let Source { slot, last } = (*source)?;
                match &self.constants[slot] {
                    Some(constant) => Some(constant.clone()),
                    None if last => values[slot].take(),
                    None => values[slot].clone(),
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
        let output = self.constants[self.output]
            .clone()
            .or_else(|| values[self.output].take());
        output.ok_or_else(|| malformed("no node that computes its output"))
    }
}

/// Runs a kernel. What Burn itself finds wrong it says by panicking, which becomes an error here.
fn call(kernel: &Kernel, args: Args) -> Result<Vec<Value>, String> {
    catch_unwind(AssertUnwindSafe(|| kernel(args))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text
            .unwrap_or("the tensor library panicked")
            .trim()
            .replace('\n', " "))
    })
}

fn opset(model: &ModelProto) -> Result<i64, EngineError> {
    let own = model.opset_import.iter().find(|set| is_onnx(&set.domain));
    let version = own.map_or(1, |set| set.version);
    if OPSETS.contains(&version) {
        return Ok(version);
    }
    Err(malformed(&format!(
        "opset {version}, where the burn engine knows {} to {}",
        OPSETS.start(),
        OPSETS.end()
    )))
}

fn is_onnx(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

fn malformed(has: &str) -> EngineError {
    EngineError::Model(format!("the model has {has}"))
}

/// A step before names become slots.
struct Named {
    node: String,
    op: String,
    kernel: Kernel,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

struct Loader<'a> {
    opset: i64,
    device: &'a Device,
    weights: HashMap<&'a str, &'a TensorProto>,
    constants: HashMap<String, Value>,
    /// Names that a run gives a value to.
    computed: HashSet<String>,
    steps: Vec<Named>,
}

impl Loader<'_> {
    fn add(&mut self, proto: &NodeProto) -> Result<(), EngineError> {
        for name in proto.input.iter().filter(|name| !name.is_empty()) {
            self.know(name, proto)?;
        }
        let node = Node {
            proto,
            opset: self.opset,
            device: self.device,
            constants: &self.constants,
        };
        let kernel = build(&node).map_err(|reason| EngineError::Unsupported {
            node: title(proto),
            op: proto.op_type.clone(),
            reason,
        })?;
        let known = |name: &String| name.is_empty() || self.constants.contains_key(name);
        if proto.input.iter().all(known) {
            let args = proto
                .input
                .iter()
                .map(|name| self.constants.get(name).cloned());
            let outputs =
                call(&kernel, Args(args.collect())).map_err(|reason| EngineError::Node {
                    node: title(proto),
                    op: proto.op_type.clone(),
                    reason,
                })?;
            self.constants
                .extend(proto.output.iter().cloned().zip(outputs));
            return Ok(());
        }
        self.computed.extend(proto.output.iter().cloned());
        self.steps.push(Named {
            node: title(proto),
            op: proto.op_type.clone(),
            kernel,
            inputs: proto.input.clone(),
            outputs: proto.output.clone(),
        });
        Ok(())
    }

    /// Uploads the weight `name` unless it is there already or a run computes it.
    fn know(&mut self, name: &str, user: &NodeProto) -> Result<(), EngineError> {
        if self.computed.contains(name) || self.constants.contains_key(name) {
            return Ok(());
        }
        let missing = || malformed(&format!("no tensor `{name}` for node `{}`", title(user)));
        let weight = self.weights.get(name).ok_or_else(missing)?;
        let value = weights::upload(weight, self.device).map_err(EngineError::Model)?;
        self.constants.insert(name.into(), value);
        Ok(())
    }
}

fn build(node: &Node) -> Result<Kernel, String> {
    let proto = node.proto;
    if !is_onnx(&proto.domain) {
        return Err(format!("it belongs to the domain {}", proto.domain));
    }
    let operator = ops::find(&proto.op_type).ok_or("it has no such operator")?;
    let known = |name: &str| operator.attributes.contains(&name);
    if let Some(other) = proto.attribute.iter().find(|a| !known(&a.name)) {
        return Err(format!("attribute {}", other.name));
    }
    (operator.build)(node)
}

/// What to call a node: its name, or its first output's.
fn title(node: &NodeProto) -> String {
    let names = [Some(&node.name), node.output.first()];
    names
        .into_iter()
        .flatten()
        .find(|name| !name.is_empty())
        .cloned()
        .unwrap_or_default()
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
