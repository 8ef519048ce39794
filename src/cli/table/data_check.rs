//! A check of a data set on a terminal.

use super::{Format, plain_table};
use crate::cli::printer::in_flags;
use evenhand::hint::Message;
use evenhand::jobs::check::Severity;
use evenhand::{ColumnCheck, DataCheck};
use std::io::{self, Write};

/// Rows of a table that are shown.
const SHOWN: usize = 20;
/// Names of images that are shown of a finding.
const NAMED: usize = 3;

/// Writes what each column holds, what reading changes, and the findings, the gravest last.
pub fn column_check_text(check: &ColumnCheck, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    let table = check.table();
    writeln!(
        out,
        "{}:\n\n{}",
        check.source,
        plain_table(&table.header, &table.rows)
    )?;
    write_notes(&check.notes, format, out)?;
    for finding in check.findings.iter().rev() {
        let text = format!("{}: {}", finding.severity.name(), in_flags(&finding.text));
        write_finding(&text, finding.step.iter().map(in_flags), format, out)?;
    }
    writeln!(out, "\n{}", format.sentence(&check.sentence()))
}

fn write_notes(notes: &[Message], format: Format, out: &mut dyn Write) -> io::Result<()> {
    if !notes.is_empty() {
        writeln!(out, "\nWhat reading changes or leaves out:")?;
        for note in notes {
            writeln!(out, "{}", format.item(&in_flags(note)))?;
        }
    }
    writeln!(out)
}

fn write_finding(
    text: &str,
    more: impl Iterator<Item = String>,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", format.item(text))?;
    for line in more {
        writeln!(out, "{}", format.item(&format!("  {line}")))?;
    }
    Ok(())
}

/// Writes the facts, the tables of classes and groups, what reading changes, and the findings, the gravest last, where
/// a reader looks first.
pub fn data_check_text(check: &DataCheck, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    writeln!(out, "{}:", check.source)?;
    for (name, value) in check.facts() {
        writeln!(out, "{}", format.named(&name, 34, &value))?;
    }
    for (_, header, mut rows) in check.tables() {
        let more = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        writeln!(out, "\n{}", plain_table(&header, &rows))?;
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
    }
    write_notes(&check.notes, format, out)?;
    let images = check.named_images(NAMED);
    for (finding, names) in check.findings.iter().zip(images).rev() {
        let what = match finding.severity {
            Severity::Failure => "failure",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let text = format!("{what}: {}", in_flags(&finding.text));
        write_finding(
            &text,
            finding.step.iter().map(in_flags).chain(names),
            format,
            out,
        )?;
    }
    writeln!(out, "\n{}", format.sentence(&check.sentence()))
}
