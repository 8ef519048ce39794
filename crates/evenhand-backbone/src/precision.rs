//! Numeric precision.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Numbers that the layers of a backbone compute with. Features are float32 in any case.
///
/// A [`Spec`](crate::spec::Spec) says which of [`F32`](Self::F32) and [`Int8`](Self::Int8) its file
/// holds; an engine can compute a float32 file in [`F16`](Self::F16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// float32.
    #[default]
    F32,
    /// float16 where that is enough, on GPUs.
    F16,
    /// Weights and activations of 8 bits.
    Int8,
}

impl Precision {
    /// As it is written in files and arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Int8 => "int8",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}
