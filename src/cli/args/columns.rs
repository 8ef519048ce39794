use clap::Args;
use evenhand::learners::columns::{Gaps, Selection};
use evenhand::learners::learner::{Learner, Select};
use std::path::PathBuf;
use std::str::FromStr;

/// Columns of a survey as features.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Surveys")]
pub struct ColumnOptions {
    /// Learn from columns instead of images: all, a list, or all but some, as in 'all,!zip_code'
    #[arg(long, value_name = "COLUMNS")]
    pub columns: Option<Selection>,
    /// Values that say why there is no answer, as in N,iap,-9; of one column, as in income:-9
    #[arg(long, value_name = "CODES")]
    pub gaps: Option<Gaps>,
    /// Kinds of columns, gap codes and levels that you decided: a TOML file
    #[arg(long, value_name = "FILE")]
    pub codebook: Option<PathBuf>,
    /// The column that names rows [default: rows are named by their line]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Column of survey weights: how many people a row stands for
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// Begin from the classifier of another survey: a run or a classifier.onnx
    #[arg(long, value_name = "RUN", conflicts_with = "columns")]
    pub from: Option<PathBuf>,
    /// The rows that it was trained on, where you have them
    #[arg(long, value_name = "TABLE", requires = "from")]
    pub source_rows: Option<PathBuf>,
    /// Keep only columns selected in each fold: none, lasso, stability or importance [default: none]
    #[arg(long, value_name = "BY", conflicts_with = "from")]
    pub select: Option<Select>,
}

/// One learner, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnerChoice {
    Auto,
    /// Of images alone.
    Network,
    One(Learner),
}

impl FromStr for LearnerChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "network" => Ok(Self::Network),
            name => Ok(Self::One(name.parse()?)),
        }
    }
}
