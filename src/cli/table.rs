//! An audit on a terminal: a table for each grouping, the worst group first, then in a sentence.
//!
//! Groups are marked by signs, not colours, so that the marks survive a pipe, a printer and an eye
//! that tells no red from green.

mod agreement;
mod audited;
mod comparison;
mod data_check;
mod estimates;
mod format;
mod grid;
mod model;
mod run;
mod segments;
mod strata;
mod survey;
mod within;

use std::io::{self, Write};

use comfy_table::CellAlignment;
use format::Format;
use grid::Table;

pub use agreement::{ceiling_table, machine_table, study_table};
pub use audited::{audit_result_markdown, audit_result_text};
pub use comparison::{comparison_markdown, comparison_table};
pub use data_check::{column_check_text, data_check_text};
pub use estimates::estimates_table;
pub use model::{inspection_table, shipped_table};
pub use run::run_tables;
pub use segments::segment_tables;
pub use strata::strata_table;
pub use survey::survey_tables;

use evenhand::audit::{Audit, Cell, Estimate, Grouping, Measure};
use evenhand::metric::{self, Confusion, Metric, Of};
use evenhand::stats::Side;
use evenhand::text::{ascii_tenths as percent, plain};

/// Signs of a group that stands apart, and of one that is too small.
const BELOW: &str = "▼";
const ABOVE: &str = "▲";
const SMALL: &str = "†";

/// A table of texts.
pub fn plain_table(header: &[String], rows: &[Vec<String>]) -> String {
    let format = Format::terminal();
    format.laid_out(&text_table(header, rows, format))
}

/// A table of the first columns of texts, as many as a terminal has room for.
pub fn first_columns(header: &[String], rows: &[Vec<String>]) -> String {
    let format = Format::terminal();
    let tables = (1..=header.len()).rev().map(|columns| {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row[..columns].to_vec()).collect();
        text_table(&header[..columns], &rows, format)
    });
    let mut shown = tables.skip_while(|table| !format.has_room(table));
    shown.next().map_or_else(
        || plain_table(header, rows),
        |table| format.laid_out(&table),
    )
}

fn text_table(header: &[String], rows: &[Vec<String>], format: Format) -> Table {
    let mut table = format.table();
    table.set_header(header);
    rows.iter().for_each(|row| {
        table.add_row(row);
    });
    table
}

/// A sentence, in lines that a terminal has room for.
pub fn wrapped(sentence: &str) -> String {
    Format::terminal().sentence(sentence)
}

/// Writes the overall line, a table and a sentence for each grouping, and what the marks mean.
pub fn audit_table(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    write_audit(audit, Format::terminal(), out)
}

/// The same as Markdown, of any width.
pub fn audit_markdown(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    write_audit(audit, Format::Markdown, out)
}

fn write_audit(audit: &Audit, format: Format, out: &mut dyn Write) -> io::Result<()> {
    write_overall(audit, format, out)?;
    for grouping in &audit.groupings {
        let table = grouping_table(grouping, audit, format);
        writeln!(out, "\n{}\n", format.laid_out(&table))?;
        for sentence in audit.sentences(grouping, &|value| format.cell(value)) {
            writeln!(out, "{}", format.sentence(&sentence))?;
        }
    }
    within::write(audit, format, out)?;
    let level = plain(100.0 * audit.level());
    let intervals = format!("In brackets: intervals at {level} % confidence.");
    let small = (audit.groupings.iter().flat_map(|grouping| &grouping.cells))
        .any(|(_, cell)| cell.n < audit.min_n());
    let legend = [
        audit.comparisons_made(),
        (!audit.verdict.apart.is_empty()).then(|| {
            format!(
                "{} {}  stands apart from the rest, below or above it",
                BELOW, ABOVE
            )
        }),
        small.then(|| {
            let n = audit.min_n();
            format!("{SMALL}  fewer than {n} rows: too few to estimate anything from")
        }),
    ];
    writeln!(out, "\n{}", format.sentence(&intervals))?;
    for sentence in legend.into_iter().flatten() {
        writeln!(out, "{}", format.sentence(&sentence))?;
    }
    Ok(())
}

