//! Groups within each value of a control column.

use std::io::{self, Write};

use super::{Format, interval, percent, shown};
use evenhand::audit::{Audit, Estimate, Grouping};
use evenhand::text;

/// Nothing without a control column.
pub(super) fn write(audit: &Audit, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let Some(within) = &audit.within else {
        return Ok(());
    };
    for grouping in &audit.groupings {
        let mut table = format.table();
        let gap = format!("largest gap by {}, in points", grouping.name);
        table.set_header([&within.column, "n", "accuracy", &gap, "by permutation"]);
        let all = std::iter::once(("all", audit));
        let levels = within
            .levels
            .iter()
            .map(|(value, audit)| (value.as_str(), audit));
        for (value, audit) in all.chain(levels) {
            let [gap, p] = largest(audit, grouping);
            let accuracy = shown(audit.overall.accuracy());
            let n = audit.overall.n.to_string();
            table.add_row([format.cell(value), n, accuracy, format.cell(&gap), p]);
        }
        writeln!(out, "\n{}", format.laid_out(&table))?;
    }
    Ok(())
}

fn largest(audit: &Audit, grouping: &Grouping) -> [String; 2] {
    let mut groupings = audit.groupings.iter();
    let same = groupings.find(|other| other.name == grouping.name);
    let Some(gap) = same.and_then(|same| same.disparity.gap("accuracy")) else {
        return [
            "- no two groups that are large enough".to_owned(),
            String::new(),
        ];
    };
    let estimate = Estimate {
        value: gap.largest.gap,
        interval: gap.largest.interval(),
    };
    let (low, high) = (gap.lowest().0, gap.highest().0);
    let points = percent(estimate.value);
    [
        format!("{points} {}: {low} to {high}", interval(&estimate)),
        text::p(gap.largest.p),
    ]
}
