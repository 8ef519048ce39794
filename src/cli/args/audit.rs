use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand audit run/predictions.csv --groups race,age,race*gender --only fold=test
  evenhand audit theirs.csv --label truth --score p_female --positive Female --groups race")]
pub struct AuditArgs {
    /// A CSV file with a row for each image: evenhand's predictions.csv, or anybody's
    pub predictions: PathBuf,
    /// Audit only the rows with this value in this column, such as fold=test
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = only)]
    pub only: Option<(String, String)>,
    /// The column of true labels
    #[arg(long, value_name = "COLUMN", default_value = "label")]
    pub label: String,
    /// The column of scores from 0 to 1 for the positive class
    #[arg(long, value_name = "COLUMN", conflicts_with = "predicted")]
    pub score: Option<String>,
    /// The column of predicted labels [default: `predicted`]
    #[arg(long, value_name = "COLUMN")]
    pub predicted: Option<String>,
    /// Which label counts as positive [default: the last of two in sorted order]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// Scores from here up count as positive
    #[arg(long, default_value_t = 0.5)]
    pub threshold: f64,
    /// Groups to report: attributes, or several crossed, as in race,age,race*gender
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    /// Cross the groups, up to this many at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub cross: usize,
    /// Estimate nothing from fewer cases than this, such as positives for a true positive rate
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95)]
    pub level: f64,
    /// The intervals of shares such as accuracy: wilson or clopper-pearson (wider)
    #[arg(long, value_name = "KIND", default_value = "wilson")]
    pub interval: String,
    /// Resamples for the intervals of all other metrics, and for the tests of gaps
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub replicates: usize,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Write the metrics as CSV to this file, a row for each metric of each group
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the metrics as JSON to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

fn only(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(column, value)| (column.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "give a column and a value, as in fold=test".to_owned())
}
