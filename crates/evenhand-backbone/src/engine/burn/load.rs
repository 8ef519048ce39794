//! From nodes to steps: every operator looked up and checked, every weight uploaded, every constant
//! computed, before anything runs.

use super::node::{Args, Kernel, Node, Operator, call};
use super::ops;
use super::value::Value;
use super::weights;
use super::width::Width;
use crate::engine::EngineError;
use crate::graph::read::title;
use crate::onnx::{ModelProto, NodeProto, TensorProto};
use burn::tensor::Device;
use std::collections::{HashMap, HashSet};

/// The opsets whose operators are implemented.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=21;

/// A step before names become slots.
pub struct Named {
    pub node: String,
    pub op: String,
    pub kernel: Kernel,
    pub width: Width,
    pub gradient: bool,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
}

/// Turns nodes into steps.
pub struct Loader<'a> {
    opset: i64,
    device: &'a Device,
    weights: HashMap<&'a str, &'a TensorProto>,
    /// Values that are known without a run, by name.
    pub constants: HashMap<String, Value>,
    /// Names that a run gives a value to.
    computed: HashSet<String>,
    pub steps: Vec<Named>,
}

impl<'a> Loader<'a> {
    pub fn new(
        opset: i64,
        device: &'a Device,
        weights: HashMap<&'a str, &'a TensorProto>,
        inputs: &[String],
    ) -> Self {
        Self {
            opset,
            device,
            weights,
            constants: HashMap::new(),
            computed: inputs.iter().cloned().collect(),
            steps: Vec::new(),
        }
    }

    /// Looks the node's operator up and checks it; computes the node at once where all its
    /// inputs are constants.
    pub fn add(&mut self, proto: &NodeProto) -> Result<(), EngineError> {
        for name in proto.input.iter().filter(|name| !name.is_empty()) {
            self.know(name, proto)?;
        }
        let node = Node {
            proto,
            opset: self.opset,
            device: self.device,
            constants: &self.constants,
            weights: &self.weights,
        };
        let (operator, kernel) = build(&node).map_err(|reason| EngineError::Unsupported {
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
            let outputs = outputs.into_iter().map(Value::packed);
            self.constants
                .extend(proto.output.iter().cloned().zip(outputs));
            return Ok(());
        }
        self.computed.extend(proto.output.iter().cloned());
        self.steps.push(Named {
            node: title(proto),
            op: proto.op_type.clone(),
            kernel,
            width: operator.width,
            gradient: operator.gradient,
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

fn build(node: &Node) -> Result<(&'static Operator, Kernel), String> {
    let proto = node.proto;
    if !is_onnx(&proto.domain) {
        return Err(format!("it belongs to the domain {}", proto.domain));
    }
    let operator = ops::find(&proto.op_type).ok_or("it has no such operator")?;
    let known = |name: &str| operator.attributes.contains(&name);
    if let Some(other) = proto.attribute.iter().find(|a| !known(&a.name)) {
        return Err(format!("attribute {}", other.name));
    }
    Ok((operator, (operator.build)(node)?))
}

/// The version of ONNX's own operators that the model uses.
pub fn opset(model: &ModelProto) -> Result<i64, EngineError> {
    let own = model.opset_import.iter().find(|set| is_onnx(&set.domain));
    let version = own.map_or(1, |set| set.version);
    if OPSETS.contains(&version) {
        return Ok(version);
    }
    Err(EngineError::Opset {
        version,
        oldest: *OPSETS.start(),
        newest: *OPSETS.end(),
    })
}

fn is_onnx(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

pub fn malformed(has: &str) -> EngineError {
    EngineError::Model(format!("the model has {has}"))
}
