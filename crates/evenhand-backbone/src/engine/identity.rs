//! Identity of an engine: everything that may change the bits of what it computes.
//!
//! Threads and batch sizes change none. Another engine or kind of device has other kernels; another version
//! of the engine, or other instructions of the processor, may have.

use super::EngineInfo;
use super::burn::{CPU, on_cpu};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Engine, version, device and hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineIdentity {
    /// `onnxruntime` or `burn`.
    pub engine: String,
    pub version: String,
    /// The kind of device: `cpu`, `cuda`, `vulkan`, …
    pub device: String,
    /// Vector instructions of the processor, or the name of the GPU.
    pub hardware: String,
}

impl EngineIdentity {
    /// Of an engine that was opened on the device of this name; the CPU where `None`.
    pub fn new(info: &EngineInfo, device: Option<&str>) -> Self {
        let device = device.unwrap_or(CPU);
        let kind = device.split_once(':').map_or(device, |(kind, _)| kind);
        Self {
            engine: info.name.to_owned(),
            version: info.version.clone(),
            device: kind.to_owned(),
            hardware: match on_cpu(device) {
                true => instructions(),
                false => info.device.clone(),
            },
        }
    }

    /// `onnxruntime on cpu`: another one computes features that differ.
    pub fn kernels(&self) -> String {
        let Self { engine, device, .. } = self;
        format!("{engine} on {device}")
    }
}

impl fmt::Display for EngineIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            engine,
            version,
            device,
            hardware,
        } = self;
        write!(f, "{engine} {version} on {device} ({hardware})")
    }
}

/// The processor's family and those of its vector instructions that engines choose kernels by.
fn instructions() -> String {
    macro_rules! detected {
        ($detects:ident: $($name:tt)*) => {
            [$(($name, std::arch::$detects!($name))),*]
        };
    }
    #[cfg(target_arch = "x86_64")]
    let known = detected!(is_x86_feature_detected:
        "sse4.1" "avx" "avx2" "fma" "f16c" "avx512f" "avx512bw" "avx512vl" "avx512vnni" "avxvnni");
    #[cfg(target_arch = "aarch64")]
    let known = detected!(is_aarch64_feature_detected:
        "neon" "fp16" "dotprod" "i8mm" "bf16" "sve");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let known: [(&str, bool); 0] = [];
    let there = known.iter().filter(|(_, is_there)| *is_there);
    let names = there.map(|(name, _)| *name);
    let names: Vec<&str> = std::iter::once(std::env::consts::ARCH)
        .chain(names)
        .collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_names_the_kind_of_device_and_no_threads() {
        let info = |device: &str| EngineInfo {
            name: "burn",
            version: "0.22".into(),
            device: device.into(),
        };
        let of = |threads: &str, device| EngineIdentity::new(&info(threads), device);
        let cpu = of("cpu, 4 threads", None);
        assert_eq!(cpu, of("cpu, 2 threads", Some("cpu:0")));
        assert!(cpu.hardware.starts_with(std::env::consts::ARCH), "{cpu}");
        let gpu = of("NVIDIA H200, half precision", Some("vulkan:1"));
        assert_eq!(gpu.kernels(), "burn on vulkan");
        let shown = "burn 0.22 on vulkan (NVIDIA H200, half precision)";
        assert_eq!(gpu.to_string(), shown);
    }
}
