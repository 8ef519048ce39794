//! How far coders agree, and how far a machine agrees with them.

use std::io::{self, Write};

use super::{Format, plain, plain_table};
use evenhand::coders::{Codes, Machine, Scale, Study, TextTable};

/// Writes agreement overall, by pair and by group, then each coder's confusions.
pub fn study_table(study: &Study, codes: &Codes, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    writeln!(out, "Agreement:")?;
    for [name, text] in study.overall.statistics(&study.scale) {
        writeln!(out, "{}", format.named(&name, 36, &text))?;
    }
    let groups = study.groupings.iter().map(|grouping| grouping.table());
    for table in (study.overall.pair_table(&codes.coders).into_iter()).chain(groups) {
        write(&table, out)?;
    }
    let (coders, meaning) = study.coder_table(codes);
    write(&coders, out)?;
    if let Some(meaning) = meaning {
        writeln!(out, "\n{}", format.sentence(meaning))?;
    }
    let level = plain(100.0 * study.resampling.level.value());
    let brackets = format!("In brackets: intervals at {level} % confidence, by item.");
    writeln!(out, "\n{}", format.sentence(&brackets))
}

/// Writes agreement with and without the machine, and each pair.
pub fn machine_table(
    machine: &Machine,
    scale: &Scale,
    coders: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let format = Format::terminal();
    write(&machine.table(scale), out)?;
    if let Some(pairs) = machine.with.pair_table(coders) {
        write(&pairs, out)?;
    }
    writeln!(out)?;
    for sentence in machine.sentences() {
        writeln!(out, "{}", format.sentence(&sentence))?;
    }
    Ok(())
}

fn write(table: &TextTable, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", plain_table(&table.header, &table.rows))
}
