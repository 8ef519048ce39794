//! Where ONNX Runtime's library is: nobody should have to say, wherever it was installed.

use crate::engine::install::VARIABLE;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long `python3` may take to say where its packages are.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Variable,
    BesideBinary,
    VirtualEnv,
    Conda,
    Python,
    System,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variable => VARIABLE,
            Self::BesideBinary => "beside the binary",
            Self::VirtualEnv => "VIRTUAL_ENV",
            Self::Conda => "CONDA_PREFIX",
            Self::Python => "python3 on PATH",
            Self::System => "system library path",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    pub path: PathBuf,
    pub origin: Origin,
}

/// The library that a search found, and the places it looked at until then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    pub found: Option<Library>,
    pub looked_in: Vec<(Origin, PathBuf)>,
    /// The path in `ORT_DYLIB_PATH`, when there is no file.
    pub misnamed: Option<PathBuf>,
}

/// Looks for the library: `ORT_DYLIB_PATH`, beside the binary, `VIRTUAL_ENV`, `CONDA_PREFIX`, the
/// packages of the `python3` on PATH, the system's library path. The first found counts.
pub fn find_library() -> Search {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let mut search = Search::default();
    if let Some(path) = variable(VARIABLE) {
        let path = std::path::absolute(&path).unwrap_or(path);
        match file_or_in(&path) {
            Some(path) => {
                search.found = Some(Library {
                    path,
                    origin: Origin::Variable,
                })
            }
            None => search.misnamed = Some(path.clone()),
        }
        search.looked_in.push((Origin::Variable, path));
    }
    let beside = || std::env::current_exe().ok()?.parent().map(PathBuf::from);
    search.visit(Origin::BesideBinary, || beside().into_iter().collect());
    search.visit(Origin::VirtualEnv, || {
        variable("VIRTUAL_ENV").map_or(vec![], |prefix| package_folders(&prefix))
    });
    search.visit(Origin::Conda, || {
        variable("CONDA_PREFIX").map_or(vec![], |prefix| {
            let mut folders = package_folders(&prefix);
            folders.extend([prefix.join("lib"), prefix.join("Library/bin")]);
            folders
        })
    });
    search.visit(Origin::Python, || python_package().into_iter().collect());
    search.visit(Origin::System, system_folders);
    search
}

impl Search {
    /// Looks into `folders`, unless the library is found already.
    fn visit(&mut self, origin: Origin, folders: impl FnOnce() -> Vec<PathBuf>) {
        if self.found.is_some() {
            return;
        }
        for folder in folders() {
            self.found = library_in(&folder).map(|path| Library { path, origin });
            self.looked_in.push((origin, folder));
            if self.found.is_some() {
                return;
            }
        }
    }
}

/// A path that names the library, or the folder that holds it.
fn file_or_in(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        library_in(path)
    } else {
        path.is_file().then(|| path.into())
    }
}

/// The newest ONNX Runtime library in a folder.
fn library_in(folder: &Path) -> Option<PathBuf> {
    let names = folder
        .read_dir()
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let newest = names
        .filter(|name| is_library(name))
        .max_by_key(|name| numbers(name))?;
    Some(folder.join(newest))
}

fn is_library(name: &str) -> bool {
    if cfg!(windows) {
        name.eq_ignore_ascii_case("onnxruntime.dll")
    } else if cfg!(target_os = "macos") {
        name.starts_with("libonnxruntime.") && name.ends_with(".dylib")
    } else {
        name == "libonnxruntime.so" || name.starts_with("libonnxruntime.so.")
    }
}

/// The numbers in a file name, for comparing versions.
fn numbers(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// The version of a library: from its own name, or from what the Python package calls itself.
pub fn version(path: &Path) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let name = real.file_name()?.to_str()?;
    let parts = numbers(name);
    if parts.len() >= 2 {
        return Some(
            parts
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join("."),
        );
    }
    // site-packages/onnxruntime/capi/library and site-packages/onnxruntime-1.2.3.dist-info
    let packages = real.ancestors().nth(3)?;
    packages.read_dir().ok()?.flatten().find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (package, version) = name.strip_suffix(".dist-info")?.split_once('-')?;
        package
            .starts_with("onnxruntime")
            .then(|| version.to_string())
    })
}

