//! The GPUs that ONNX Runtime can use.

use super::place::Place;
use super::session::{bytes, session};
use crate::engine::error::EngineError;
use crate::onnx::{
    Dimension, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, ValueInfoProto, data_type,
};

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
    use super::super::runtime::runtime;
    use super::*;

    #[test]
    fn the_smallest_model_is_one_that_the_library_takes() {
        if runtime().is_err() {
            eprintln!("skipped: ONNX Runtime's library was not found");
            return;
        }
        assert!(session(&bytes(&identity()).unwrap(), Place::Cpu, 1).is_ok());
    }
}
