//! Two classifiers on the same rows.

use std::io::{self, Write};

use super::{Format, interval, percent};
use evenhand::audit::{Change, Comparison, Estimate, GapChange, Lowest, NotEstimable, WorstChange};
use evenhand::metric;
use evenhand::text::{self, visible};

/// Writes a table for everyone, and one for the accuracy of each grouping's groups; differences
/// are this classifier's number less the other's.
pub fn comparison_table(
    comparison: &Comparison,
    with: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write(comparison, with, Format::terminal(), out)
}

/// The same as Markdown, of any width.
pub fn comparison_markdown(
    comparison: &Comparison,
    with: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write(comparison, with, Format::Markdown, out)
}

fn write(
    comparison: &Comparison,
    with: &str,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = format.table();
    table.set_header(["everyone", "here", with, "difference in points", "p"]);
    for (name, change) in &comparison.overall.changes {
        let metric = metric::find(name).filter(|metric| metric.is_headline || *name == "auc");
        if let Some(metric) = metric {
            table.add_row(row(metric.title, change));
        }
    }
    writeln!(
        out,
        "\nCompared with {}\n\n{}",
        visible(with),
        format.laid_out(&table)
    )?;
    for grouping in &comparison.groupings {
        let mut table = format.table();
        table.set_header([
            grouping.name.as_str(),
            "here",
            with,
            "difference in points",
            "p (Holm)",
        ]);
        for (value, cell) in &grouping.cells {
            if let Some(change) = cell.change("accuracy") {
                table.add_row(row(&format.cell(value), change));
            }
        }
        if let Some(change) = &grouping.worst {
            table.add_row(worst_row(change));
        }
        for (name, change) in &grouping.gaps {
            let title = metric::find(name).map_or(*name, |metric| metric.title);
            table.add_row(gap_row(&format!("largest gap: {title}"), change));
        }
        writeln!(out, "\n{}", format.laid_out(&table))?;
    }
    Ok(())
}

fn row(name: &str, change: &Change) -> [String; 5] {
    let share = |value: Option<f64>| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{} %", percent(value)))
    };
    [
        name.to_owned(),
        share(change.a),
        share(change.b),
        difference(&change.difference),
        change.p.map_or_else(String::new, |p| text::p(p.holm)),
    ]
}

fn gap_row(name: &str, change: &GapChange) -> [String; 5] {
    [
        name.to_owned(),
        percent(change.a.gap),
        percent(change.b.gap),
        difference(&change.difference),
        String::new(),
    ]
}

/// Names the group once where it is the worst under both.
fn worst_row(
    WorstChange {
        a,
        b,
        difference: change,
    }: &WorstChange,
) -> [String; 5] {
    let shown = |lowest: &Lowest| match a.group == b.group {
        true => format!("{} %", percent(lowest.accuracy)),
        false => format!("{} % ({})", percent(lowest.accuracy), lowest.group),
    };
    let name = match a.group == b.group {
        true => format!("worst group ({})", a.group),
        false => "worst group".to_owned(),
    };
    [name, shown(a), shown(b), difference(change), String::new()]
}

fn difference(difference: &Result<Estimate, NotEstimable>) -> String {
    match difference {
        Ok(estimate) => format!("{:>5} {}", percent(estimate.value), interval(estimate)),
        Err(reason) => format!("    - {reason}"),
    }
}