fn write_overall(audit: &Audit, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let overall = &audit.overall;
    if matches!(format, Format::Terminal { .. }) {
        writeln!(out, "Overall, {} rows:", overall.n)?;
        for (title, measure) in overall_lines(audit) {
            writeln!(out, "  {title:<26} {}", shown(measure))?;
        }
    } else {
        let mut table = format.table();
        table.set_header(["overall", &format!("{} rows", overall.n)]);
        for (title, measure) in overall_lines(audit) {
            table.add_row([title, shown(measure).trim_start()]);
        }
        writeln!(out, "{}", format.laid_out(&table))?;
    }
    if let Some(sentence) = audit.beside_baseline() {
        writeln!(out, "{}", format.sentence(&sentence))?;
    }
    if let Some(table) = confusion_table(audit, format) {
        writeln!(out, "\n{}", format.laid_out(&table))?;
    }
    if overall.by_class.is_empty() {
        return Ok(());
    }
    let mut table = format.table();
    let titles = overall.by_class[0].iter().map(|(name, _)| *name);
    table.set_header(["class", "n"].into_iter().chain(titles));
    for (class, measures) in audit.classes.names().iter().zip(&overall.by_class) {
        let labelled = measures.first().map_or(0, |(_, recall)| recall.n);
        let mut row = vec![format.cell(class), labelled.to_string()];
        row.extend(measures.iter().map(|(_, measure)| shown(measure)));
        table.add_row(row);
    }
    writeln!(out, "\n{}", format.laid_out(&table))
}

/// The metrics of everyone that people read; balanced accuracy where one class is rare.
fn overall_lines(audit: &Audit) -> impl Iterator<Item = (&'static str, &Measure)> {
    let balanced = metric::find("balanced_accuracy").filter(|_| audit.is_uneven());
    let balanced = balanced.and_then(|metric| Some((metric, audit.overall.measure(metric.name)?)));
    let all = headlines(&audit.overall).chain(balanced);
    all.map(|(metric, measure)| (metric.title, measure))
}

/// Rows by label, down, and prediction, across; `None` of more classes than are seen side by side.
fn confusion_table(audit: &Audit, format: Format) -> Option<Table> {
    let (names, confusion) = (audit.classes.names(), &audit.overall.confusion);
    if names.len() > Confusion::SHOWN_CLASSES {
        return None;
    }
    let mut table = format.table();
    let predicted = names.iter().map(|name| format.cell(name));
    table.set_header(std::iter::once("label \\ predicted".to_owned()).chain(predicted));
    for (label, name) in names.iter().enumerate() {
        let counts = (0..names.len()).map(|predicted| confusion.at(label, predicted).to_string());
        table.add_row(std::iter::once(format.cell(name)).chain(counts));
    }
    Some(table)
}

fn grouping_table(grouping: &Grouping, audit: &Audit, format: Format) -> Table {
    let mut table = format.table();
    let titles = rates(&audit.overall).map(|(metric, _)| metric.title);
    let name = format.cell(&grouping.name);
    table.set_header([name.as_str(), "", "n"].into_iter().chain(titles));

    let mut cells: Vec<&(String, Cell)> = grouping.cells.iter().collect();
    let accuracy = |cell: &Cell| cell.accuracy().value().unwrap_or(f64::NAN);
    cells.sort_by(|(_, a), (_, b)| {
        let small = (a.n < audit.min_n()).cmp(&(b.n < audit.min_n()));
        small
            .then(accuracy(a).total_cmp(&accuracy(b)))
            .then(b.n.cmp(&a.n))
    });
    for (value, cell) in cells {
        let small = if cell.n < audit.min_n() { SMALL } else { "" };
        let mut row = vec![format.cell(value), small.to_owned(), cell.n.to_string()];
        row.extend(rates(cell).map(|(metric, measure)| {
            let apart = audit.verdict.find(&grouping.name, value, metric.name);
            let sign = apart.map_or("", |apart| match apart.side() {
                Side::Below => BELOW,
                Side::Above => ABOVE,
            });
            format!("{sign:1}{}", shown(measure))
        }));
        table.add_row(row);
    }
    if let Some(n) = table.column_mut(2) {
        n.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// What people read; the rest is in JSON and CSV.
fn headlines(cell: &Cell) -> impl Iterator<Item = (&'static Metric, &Measure)> {
    let measures = cell.measures.iter();
    measures.filter_map(|(name, measure)| {
        let metric = metric::find(name).filter(|metric| metric.is_headline)?;
        Some((metric, measure))
    })
}

/// Those of them that fit beside each other.
fn rates(cell: &Cell) -> impl Iterator<Item = (&'static Metric, &Measure)> {
    headlines(cell).filter(|(metric, _)| matches!(metric.of, Of::Rate(_)))
}

/// ` 71.2 % (64.0-77.5)`, wide enough for 100.0 %.
fn shown(measure: &Measure) -> String {
    match &measure.estimate {
        Ok(estimate) => format!("{:>5} % {}", percent(estimate.value), interval(estimate)),
        Err(reason) => format!("    - {reason}"),
    }
}

/// With `to` where a minus sign would make a hyphen ambiguous.
fn interval(estimate: &Estimate) -> String {
    let (low, high) = (
        percent(estimate.interval.low),
        percent(estimate.interval.high),
    );
    let to = if low.starts_with('-') { " to " } else { "-" };
    format!("({low}{to}{high})")
}

#[cfg(test)]
mod tests;
