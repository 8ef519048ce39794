use super::QuantizeArgs;
use clap::{Args, Subcommand, ValueEnum};
use evenhand::backbone::source::TapChoice;
use evenhand::backbone::spec::{Channels, Pool, Size};
use std::path::PathBuf;

/// Backbone and its preprocessing.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Backbone")]
pub struct BackboneOptions {
    /// A backbone that ships (see `evenhand backbone list`) or any ONNX file [default: efficientnet-lite0]
    #[arg(long, value_name = "NAME|FILE.onnx")]
    pub backbone: Option<String>,
    /// 2: also embed a horizontally flipped copy, and average the probabilities [default: 1]
    #[arg(long, value_name = "1|2")]
    pub views: Option<usize>,
    #[command(flatten)]
    pub spec: SpecOptions,
}

/// Preprocessing of a backbone, and its taps.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Backbone")]
pub struct SpecOptions {
    /// TOML file with the preprocessing and taps of the ONNX file
    #[arg(long, value_name = "FILE.toml")]
    pub spec: Option<PathBuf>,
    /// Input size in pixels, as in 224 or 240x320 (height x width)
    #[arg(long, value_name = "SIZE")]
    pub size: Option<Size>,
    /// Mean to subtract, on the scale 0 to 255: one number or three
    #[arg(long, value_delimiter = ',', num_args = 1..=3)]
    pub mean: Option<Vec<f32>>,
    /// Standard deviation to divide by, on the scale 0 to 255: one number or three
    #[arg(long, value_delimiter = ',', num_args = 1..=3)]
    pub std: Option<Vec<f32>>,
    /// Order of the colour channels: rgb or bgr
    #[arg(long)]
    pub channels: Option<Channels>,
    /// Resize rule
    #[arg(long)]
    pub fit: Option<FitChoice>,
    /// A tensor whose activations become features (can be repeated)
    #[arg(long, value_name = "TENSOR")]
    pub tap: Vec<TapChoice>,
    /// Pooling of activations: gap, max, avgmax or grid:N
    #[arg(long)]
    pub pool: Option<Pool>,
}

/// Resize rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FitChoice {
    Squash,
    Pad,
    Crop,
}

#[derive(Debug, Args)]
pub struct BackboneArgs {
    #[command(subcommand)]
    pub command: BackboneCommand,
}

#[derive(Debug, Subcommand)]
pub enum BackboneCommand {
    /// List the backbones that ship
    List {
        /// Write as JSON to a file, or to standard output
        #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
        json: Option<PathBuf>,
    },
    /// Show an ONNX file's inputs, outputs, operators, size, and where features could be taken
    Inspect {
        /// The ONNX file, or the name of a backbone that ships
        #[arg(value_name = "NAME|FILE.onnx")]
        backbone: String,
        /// Look at images of this size, as in 224 or 240x320 (height x width)
        #[arg(long)]
        size: Option<Size>,
        /// Write as JSON to a file, or to standard output
        #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
        json: Option<PathBuf>,
    },
    /// Make an int8 copy: a quarter of the size, and up to three times faster on a CPU
    Quantize(Box<QuantizeArgs>),
}
