//! Engines run prepared graphs. None of them knows about taps, pooling or preprocessing.

mod ahead;
mod batch;
pub mod burn;
mod checked;
mod choice;
mod error;
mod identity;
mod image;
mod install;
mod interface;
pub mod onnxruntime;
mod shapes;
mod sizes;
pub mod tensor;
mod together;

pub use ahead::{Run, run_all};
pub use burn::{CPU, on_cpu};
pub use choice::{open, probe};
pub use error::EngineError;
pub use identity::EngineIdentity;
pub use interface::{Choice, Engine, EngineInfo, Opened, Options, Pending, Probe};
pub use shapes::shapes;
pub use sizes::check_sizes;
pub use together::is_independent;
