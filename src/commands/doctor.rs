//! `doctor`: what evenhand can use on this machine, and where it looked.

use crate::cli::printer::Printer;
use evenhand::Error;

pub fn command(printer: &mut Printer) -> Result<(), Error> {
    Ok(printer.print(evenhand::doctor()?)?)
}
