use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  evenhand compare balanced/ plain/
  evenhand compare balanced/ plain/ --groups race,race*gender --json")]
pub struct CompareArgs {
    /// The run whose gain is asked for
    pub run: PathBuf,
    /// The run it is held against
    pub baseline: PathBuf,
    /// Groups to report: attributes, or several crossed [default: those that the first run reports]
    #[arg(long, value_delimiter = ',', value_name = "ATTRIBUTES")]
    pub groups: Vec<String>,
    /// Print the comparison as JSON
    #[arg(long)]
    pub json: bool,
}
