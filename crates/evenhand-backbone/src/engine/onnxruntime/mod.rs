//! ONNX Runtime: the fastest engine on CPUs, where its library is found at run time.

mod cuda;
mod library;
mod place;
mod probe;

pub use library::{Library, Origin, Search, VARIABLE, find_library};
pub use place::{Place, gpus};
pub use probe::OnnxRuntimeProbe;

use super::image::fixed_batch;
use super::{Engine, EngineError, EngineInfo};
use crate::graph::{self, Prepared};
use crate::onnx::ModelProto;
use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;
use std::error::Error;
use std::panic::catch_unwind;
use std::sync::OnceLock;

/// The oldest ONNX Runtime that can be loaded.
pub const OLDEST: &str = "1.22";

/// The loaded library. There is one a process, and it stays.
pub struct Runtime {
    pub library: Library,
    pub version: String,
    /// How the library was found.
    pub search: Search,
    environment: Environment,
}

static RUNTIME: OnceLock<Result<Runtime, Failure>> = OnceLock::new();

#[derive(Debug, Clone)]
enum Failure {
    NotFound(Search),
    Unusable { path: String, reason: String },
}

/// Finds and loads the library, once a process; telemetry is off.
///
/// # Errors
/// When there is none, or the one found cannot be loaded.
pub fn runtime() -> Result<&'static Runtime, EngineError> {
    RUNTIME
        .get_or_init(load)
        .as_ref()
        .map_err(|failure| match failure.clone() {
            Failure::NotFound(search) => EngineError::NoOnnxRuntime {
                misnamed: search.misnamed,
            },
            Failure::Unusable { path, reason } => EngineError::BadOnnxRuntime { path, reason },
        })
}

fn load() -> Result<Runtime, Failure> {
    let search = find_library();
    let Some(library) = search.found.clone() else {
        return Err(Failure::NotFound(search));
    };
    let path = library.path.clone();
    // What `ort` finds wrong in a library it says by an error or by panicking.
    let loaded = catch_unwind(|| {
        let builder = ort::init_from(&path).map_err(why_not)?;
        builder
            .with_name("evenhand")
            .with_telemetry(false)
            .build()
            .map_err(|e| e.to_string())
    });
    let loaded =
        loaded.unwrap_or_else(|_| Err(format!("it is not ONNX Runtime {OLDEST} or newer")));
    match loaded {
        Ok(environment) => {
            // Its errors come back as values; it need not print them as well.
            environment.set_log_level(LogLevel::Fatal);
            let version =
                library::version(&library.path).unwrap_or_else(|| "(version unknown)".into());
            Ok(Runtime {
                library,
                version,
                search,
                environment,
            })
        }
        Err(reason) => {
            let reason = reason.replace('\n', " ");
            Err(Failure::Unusable {
                path: library.path.display().to_string(),
                reason,
            })
        }
    }
}

/// What is wrong with a library, without its path.
fn why_not(error: LoadDynamicError) -> String {
    match error {
        LoadDynamicError::Dlopen { error, .. } => match error.source() {
            Some(source) => source.to_string(),
            None => error.to_string(),
        },
        LoadDynamicError::BadVersion { version_str, .. } => format!("it is version {version_str}"),
        LoadDynamicError::MissingApi { .. } => "it is another library".into(),
        other => other.to_string(),
    }
}

/// A session at `place`.
///
/// Processors without instructions for int8 products add them up in 16 bits, which is too few, unless
/// they are told not to. Those that have them would be slowed to half their speed by being told.
///
/// Idle threads sleep instead of spinning, because the threads that decode images need the cores.
fn session(model: &[u8], place: Place, threads: usize) -> Result<Session, EngineError> {
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

/// Whether this processor has instructions for sums of int8 products, without which int8 is no faster
/// than float.
pub fn has_int8_instructions() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512vnni") || is_x86_feature_detected!("avxvnni");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("dotprod");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    return false;
}

fn failed(error: ort::Error) -> EngineError {
    EngineError::OnnxRuntime(line(&error))
}

/// What a provider says, without the line of its source that says it.
fn why(said: &str) -> &str {
    said.split_once(" : FAIL : ").map_or(said, |(_, why)| why)
}

fn line(error: &ort::Error) -> String {
    error.to_string().trim().replace('\n', " ")
}

fn bytes(model: &ModelProto) -> Result<Vec<u8>, EngineError> {
    graph::serialise(model).map_err(|e| EngineError::Model(e.to_string()))
}

/// A prepared graph in ONNX Runtime.
pub struct OnnxRuntime {
    session: Session,
    info: EngineInfo,
    input: String,
    /// How many images the graph takes at a time, where that is fixed.
    fixed_batch: Option<usize>,
    height: usize,
    width: usize,
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
        })
    }
}

impl Engine for OnnxRuntime {
    fn info(&self) -> EngineInfo {
        self.info.clone()
    }

    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError> {
        super::check_length(pixels, batch, self.height, self.width)?;
        let (height, width) = (self.height, self.width);
        let image = height * width * 3;
        let size = self.fixed_batch.unwrap_or(batch).max(1);
        let mut features = Vec::new();
        for part in pixels.chunks(size * image) {
            features.extend(super::run_part(part, image, size, |part| {
                let input = TensorRef::from_array_view(([size, height, width, 3], part));
                let inputs = ort::inputs![self.input.as_str() => input.map_err(failed)?];
                let outputs = self.session.run(inputs).map_err(failed)?;
                let (_, rows) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
                Ok(rows.to_vec())
            })?);
        }
        Ok(features)
    }
}
