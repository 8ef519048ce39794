//! Kernel choices of GPUs are kept in the user's cache: trying out kernels takes minutes,
//! and without this every run would begin with it.

use burn::cubecl::config::cache::CacheConfig;
use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use burn::cubecl::environment;
use etcetera::BaseStrategy;

/// Tells CubeCL where to keep things. Has to come before the first use of a GPU, because what it is
/// not told by then it decides itself; from the second time on in a process it is told already.
pub fn prepare() {
    // Not what a `cubecl.toml` in the current folder says, which belongs to somebody else.
    let mut config = CubeClRuntimeConfig::default().override_from_env();
    // Where the system names no home, CubeCL finds a place of its own.
    if let Ok(folders) = etcetera::choose_base_strategy() {
        let folder = folders.cache_dir().join("evenhand").join("kernels");
        config.environment.path = CacheConfig::Directory(folder);
    }
    CubeClRuntimeConfig::try_set(config);
}

/// Keeps what is learnt from now on under the name of this device; says whether nothing is known
/// about it yet.
pub fn keep(device: &str) -> bool {
    environment::activate(device);
    !environment::path().exists()
}
