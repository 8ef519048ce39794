//! One file a command: arguments become configuration, the library works, the printer shows.

pub mod audit;
pub mod backbone;
mod bad_images;
pub mod coders;
pub mod compare;
pub mod demo;
pub mod doctor;
pub mod embed;
pub mod estimate;
mod failure;
pub mod merge;
mod options;
pub mod predict;
mod predictions;
mod quantize;
mod run_dir;
pub mod sample;
mod setup;
pub mod train;
pub mod tune;
pub mod validate;

use crate::cli::args::Command;
use crate::cli::printer::Printer;
use evenhand::Error;

/// Runs one command.
pub fn run(command: Command, printer: &mut Printer) -> Result<(), Error> {
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
        Command::Backbone(args) => Ok(backbone::command(args, printer)?),
        Command::Doctor => Ok(doctor::command(printer)?),
    }
}
