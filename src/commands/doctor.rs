//! `doctor`: what evenhand can use on this machine, and where it looked.

use crate::cli::printer::{Printer, STDOUT};
use evenhand::backbone::engine::{self, EngineError, burn};
use evenhand::hint::Hint;
use evenhand::jobs::doctor::{OnnxRuntime, Usage};
use evenhand::{Checkup, Error, WriteError};
use std::io::{self, Write};
use std::path::Path;

pub fn command(printer: &mut Printer) -> Result<(), Error> {
    let checkup = evenhand::doctor()?;
    let written = write(checkup, printer.out());
    Ok(written.map_err(WriteError::of(Path::new(STDOUT)))?)
}

/// Versions, engines, devices and the cache.
fn write(checkup: Checkup, out: &mut dyn Write) -> io::Result<()> {
    let Checkup {
        threads,
        search,
        onnxruntime,
        devices,
        cache,
    } = checkup;
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
    writeln!(out, "\ncache {}", cache.folder.display())?;
    match &cache.usage {
        Some(Usage { files, bytes }) => writeln!(out, "  {} in {files} files", size(*bytes)),
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
    use evenhand::backbone::engine::onnxruntime;
    use evenhand::jobs::doctor::examine;
    use std::path::PathBuf;

    fn report(cache: PathBuf) -> String {
        let mut out = Vec::new();
        write(examine(cache), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_cache_is_measured_and_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), [0; 2200]).unwrap();
        let text = report(folder.path().into());
        assert!(text.contains("2.2 kB in 1 files"), "{text}");
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
