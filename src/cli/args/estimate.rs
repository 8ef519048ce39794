use super::CodeOptions;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand estimate predictions.csv --validation coded.csv --share gender=Female --by topic,country
  evenhand estimate predictions.csv --validation run/predictions.csv --share Female
  evenhand estimate predictions.csv --validation coded.csv --cluster source --out shares.html")]
pub struct EstimateArgs {
    /// The predictions of the corpus, as `evenhand predict` writes them
    pub predictions: PathBuf,
    /// Rows of which the truth is known: codes of a sample of the corpus, matched by path, or a table
    /// that has its own predictions beside the labels, such as a run's predictions.csv
    #[arg(long, value_name = "FILE")]
    pub validation: PathBuf,
    /// The class whose share is asked for, as in gender=Female or Female [default: every class]
    #[arg(long, value_name = "[LABEL=]CLASS")]
    pub share: Option<String>,
    /// Estimate within each value of these columns too, or of several crossed, as in topic,race*age
    #[arg(
        long,
        value_name = "COLUMNS",
        default_value = "",
        hide_default_value = true
    )]
    pub by: String,
    /// Rows with the same value here are no independent evidence, such as images of one source
    #[arg(long, value_name = "COLUMN")]
    pub cluster: Option<String>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    /// Estimate nothing from fewer coded rows than this, of a domain or of a class
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    #[command(flatten)]
    pub codes: CodeOptions,
    #[command(flatten)]
    pub outputs: EstimateOutputs,
}

/// Where estimates go beside the terminal.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct EstimateOutputs {
    /// Write a page with figures as HTML to this file
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the estimates as CSV to this file, a row for each share and each difference
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the estimates as JSON to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}
