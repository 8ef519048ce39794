//! Numbers that stand for gaps.

use super::super::codes::quantile;
use super::super::kind::Kind;
use super::super::profile::Profile;
use super::{ColumnFinding, ColumnFindingKind, Looked, Severity};
use evenhand_stats::hint::Message;
use evenhand_stats::text::{counted, plain};
use evenhand_table::Table;

/// Rows below which zeros are no spike.
const LEAST_ZEROS: u64 = 10;
/// Different numbers from which on a distribution can be spoken of.
const LEAST_NUMBERS: usize = 10;
/// Codes of gaps in questionnaires.
const LOW: [f64; 6] = [-1.0, -7.0, -8.0, -9.0, -99.0, -999.0];
const HIGH: [f64; 10] = [
    98.0, 99.0, 997.0, 998.0, 999.0, 9_998.0, 9_999.0, 99_998.0, 99_999.0, 999_999.0,
];
/// Rows that a gap code has at least.
const LEAST_CODES: u64 = 5;

/// Findings about the numbers of a feature, without its gap codes; none of another kind.
pub(super) fn findings(table: &Table, looked: &Looked) -> Vec<ColumnFinding> {
    if looked.column.kind != Kind::Number {
        return Vec::new();
    }
    let gaps = looked.column.gaps.iter();
    let gaps: Vec<&str> = gaps.map(|gap| gap.code.as_str()).collect();
    let numbers = Profile::new(table, looked.at, &gaps).numbers();
    if numbers.len() < LEAST_NUMBERS {
        return Vec::new();
    }
    let found = [
        zeros(looked.name(), &numbers),
        codes(looked.name(), &numbers),
    ];
    found.into_iter().flatten().collect()
}

/// Exact zeros in a column that otherwise begins far above 0: at a quarter of its median or more, and at five times the
/// usual step from a value to the next. A two-hundredth of the rows may lie below that.
fn zeros(name: &str, numbers: &[(f64, u64)]) -> Option<ColumnFinding> {
    let mut numbers = numbers.to_vec();
    let zero = numbers.iter().position(|(value, _)| *value == 0.0)?;
    let (_, zeros) = numbers.remove(zero);
    let others: u64 = numbers.iter().map(|(_, rows)| rows).sum();
    let (start, median) = (quantile(&numbers, 0.005), quantile(&numbers, 0.5));
    let is_spike = zeros >= LEAST_ZEROS && zeros * 100 >= zeros + others;
    let mut steps: Vec<f64> = numbers
        .windows(2)
        .map(|pair| pair[1].0 - pair[0].0)
        .collect();
    steps.sort_by(f64::total_cmp);
    let is_far = start >= 0.25 * median && start >= 5.0 * steps[steps.len() / 2];
    if numbers[0].0 < 0.0 || !is_spike || !is_far {
        return None;
    }
    let text = format!(
        "`{name}` is exactly 0 in {}, and its other values begin at {} (median {}): these may be gaps that were filled \
         with 0, which makes no answer the lowest answer",
        counted(zeros, "row"),
        plain(numbers[0].0),
        plain(median)
    );
    let step = Message::new(
        "leave gaps empty in the table, or name the code: {gaps} '{}:0'",
        &[&name],
    );
    Some(
        ColumnFinding::new(
            Severity::Warning,
            ColumnFindingKind::GapsAsZeros,
            &[name],
            text,
        )
        .with_step(step),
    )
}

/// Codes such as -9 or 999 that lie far from all other values.
fn codes(name: &str, numbers: &[(f64, u64)]) -> Option<ColumnFinding> {
    let [(first, first_rows), .., (before, _), (last, last_rows)] = *numbers else {
        return None;
    };
    let next = numbers
        .iter()
        .map(|(value, _)| *value)
        .find(|value| !LOW.contains(value));
    let low =
        LOW.contains(&first) && first_rows >= LEAST_CODES && next.is_some_and(|next| next >= 0.0);
    let high = HIGH.contains(&last) && last_rows >= LEAST_CODES && before < 0.7 * last;
    let (code, rows, neighbour) = match (low, high) {
        (true, _) => (first, first_rows, next.unwrap_or(first)),
        (_, true) => (last, last_rows, before),
        _ => return None,
    };
    let code = plain(code);
    let text = format!(
        "`{name}` is {code} in {}, far from the next value, {}: it may be a gap code, or stand for a value above the scale",
        counted(rows, "row"),
        plain(neighbour)
    );
    let step = Message::new(
        "if it is a gap code, name it: {gaps} '{}:{}'",
        &[&name, &code],
    );
    Some(
        ColumnFinding::new(
            Severity::Note,
            ColumnFindingKind::SuspectedGapCode,
            &[name],
            text,
        )
        .with_step(step),
    )
}
