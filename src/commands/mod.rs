//! One file a command: arguments become configuration, the library works, the printer shows.

pub mod audit;
pub mod backbone;
mod bad_images;
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
mod predictions;
mod quantize;
mod run_dir;
pub mod sample;
mod setup;
pub mod train;
pub mod tune;
pub mod validate;

pub use failure::Failure;

use crate::cli::args::Command;
use crate::cli::printer::Printer;

/// Runs one command.
pub fn run(command: Command, printer: &mut Printer) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::command(args, printer),
        Command::Train(args) => train::command(*args, printer),
        Command::Tune(args) => tune::command(*args, printer),
        Command::Predict(args) => predict::command(args, printer),
        Command::Merge(args) => merge::command(args, printer),
        Command::Audit(args) => audit::command(*args, printer),
        Command::Compare(args) => compare::command(args, printer),
        Command::Coders(args) => coders::command(args, printer),
        Command::Validate(args) => validate::command(*args, printer),
        Command::Sample(args) => sample::command(*args, printer),
        Command::Estimate(args) => estimate::command(*args, printer),
        Command::Embed(args) => embed::command(*args, printer),
        Command::Backbone(args) => backbone::command(args, printer),
        Command::Doctor => doctor::command(printer),
    }
}
