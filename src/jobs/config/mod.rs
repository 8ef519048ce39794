//! Configurations of jobs: every setting with its value, checked when a job begins.
//!
//! A run's `config.toml` is a [`TrainConfig`]; older ones are read too.

mod backbone;
mod data;
mod engine;
mod error;
mod file;
mod finetune;
mod limits;
mod store;
mod train;

pub use backbone::{BackboneConfig, OpenBackbone};
pub use data::{DataConfig, ValidationConfig};
pub use engine::EngineConfig;
pub use error::ConfigError;
pub use file::read_text;
pub(crate) use file::{make_absolute, read};
pub use finetune::FinetuneConfig;
pub use limits::LimitConfig;
pub use store::StoreConfig;
pub use train::{ReportConfig, SearchedConfig, TrainConfig};
