//! CUDA's own libraries where pip puts them: beside the `onnxruntime` package, where no loader
//! looks. What is loaded from there ONNX Runtime finds by name.

use std::path::{Path, PathBuf};

/// Libraries that ONNX Runtime needs, each after those it needs itself; cuDNN finds its parts.
const NAMES: [&str; 7] = [
    "cudart", "nvrtc", "cublasLt", "cublas", "curand", "cufft", "cudnn",
];

/// Loads the libraries beside ONNX Runtime's. One that cannot be loaded will be missed, and then
/// ONNX Runtime says so; there may be others that it finds itself.
pub fn preload(onnxruntime: &Path) {
    for library in beside(onnxruntime) {
        let _ = ort::util::preload_dylib(library);
    }
}

/// `site-packages/nvidia/*/lib/libcudart.so.13` and so on, in the order of [`NAMES`].
fn beside(onnxruntime: &Path) -> Vec<PathBuf> {
    // site-packages/onnxruntime/capi/library
    let packages = onnxruntime.ancestors().nth(3).unwrap_or(onnxruntime);
    let parts = entries(&packages.join("nvidia"));
    let folders = ["lib", "bin", "bin/x86_64"];
    let folders = folders
        .iter()
        .flat_map(|f| parts.iter().map(move |part| part.join(f)));
    let files: Vec<PathBuf> = folders.flat_map(|folder| entries(&folder)).collect();
    let named = |name: &'static str| files.iter().filter(move |file| is(file, name)).cloned();
    NAMES.into_iter().flat_map(named).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

fn is(file: &Path, name: &str) -> bool {
    let file = file.file_name().unwrap_or_default().to_string_lossy();
    let rest = if cfg!(windows) {
        let rest = file.strip_prefix(name);
        rest.filter(|_| file.ends_with(".dll"))
            .and_then(|rest| rest.strip_prefix("64_"))
    } else {
        let rest = file
            .strip_prefix("lib")
            .and_then(|rest| rest.strip_prefix(name));
        rest.and_then(|rest| rest.strip_prefix(".so."))
    };
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_libraries_of_pip_s_packages_are_found_in_the_order_of_their_needs() {
        let packages = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let path = packages.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            path
        };
        let onnxruntime = make("onnxruntime/capi/libonnxruntime.so.1.31.1");
        let cudnn = make("nvidia/cudnn/lib/libcudnn.so.9");
        let cublas = make("nvidia/cu13/lib/libcublas.so.13");
        let cublas_lt = make("nvidia/cu13/lib/libcublasLt.so.13");
        let cudart = make("nvidia/cu13/lib/libcudart.so.13");
        for other in [
            "libcudnn_ops.so.9",
            "libnvblas.so.13",
            "libcudart.so",
            "cudart.h",
        ] {
            make(&format!("nvidia/cu13/lib/{other}"));
        }
        assert_eq!(beside(&onnxruntime), [cudart, cublas_lt, cublas, cudnn]);
        assert!(beside(Path::new("/usr/lib/libonnxruntime.so")).is_empty());
    }
}
