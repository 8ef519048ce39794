use super::{NameOptions, SpreadsheetOptions, TableOptions};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand sample predictions.csv --n 500 --groups race,score --out to_code.csv
  evenhand sample predictions.csv --n 400 --groups score --allocation neyman --class Female --out to_code.csv")]
pub struct SampleArgs {
    /// The predictions of the corpus, as `evenhand predict` writes them
    pub predictions: PathBuf,
    /// How many rows to draw
    #[arg(long, short)]
    pub n: u64,
    /// Strata: values of these columns, crossed; `score` means bins of the probability
    #[arg(long, alias = "by", value_delimiter = ',', value_name = "COLUMNS")]
    pub groups: Vec<String>,
    /// Number of score bins, each with about the same number of rows
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub bins: usize,
    /// The class whose probability `score` is [default: the positive one of two, else the predicted]
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// How many rows each stratum gives
    #[arg(long, value_enum, default_value_t = AllocationChoice::Proportional)]
    pub allocation: AllocationChoice,
    /// Minimum rows from each stratum
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub min_per_stratum: u64,
    /// How many empty columns for coders to write
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub coders: usize,
    /// Include the prediction (biases coders towards it)
    #[arg(long)]
    pub show_prediction: bool,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The CSV file for the coders
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub names: NameOptions,
    #[command(flatten)]
    pub spreadsheet: SpreadsheetOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AllocationChoice {
    /// In proportion to size
    Proportional,
    /// Equal
    Equal,
    /// By size and uncertainty (Neyman)
    Neyman,
}
