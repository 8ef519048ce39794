use clap::{ArgAction, Args};
use evenhand::Overwrite;
use evenhand::analysis::margins::{Margins, MarginsError};
use evenhand::table::{Formulas, MissingValues, ReadOptions, Recode, RecodeError};
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

/// Weights of rows.
#[derive(Debug, Default, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Weights")]
pub struct WeightOptions {
    /// Column of weights: how many rows of the population a row stands for
    #[arg(long, value_name = "COLUMN")]
    pub weights: Option<String>,
    /// Known shares that weights are adjusted to (raking): a table with the columns variable, value and share
    #[arg(long, value_name = "FILE")]
    pub margins: Option<PathBuf>,
}

impl WeightOptions {
    /// The known shares.
    ///
    /// # Errors
    /// The file is no table of shares.
    pub fn read_margins(&self, options: &ReadOptions) -> Result<Option<Margins>, MarginsError> {
        let margins = self.margins.as_deref();
        margins.map(|path| Margins::read(path, options)).transpose()
    }
}

/// Names of labels, codes and groups.
#[derive(Debug, Default, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Tables")]
pub struct NameOptions {
    /// Rename values, as in F=Female,f=Female; without a column those of labels, codes and predictions; an empty
    /// new name makes a value a missing one (can be repeated)
    #[arg(long, value_name = "[COLUMN:]OLD=NEW,...")]
    pub map: Vec<String>,
}

impl NameOptions {
    /// # Errors
    /// The first that has another form.
    pub fn parsed(&self) -> Result<Vec<Recode>, RecodeError> {
        self.map.iter().map(|names| names.parse()).collect()
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

/// Tables that people open in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Outputs")]
pub struct SpreadsheetOptions {
    /// Write ' before cells that a spreadsheet would compute (those that begin with = + - @); evenhand takes it off
    /// again where it reads codes or labels
    #[arg(
        long,
        value_name = "true|false",
        default_value_t = true,
        default_missing_value = "true",
        num_args = 0..=1,
        require_equals = true,
        action = ArgAction::Set
    )]
    pub spreadsheet_safe: bool,
}

impl From<&SpreadsheetOptions> for Formulas {
    fn from(options: &SpreadsheetOptions) -> Self {
        match options.spreadsheet_safe {
            true => Self::Neutralised,
            false => Self::Kept,
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
