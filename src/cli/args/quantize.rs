use super::{DataOptions, EngineOptions, LimitOptions, SpecOptions, StoreOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand backbone quantize resnet50.onnx --data faces/
  evenhand backbone quantize resnet50.onnx --data faces.csv --label gender --groups race,age

With --label, heads are cross-validated on features of both, and the change is reported by group.")]
pub struct QuantizeArgs {
    /// The ONNX file, or the name of a backbone that ships
    #[arg(value_name = "NAME|FILE.onnx")]
    pub backbone: String,
    /// Images like those it will see: folders, files, CSV files or patterns; with --label, a data set
    #[arg(long, required = true, num_args = 1.., value_name = "IMAGES")]
    pub data: Vec<String>,
    /// Images to calibrate with, drawn at random
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub images: usize,
    /// Where to write the int8 copy; a spec appears beside it [default: FILE-int8.onnx]
    #[arg(long, short, value_name = "FILE.onnx")]
    pub out: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    /// Percentile at which activation ranges are clipped
    #[arg(long, value_name = "PERCENT", default_value_t = 99.999)]
    pub percentile: f64,
    /// Keep this layer in float (can be repeated)
    #[arg(long, value_name = "NODE")]
    pub skip: Vec<String>,
    /// Keep in float any layer that alone changes the features by more than this
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    pub max_error: f64,
    /// Seed of the draw
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub data_options: DataOptions,
    #[command(flatten)]
    pub spec: SpecOptions,
    #[command(flatten)]
    pub engine: EngineOptions,
    #[command(flatten)]
    pub store: StoreOptions,
    #[command(flatten)]
    pub limits: LimitOptions,
}