/// Where the `onnxruntime` package keeps its library under a Python prefix.
fn package_folders(prefix: &Path) -> Vec<PathBuf> {
    let mut packages = vec![prefix.join("Lib/site-packages")];
    for lib in ["lib", "lib64"] {
        let versions = prefix.join(lib).read_dir().into_iter().flatten().flatten();
        let named = versions.filter(|e| e.file_name().to_string_lossy().starts_with("python3"));
        packages.extend(named.map(|entry| entry.path().join("site-packages")));
    }
    packages.retain(|folder| folder.is_dir());
    packages
        .into_iter()
        .map(|folder| folder.join("onnxruntime").join("capi"))
        .collect()
}

/// Asks `python3` where its `onnxruntime` package is, without importing it. `None` when there is
/// no answer in time.
fn python_package() -> Option<PathBuf> {
    let program = if cfg!(windows) { "python" } else { "python3" };
    let question = "import importlib.util as u; s = u.find_spec('onnxruntime'); \
                    print(s.submodule_search_locations[0] if s else '')";
    let answer = ask(Command::new(program).args(["-c", question]), PATIENCE)?;
    let folder = answer.trim();
    (!folder.is_empty()).then(|| Path::new(folder).join("capi"))
}

/// The output of a command, or `None` when it fails or takes longer than `patience`.
fn ask(command: &mut Command, patience: Duration) -> Option<String> {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = quiet.spawn().ok()?;
    let mut pipe = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = pipe.read_to_string(&mut answer);
        // The receiver is gone after a timeout, and nobody needs the answer then.
        let _ = sender.send(read.map(|_| answer));
    });
    let answer = receiver.recv_timeout(patience);
    if answer.is_err() {
        // Either it has ended by itself in this moment or it ends now.
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    answer.ok()?.ok().filter(|_| status.success())
}

fn system_folders() -> Vec<PathBuf> {
    let variable = if cfg!(windows) {
        "PATH"
    } else if cfg!(target_os = "macos") {
        "DYLD_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let named = std::env::var_os(variable).unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&named)
        .filter(|folder| folder.is_dir())
        .collect();
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let usual = [
        "/usr/local/lib",
        "/usr/lib",
        "/usr/lib64",
        &multiarch,
        "/opt/homebrew/lib",
    ];
    folders.extend(
        usual
            .iter()
            .map(PathBuf::from)
            .filter(|folder| folder.is_dir()),
    );
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_newest_library_of_a_folder_counts_and_its_helpers_do_not() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "libonnxruntime.so.1.9.0",
            "libonnxruntime.so.1.22.1",
            "libonnxruntime_providers_shared.so",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let found = library_in(folder.path()).unwrap();
        assert_eq!(found.file_name().unwrap(), "libonnxruntime.so.1.22.1");
        assert_eq!(version(&found).unwrap(), "1.22.1");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_python_prefix_is_searched_whatever_its_python() {
        let prefix = tempfile::tempdir().unwrap();
        let packages = prefix.path().join("lib/python3.99/site-packages");
        let capi = packages.join("onnxruntime/capi");
        std::fs::create_dir_all(&capi).unwrap();
        std::fs::create_dir_all(packages.join("onnxruntime_gpu-1.30.0.dist-info")).unwrap();
        std::fs::write(capi.join("libonnxruntime.so"), "").unwrap();
        let mut search = Search::default();
        search.visit(Origin::VirtualEnv, || package_folders(prefix.path()));
        search.visit(Origin::System, || panic!("it is found already"));
        let found = search.found.unwrap();
        assert_eq!(
            (found.origin, found.path.parent()),
            (Origin::VirtualEnv, Some(capi.as_path()))
        );
        assert_eq!(version(&found.path).unwrap(), "1.30.0");
    }

    #[cfg(unix)]
    #[test]
    fn a_python_that_hangs_is_not_waited_for() {
        let start = std::time::Instant::now();
        assert_eq!(
            ask(Command::new("sleep").arg("30"), Duration::from_millis(50)),
            None
        );
        assert!(start.elapsed() < Duration::from_secs(10));
        assert_eq!(
            ask(Command::new("echo").arg("here"), PATIENCE).unwrap(),
            "here\n"
        );
    }
}
