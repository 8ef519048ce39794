//! One file a command: arguments become configuration, the library works, the printer shows.

pub mod audit;
pub mod backbone;
pub mod coders;
pub mod codes;
pub mod compare;
mod corpus;
pub mod demo;
pub mod doctor;
pub mod embed;
pub mod estimate;
mod failure;
mod folder;

pub mod merge;
pub mod predict;
mod quantize;
mod run_dir;
pub mod sample;
pub mod train;
pub mod tune;
pub mod validate;

pub use failure::Failure;

use crate::cli::args::{BackboneCommand, Command};
use crate::cli::printer::Printer;

/// Runs one command.
pub fn run(command: Command, printer: &mut Printer) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => Ok(demo::command(args, printer)?),
        Command::Train(args) => Ok(train::command(*args, printer)?),
        Command::Tune(args) => Ok(tune::command(*args, printer)?),
        Command::Predict(args) => Ok(predict::command(args, printer)?),
        Command::Merge(args) => Ok(merge::command(args, printer)?),
        Command::Audit(args) => audit::command(*args, printer),
        Command::Compare(args) => compare::command(args, printer),
        Command::Coders(args) => coders::command(args, printer),
        Command::Validate(args) => validate::command(*args, printer),
        Command::Sample(args) => sample::command(*args, printer),
        Command::Estimate(args) => estimate::command(*args, printer),
        Command::Embed(args) => Ok(embed::command(*args, printer)?),
        Command::Backbone(args) => match args.command {
            BackboneCommand::List { json } => Ok(backbone::list(json, printer)?),
            BackboneCommand::Inspect {
                backbone,
                size,
                json,
            } => Ok(backbone::inspect(&backbone, size, json, printer)?),
            BackboneCommand::Quantize(args) => Ok(quantize::command(*args, printer)?),
        },
        Command::Doctor => Ok(doctor::command(printer)?),
    }
}
