//! Doctor: the engines, devices and the cache that this machine offers, and where it was looked for them.

use crate::backbone::engine::onnxruntime::{Place, Search, find_library};
use crate::backbone::engine::{CPU, EngineError, burn, onnxruntime};
use crate::backbone::store::{self, StoreError};
use crate::hint::Hint;
use std::env::consts::{ARCH, OS};
use std::fmt;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What this machine offers; as text, a report of it.
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
/// println!("{}", evenhand::doctor()?);
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

impl fmt::Display for Checkup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (version, threads) = (env!("CARGO_PKG_VERSION"), self.threads);
        writeln!(
            f,
            "evenhand {version} on {OS} {ARCH}, {threads} CPU threads"
        )?;
        writeln!(f, "\nengine onnxruntime")?;
        match &self.onnxruntime {
            Ok(found) => write!(f, "{found}")?,
            Err(error) => complain(error, f)?,
        }
        for (origin, path) in &self.search.looked_in {
            writeln!(f, "  looked in {} ({origin})", path.display())?;
        }
        writeln!(f, "\nengine burn {}", burn::VERSION)?;
        for (name, title) in &self.devices {
            writeln!(f, "  device {name}: {title}")?;
        }
        writeln!(f, "\ncache {}", self.cache.folder.display())?;
        match &self.cache.usage {
            Some(Usage { files, bytes }) => write!(f, "  {} in {files} files", size(*bytes)),
            None => write!(f, "  not there yet"),
        }
    }
}

impl fmt::Display for OnnxRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}\n  device {CPU}", self.found)?;
        match &self.gpus {
            Ok(gpus) => gpus
                .iter()
                .try_for_each(|gpu| writeln!(f, "  device {gpu}")),
            // Most libraries are for CPUs, and on most machines that is right.
            Err(EngineError::NoCuda { .. }) => Ok(()),
            Err(error) => complain(error, f),
        }
    }
}

fn complain(error: &EngineError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "  {error}")?;
    match error.hint() {
        Some(hint) => writeln!(f, "  hint: {hint}"),
        None => Ok(()),
    }
}

/// A number of bytes for people, in powers of 1000.
fn size(bytes: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, unit)| bytes as f64 >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", bytes as f64 / unit),
        None => format!("{bytes} bytes"),
    }
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
        let text = examine(folder.path().into()).to_string();
        assert!(text.ends_with("2.2 kB in 2 files"), "{text}");
        let gone = examine(folder.path().join("gone"));
        assert!(gone.cache.usage.is_none());
        assert!(gone.to_string().ends_with("not there yet"), "{gone}");
    }

    #[test]
    fn both_engines_and_their_places_are_listed() {
        let text = examine(PathBuf::from("nowhere")).to_string();
        assert!(text.contains("engine onnxruntime\n  "), "{text}");
        assert!(
            text.contains("(beside the binary)") || text.contains(onnxruntime::VARIABLE),
            "{text}"
        );
        assert!(text.contains("device cpu: "), "{text}");
    }
}
