//! Where ONNX Runtime runs: the CPU, and NVIDIA's GPUs where the loaded library has CUDA.

use super::cuda;
use super::runtime::{Runtime, failed, runtime};
use crate::engine::error::EngineError;
use ort::ep::{CUDA, ExecutionProvider, ExecutionProviderDispatch};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Cpu,
    /// The GPU of this index.
    Cuda(i32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

impl Place {
    /// `None` for a name that means nothing to ONNX Runtime.
    pub fn of(device: &str) -> Option<Self> {
        match device.split_once(':') {
            _ if matches!(device, "cpu" | "cpu:0") => Some(Self::Cpu),
            None if device == "cuda" => Some(Self::Cuda(0)),
            Some(("cuda", index)) => index.parse().ok().filter(|&i| i >= 0).map(Self::Cuda),
            _ => None,
        }
    }

    /// The names that it has.
    pub fn known() -> &'static str {
        "cpu, cuda:0, cuda:1, ..."
    }

    /// Execution providers that a session needs to run here; none for the CPU. A session
    /// that cannot run here is an error, never one on the CPU.
    ///
    /// # Errors
    /// When the library is missing, or was built without CUDA.
    pub fn providers(self) -> Result<Vec<ExecutionProviderDispatch>, EngineError> {
        let Self::Cuda(index) = self else {
            return Ok(Vec::new());
        };
        let Runtime {
            version, library, ..
        } = runtime()?;
        if !CUDA::is_available().map_err(failed)? {
            return Err(EngineError::NoCuda {
                version: version.clone(),
                path: library.path.clone(),
            });
        }
        cuda::preload(&library.path);
        // Features of a GPU are to be those of a CPU. The ten bits of TensorFloat-32 would make
        // them features of half precision, and decoding is slower than either.
        let cuda = CUDA::default().with_device_id(index).with_tf32(false);
        Ok(vec![cuda.build().error_on_failure()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_burn_names_them() {
        assert_eq!(Place::of("cpu"), Some(Place::Cpu));
        assert_eq!(Place::of("cuda"), Some(Place::Cuda(0)));
        assert_eq!(Place::of("cuda:3"), Some(Place::Cuda(3)));
        for other in ["cuda:-1", "cuda:", "vulkan:0", "cpu:1", ""] {
            assert_eq!(Place::of(other), None, "{other}");
        }
        assert_eq!(Place::Cuda(3).to_string(), "cuda:3");
    }
}
