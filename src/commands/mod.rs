//! One file a command: arguments become configuration, the library works, the printer shows.

pub mod audit;
pub mod backbone;
pub mod check;
pub mod coders;
pub mod compare;
pub mod demo;
pub mod doctor;
pub mod embed;
pub mod estimate;
pub mod merge;
pub mod plan;
pub mod predict;
mod quantize;
pub mod regress;
pub mod sample;
pub mod segment;
pub mod train;
pub mod tune;
pub mod validate;

use crate::cli::args::{BackboneCommand, Command};
use crate::cli::printer::Printer;
use evenhand::Error;

/// Runs one command.
pub fn run(command: Command, printer: &mut Printer) -> Result<(), Error> {
    match command {
        Command::Demo(args) => demo::command(args, printer),
        Command::Check(args) => check::command(*args, printer),
        Command::Train(args) => train::command(*args, printer),
        Command::Tune(args) => tune::command(*args, printer),
        Command::Predict(args) => predict::command(args, printer),
        Command::Merge(args) => merge::command(args, printer),
        Command::Audit(args) => audit::command(*args, printer),
        Command::Compare(args) => compare::command(args, printer),
        Command::Coders(args) => coders::command(args, printer),
        Command::Validate(args) => validate::command(*args, printer),
        Command::Plan(args) => plan::command(*args, printer),
        Command::Sample(args) => sample::command(*args, printer),
        Command::Estimate(args) => estimate::command(*args, printer),
        Command::Regress(args) => regress::command(*args, printer),
        Command::Segment(args) => segment::command(*args, printer),
        Command::Embed(args) => embed::command(*args, printer),
        Command::Backbone(args) => match args.command {
            BackboneCommand::List { json, force } => backbone::list((json, force), printer),
            BackboneCommand::Inspect {
                backbone,
                size,
                json,
                force,
            } => backbone::inspect(&backbone, size, (json, force), printer),
            BackboneCommand::Quantize(args) => quantize::command(*args, printer),
        },
        Command::Doctor => doctor::command(printer),
    }
}
