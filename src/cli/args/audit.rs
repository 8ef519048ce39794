use super::{ForceOptions, JsonOptions, NameOptions, TableOptions};
use clap::Args;
use evenhand::analysis::predictions::{Answer, Columns};
use evenhand::table::Recode;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand audit run/predictions.csv --groups 'race,age,race*gender' --only fold=test
  evenhand audit theirs.csv --label truth --score p_female --positive Female --groups race
  evenhand audit theirs.csv --score p --positive 1 --threshold max-balanced --threshold-on part=tune
  evenhand audit theirs.csv --map F=Female,f=Female --groups age --bands age=0,18,30,60
  evenhand audit new/predictions.csv --against old/predictions.csv --groups race
  evenhand audit run/predictions.csv --groups race --out audit.html --images faces/")]
pub struct AuditArgs {
    /// A table of predictions, a row for each image: evenhand's or anybody's
    pub predictions: PathBuf,
    /// Audit only some rows: those with this value (fold=test), or without it (fold!=test)
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Option<String>,
    #[command(flatten)]
    pub answers: AnswerOptions,
    /// Decision threshold: a number, or a rule that chooses one on other rows: max-accuracy, max-balanced,
    /// equal-error [default: 0.5, or the predictions as they are]
    #[arg(long, value_name = "NUMBER|RULE", allow_negative_numbers = true)]
    pub threshold: Option<String>,
    /// Rows to choose the threshold on, which are then left out of the audit
    #[arg(long, value_name = "COLUMN=VALUE", requires = "threshold")]
    pub threshold_on: Option<String>,
    /// Bin a numeric column to group by, by lower ends, as in age=0,18,30 (can be repeated)
    #[arg(long, value_name = "COLUMN=FROM,FROM,...")]
    pub bands: Vec<String>,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub names: NameOptions,
    #[command(flatten)]
    pub design: DesignOptions,
    #[command(flatten)]
    pub uncertainty: UncertaintyOptions,
    /// Compare with another classifier's predictions of the same rows
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// The column that names a row in both files [default: `id` or `path`]
    #[arg(long, value_name = "COLUMN", requires = "against")]
    pub id: Option<String>,
    #[command(flatten)]
    pub outputs: AuditOutputs,
}

/// Columns of anybody's predictions.
#[derive(Debug, Args)]
pub struct AnswerOptions {
    /// The column of true labels
    #[arg(long, value_name = "COLUMN", default_value = "label")]
    pub label: String,
    /// The column of scores from 0 to 1 for the positive class
    #[arg(long, value_name = "COLUMN", conflicts_with = "predicted")]
    pub score: Option<String>,
    /// The column of predicted labels [default: `predicted`]
    #[arg(long, value_name = "COLUMN")]
    pub predicted: Option<String>,
    /// Which label counts as positive [default: that of the training, or the last of two in sorted order]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
}

impl AnswerOptions {
    pub fn columns(&self, map: Vec<Recode>) -> Columns {
        Columns {
            label: self.label.clone(),
            answer: match (self.score.clone(), self.predicted.clone()) {
                (Some(column), _) => Answer::Score { column },
                (None, Some(column)) => Answer::Predicted { column },
                (None, None) => Answer::default(),
            },
            map,
            ..Columns::default()
        }
    }
}

/// Groups, clusters and strata.
#[derive(Debug, Args)]
#[command(next_help_heading = "Groups")]
pub struct DesignOptions {
    /// Groups to report: attributes, or several crossed, as in race,age,race*gender
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    /// Cross the groups, up to this many at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub cross: usize,
    /// Repeat the audit within each value of this attribute (or several crossed)
    #[arg(long, value_name = "ATTRIBUTE")]
    pub control: Option<String>,
    /// Cluster: rows with the same value are not independent, such as photos of one person
    #[arg(long, value_name = "COLUMN", conflicts_with = "strata")]
    pub cluster: Option<String>,
    /// Strata: the number of rows with each value was fixed by design
    #[arg(long, value_name = "COLUMN")]
    pub strata: Option<String>,
}

/// Intervals and tests.
#[derive(Debug, Args)]
#[command(next_help_heading = "Uncertainty")]
pub struct UncertaintyOptions {
    /// Minimum number of cases for an estimate, such as positives for a true positive rate
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
    pub level: f64,
    /// Interval of rates: wilson or clopper-pearson (wider). Of all metrics: bootstrap
    #[arg(long, value_name = "KIND", default_value = "wilson")]
    pub interval: String,
    /// Bootstrap resamples and permutations
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub replicates: usize,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Percentage points that matter to nobody: say whether groups are shown to differ by less
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    pub margin: Option<f64>,
}

/// Files of an audit.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct AuditOutputs {
    /// Write a report as HTML to this file, and a model card beside it
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the metrics as CSV to this file, a row for each metric of each group
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonOptions,
    /// Write the tables as Markdown to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// The folder of the images that the report shows [default: the folder of the table]
    #[arg(long, value_name = "DIR", requires = "out")]
    pub images: Option<PathBuf>,
    /// Features from `evenhand embed`: the report shows kinds of images that fail
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    #[command(flatten)]
    pub pictures: PictureOptions,
    #[command(flatten)]
    pub force: ForceOptions,
}

/// Images in a report.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Args)]
pub struct PictureOptions {
    /// Show no images in the report
    #[arg(long)]
    pub no_images: bool,
    /// Make images in the report so coarse that nobody is recognised
    #[arg(long, conflicts_with = "no_images")]
    pub blur: bool,
}

impl From<PictureOptions> for evenhand::report::gallery::Images {
    fn from(options: PictureOptions) -> Self {
        match options {
            PictureOptions {
                no_images: true, ..
            } => Self::Hidden,
            PictureOptions { blur: true, .. } => Self::Blurred,
            _ => Self::Shown,
        }
    }
}
