use clap::{Args, ValueEnum};
use evenhand::backbone::source::TapChoice;
use evenhand::backbone::spec::{Channels, Pool, Size};
use std::path::PathBuf;

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
