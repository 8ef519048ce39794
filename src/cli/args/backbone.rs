use super::{ForceOptions, JsonOptions, QuantizeArgs, SpecOptions};
use clap::{Args, Subcommand};
use evenhand::backbone::spec::Size;

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

#[derive(Debug, Args)]
pub struct BackboneArgs {
    #[command(subcommand)]
    pub command: BackboneCommand,
}

#[derive(Debug, Subcommand)]
pub enum BackboneCommand {
    /// List the backbones that ship
    List {
        #[command(flatten)]
        json: JsonOptions,
        #[command(flatten)]
        force: ForceOptions,
    },
    /// Show an ONNX file's inputs, outputs, operators, size, and where features could be taken
    Inspect {
        /// The ONNX file, or the name of a backbone that ships
        #[arg(value_name = "NAME|FILE.onnx")]
        backbone: String,
        /// Look at images of this size, as in 224 or 240x320 (height x width)
        #[arg(long)]
        size: Option<Size>,
        #[command(flatten)]
        json: JsonOptions,
        #[command(flatten)]
        force: ForceOptions,
    },
    /// Make an int8 copy: a quarter of the size, and up to three times faster on a CPU
    Quantize(Box<QuantizeArgs>),
}
