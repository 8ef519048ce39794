//! Half precision without a word about it in the graph: each step has its floats cast to the width
//! that suits its operator. The three kinds of operators are those of PyTorch's autocast.

use super::value::Value;
use burn::tensor::{DType, FloatDType};

/// How wide an operator's floats are in a plan of half precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Half: products, which take nearly all of the time and have units of their own on GPUs.
    Half,
    /// As wide as the widest of the inputs that a run computes. Pixels come in float32 and so are
    /// normalised in it, up to the first product.
    Widest,
    /// Float32, because half would overflow or lose too much: sums over large planes, powers,
    /// exponentials, statistics.
    Full,
}

impl Width {
    /// The float type that an operator's inputs are cast to, from those that the run has `computed`, where floats
    /// are `narrow` if they may.
    pub fn float<'a>(
        self,
        mut computed: impl Iterator<Item = &'a Value>,
        narrow: FloatDType,
    ) -> FloatDType {
        let wide = |value: &Value| matches!(value, Value::Float(a) if a.dtype() == DType::F32);
        let full = match self {
            Self::Half => false,
            Self::Full => true,
            Self::Widest => computed.any(wide),
        };
        if full { FloatDType::F32 } else { narrow }
    }
}

/// A value that is known before a run, in both widths, so that no run has to cast it.
pub struct Constant {
    full: Value,
    narrow: Value,
}

impl Constant {
    /// `full` is float32; both are one where `narrow` is that, too.
    pub fn new(full: &Value, narrow: FloatDType) -> Self {
        Self {
            full: full.clone(),
            narrow: full.clone().cast(narrow),
        }
    }

    pub fn at(&self, float: FloatDType) -> Value {
        match float {
            FloatDType::F32 => self.full.clone(),
            _ => self.narrow.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::burn::ops::testing::Case;

    #[test]
    fn products_and_what_follows_them_are_half_precision() {
        // 2049 is between two numbers of half precision.
        Case::new("Conv")
            .half()
            .float(&[1, 1, 1, 1], &[2049.0])
            .constant(&[1, 1, 1, 1], &[1.0])
            .gives(&[1, 1, 1, 1], &[2048.0]);
        Case::new("Mul")
            .half()
            .float16(&[1], &[1.0])
            .constant(&[1, 1], &[2049.0])
            .gives(&[1, 1], &[2048.0]);
    }

    #[test]
    fn pixels_are_normalised_in_float32() {
        Case::new("Sub")
            .half()
            .float(&[1, 3], &[124.0, 117.0, 0.0])
            .constant(&[1, 3], &[123.675, 116.28, 103.53])
            .gives(&[1, 3], &[0.325, 0.72, -103.53]);
    }

    #[test]
    fn what_half_precision_cannot_hold_on_the_way_is_float32() {
        let plane = vec![60_000.0; 64 * 64];
        Case::new("GlobalAveragePool")
            .half()
            .float16(&[1, 1, 64, 64], &plane)
            .gives(&[1, 1, 1, 1], &[60_000.0]);
        Case::new("ReduceMean")
            .half()
            .opset(13)
            .ints("axes", &[2, 3])
            .float16(&[1, 1, 64, 64], &plane)
            .gives(&[1, 1, 1, 1], &[60_000.0]);
        Case::new("Softplus")
            .half()
            .float16(&[2], &[20.0, 0.0])
            .gives(&[2], &[20.0, 2f32.ln()]);
        Case::new("Pow")
            .half()
            .float16(&[1], &[300.0])
            .constant(&[], &[2.0])
            .gives(&[1], &[90_000.0]);
        // Whose squares are beyond half precision, and whose epsilon is next to nothing in it.
        Case::new("LayerNormalization")
            .half()
            .float16(&[1, 2], &[300.0, 900.0])
            .float(&[2], &[1.0, 1.0])
            .gives(&[1, 2], &[-1.0, 1.0]);
    }
}
