//! Messages of the ONNX format, as `onnx.proto` has them.

pub use onnx_ir::*;
