//! Estimated shares on a terminal: all methods side by side, then by domain, then what is assumed.

use std::io::{self, Write};

use super::{Format, percent, plain};
use evenhand::estimate::{Breakdown, Cell, Difference, Estimates, Measure, Method, Share, Target};
use evenhand::text::visible;

/// So many differences are shown, the largest first.
const SHOWN: usize = 5;

/// Writes the shares of every class asked for, by every attribute, and what each method assumes.
pub fn estimates_table(estimates: &Estimates, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    for target in &estimates.targets {
        write_overall(estimates, target, out)?;
        for breakdown in &target.by {
            let mut table = format.table();
            let titles = estimates.shown_methods().map(|info| info.title);
            table.set_header(
                [breakdown.attribute.as_str(), "n", "coded"]
                    .into_iter()
                    .chain(titles),
            );
            for (domain, cell) in &breakdown.cells {
                let counts = [cell.corpus, cell.coded].map(|n| n.to_string());
                let shares = estimates
                    .shown_methods()
                    .map(|info| shown(cell.share(info.method)));
                let row = std::iter::once(format.cell(domain))
                    .chain(counts)
                    .chain(shares);
                table.add_row(row.collect::<Vec<_>>());
            }
            writeln!(out, "\n{}\n", format.laid_out(&table))?;
            write_differences(breakdown, out)?;
        }
        writeln!(out)?;
    }
    write_legend(estimates, out)
}

fn write_overall(estimates: &Estimates, target: &Target, out: &mut dyn Write) -> io::Result<()> {
    let Cell { corpus, coded, .. } = target.overall;
    let class = estimates.classes.name(target.class);
    writeln!(out, "{}, of {corpus} rows ({coded} coded):", visible(class))?;
    for info in estimates.shown_methods() {
        let share = shown(target.overall.share(info.method));
        writeln!(out, "{}", Format::terminal().named(info.title, 16, &share))?;
    }
    Ok(())
}

fn write_differences(breakdown: &Breakdown, out: &mut dyn Write) -> io::Result<()> {
    let found = breakdown.differences.iter().filter_map(|of| {
        let share = of.shares[Method::Powered as usize].as_ref().ok()?;
        Some((of, *share))
    });
    let mut found: Vec<(&Difference, Share)> = found.collect();
    found.sort_by(|(_, a), (_, b)| b.value.abs().total_cmp(&a.value.abs()));
    if found.is_empty() {
        return Ok(());
    }
    let all = breakdown.differences.len();
    let which = match all > SHOWN {
        true => format!(", the largest of {all}"),
        false => String::new(),
    };
    writeln!(out, "Differences by PPI++, in points{which}:")?;
    for (of, share) in found.into_iter().take(SHOWN) {
        let Difference { a, b, .. } = of;
        let (a, b, sign) = if share.value < 0.0 {
            (b, a, -1.0)
        } else {
            (a, b, 1.0)
        };
        let (a, b) = (visible(a), visible(b));
        let ends = [sign * share.interval.low, sign * share.interval.high];
        let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        writeln!(
            out,
            "  {a} above {b}: {} ({} to {})",
            percent(sign * share.value),
            percent(low),
            percent(high)
        )?;
    }
    Ok(())
}

fn write_legend(estimates: &Estimates, out: &mut dyn Write) -> io::Result<()> {
    let format = Format::terminal();
    let level = plain(100.0 * estimates.params.level.value());
    let sentence = format!(
        "In brackets: intervals at {level} % confidence, each for itself: among many comparisons \
         some are large by chance."
    );
    writeln!(out, "{}", format.sentence(&sentence))?;
    writeln!(out, "\nWhat each assumes:")?;
    for info in estimates.shown_methods() {
        let text = format!("  {}: {}", info.title, info.assumes);
        writeln!(out, "{}", format.sentence(&text))?;
    }
    Ok(())
}

fn shown(measure: &Measure) -> String {
    match measure {
        Ok(share) => format!(
            "{:>4} % ({}-{})",
            percent(share.value),
            percent(share.interval.low),
            percent(share.interval.high)
        ),
        Err(reason) => format!("   - {reason}"),
    }
}
