//! What a segment is, in a sentence.

use super::Difference;
use evenhand_stats::text::{list, percent, thousands, two_digits};

/// The most columns that a sentence names.
const NAMED: usize = 4;
/// Smaller differences, in standard deviations, are not worth a sentence.
const NOTABLE: f64 = 0.2;

/// `Segment 1 (915 rows, 28.4%): more Poverty (21, elsewhere 14) and less Income (38,000, elsewhere 47,000).` The columns with the
/// largest differences that are more than chance, of those that segments were made of.
pub fn sentence(
    segment: usize,
    rows: usize,
    weight_share: f64,
    differences: &[Difference],
) -> String {
    let notable = |difference: &&Difference| {
        difference.is_used
            && difference.is_significant()
            && difference.standardised.abs() >= NOTABLE
    };
    let mut found: Vec<&Difference> = differences.iter().filter(notable).collect();
    found.sort_by(|a, b| b.standardised.abs().total_cmp(&a.standardised.abs()));
    found.truncate(NAMED);
    let part = |word: &str, is_above: bool| {
        let side = found.iter().filter(|d| (d.standardised > 0.0) == is_above);
        let columns: Vec<String> = side
            .map(|d| {
                format!(
                    "{} ({}, elsewhere {})",
                    d.column,
                    rounded(d.mean),
                    rounded(d.elsewhere)
                )
            })
            .collect();
        (!columns.is_empty()).then(|| format!("{word} {}", list(&columns, "and")))
    };
    let parts: Vec<String> = [part("more", true), part("less", false)]
        .into_iter()
        .flatten()
        .collect();
    let what = match parts.is_empty() {
        true => "no column differs notably from the other rows".to_owned(),
        false => parts.join("; "),
    };
    let rows = evenhand_stats::text::counted(rows as u64, "row");
    format!(
        "Segment {} ({rows}, {}): {what}.",
        segment + 1,
        percent(weight_share)
    )
}

/// A mean as people read it: `0.046`, `21.4`, `38,000`, `-3.1`.
pub fn rounded(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    match value.abs() {
        small @ ..1.0 => format!("{sign}{}", two_digits(small)),
        middle @ ..100.0 => format!("{sign}{middle:.1}"),
        large => format!("{sign}{}", thousands(large.round() as u64)),
    }
}
