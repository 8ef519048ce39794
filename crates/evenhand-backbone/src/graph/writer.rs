//! Writes new nodes and constants under names that a model does not use yet.

use super::{build, read};
use crate::onnx::{AttributeProto, ModelProto, NodeProto, TensorProto};
use std::collections::HashSet;

/// Hands out tensor names that a model does not use yet.
pub struct Names(HashSet<String>);

impl Names {
    pub fn of(model: &ModelProto) -> Self {
        Self(read::made(&model.graph).map(str::to_owned).collect())
    }

    /// The name itself, or the first of `name_2`, `name_3`, ... that is free.
    pub fn fresh(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut free = std::iter::once(name.to_owned()).chain(numbered);
        let name = free.find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

/// Collects nodes and constants for one place in a model.
pub struct Writer {
    prefix: &'static str,
    names: Names,
    pub nodes: Vec<NodeProto>,
    pub constants: Vec<TensorProto>,
}

impl Writer {
    /// Everything written gets a name that begins with `prefix/`.
    pub fn new(model: &ModelProto, prefix: &'static str) -> Self {
        Self {
            prefix,
            names: Names::of(model),
            nodes: Vec::new(),
            constants: Vec::new(),
        }
    }

    /// Adds a node of the default operator set and returns the name of its output.
    pub fn node(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: impl IntoIterator<Item = AttributeProto>,
    ) -> String {
        let output = self
            .names
            .fresh(&format!("{}/{}", self.prefix, op.to_lowercase()));
        self.nodes
            .push(build::node(op, inputs, &output, attributes));
        output
    }

    /// Adds a float32 constant and returns its name.
    pub fn f32s(&mut self, name: &str, dims: &[usize], values: &[f32]) -> String {
        let name = self.names.fresh(&format!("{}/{name}", self.prefix));
        self.constants.push(build::f32s(&name, dims, values));
        name
    }

    /// Adds a vector of int64 and returns its name.
    pub fn i64s(&mut self, name: &str, values: &[i64]) -> String {
        let name = self.names.fresh(&format!("{}/{name}", self.prefix));
        self.constants
            .push(build::i64s(&name, &[values.len()], values));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn fresh_names_are_unused() {
        let mut names = Names::of(&samples::small_cnn());
        assert_eq!(names.fresh("conv"), "conv_2");
        assert_eq!(names.fresh("conv"), "conv_3");
        assert_eq!(names.fresh("new"), "new");
    }
}
