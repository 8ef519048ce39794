//! A check of a data set on a terminal.

use super::{Format, plain_table};
use crate::cli::printer::in_flags;
use evenhand::DataCheck;
use evenhand::jobs::check::Severity;
use std::io::{self, Write};

/// Rows of a table that are shown.
const SHOWN: usize = 20;
/// Names of images that are shown of a finding.
const NAMED: usize = 3;

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
    if !check.notes.is_empty() {
        writeln!(out, "\nWhat reading changes or leaves out:")?;
        for note in &check.notes {
            writeln!(out, "{}", format.item(&in_flags(note)))?;
        }
    }
    writeln!(out)?;
    let images = check.named_images(NAMED);
    for (finding, names) in check.findings.iter().zip(images).rev() {
        let what = match finding.severity {
            Severity::Failure => "failure",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(
            out,
            "{}",
            format.item(&format!("{what}: {}", in_flags(&finding.text)))
        )?;
        for line in finding.step.iter().map(in_flags).chain(names) {
            writeln!(out, "{}", format.item(&format!("  {line}")))?;
        }
    }
    writeln!(out, "\n{}", format.sentence(&check.sentence()))
}
