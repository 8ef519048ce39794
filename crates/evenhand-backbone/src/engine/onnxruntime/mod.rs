//! ONNX Runtime: the fastest engine on CPUs, where its library is found at run time.

mod cuda;
mod gpus;
pub(super) mod library;
mod place;
mod probe;
mod runtime;
mod session;

pub use super::install::{OLDEST, VARIABLE};
pub use gpus::gpus;
pub use library::{Library, Origin, Search, find_library};
pub use place::Place;
pub use probe::OnnxRuntimeProbe;
pub use runtime::{Runtime, has_int8_instructions, runtime};

use super::batch::{check_length, check_output, run_part};
use super::error::EngineError;
use super::image::fixed_batch;
use super::interface::{Engine, EngineInfo};
use crate::graph::Prepared;
use ort::session::Session;
use ort::value::TensorRef;
use runtime::failed;
use session::{bytes, session};

/// A prepared graph in ONNX Runtime.
pub struct OnnxRuntime {
    session: Session,
    info: EngineInfo,
    input: String,
    /// How many images the graph takes at a time, where that is fixed.
    fixed_batch: Option<usize>,
    height: usize,
    width: usize,
    dim: usize,
}

impl OnnxRuntime {
    /// Loads `prepared` at `place`, with `threads` threads on a CPU.
    ///
    /// # Errors
    /// When the library is missing, cannot use the place or refuses the graph.
    pub fn load(prepared: &Prepared, place: Place, threads: usize) -> Result<Self, EngineError> {
        let runtime = runtime()?;
        let session = session(&bytes(&prepared.model)?, place, threads)?;
        let info = EngineInfo {
            name: "onnxruntime",
            version: runtime.version.clone(),
            device: match place {
                Place::Cpu => format!("cpu, {threads} threads"),
                Place::Cuda(_) => place.to_string(),
            },
        };
        let [input] = session.inputs() else {
            let count = session.inputs().len();
            return Err(EngineError::Model(format!(
                "the model has {count} inputs instead of one"
            )));
        };
        let input = input.name().to_string();
        let (height, width) = (prepared.height, prepared.width);
        Ok(Self {
            session,
            info,
            fixed_batch: fixed_batch(&prepared.model, &input),
            input,
            height,
            width,
            dim: prepared.dim(),
        })
    }
}

impl Engine for OnnxRuntime {
    fn info(&self) -> EngineInfo {
        self.info.clone()
    }

    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        check_length(pixels, batch, self.height, self.width)?;
        let (height, width) = (self.height, self.width);
        let image = height * width * 3;
        let size = self.fixed_batch.unwrap_or(batch).max(1);
        let mut features = Vec::new();
        for part in pixels.chunks(size * image) {
            features.extend(run_part(part, image, size, |part| {
                let input = TensorRef::from_array_view(([size, height, width, 3], part));
                let inputs = ort::inputs![self.input.as_str() => input.map_err(failed)?];
                let outputs = self.session.run(inputs).map_err(failed)?;
                let (shape, rows) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
                let shape: Vec<usize> = shape.iter().map(|&side| side as usize).collect();
                check_output(&shape, size, self.dim)?;
                Ok(rows.to_vec())
            })?);
        }
        Ok(features)
    }
}
