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
mod strata;
mod within;

use std::io::{self, Write};

use comfy_table::CellAlignment;
use format::Format;
use grid::Table;

pub use agreement::{machine_table, study_table};
pub use audited::{audit_result_markdown, audit_result_text};
pub use comparison::{comparison_markdown, comparison_table};
pub use data_check::data_check_text;
pub use estimates::estimates_table;
pub use model::{inspection_table, shipped_table};
pub use run::run_tables;
pub use strata::strata_table;

use evenhand::audit::{Audit, Cell, Estimate, Gap, Grouping, Measure, Worst};
use evenhand::metric::{self, Metric};
use evenhand::stats::{Interval, Side};

/// Why a group stands out. In the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Below,
    Above,
    Small,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Below, Self::Above, Self::Small];

    fn of(cell: &Cell, audit: &Audit) -> Option<Self> {
        if cell.n < audit.min_n() {
            return Some(Self::Small);
        }
        let overall = audit.overall.accuracy().value()?;
        let interval = cell.accuracy().estimate.ok()?.interval;
        interval.side_of(overall).map(|side| match side {
            Side::Below => Self::Below,
            Side::Above => Self::Above,
        })
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Below => "▼",
            Self::Above => "▲",
            Self::Small => "†",
        }
    }

    fn legend(self, audit: &Audit) -> String {
        match self {
            Self::Below => {
                "the interval of its accuracy lies below the overall accuracy".to_owned()
            }
            Self::Above => {
                "the interval of its accuracy lies above the overall accuracy".to_owned()
            }
            Self::Small => format!(
                "fewer than {} rows: too few to estimate anything from",
                audit.min_n()
            ),
        }
    }
}

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
        let gap = grouping.disparity.gap("accuracy");
        if gap.is_some_and(|gap| gap.largest.gap == 0.0) {
            let alike = "All groups that are large enough have the same accuracy.";
            writeln!(out, "{}", format.sentence(alike))?;
            continue;
        }
        writeln!(out, "{}", format.sentence(&sentence(grouping, audit)))?;
        if let Some(gap) = gap {
            writeln!(out, "{}", format.sentence(&largest_gap(gap)))?;
        }
    }
    within::write(audit, format, out)?;
    let level = plain(100.0 * audit.level());
    let intervals = format!("In brackets: intervals at {level} % confidence.");
    writeln!(out, "\n{}", format.sentence(&intervals))?;
    if (audit.groupings.iter()).any(|grouping| grouping.worst.is_some()) {
        let picked =
            "A worst group is picked for being the lowest: its gap tends to be overstated.";
        writeln!(out, "{}", format.sentence(picked))?;
    }
    let marks: Vec<Mark> = audit
        .groupings
        .iter()
        .flat_map(|grouping| &grouping.cells)
        .filter_map(|(_, cell)| Mark::of(cell, audit))
        .collect();
    for mark in Mark::ALL.into_iter().filter(|mark| marks.contains(mark)) {
        let legend = format!("{}  {}", mark.sign(), mark.legend(audit));
        writeln!(out, "{}", format.sentence(&legend))?;
    }
    Ok(())
}

fn write_overall(audit: &Audit, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let overall = &audit.overall;
    if matches!(format, Format::Terminal { .. }) {
        writeln!(out, "Overall, {} rows:", overall.n)?;
        for (metric, measure) in headlines(overall) {
            writeln!(out, "  {:<20} {}", metric.title, shown(measure))?;
        }
    } else {
        let mut table = format.table();
        table.set_header(["overall", &format!("{} rows", overall.n)]);
        for (metric, measure) in headlines(overall) {
            table.add_row([metric.title, shown(measure).trim_start()]);
        }
        writeln!(out, "{}", format.laid_out(&table))?;
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

fn grouping_table(grouping: &Grouping, audit: &Audit, format: Format) -> Table {
    let mut table = format.table();
    let titles = headlines(&audit.overall).map(|(metric, _)| metric.title);
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
        let sign = Mark::of(cell, audit).map_or("", Mark::sign);
        let mut row = vec![format.cell(value), sign.to_owned(), cell.n.to_string()];
        row.extend(headlines(cell).map(|(_, measure)| shown(measure)));
        table.add_row(row);
    }
    if let Some(n) = table.column_mut(2) {
        n.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn sentence(grouping: &Grouping, audit: &Audit) -> String {
    let Some(Worst {
        value,
        accuracy,
        rest,
        gap,
    }) = &grouping.worst
    else {
        return format!(
            "No worst {}: fewer than two groups have at least {} members.",
            grouping.name,
            audit.min_n()
        );
    };
    let chance = if gap.interval.contains(0.0) {
        ", which chance alone could make"
    } else {
        ""
    };
    format!(
        "Worst: {} {value}: {} right, the others {}: a gap of {} points {}{chance}.",
        grouping.name,
        shown(accuracy).trim_start(),
        shown(rest).trim_start(),
        percent(gap.value),
        interval(gap),
    )
}

/// The gap between the highest and the lowest group, and what chance makes of it.
fn largest_gap(gap: &Gap) -> String {
    let largest = gap.largest;
    let interval = Interval {
        low: largest.low,
        high: largest.high,
    };
    let value = largest.gap;
    let p = probability(largest.p);
    format!(
        "All groups: {} and {} are {} points apart {}, {} by permutation.",
        gap.highest().0,
        gap.lowest().0,
        percent(value),
        self::interval(&Estimate { value, interval }),
        p,
    )
}

fn probability(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p => format!("p = {p:.3}"),
    }
}

/// What people read; the rest is in JSON and CSV.
fn headlines(cell: &Cell) -> impl Iterator<Item = (&'static Metric, &Measure)> {
    let measures = cell.measures.iter();
    measures.filter_map(|(name, measure)| {
        let metric = metric::find(name).filter(|metric| metric.is_headline)?;
        Some((metric, measure))
    })
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

fn percent(share: f64) -> String {
    let text = format!("{:.1}", 100.0 * share);
    if text == "-0.0" {
        "0.0".to_owned()
    } else {
        text
    }
}

/// Without the digits that binary fractions add: 99.9, not 99.90000000000001.
fn plain(number: f64) -> String {
    format!("{number:.6}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests;
