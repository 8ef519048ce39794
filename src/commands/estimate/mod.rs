//! `estimate`: how common a class is in a corpus, corrected by what people coded of it.

mod config;
mod error;
mod labels;
mod outputs;
mod placed;
mod read;

pub use error::EstimateCommandError;

use super::failure::Failure;
use crate::cli::args::EstimateArgs;
use crate::cli::printer::Printer;
use config::Config;
use evenhand::estimate::estimate;

/// The command as it was typed.
pub fn command(args: EstimateArgs, printer: &mut Printer) -> Result<(), Failure> {
    let config = Config::try_from(args)?;
    let found = read::read(&config)?;
    let estimates = estimate(&found.material, config.params);
    Ok(outputs::write(&config, &found, &estimates, printer)?)
}
