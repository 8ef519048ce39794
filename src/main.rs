//! The program `evenhand`.
#![forbid(unsafe_code)]

mod cli;
mod commands;

use clap::Parser;
use cli::args::Cli;
use cli::interrupt;
use cli::printer::{Printer, Verbosity};
use std::process::ExitCode;

fn main() -> ExitCode {
    tell_of_panics();
    let Cli { output, command } = Cli::parse();
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let mut printer = Printer::stdio(verbosity);
    if let Err(error) = interrupt::watch() {
        printer.detail(&format!("interrupts cannot be waited for: {error}"));
    }
    match commands::run(command, &mut printer) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if interrupt::came() {
                interrupt::end();
            }
            eprintln!("{}", cli::error::rendered(&error));
            cli::error::exit_code(&error)
        }
    }
}

/// Tells of panics, but for those that a reader of damaged files turns into an error.
fn tell_of_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !evenhand::table::is_catching_panics() {
            default(panic);
        }
    }));
}
