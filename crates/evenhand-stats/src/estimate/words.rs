//! Estimated shares as people read them on a terminal.

use super::{Breakdown, Difference, Estimates, Method, Share, Target};
use crate::text::{TextTable, ascii_tenths, plain, visible};

/// So many differences are told, the largest first.
const TOLD: usize = 5;

impl Estimates {
    /// The share of everyone, a line for each method: its title and the share.
    pub fn overall_lines(&self, target: &Target) -> Vec<(&'static str, String)> {
        let shown = |info: &super::MethodInfo| shown(target.overall.share(info.method));
        self.shown_methods()
            .map(|info| (info.title, shown(info)))
            .collect()
    }

    /// A row for each domain, a column for each method.
    pub fn domain_table(&self, breakdown: &Breakdown) -> TextTable {
        let counted = [breakdown.attribute.as_str(), "n", "coded"].map(String::from);
        let titles = self.shown_methods().map(|info| info.title.to_owned());
        let rows = breakdown.cells.iter().map(|(domain, cell)| {
            let counts = [
                domain.clone(),
                cell.corpus.to_string(),
                cell.coded.to_string(),
            ];
            let shares = self.shown_methods();
            let shares = shares.map(|info| shown(cell.share(info.method)));
            counts.into_iter().chain(shares).collect()
        });
        TextTable {
            rows: rows.collect(),
            header: counted.into_iter().chain(titles).collect(),
        }
    }

    /// What brackets mean, and what each method assumes.
    pub fn legend(&self) -> Vec<String> {
        let level = plain(100.0 * self.params.level.value());
        let brackets = format!(
            "In brackets: intervals at {level} % confidence, each for itself: among many comparisons some are large by \
             chance."
        );
        let assumed = self.shown_methods();
        let assumed = assumed.map(|info| format!("  {}: {}", info.title, info.assumes));
        [brackets, "\nWhat each assumes:".to_owned()]
            .into_iter()
            .chain(assumed)
            .collect()
    }
}

impl Breakdown {
    /// The largest differences between domains by PPI++; none where there is none.
    pub fn difference_lines(&self) -> Vec<String> {
        let found = self.differences.iter().filter_map(|of| {
            let share = of.shares[Method::Powered as usize].as_ref().ok()?;
            Some((of, *share))
        });
        let mut found: Vec<(&Difference, Share)> = found.collect();
        found.sort_by(|(_, a), (_, b)| b.value.abs().total_cmp(&a.value.abs()));
        if found.is_empty() {
            return Vec::new();
        }
        let which = match self.differences.len() > TOLD {
            true => format!(", the largest of {}", self.differences.len()),
            false => String::new(),
        };
        let lines = found.into_iter().take(TOLD).map(|(of, share)| {
            let (a, b, sign) = match share.value < 0.0 {
                true => (&of.b, &of.a, -1.0),
                false => (&of.a, &of.b, 1.0),
            };
            let ends = [sign * share.interval.low, sign * share.interval.high];
            format!(
                "  {} above {}: {} ({} to {})",
                visible(a),
                visible(b),
                ascii_tenths(sign * share.value),
                ascii_tenths(ends[0].min(ends[1])),
                ascii_tenths(ends[0].max(ends[1]))
            )
        });
        std::iter::once(format!("Differences by PPI++, in points{which}:"))
            .chain(lines)
            .collect()
    }
}

fn shown(measure: &super::Measure) -> String {
    match measure {
        Ok(Share {
            value, interval, ..
        }) => format!(
            "{:>4} % ({}-{})",
            ascii_tenths(*value),
            ascii_tenths(interval.low),
            ascii_tenths(interval.high)
        ),
        Err(reason) => format!("   - {reason}"),
    }
}
