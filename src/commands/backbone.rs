//! `backbone`: the backbones that ship, and the structure of any ONNX file.

use crate::cli::args::{ForceOptions, JsonOptions};
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::{inspection_table, shipped_table};
use evenhand::backbone::spec::Size;
use evenhand::{Error, WriteError};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Where JSON goes, and whether it may replace a file.
type Outputs = (JsonOptions, ForceOptions);

/// `backbone list`
pub fn list(outputs: Outputs, printer: &mut Printer) -> Result<(), Error> {
    let shipped = evenhand::shipped_backbones()?;
    show(&shipped, outputs, printer, |out| {
        shipped_table(&shipped, out)
    })
}

/// `backbone inspect`
pub fn inspect(
    backbone: &str,
    size: Option<Size>,
    outputs: Outputs,
    printer: &mut Printer,
) -> Result<(), Error> {
    let found = evenhand::inspect(backbone, size)?;
    show(&found, outputs, printer, |out| {
        inspection_table(&found, out)
    })
}

/// Writes JSON where that is wanted, and a table unless it would stand beside it.
fn show(
    value: &impl Serialize,
    (JsonOptions { json }, force): Outputs,
    printer: &mut Printer,
    table: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    if let Some(file) = &json {
        outputs::check([file.as_path()], &[], force.into())?;
        let text = serde_json::to_string_pretty(value).map_err(io::Error::from);
        let text = text.map_err(WriteError::of(file))?;
        outputs::write(file, format!("{text}\n").as_bytes(), printer)?;
    }
    if json.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    Ok(table(printer.out()).map_err(WriteError::of(Path::new(STDOUT)))?)
}
