//! Where ONNX Runtime runs: the CPU, and NVIDIA's GPUs where the loaded library has CUDA.

use super::{EngineError, Runtime, bytes, cuda, failed, runtime, session};
use crate::onnx::{
    Dimension, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, ValueInfoProto, data_type,
};
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

    /// What has to be registered with a session for it to run here; nothing for the CPU. A session
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

/// The GPUs that can be used. Each is started to find out, which takes a moment.
///
/// # Errors
/// When the library is missing or was built without CUDA, and why the first GPU cannot be used.
pub fn gpus() -> Result<Vec<Place>, EngineError> {
    let model = bytes(&identity())?;
    let start = |index| session(&model, Place::Cuda(index), 1).map(|_| Place::Cuda(index));
    let mut gpus = vec![start(0)?];
    gpus.extend((1..).map_while(|index| start(index).ok()));
    Ok(gpus)
}

/// The smallest model: one number in, the same out.
fn identity() -> ModelProto {
    let number =
        |name: &str| ValueInfoProto::tensor(name, data_type::FLOAT, vec![Dimension::fixed(1)]);
    let node = NodeProto {
        op_type: "Identity".into(),
        input: vec!["x".into()],
        output: vec!["y".into()],
        ..Default::default()
    };
    let graph = GraphProto {
        name: "identity".into(),
        node: vec![node],
        input: vec![number("x")],
        output: vec![number("y")],
        ..Default::default()
    };
    let mut model = ModelProto {
        ir_version: 8,
        graph,
        ..Default::default()
    };
    model.opset_import.push(OperatorSetIdProto::standard(13));
    model
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

    #[test]
    fn the_smallest_model_is_one_that_the_library_takes() {
        if runtime().is_err() {
            eprintln!("skipped: ONNX Runtime's library was not found");
            return;
        }
        assert!(session(&bytes(&identity()).unwrap(), Place::Cpu, 1).is_ok());
    }
}
