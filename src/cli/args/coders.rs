use super::DesignOptions;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
The table is long, with the columns item, coder and label, or wide, with a column for each coder. All
other columns describe the item.

Examples:
  evenhand coders codes.csv
  evenhand coders codes.csv --coders ann,bob,eve --by race --out agreement/
  evenhand coders ages.csv --scale ordinal --order 0-2,3-9,10-19,20-29,30+")]
pub struct CodersArgs {
    /// A CSV file of codes
    pub codes: PathBuf,
    #[command(flatten)]
    pub columns: CodeOptions,
    #[command(flatten)]
    pub scale: ScaleOptions,
    /// Report agreement within the values of these columns too; race*gender crosses two
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub by: Vec<String>,
    /// Items whose majority is less probable than this are to be adjudicated, by Dawid and Skene
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.9)]
    pub certain: f64,
    #[command(flatten)]
    pub resampling: ResamplingOptions,
    #[command(flatten)]
    pub outputs: CodeOutputs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand validate run/ codes.csv --groups race
  evenhand validate predictions.csv codes.csv --coders ann,bob,eve --out validation/")]
pub struct ValidateArgs {
    /// A run, or a CSV file of predictions
    pub predictions: PathBuf,
    /// A CSV file of codes of some or all of the same images
    pub codes: PathBuf,
    #[command(flatten)]
    pub columns: CodeOptions,
    #[command(flatten)]
    pub scale: ScaleOptions,
    /// The column of predicted labels
    #[arg(long, value_name = "COLUMN", default_value = "predicted")]
    pub predicted: String,
    /// The column that names the images in the predictions [default: path, file, image, item or id]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Which label counts as positive [default: the last of two in sorted order]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    #[command(flatten)]
    pub design: DesignOptions,
    #[command(flatten)]
    pub estimates: super::EstimateOptions,
    #[command(flatten)]
    pub outputs: CodeOutputs,
}

/// Where a file of codes has what.
#[derive(Debug, Args)]
#[command(next_help_heading = "Codes")]
pub struct CodeOptions {
    /// The column that names the items [default: path, file, image, item or id]
    #[arg(long, value_name = "COLUMN")]
    pub item: Option<String>,
    /// The column of labels of a long table, or of one coder [default: label]
    #[arg(long, value_name = "COLUMN", conflicts_with = "coders")]
    pub label: Option<String>,
    /// The coders' columns of a wide table [default: those that start with `coder`]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub coders: Vec<String>,
    /// All labels from the lowest to the highest
    #[arg(long, value_delimiter = ',', value_name = "LABELS")]
    pub order: Vec<String>,
}

/// What labels are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ScaleOptions {
    /// What Krippendorff's alpha takes labels for
    #[arg(long, value_enum, default_value_t = ScaleChoice::Nominal)]
    pub scale: ScaleChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScaleChoice {
    /// The same or different
    Nominal,
    /// Ordered, by --order or as numbers
    Ordinal,
    /// Numbers
    Interval,
}

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq, Args)]
#[command(next_help_heading = "Estimates")]
pub struct ResamplingOptions {
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    /// Resamples of the items
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub replicates: usize,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// Where results go beside the terminal.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct CodeOutputs {
    /// Write all tables and the JSON into this folder
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write all numbers as JSON to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}
