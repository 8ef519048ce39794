use super::{EngineOptions, InputOptions, LimitOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand predict run/ photos/ --out predictions.csv
  evenhand predict run/classifier.onnx 'photos/2024-*.jpg' more.csv > predictions.csv")]
pub struct PredictArgs {
    /// A run, or a classifier.onnx
    pub classifier: PathBuf,
    #[command(flatten)]
    pub input: InputOptions,
    /// Where to write the predictions [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: LimitOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
}
