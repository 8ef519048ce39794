use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand audit run/predictions.csv --groups race,age,race*gender --only fold=test
  evenhand audit theirs.csv --label truth --score p_female --positive Female --groups race
  evenhand audit theirs.csv --score p --positive 1 --threshold max-balanced --threshold-on part=tune
  evenhand audit new/predictions.csv --against old/predictions.csv --groups race
  evenhand audit run/predictions.csv --groups race --out audit.html --images faces/")]
pub struct AuditArgs {
    /// A CSV file with a row for each image: evenhand's predictions.csv, or anybody's
    pub predictions: PathBuf,
    /// Audit only the rows with this value in this column, or without it, as in fold=test, fold!=test
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub only: Option<String>,
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
    /// Scores from here up count as positive: a number, or a rule that finds one on other rows, which
    /// is max-accuracy, max-balanced or equal-error [default: 0.5, or the predictions as they are]
    #[arg(long, value_name = "NUMBER|RULE", allow_negative_numbers = true)]
    pub threshold: Option<String>,
    /// The rows to find the threshold on, which are then left out of the audit
    #[arg(long, value_name = "COLUMN=VALUE", requires = "threshold")]
    pub threshold_on: Option<String>,
    #[command(flatten)]
    pub design: DesignOptions,
    #[command(flatten)]
    pub estimates: EstimateOptions,
    /// Compare with another classifier's predictions of the same rows
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// The column that names a row in both files [default: `id` or `path`]
    #[arg(long, value_name = "COLUMN", requires = "against")]
    pub id: Option<String>,
    #[command(flatten)]
    pub outputs: AuditOutputs,
}

/// Which groups there are, and which rows belong together.
#[derive(Debug, Args)]
#[command(next_help_heading = "Groups")]
pub struct DesignOptions {
    /// Groups to report: attributes, or several crossed, as in race,age,race*gender
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    /// Cross the groups, up to this many at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub cross: usize,
    /// Report everything once more within each value of this attribute, or of several crossed
    #[arg(long, value_name = "ATTRIBUTE")]
    pub control: Option<String>,
    /// Rows with the same value here are no independent evidence, such as photos of one person
    #[arg(long, value_name = "COLUMN", conflicts_with = "strata")]
    pub cluster: Option<String>,
    /// So many rows of each value of this column were drawn on purpose
    #[arg(long, value_name = "COLUMN")]
    pub strata: Option<String>,
}

/// How sure the numbers are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Estimates")]
pub struct EstimateOptions {
    /// Estimate nothing from fewer cases than this, such as positives for a true positive rate
    #[arg(long, default_value_t = 10)]
    pub min_n: u64,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95, allow_negative_numbers = true)]
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
}

/// Where the audit goes beside the terminal.
#[derive(Debug, Args)]
#[command(next_help_heading = "Outputs")]
pub struct AuditOutputs {
    /// Write a report as HTML to this file, and a model card beside it
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the metrics as CSV to this file, a row for each metric of each group
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write the metrics as JSON to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the tables as Markdown to this file, or to standard output for `-`
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// The folder of the images that the report shows [default: that of the CSV file]
    #[arg(long, value_name = "DIR", requires = "out")]
    pub images: Option<PathBuf>,
    /// Features of the images, as `evenhand embed` writes them: the report then finds kinds of images
    /// that fail
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    #[command(flatten)]
    pub pictures: PictureOptions,
}

/// Which pictures a report shows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Args)]
pub struct PictureOptions {
    /// Show no images in the report
    #[arg(long)]
    pub no_images: bool,
    /// Show images in the report so coarsely that nobody is recognised
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
