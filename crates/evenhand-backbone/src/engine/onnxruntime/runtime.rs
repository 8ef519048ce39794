//! ONNX Runtime's library, loaded once a process.

use super::library::{self, Library, Search, find_library};
use crate::engine::error::EngineError;
use crate::engine::install::OLDEST;
use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::logging::LogLevel;
use std::error::Error;
use std::panic::catch_unwind;
use std::sync::OnceLock;

/// The loaded library. There is one a process, and it stays.
pub struct Runtime {
    pub library: Library,
    pub version: String,
    /// How the library was found.
    pub search: Search,
    pub(super) environment: Environment,
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

/// The reason why a library cannot be loaded, without its path.
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

/// An error of ONNX Runtime, on one line.
pub(super) fn failed(error: ort::Error) -> EngineError {
    EngineError::OnnxRuntime(line(&error))
}

pub(super) fn line(error: &ort::Error) -> String {
    error.to_string().trim().replace('\n', " ")
}
