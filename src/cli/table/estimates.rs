//! Estimated shares on a terminal: all methods side by side, then by domain, then what is assumed.

use std::io::{self, Write};

use super::{Format, plain_table, wrapped};
use evenhand::estimate::Estimates;
use evenhand::text::visible;

/// Writes the shares of every class asked for, by every attribute, and what each method assumes.
pub fn estimates_table(estimates: &Estimates, out: &mut dyn Write) -> io::Result<()> {
    for target in &estimates.targets {
        let class = visible(estimates.classes.name(target.class));
        let (corpus, coded) = (target.overall.corpus, target.overall.coded);
        writeln!(out, "{class}, of {corpus} rows ({coded} coded):")?;
        for (title, share) in estimates.overall_lines(target) {
            writeln!(out, "{}", Format::terminal().named(title, 16, &share))?;
        }
        for breakdown in &target.by {
            let table = estimates.domain_table(breakdown);
            writeln!(out, "\n{}\n", plain_table(&table.header, &table.rows))?;
            for line in breakdown.difference_lines() {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(out)?;
    }
    for line in estimates.legend() {
        writeln!(out, "{}", wrapped(&line))?;
    }
    Ok(())
}
