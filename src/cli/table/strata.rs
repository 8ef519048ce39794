//! What a sample was drawn from.

use std::io::{self, Write};

use comfy_table::CellAlignment;

use super::Format;

/// A line for each stratum: its number, as the sample has it, its name, and how many rows of how many
/// were drawn.
pub fn strata_table<'a>(
    by: &str,
    strata: impl Iterator<Item = (&'a str, u64, u64)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let format = Format::terminal();
    let mut table = format.table();
    table.set_header(["stratum", by, "rows", "drawn", "of them"]);
    for (number, (name, rows, drawn)) in (1..).zip(strata) {
        let share = format!("{:.2} %", 100.0 * drawn as f64 / rows as f64);
        let counts = [rows, drawn].map(|n: u64| n.to_string());
        let row = [number.to_string(), format.cell(name)]
            .into_iter()
            .chain(counts);
        table.add_row(row.chain([share]).collect::<Vec<_>>());
    }
    for place in [0, 2, 3, 4] {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", format.laid_out(&table))
}
