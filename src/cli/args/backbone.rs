use super::QuantizeArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Which backbone, and what it expects.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Backbone")]
pub struct BackboneOptions {
    /// A backbone that ships (see `evenhand backbone list`) or any ONNX file [default: efficientnet-lite0]
    #[arg(long, value_name = "NAME|FILE.onnx")]
    pub backbone: Option<String>,
    /// 2 sends the mirror image of every image through the backbone too: a classifier learns from
    /// both, and says the mean of what it says of them [default: 1]
    #[arg(long, value_name = "1|2")]
    pub views: Option<usize>,
    #[command(flatten)]
    pub spec: SpecOptions,
}

/// What a backbone expects, and where its features are.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Backbone")]
pub struct SpecOptions {
    /// A TOML file that says what the ONNX file expects
    #[arg(long, value_name = "FILE.toml")]
    pub spec: Option<PathBuf>,
    /// Input size in pixels, as in 224 or 240x320 (height x width)
    #[arg(long, value_name = "SIZE")]
    pub size: Option<String>,
    /// Mean to subtract, on the scale 0 to 255: one number or three
    #[arg(long, value_delimiter = ',', num_args = 1..=3)]
    pub mean: Option<Vec<f32>>,
    /// Standard deviation to divide by, on the scale 0 to 255: one number or three
    #[arg(long, value_delimiter = ',', num_args = 1..=3)]
    pub std: Option<Vec<f32>>,
    /// Order of the colour channels: rgb or bgr
    #[arg(long)]
    pub channels: Option<String>,
    /// How an image is made to fit: squash, pad or crop
    #[arg(long)]
    pub fit: Option<String>,
    /// A tensor whose activations become features (can be repeated)
    #[arg(long, value_name = "TENSOR")]
    pub tap: Vec<String>,
    /// How activations are pooled: gap, max, avgmax or grid:N
    #[arg(long)]
    pub pool: Option<String>,
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
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an ONNX file's inputs, outputs, operators, size, and where features could be taken
    Inspect {
        /// The ONNX file, or the name of a backbone that ships
        #[arg(value_name = "NAME|FILE.onnx")]
        backbone: String,
        /// Look at images of this size, as in 224 or 240x320 (height x width)
        #[arg(long)]
        size: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an int8 copy: a quarter of the size, and up to three times faster on a CPU
    Quantize(Box<QuantizeArgs>),
}
