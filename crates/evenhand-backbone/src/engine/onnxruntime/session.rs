//! Sessions: models loaded at a place.

use super::place::Place;
use super::runtime::{failed, has_int8_instructions, line, runtime};
use crate::engine::error::EngineError;
use crate::graph;
use crate::onnx::ModelProto;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;

/// A session at `place`.
///
/// Processors without instructions for int8 products add them up in 16 bits, which is too few, unless
/// they are told not to. Those that have them would be slowed to half their speed by being told.
///
/// Idle threads sleep instead of spinning, because the threads that decode images need the cores.
pub fn session(model: &[u8], place: Place, threads: usize) -> Result<Session, EngineError> {
    let environment = &runtime()?.environment;
    let providers = place.providers()?;
    let build = || -> ort::Result<Session> {
        let builder = Session::builder(environment)?;
        let builder = match has_int8_instructions() {
            true => builder,
            false => builder.with_precise_qmm()?,
        };
        builder
            .with_execution_providers(providers)?
            .with_optimization_level(GraphOptimizationLevel::Level3)?
            .with_intra_threads(threads.max(1))?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .commit_from_memory(model)
    };
    build().map_err(|error| match place {
        Place::Cpu => failed(error),
        Place::Cuda(_) => EngineError::Cuda {
            device: place.to_string(),
            reason: why(&line(&error)).into(),
        },
    })
}

/// The message of an execution provider, without the source line it comes from.
fn why(said: &str) -> &str {
    said.split_once(" : FAIL : ").map_or(said, |(_, why)| why)
}

/// The bytes of a model, as a session takes them.
pub fn bytes(model: &ModelProto) -> Result<Vec<u8>, EngineError> {
    graph::serialise(model).map_err(|e| EngineError::Model(e.to_string()))
}
