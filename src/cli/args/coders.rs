use super::{
    DesignOptions, ForceOptions, JsonOptions, NameOptions, SpreadsheetOptions, TableOptions,
    UncertaintyOptions, WeightOptions,
};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
The table is long, with the columns item, coder and label, or wide, with a column for each coder. All
other columns describe the item.

Examples:
  evenhand coders codes.csv
  evenhand coders codes.csv --coders ann,bob,eve --groups race --out agreement/
  evenhand coders codes.csv --coder rater --label code --map f=F,unclear=
  evenhand coders ages.csv --scale ordinal --order 0-2,3-9,10-19,20-29,30+")]
pub struct CodersArgs {
    /// A table of codes
    pub codes: PathBuf,
    #[command(flatten)]
    pub columns: CodeOptions,
    #[command(flatten)]
    pub scale: ScaleOptions,
    /// Groups to report, as in race,race*gender
    #[arg(long, alias = "by", value_delimiter = ',', value_name = "COLUMNS")]
    pub groups: Vec<String>,
    /// Column of true labels, empty where unknown: shares are corrected for coders' errors on these items
    #[arg(long, value_name = "COLUMN")]
    pub gold: Option<String>,
    /// Adjudicate items whose majority has a Dawid-Skene posterior below this
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.9)]
    pub certain: f64,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub resampling: ResamplingOptions,
    #[command(flatten)]
    pub outputs: CodeOutputs,
    #[command(flatten)]
    pub spreadsheet: SpreadsheetOptions,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand validate run/ codes.csv --groups race
  evenhand validate predictions.csv codes.csv --coders ann,bob,eve --out validation/")]
pub struct ValidateArgs {
    /// A run, or a table of predictions
    pub predictions: PathBuf,
    /// A table of codes of some or all of the same images
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
    /// Which label counts as positive [default: that of the training, or the last of two in sorted order]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub design: DesignOptions,
    #[command(flatten)]
    pub weights: WeightOptions,
    #[command(flatten)]
    pub uncertainty: UncertaintyOptions,
    #[command(flatten)]
    pub outputs: CodeOutputs,
}

/// Column names of a table of codes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Codes")]
pub struct CodeOptions {
    /// The column that names the items [default: path, file, image, item or id]
    #[arg(long, value_name = "COLUMN")]
    pub item: Option<String>,
    /// The column of labels of a long table, or of one coder [default: label]
    #[arg(long, value_name = "COLUMN", conflicts_with = "coders")]
    pub label: Option<String>,
    /// The column of coders of a long table [default: coder]
    #[arg(long, value_name = "COLUMN", conflicts_with = "coders")]
    pub coder: Option<String>,
    /// The coders' columns of a wide table [default: those that start with `coder`, or whose values are alike]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    pub coders: Vec<String>,
    /// Order of the labels, lowest first
    #[arg(long, value_delimiter = ',', value_name = "LABELS")]
    pub order: Vec<String>,
    #[command(flatten)]
    pub names: NameOptions,
}

/// Measurement level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ScaleOptions {
    /// Measurement level for Krippendorff's alpha; ordered levels add weighted kappa and Gwet's AC2
    #[arg(long, value_enum, default_value_t = ScaleChoice::Nominal)]
    pub scale: ScaleChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScaleChoice {
    /// Unordered labels
    Nominal,
    /// Ordered labels (--order, or numbers)
    Ordinal,
    /// Numbers
    Interval,
}

/// Bootstrap intervals.
#[derive(Debug, Clone, Copy, PartialEq, Args)]
#[command(next_help_heading = "Uncertainty")]
pub struct ResamplingOptions {
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    /// Bootstrap resamples of the items
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub replicates: usize,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// Files of results.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct CodeOutputs {
    /// Write all tables and the JSON into this folder. Files there that nobody has changed are replaced
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub force: ForceOptions,
}
