//! `doctor`: what evenhand can use on this machine, and where it looked.

use super::failure::Failure;
use super::run_dir::cannot_write;
use crate::cli::printer::Printer;
use evenhand::backbone::engine::onnxruntime::{Place, Search, find_library};
use evenhand::backbone::engine::{self, EngineError, burn, onnxruntime};
use evenhand::backbone::store;
use evenhand::hint::Hint;
use std::io::{self, Write};
use std::path::PathBuf;
use walkdir::WalkDir;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorConfig {
    /// The folder of the feature store.
    pub cache: PathBuf,
}

/// The command as it was typed.
pub fn command(printer: &mut Printer) -> Result<(), Failure> {
    let config = DoctorConfig {
        cache: store::default_root()?,
    };
    run(&config, printer.out()).map_err(|error| cannot_write("standard output".as_ref(), &error))
}

/// Writes versions, engines, devices and the cache.
///
/// # Errors
/// Those of `out`; what is missing on the machine is a finding, not an error.
pub fn run(config: &DoctorConfig, out: &mut dyn Write) -> io::Result<()> {
    let Checkup {
        threads,
        search,
        onnxruntime,
        devices,
        cache,
    } = examine(config);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        out,
        "evenhand {version} on {os} {arch}, {threads} CPU threads"
    )?;
    writeln!(out, "\nengine onnxruntime")?;
    match onnxruntime {
        Ok(OnnxRuntime { found, gpus }) => {
            writeln!(out, "  {found}")?;
            writeln!(out, "  device {}", engine::CPU)?;
            match gpus {
                Ok(gpus) => {
                    for gpu in gpus {
                        writeln!(out, "  device {gpu}")?;
                    }
                }
                // Most libraries are for CPUs, and on most machines that is right.
                Err(EngineError::NoCuda { .. }) => (),
                Err(error) => complain(&error, out)?,
            }
        }
        Err(error) => complain(&error, out)?,
    }
    for (origin, path) in &search.looked_in {
        writeln!(out, "  looked in {} ({origin})", path.display())?;
    }
    writeln!(out, "\nengine burn {}", burn::VERSION)?;
    for (name, title) in devices {
        writeln!(out, "  device {name}: {title}")?;
    }
    writeln!(out, "\ncache {}", config.cache.display())?;
    match cache {
        Some(Usage { files, bytes }) => writeln!(out, "  {} in {files} files", size(bytes)),
        None => writeln!(out, "  not there yet"),
    }
}

fn complain(error: &EngineError, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {error}")?;
    match error.hint() {
        Some(hint) => writeln!(out, "  hint: {hint}"),
        None => Ok(()),
    }
}

struct Checkup {
    threads: usize,
    search: Search,
    onnxruntime: Result<OnnxRuntime, EngineError>,
    /// Names and what they call themselves.
    devices: Vec<(String, String)>,
    cache: Option<Usage>,
}

struct OnnxRuntime {
    /// Version and place of the library.
    found: String,
    gpus: Result<Vec<Place>, EngineError>,
}

struct Usage {
    files: usize,
    bytes: u64,
}

fn examine(config: &DoctorConfig) -> Checkup {
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
        cache: config.cache.is_dir().then(|| usage(config)),
    }
}

fn usage(config: &DoctorConfig) -> Usage {
    let entries = WalkDir::new(&config.cache).into_iter().flatten();
    let sizes = entries.filter_map(|entry| entry.metadata().ok().filter(|m| m.is_file()));
    sizes.fold(Usage { files: 0, bytes: 0 }, |usage, file| Usage {
        files: usage.files + 1,
        bytes: usage.bytes + file.len(),
    })
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

    fn report(cache: PathBuf) -> String {
        let mut out = Vec::new();
        run(&DoctorConfig { cache }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_cache_is_measured_and_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("segments")).unwrap();
        std::fs::write(folder.path().join("segments/a"), [0; 1500]).unwrap();
        std::fs::write(folder.path().join("b"), [0; 700]).unwrap();
        let text = report(folder.path().into());
        assert!(text.contains("2.2 kB in 2 files"), "{text}");
        assert!(report(folder.path().join("gone")).contains("not there yet"));
    }

    #[test]
    fn both_engines_and_their_places_are_listed() {
        let text = report(PathBuf::from("nowhere"));
        assert!(text.contains("engine onnxruntime\n  "), "{text}");
        assert!(
            text.contains("(beside the binary)") || text.contains(onnxruntime::VARIABLE),
            "{text}"
        );
        assert!(text.contains("device cpu: "), "{text}");
    }
}
