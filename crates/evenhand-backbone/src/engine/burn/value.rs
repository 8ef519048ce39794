//! Values between nodes: float tensors on the device with a rank known only at run time, and
//! integers on the host, so that shape arithmetic never waits for a device.

use burn::tensor::{DType, Device, FloatDType, Gradients, Tensor, TensorData};

/// A float tensor of rank 1 to 5. What ONNX calls a scalar is rank 1 with one element here.
#[derive(Debug, Clone)]
pub enum Array {
    R1(Tensor<1>),
    R2(Tensor<2>),
    R3(Tensor<3>),
    R4(Tensor<4>),
    R5(Tensor<5>),
}

pub const MAX_RANK: usize = 5;

/// Evaluates the body with `$tensor` bound to the tensor inside, whatever its rank.
macro_rules! each_rank {
    ($array:expr, $tensor:ident => $body:expr) => {
        match $array {
            $crate::engine::burn::value::Array::R1($tensor) => $body,
            $crate::engine::burn::value::Array::R2($tensor) => $body,
            $crate::engine::burn::value::Array::R3($tensor) => $body,
            $crate::engine::burn::value::Array::R4($tensor) => $body,
            $crate::engine::burn::value::Array::R5($tensor) => $body,
        }
    };
}
pub(super) use each_rank;

/// Evaluates the body with two tensors of the same rank.
macro_rules! same_rank {
    ($left:expr, $right:expr, ($a:ident, $b:ident) => $body:expr) => {{
        use $crate::engine::burn::value::Array;
        match ($left, $right) {
            (Array::R1($a), Array::R1($b)) => $body,
            (Array::R2($a), Array::R2($b)) => $body,
            (Array::R3($a), Array::R3($b)) => $body,
            (Array::R4($a), Array::R4($b)) => $body,
            (Array::R5($a), Array::R5($b)) => $body,
            (a, b) => unreachable!("ranks {} and {}", a.rank(), b.rank()),
        }
    }};
}
pub(super) use same_rank;

/// Not by a reshape, which copies a tensor that is a view of its memory, even to the shape it has.
macro_rules! from_rank {
    ($($rank:literal $variant:ident),*) => {
        $(impl From<Tensor<$rank>> for Array {
            fn from(tensor: Tensor<$rank>) -> Self {
                Self::$variant(tensor)
            }
        })*
    };
}
from_rank!(1 R1, 2 R2, 3 R3, 4 R4, 5 R5);

impl Array {
    /// Uploads `values`, row-major of `shape`.
    pub fn upload(values: Vec<f32>, shape: &[usize], device: &Device) -> Result<Self, String> {
        check_rank(shape)?;
        let count = values.len();
        let flat = Tensor::<1>::from_data(TensorData::new(values, [count]), device);
        Self::R1(flat).reshape(shape)
    }

    pub fn shape(&self) -> Vec<usize> {
        each_rank!(self, tensor => tensor.dims().to_vec())
    }

    pub fn rank(&self) -> usize {
        each_rank!(self, tensor => tensor.rank())
    }

    pub fn dtype(&self) -> DType {
        each_rank!(self, tensor => tensor.dtype())
    }

    /// Reads the values back, row-major.
    pub fn download(self) -> Result<Vec<f32>, String> {
        each_rank!(self, tensor => tensor.try_into_vec_as::<f32>()).map_err(|e| e.to_string())
    }

    pub fn reshape(self, shape: &[usize]) -> Result<Self, String> {
        check_rank(shape)?;
        let from = self.shape();
        if from.iter().product::<usize>() != shape.iter().product::<usize>() {
            return Err(format!(
                "a tensor of shape {from:?} cannot become {shape:?}"
            ));
        }
        Ok(each_rank!(self, tensor => Self::of(tensor, shape)))
    }

    /// The same values with leading dimensions of size 1 until the rank is `rank`.
    pub fn unsqueeze_to(self, rank: usize) -> Result<Self, String> {
        let shape = self.shape();
        if shape.len() >= rank {
            return Ok(self);
        }
        let mut padded = vec![1; rank - shape.len()];
        padded.extend(shape);
        self.reshape(&padded)
    }

