//! One file a command: arguments become configuration, the library works, the printer shows.

pub mod audit;
pub mod backbone;
mod bad_images;
pub mod demo;
pub mod doctor;
pub mod embed;
mod failure;
pub mod predict;
mod run_dir;
mod setup;
pub mod train;

pub use failure::Failure;

use crate::cli::args::Command;
use crate::cli::printer::Printer;

/// Runs one command.
pub fn run(command: Command, printer: &mut Printer) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(args, printer),
        Command::Train(args) => train::run(*args, printer),
        Command::Predict(args) => predict::run(args, printer),
        Command::Audit(args) => audit::run(args, printer),
        Command::Embed(args) => embed::run(args, printer),
        Command::Backbone(args) => backbone::run(args, printer),
        Command::Doctor => doctor::run(printer),
    }
}
