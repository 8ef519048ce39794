use clap::Args;
use evenhand::Overwrite;
use evenhand::table::{MissingValues, ReadOptions};
use std::path::PathBuf;

/// How tables are read.
#[derive(Debug, Default, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Tables")]
pub struct TableOptions {
    /// Values that stand for a missing one, as in NA,refused,-9; '' takes every value literally [default:
    /// NA, N/A, NaN, null, None, a point, and a spreadsheet's errors]
    #[arg(long, value_name = "VALUES")]
    pub missing: Option<String>,
}

impl From<&TableOptions> for ReadOptions {
    fn from(options: &TableOptions) -> Self {
        let TableOptions { missing } = options;
        let missing = missing.as_deref();
        Self {
            missing: missing.map_or_else(MissingValues::default, |values| {
                MissingValues::only(values.split(','))
            }),
            ..Self::default()
        }
    }
}

/// Whether outputs may replace files.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Args)]
#[command(next_help_heading = "Outputs")]
pub struct ForceOptions {
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
}

impl From<ForceOptions> for Overwrite {
    fn from(options: ForceOptions) -> Self {
        match options.force {
            true => Self::Yes,
            false => Self::No,
        }
    }
}

/// Results as JSON.
#[derive(Debug, Default, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Outputs")]
pub struct JsonOptions {
    /// Write all numbers as JSON to this file; without a name to standard output, which then gets nothing
    /// else (before another argument write --json=-)
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub json: Option<PathBuf>,
}
