use clap::Parser;
use evenhand::cli::args::Cli;
use evenhand::cli::printer::{Printer, Verbosity};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Cli { output, command } = Cli::parse();
    let verbosity = match (output.quiet, output.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    match evenhand::commands::run(command, &mut Printer::stdio(verbosity)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}
