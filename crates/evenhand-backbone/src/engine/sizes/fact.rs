//! Knowledge of a tensor before a run.

use crate::graph::read::{f32_values, i64_values};
use crate::onnx::TensorProto;

/// Most values that are followed one by one: shapes and their parts have fewer.
pub const FOLLOWED: usize = 64;

/// What is known of a tensor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fact {
    pub shape: Option<Vec<u64>>,
    /// Row-major, of small tensors that don't depend on the image.
    pub values: Option<Vec<f64>>,
    /// It is in memory already.
    pub is_weight: bool,
}

impl Fact {
    pub fn of_shape(shape: Vec<u64>) -> Self {
        Self {
            shape: Some(shape),
            ..Self::default()
        }
    }

    /// A list of numbers.
    pub fn list(values: Vec<f64>) -> Self {
        Self::of_shape(vec![values.len() as u64]).with(Some(values))
    }

    pub fn of_tensor(tensor: &TensorProto) -> Self {
        let shape: Vec<u64> = tensor.dims.iter().map(|&size| size.max(0) as u64).collect();
        let few = product(&shape) <= FOLLOWED as u64;
        let floats = || Some(f32_values(tensor)?.into_iter().map(f64::from).collect());
        let integers = || {
            Some(
                i64_values(tensor)?
                    .into_iter()
                    .map(|value| value as f64)
                    .collect(),
            )
        };
        let values = few.then(|| integers().or_else(floats)).flatten();
        Self {
            is_weight: true,
            ..Self::of_shape(shape).with(values)
        }
    }

    /// The same with values, where they are few and as many as the shape has.
    pub fn with(self, values: Option<Vec<f64>>) -> Self {
        let fits = |values: &Vec<f64>| {
            values.len() <= FOLLOWED && self.shape.is_some() && values.len() as u64 == self.count()
        };
        Self {
            values: values.filter(fits),
            ..self
        }
    }

    /// The number of values; 0 where the shape is not known.
    pub fn count(&self) -> u64 {
        self.shape.as_deref().map_or(0, product)
    }

    /// The values as sizes.
    pub fn sizes(&self) -> Option<Vec<u64>> {
        let size = |&value: &f64| (value >= 0.0 && value.is_finite()).then_some(value as u64);
        self.values.as_ref()?.iter().map(size).collect()
    }

    /// The values as integers.
    pub fn integers(&self) -> Option<Vec<i64>> {
        let values = self.values.as_ref()?;
        Some(values.iter().map(|&value| value as i64).collect())
    }
}

pub fn product(shape: &[u64]) -> u64 {
    match shape.contains(&0) {
        true => 0,
        false => shape
            .iter()
            .fold(1, |count, &size| count.saturating_mul(size)),
    }
}

/// The shape that both broadcast to; `None` where they don't fit each other.
pub fn broadcast(a: &[u64], b: &[u64]) -> Option<Vec<u64>> {
    let rank = a.len().max(b.len());
    let size = |shape: &[u64], axis: usize| match (axis + shape.len()).checked_sub(rank) {
        Some(at) => shape[at],
        None => 1,
    };
    let both = |axis| match (size(a, axis), size(b, axis)) {
        (a, b) if a == b || b == 1 => Some(a),
        (1, b) => Some(b),
        _ => None,
    };
    (0..rank).map(both).collect()
}

/// An axis counted from the front, of a tensor of `rank` axes.
pub fn axis(axis: i64, rank: usize) -> Option<usize> {
    let rank = i64::try_from(rank).ok()?;
    let axis = if axis < 0 { axis + rank } else { axis };
    (0..rank).contains(&axis).then_some(axis as usize)
}
