//! Inputs of an operator: the node while the model is loaded, the arguments while it runs.

use super::value::{Array, Ints, Value};
use super::width::Width;
use crate::onnx::{AttributeProto, NodeProto, TensorProto};
use burn::tensor::Device;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Computes a node's outputs. The error says what is wrong with the arguments; the caller adds
/// which node it was.
pub type Kernel = Box<dyn Fn(Args) -> Result<Vec<Value>, String> + Send + Sync>;

/// Runs a kernel. What Burn itself finds wrong it says by panicking, which becomes an error here.
pub fn call(kernel: &Kernel, args: Args) -> Result<Vec<Value>, String> {
    catch_unwind(AssertUnwindSafe(|| kernel(args))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text
            .unwrap_or("the tensor library panicked")
            .trim()
            .replace('\n', " "))
    })
}

/// One row of the table of operators.
pub struct Operator {
    pub name: &'static str,
    /// Attributes that the operator honours; a node with any other is refused.
    pub attributes: &'static [&'static str],
    /// Reads the attributes and the constant inputs. The error says what is not supported.
    pub build: fn(&Node) -> Result<Kernel, String>,
    pub width: Width,
    /// Whether gradients flow through it, from its output to its float inputs.
    pub gradient: bool,
}

/// A node while the model is loaded.
pub struct Node<'a> {
    pub proto: &'a NodeProto,
    pub opset: i64,
    pub device: &'a Device,
    /// Values that are known without running the model, by name.
    pub constants: &'a HashMap<String, Value>,
    /// Tensors among them that the model stores, as it stores them.
    pub weights: &'a HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Node<'a> {
    pub fn attribute(&self, name: &str) -> Option<&'a AttributeProto> {
        self.proto.attribute.iter().find(|a| a.name == name)
    }

    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |a| a.i)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.int(name, 0) != 0
    }

    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |a| a.f)
    }

    pub fn ints(&self, name: &str) -> Option<Vec<i64>> {
        self.attribute(name).map(|a| a.ints.clone())
    }

    pub fn text(&self, name: &str, default: &'static str) -> String {
        self.attribute(name).map_or(default.into(), |a| {
            String::from_utf8_lossy(&a.s).into_owned()
        })
    }

    /// The name of input `index`; `None` where it is left out.
    pub fn input(&self, index: usize) -> Option<&'a str> {
        let name = self.proto.input.get(index)?;
        (!name.is_empty()).then_some(name)
    }

    pub fn constant(&self, index: usize) -> Option<&'a Value> {
        self.constants.get(self.input(index)?)
    }

    /// The element type in which the model stores a constant input.
    pub fn constant_element(&self, index: usize) -> Option<i32> {
        Some(self.weights.get(self.input(index)?)?.data_type)
    }

    /// The floats of a constant input; `None` where the input is left out or computed.
    pub fn constant_floats(&self, index: usize) -> Result<Option<Vec<f32>>, String> {
        match self.constant(index) {
            None => Ok(None),
            Some(Value::Float(array)) => array.clone().download().map(Some),
            Some(Value::Int(ints)) => Ok(Some(ints.data.iter().map(|&v| v as f32).collect())),
        }
    }

    /// The single number of a constant input, `default` where the input is left out.
    ///
    /// # Errors
    /// When the input is computed by the model.
    pub fn constant_scalar(&self, index: usize) -> Result<Option<f32>, String> {
        if self.input(index).is_none() {
            return Ok(None);
        }
        match self.constant_floats(index)?.as_deref() {
            Some([value]) => Ok(Some(*value)),
            _ => Err(format!("input {index} must be a constant number")),
        }
    }

    /// Integers that older opsets keep in an attribute and newer ones in an input.
    pub fn ints_from(&self, attribute: &'static str, index: usize) -> IntsFrom {
        match (self.ints(attribute), self.input(index)) {
            (Some(ints), _) => IntsFrom::Fixed(ints),
            (None, Some(_)) => IntsFrom::Input(index),
            (None, None) => IntsFrom::Absent,
        }
    }
}

/// Where an operator's integers come from.
pub enum IntsFrom {
    Fixed(Vec<i64>),
    Input(usize),
    Absent,
}

impl IntsFrom {
    pub fn get(&self, args: &mut Args) -> Result<Option<Vec<i64>>, String> {
        match self {
            Self::Fixed(ints) => Ok(Some(ints.clone())),
            Self::Input(index) => args.ints(*index).map(|ints| Some(ints.data)),
            Self::Absent => Ok(None),
        }
    }
}

/// A node's inputs while the model runs. Taking one out gives it away, so that a kernel may
/// reuse its memory.
pub struct Args(pub Vec<Option<Value>>);

impl Args {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn optional(&mut self, index: usize) -> Option<Value> {
        self.0.get_mut(index).and_then(Option::take)
    }

    pub fn value(&mut self, index: usize) -> Result<Value, String> {
        self.optional(index)
            .ok_or_else(|| format!("input {index} is missing"))
    }

    pub fn array(&mut self, index: usize) -> Result<Array, String> {
        match self.value(index)? {
            Value::Float(array) => Ok(array),
            Value::Int(_) => Err(format!("input {index} holds integers, floats are needed")),
        }
    }

    pub fn optional_array(&mut self, index: usize) -> Result<Option<Array>, String> {
        match self.0.get(index) {
            Some(Some(_)) => self.array(index).map(Some),
            _ => Ok(None),
        }
    }

    pub fn ints(&mut self, index: usize) -> Result<Ints, String> {
        match self.value(index)? {
            Value::Int(ints) => Ok(ints),
            Value::Float(_) => Err(format!("input {index} holds floats, integers are needed")),
        }
    }
}

/// `axis` counted from the end where it is negative, as an index below `rank`.
pub fn axis_index(axis: i64, rank: usize) -> Result<usize, String> {
    let index = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(index)
        .ok()
        .filter(|&i| i < rank)
        .ok_or_else(|| format!("axis {axis} is outside of rank {rank}"))
}

/// As [`axis_index`] for several axes, ascending and without repetitions.
pub fn axis_indices(axes: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    let mut indices = axes
        .iter()
        .map(|&axis| axis_index(axis, rank))
        .collect::<Result<Vec<_>, _>>()?;
    indices.sort_unstable();
    indices.dedup();
    Ok(indices)
}