    /// The same values as a leaf that gradients are kept of.
    pub fn tracked(&self) -> Self {
        fn leaf<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
            Tensor::from_inner(tensor.clone()).require_grad()
        }
        match self {
            Self::R1(tensor) => Self::R1(leaf(tensor)),
            Self::R2(tensor) => Self::R2(leaf(tensor)),
            Self::R3(tensor) => Self::R3(leaf(tensor)),
            Self::R4(tensor) => Self::R4(leaf(tensor)),
            Self::R5(tensor) => Self::R5(leaf(tensor)),
        }
    }

    /// The same values on a device that keeps gradients, without one of their own.
    pub fn fixed(&self) -> Self {
        fn fixed<const D: usize>(tensor: &Tensor<D>) -> Tensor<D> {
            Tensor::from_inner(tensor.clone())
        }
        each_rank!(self, tensor => Self::from(fixed(tensor)))
    }

    /// Takes the gradient of a leaf; `None` where none flowed to it.
    pub fn gradient(&self, gradients: &mut Gradients) -> Option<Self> {
        each_rank!(self, tensor => tensor.grad_remove(gradients).map(Self::from))
    }

    pub fn rank4(self) -> Result<Tensor<4>, String> {
        match self {
            Self::R4(tensor) => Ok(tensor),
            other => Err(format!(
                "expected a tensor [batch, channel, height, width], got shape {:?}",
                other.shape()
            )),
        }
    }

    /// All values as one axis.
    pub fn vector(self) -> Result<Tensor<1>, String> {
        let count = self.shape().iter().product();
        match self.reshape(&[count])? {
            Self::R1(tensor) => Ok(tensor),
            _ => unreachable!("one axis is rank 1"),
        }
    }

    /// The only place where a rank that is known at run time becomes a type.
    fn of<const D: usize>(tensor: Tensor<D>, shape: &[usize]) -> Self {
        match *shape {
            [] => Self::R1(tensor.reshape([1])),
            [a] => Self::R1(tensor.reshape([a])),
            [a, b] => Self::R2(tensor.reshape([a, b])),
            [a, b, c] => Self::R3(tensor.reshape([a, b, c])),
            [a, b, c, d] => Self::R4(tensor.reshape([a, b, c, d])),
            [a, b, c, d, e] => Self::R5(tensor.reshape([a, b, c, d, e])),
            _ => unreachable!("ranks are checked before"),
        }
    }
}

fn check_rank(shape: &[usize]) -> Result<(), String> {
    if shape.len() > MAX_RANK {
        return Err(format!("rank {} is above {MAX_RANK}", shape.len()));
    }
    Ok(())
}

/// Two arrays with the same rank, by ONNX's broadcasting (leading dimensions of size 1).
///
/// # Errors
/// When the shapes cannot be broadcast together.
pub fn broadcast(left: Array, right: Array) -> Result<(Array, Array), String> {
    let rank = left.rank().max(right.rank());
    let (left, right) = (left.unsqueeze_to(rank)?, right.unsqueeze_to(rank)?);
    broadcast_shapes(&left.shape(), &right.shape())?;
    Ok((left, right))
}

/// The shape of two shapes broadcast together, as in NumPy.
pub fn broadcast_shapes(left: &[usize], right: &[usize]) -> Result<Vec<usize>, String> {
    let rank = left.len().max(right.len());
    let size = |shape: &[usize], axis: usize| match (axis + shape.len()).checked_sub(rank) {
        Some(own) => shape[own],
        None => 1,
    };
    (0..rank)
        .map(|axis| match (size(left, axis), size(right, axis)) {
            (a, b) if a == b || b == 1 => Ok(a),
            (1, b) => Ok(b),
            _ => Err(format!("shapes {left:?} and {right:?} do not broadcast")),
        })
        .collect()
}

/// Integers (and truth values, as 0 and 1) on the host, row-major of `shape`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ints {
    pub shape: Vec<usize>,
    pub data: Vec<i64>,
}

impl Ints {
    pub fn vector(data: Vec<i64>) -> Self {
        Self {
            shape: vec![data.len()],
            data,
        }
    }
}

#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "most values are floats, and there are as many as nodes"
)]
pub enum Value {
    Float(Array),
    Int(Ints),
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Self::Float(array)
    }
}

impl<const D: usize> From<Tensor<D>> for Value
where
    Array: From<Tensor<D>>,
{
    fn from(tensor: Tensor<D>) -> Self {
        Self::Float(tensor.into())
    }
}

impl From<Ints> for Value {
    fn from(ints: Ints) -> Self {
        Self::Int(ints)
    }
}

impl Value {
    /// The same floats in another width; integers stay what they are.
    pub fn cast(self, float: FloatDType) -> Self {
        match self {
            Self::Float(array) if array.dtype() != float.into() => {
                each_rank!(array, tensor => tensor.cast(float).into())
            }
            same => same,
        }
    }

    /// The same value in memory as its shape says: what is a view is copied.
    pub fn packed(self) -> Self {
        match self {
            Self::Float(array) => {
                let shape = array.shape();
                Self::Float(each_rank!(array, tensor => Array::of(tensor, &shape)))
            }
            ints @ Self::Int(_) => ints,
        }
    }

    pub fn shape(&self) -> Vec<usize> {
        match self {
            Self::Float(array) => array.shape(),
            Self::Int(ints) => ints.shape.clone(),
        }
    }
}
