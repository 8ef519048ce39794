//! The program `evenhand`.
#![forbid(unsafe_code)]

mod cli;
mod commands;

use clap::Parser;
use cli::args::Cli;
use cli::printer::{Printer, Verbosity};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Cli { output, command } = Cli::parse();
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    match commands::run(command, &mut Printer::stdio(verbosity)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", cli::error::rendered(&error));
            cli::error::exit_code(&error)
        }
    }
}
