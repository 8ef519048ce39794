use super::{CodeOptions, ForceOptions, JsonOptions, TableOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand estimate predictions.csv --coded coded.csv --class gender=Female --groups topic,country
  evenhand estimate predictions.csv --coded run/predictions.csv --class Female
  evenhand estimate predictions.csv --coded coded.csv --cluster source --out shares.html")]
pub struct EstimateArgs {
    /// The predictions of the corpus, as `evenhand predict` writes them
    pub predictions: PathBuf,
    /// Coded rows: codes of corpus rows (matched by path), or a table with labels and its own predictions,
    /// such as a run's predictions.csv
    #[arg(long, alias = "validation", value_name = "FILE")]
    pub coded: PathBuf,
    /// Class to estimate, as in gender=Female or Female [default: every class]
    #[arg(long, alias = "share", value_name = "[LABEL=]CLASS")]
    pub class: Option<String>,
    /// Domains: estimate within each value too, as in topic,race*age
    #[arg(long, alias = "by", value_delimiter = ',', value_name = "COLUMNS")]
    pub groups: Vec<String>,
    /// Cluster: rows with the same value are not independent, such as images of one source
    #[arg(long, value_name = "COLUMN")]
    pub cluster: Option<String>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    /// Minimum coded rows of a domain or class for an estimate
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub codes: CodeOptions,
    #[command(flatten)]
    pub outputs: EstimateOutputs,
}

/// Files of estimates.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct EstimateOutputs {
    /// Write a page with figures as HTML to this file
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the estimates as CSV to this file, a row for each share and each difference
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub force: ForceOptions,
}
