use super::{ForceOptions, JsonOptions, NameOptions, TableOptions};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand compare balanced/ plain/
  evenhand compare balanced/ plain/ --groups 'race,race*gender' --json")]
pub struct CompareArgs {
    /// The new run, or a table of its predictions
    pub run: PathBuf,
    /// The baseline run, or a table of its predictions
    pub baseline: PathBuf,
    /// Groups to report: attributes, or several crossed [default: those that the first run reports]
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    #[command(flatten)]
    pub table: TableOptions,
    #[command(flatten)]
    pub names: NameOptions,
    #[command(flatten)]
    pub json: JsonOptions,
    #[command(flatten)]
    pub force: ForceOptions,
}
