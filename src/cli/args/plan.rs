use super::{AnswerOptions, NameOptions, ResultTables, TableOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand plan --groups 7 --rate 90 --gap 5
  evenhand plan --groups 7,2 --rate 90 --cluster-size 3 --icc 0.2
  evenhand plan pilot.csv --groups race --gap 5
  evenhand plan --within 2 --share 12 --tpr 85 --fpr 5
  evenhand plan pilot.csv --within 2 --class Female --share 12")]
pub struct PlanArgs {
    /// A pilot: a table of predictions with labels
    pub predictions: Option<PathBuf>,
    /// How many groups are compared, as in 7, or 7,2 for two groupings; with a pilot its attributes, as in
    /// race,race*gender
    #[arg(
        long,
        alias = "by",
        value_delimiter = ',',
        required_unless_present = "within"
    )]
    pub groups: Vec<String>,
    /// How much worse than the rest a group is, in points [default: 2,3,5,10; 5 with a pilot]
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "POINTS",
        allow_negative_numbers = true
    )]
    pub gap: Vec<f64>,
    /// The rate of the rest, in per cent
    #[arg(long, value_name = "PERCENT", allow_negative_numbers = true, conflicts_with = "predictions",
        required_unless_present_any = ["predictions", "within"])]
    pub rate: Option<f64>,
    /// What groups are judged by: accuracy, tpr or fpr
    #[arg(long, default_value = "accuracy", value_name = "METRIC")]
    pub metric: String,
    /// Probability of finding the gap, in per cent
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "80,90",
        value_name = "PERCENT"
    )]
    pub power: Vec<f64>,
    /// Plan a share instead: half the width of its interval, in points
    #[arg(long, value_delimiter = ',', value_name = "POINTS", allow_negative_numbers = true,
        conflicts_with_all = ["groups", "gap", "rate", "metric", "power", "cluster"])]
    pub within: Vec<f64>,
    /// The share that is expected, in per cent [default: that of the pilot]
    #[arg(
        long,
        value_name = "PERCENT",
        requires = "within",
        allow_negative_numbers = true
    )]
    pub share: Option<f64>,
    /// The class of a pilot [default: the positive one of two]
    #[arg(long, requires = "within")]
    pub class: Option<String>,
    /// True positive rate of the classifier, in per cent
    #[arg(long, value_name = "PERCENT", requires_all = ["within", "fpr"], conflicts_with = "predictions")]
    pub tpr: Option<f64>,
    /// False positive rate of the classifier, in per cent
    #[arg(long, value_name = "PERCENT", requires = "tpr")]
    pub fpr: Option<f64>,
    /// Rows of the corpus [default: so many that their number does not matter]
    #[arg(long, value_name = "N", requires = "within")]
    pub corpus_rows: Option<u64>,
    /// Rows of a cluster, such as photos of one person
    #[arg(long, value_name = "ROWS", requires = "icc")]
    pub cluster_size: Option<f64>,
    /// Intraclass correlation: how alike rows of a cluster are, from 0 to 1
    #[arg(long, requires = "cluster_size")]
    pub icc: Option<f64>,
    /// Cluster: rows of the pilot with the same value are not independent
    #[arg(
        long,
        value_name = "COLUMN",
        requires = "predictions",
        conflicts_with = "cluster_size"
    )]
    pub cluster: Option<String>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    #[command(flatten)]
    pub answers: AnswerOptions,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub names: NameOptions,
    #[command(flatten)]
    pub tables: ResultTables,
}
