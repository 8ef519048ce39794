//! Doctor: the engines, devices and the cache that this machine offers, and where it was looked for them.

use crate::backbone::engine::onnxruntime::{Place, Search, find_library};
use crate::backbone::engine::{EngineError, burn, onnxruntime};
use crate::backbone::store::{self, StoreError};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What this machine offers.
pub struct Checkup {
    pub threads: usize,
    /// Where a library of ONNX Runtime was looked for.
    pub search: Search,
    pub onnxruntime: Result<OnnxRuntime, EngineError>,
    /// Devices of the burn engine: names, and what they call themselves.
    pub devices: Vec<(String, String)>,
    pub cache: Cache,
}

/// ONNX Runtime that was found.
pub struct OnnxRuntime {
    /// Version and place of the library.
    pub found: String,
    pub gpus: Result<Vec<Place>, EngineError>,
}

/// Folder of the feature store.
pub struct Cache {
    pub folder: PathBuf,
    /// `None` where it is not there yet.
    pub usage: Option<Usage>,
}

/// Size of a folder.
pub struct Usage {
    pub files: usize,
    pub bytes: u64,
}

/// Examines this machine.
///
/// # Errors
/// The user has no cache folder. Other things that are missing are findings, not errors.
///
/// ```no_run
/// println!("{} threads", evenhand::doctor()?.threads);
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn doctor() -> Result<Checkup, StoreError> {
    Ok(examine(store::default_root()?))
}

/// As [`doctor`], for the feature store in a folder.
pub fn examine(cache: PathBuf) -> Checkup {
    let onnxruntime = onnxruntime::runtime().map(|runtime| {
        let (library, version) = (&runtime.library, &runtime.version);
        let path = library.path.display();
        OnnxRuntime {
            found: format!("version {version} from {path} ({})", library.origin),
            gpus: onnxruntime::gpus(),
        }
    });
    Checkup {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        search: find_library(),
        onnxruntime,
        devices: burn::devices(),
        cache: Cache {
            usage: cache.is_dir().then(|| usage(&cache)),
            folder: cache,
        },
    }
}

fn usage(folder: &Path) -> Usage {
    let entries = WalkDir::new(folder).into_iter().flatten();
    let sizes = entries.filter_map(|entry| entry.metadata().ok().filter(|m| m.is_file()));
    sizes.fold(Usage { files: 0, bytes: 0 }, |usage, file| Usage {
        files: usage.files + 1,
        bytes: usage.bytes + file.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_measured_and_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("segments")).unwrap();
        std::fs::write(folder.path().join("segments/a"), [0; 1500]).unwrap();
        std::fs::write(folder.path().join("b"), [0; 700]).unwrap();
        let usage = examine(folder.path().into()).cache.usage.unwrap();
        assert_eq!((usage.files, usage.bytes), (2, 2200));
        assert!(examine(folder.path().join("gone")).cache.usage.is_none());
    }
}
