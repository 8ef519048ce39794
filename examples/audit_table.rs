//! Audits a table of predictions by group, whoever made it, and writes the page:
//! `cargo run --release --example audit_table -- predictions.csv race audit.html`

#![allow(clippy::print_stdout)]

use evenhand::analysis::PredictionTable;
use evenhand::analysis::audit::{AuditOptions, Detail, ReportOptions, audit};
use evenhand::analysis::predictions::Columns;
use evenhand::table::ReadOptions;
use evenhand::{Error, audit::Design, groups, report};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [table, group, page] = &arguments[..] else {
        return Err("name a table, a column of groups, and a file for the page".into());
    };
    std::fs::write(page, audited(table.as_ref(), group)?)?;
    Ok(())
}

/// Prints the accuracy of every group, and gives the page.
fn audited(table: &Path, group: &str) -> Result<String, Error> {
    let table = PredictionTable::read(table, &Columns::default(), &ReadOptions::default())?;
    let options = AuditOptions {
        design: Design::of(groups::parse(group)?),
        detail: Detail::Rows,
        ..AuditOptions::default()
    };
    let result = audit(&table, &options)?;
    for (value, cell) in &result.audit.groupings[0].cells {
        match cell.accuracy().value() {
            Some(accuracy) => println!("{value}: {accuracy:.3} of {}", cell.n),
            None => println!("{value}: too few rows to say"),
        }
    }
    Ok(report::render(&result.report(&ReportOptions::default()))?)
}
