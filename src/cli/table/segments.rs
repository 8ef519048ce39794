//! Tables of a segmentation.

use super::{plain_table, wrapped};
use evenhand::SegmentRun;
use std::io::{self, Write};
use std::path::Path;

/// Components, numbers of segments side by side, and what each segment is.
pub fn segment_tables(run: &SegmentRun, folder: &Path, out: &mut dyn Write) -> io::Result<()> {
    let (components, explained) = run.components();
    let table = plain_table(&components.header, &components.rows);
    writeln!(out, "\nComponents\n\n{table}\n\n{}", wrapped(&explained))?;
    let (numbers, account) = run.numbers_of_segments();
    if let Some(numbers) = numbers {
        let table = plain_table(&numbers.header, &numbers.rows);
        writeln!(out, "\nNumbers of segments\n\n{table}")?;
    }
    for sentence in account {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    writeln!(out, "\nSegments")?;
    for sentence in run.sentences() {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    let folder = folder.display();
    writeln!(out, "\nThe whole account: {folder}/report.html")?;
    writeln!(out, "Rows with their segments: {folder}/segments.csv")?;
    writeln!(
        out,
        "Put new rows into these segments: evenhand predict {folder} TABLE --out new.csv"
    )
}
