//! Devices by name: `cpu`, and `vulkan:0` and its like where the build has them.

#[cfg(feature = "gpu")]
use super::tuning;
use crate::engine::EngineError;
use burn::tensor::{Device, DeviceType};
use std::panic::catch_unwind;

/// A family of devices that this build can use; `DeviceType` names the same in Burn.
struct Family {
    name: &'static str,
    kind: DeviceType,
}

static FAMILIES: &[Family] = &[
    Family {
        name: CPU,
        kind: DeviceType::Flex,
    },
    #[cfg(feature = "cuda")]
    Family {
        name: "cuda",
        kind: DeviceType::Cuda,
    },
    #[cfg(feature = "metal")]
    Family {
        name: "metal",
        kind: DeviceType::Metal,
    },
    #[cfg(feature = "vulkan")]
    Family {
        name: "vulkan",
        kind: DeviceType::Vulkan,
    },
    #[cfg(feature = "wgpu")]
    Family {
        name: "wgpu",
        kind: DeviceType::Wgpu,
    },
];

/// The default: works everywhere.
pub const CPU: &str = "cpu";

/// The families of this build, as they are written on the command line.
pub fn families() -> Vec<&'static str> {
    FAMILIES.iter().map(|family| family.name).collect()
}

/// Whether this build has the family of the device named `name`.
pub fn has(name: &str) -> bool {
    families().contains(&family(name))
}

/// Whether the device named `name` is the CPU.
pub fn on_cpu(name: &str) -> bool {
    family(name) == CPU
}

fn family(name: &str) -> &str {
    name.split_once(':').map_or(name, |(family, _)| family)
}

/// Every device of this machine that this build can use: its name, and what it calls itself.
/// Starts their drivers, which takes a moment.
pub fn list() -> Vec<(String, String)> {
    let mut names = Vec::new();
    for family in FAMILIES {
        for (index, device) in enumerate(family).into_iter().enumerate() {
            let name = match family.name {
                CPU => CPU.to_string(),
                gpu => format!("{gpu}:{index}"),
            };
            names.push((name, title(&device)));
        }
    }
    names
}

#[derive(Debug)]
pub struct Opened {
    pub device: Device,
    /// Nothing is known yet about which kernels are fastest on it.
    pub tries_kernels: bool,
}

/// The device of this name: a family, or a family and an index from [`list`].
///
/// # Errors
/// When the build has no such family or the machine no such device.
pub fn open(name: &str) -> Result<Opened, EngineError> {
    let (family, index) = match name.split_once(':') {
        Some((family, index)) => (family, index.parse::<usize>().ok()),
        None => (name, Some(0)),
    };
    let family = FAMILIES.iter().find(|known| known.name == family);
    let (Some(family), Some(index)) = (family, index) else {
        return Err(EngineError::UnknownDevice {
            device: name.into(),
            known: families().join(", "),
        });
    };
    let devices = enumerate(family);
    let count = devices.len();
    let device = devices.into_iter().nth(index);
    let device = device.ok_or_else(|| EngineError::NoSuchDevice {
        device: name.into(),
        count,
    })?;
    #[cfg(feature = "gpu")]
    let tries_kernels =
        family.name != CPU && tuning::keep(&format!("{}-{}", family.name, title(&device)));
    #[cfg(not(feature = "gpu"))]
    let tries_kernels = false;
    Ok(Opened {
        device,
        tries_kernels,
    })
}

/// A driver that cannot start has no devices.
fn enumerate(family: &Family) -> Vec<Device> {
    #[cfg(feature = "gpu")]
    tuning::prepare();
    let kind = family.kind.clone();
    catch_unwind(|| Device::enumerate(kind).into_iter().collect()).unwrap_or_default()
}

/// The device's own name.
pub fn title(device: &Device) -> String {
    #[cfg(any(
        feature = "cuda",
        feature = "metal",
        feature = "vulkan",
        feature = "wgpu"
    ))]
    if let Some(identity) = device.identity() {
        return identity.name;
    }
    if *device == Device::flex() {
        return format!("{} {}", std::env::consts::ARCH, CPU);
    }
    format!("{device:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_device_is_an_error_that_lists_the_known_ones() {
        let error = open("tpu:0").unwrap_err().to_string();
        assert!(
            error.contains("`tpu:0`") && error.contains("cpu"),
            "{error}"
        );
        assert!(open("cpu").is_ok());
        assert!(open("cpu:first").is_err());
        assert!(matches!(
            open("cpu:9"),
            Err(EngineError::NoSuchDevice { count: 1, .. })
        ));
    }
}
