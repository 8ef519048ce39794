//! How users get ONNX Runtime, in the words of errors and hints.

/// The oldest ONNX Runtime that can be loaded.
pub const OLDEST: &str = "1.22";
/// Names the library itself; every other place is searched only without it.
pub const VARIABLE: &str = "ORT_DYLIB_PATH";

/// Installs it for CPUs.
pub(super) const INSTALL: &str = "`pip install onnxruntime`";
/// Installs it for NVIDIA GPUs, with CUDA and cuDNN.
pub(super) const INSTALL_CUDA: &str = "`pip install 'onnxruntime-gpu[cuda,cudnn]'`";
