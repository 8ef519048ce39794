//! How far coders agree, and how far a machine agrees with them.

use std::io::{self, Write};

use super::{Format, plain_table};
use evenhand::coders::{Ceiling, Codes, Machine, Scale, Study};
use evenhand::text::{TextTable, plain};

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
    sentences(&study.group_sentences(codes), out)?;
    let (coders, meaning) = study.coder_table(codes);
    write(&coders, out)?;
    if let Some(meaning) = meaning {
        writeln!(out, "\n{}", format.sentence(meaning))?;
    }
    let (shares, meaning) = study.share_table(codes);
    let tables = shares.into_iter().chain(study.sensitivity_table(codes));
    tables
        .into_iter()
        .try_for_each(|table| write(&table, out))?;
    writeln!(out, "\n{}", format.sentence(&meaning))?;
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
    write(&machine.table(scale), out)?;
    if let Some(pairs) = machine.with.pair_table(coders) {
        write(&pairs, out)?;
    }
    sentences(&machine.sentences(), out)
}

/// Writes how often the machine and people agree with people, side by side.
pub fn ceiling_table(ceiling: &Ceiling, coders: &[String], out: &mut dyn Write) -> io::Result<()> {
    write(&ceiling.table(coders), out)?;
    sentences(&ceiling.sentences(), out)
}

fn sentences(all: &[String], out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    if !all.is_empty() {
        writeln!(out)?;
    }
    (all.iter()).try_for_each(|sentence| writeln!(out, "{}", format.sentence(sentence)))
}

fn write(table: &TextTable, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", plain_table(&table.header, &table.rows))
}
