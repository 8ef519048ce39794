use super::failure::Failure;
use crate::cli::printer::Printer;
pub fn command(_: &mut Printer) -> Result<(), Failure> { todo!() }
