//! Numbers and verdicts in words. A verdict says what the data shows and no more: an overlap of two
//! intervals is not equality, and a lowest group is partly lowest by luck.

use crate::audit::{Cell, Estimate, Gap, Measure, Worst};
use crate::metric::{self, Better};
use crate::stats::Interval;
use crate::stats::permutation::LargestGap;

pub use crate::text::{counted, thousands};

/// `p = 0.012`, `p < 0.001`.
pub fn p(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p => format!("p = {p:.3}"),
    }
}

/// `0.8123` as `81.2%`.
pub fn percent(share: f64) -> String {
    format!("{}%", tenths(share))
}

/// `(78.9–83.4)`, in per cent; with `to` for the dash where a bound is negative.
pub fn range(interval: Interval) -> String {
    let (low, high) = (tenths(interval.low), tenths(interval.high));
    let between = if low.starts_with('−') || high.starts_with('−') {
        " to "
    } else {
        "–"
    };
    format!("({low}{between}{high})")
}

/// `81.2% (78.9–83.4)`.
pub fn estimate(estimate: Estimate) -> String {
    format!("{} {}", percent(estimate.value), range(estimate.interval))
}

/// `0.912 (0.890–0.930)`, for what is no share.
pub fn decimals(estimate: Estimate) -> String {
    let Interval { low, high } = estimate.interval;
    format!("{:.3} ({low:.3}–{high:.3})", estimate.value)
}

/// `0.8123` as `81.2`, with a true minus sign.
pub fn tenths(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    match text.strip_prefix('-') {
        Some("0.0") => "0.0".to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// `125.4` seconds as `2 min 5 s`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, _) => format!("{seconds:.1} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// `race*gender` as `race × gender`.
pub fn crossed(text: &str) -> String {
    text.replace('*', " × ")
}

/// A value of a grouping; only the values of crossed attributes are taken apart.
pub fn group(grouping: &str, value: &str) -> String {
    if grouping.contains('*') {
        crossed(value)
    } else {
        value.to_owned()
    }
}

/// A name that may be broken after its underscores, in narrow columns.
pub fn breakable(name: &str) -> String {
    name.replace('_', "_\u{200b}")
}

/// How a metric is shown. The audit names it; a name that is not in the table is shown as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    pub title: &'static str,
    pub low_is_good: bool,
}

impl Metric {
    pub fn named(name: &'static str) -> Self {
        let title = match name {
            "accuracy" => "Accuracy",
            "tpr" => "True-positive rate",
            "fpr" => "False-positive rate",
            other => metric::find(other).map_or(other, |metric| metric.title),
        };
        let better = metric::find(name).map(|metric| metric.better);
        Self {
            title,
            low_is_good: better == Some(Better::Lower),
        }
    }
}

/// The measures that the tables show; the rest is in metrics.json.
pub fn headlines(cell: &Cell) -> impl Iterator<Item = (&'static str, &Measure)> {
    let measures = cell.measures.iter();
    measures
        .filter(|(name, _)| metric::find(name).is_some_and(|metric| metric.is_headline))
        .map(|(name, measure)| (*name, measure))
}

/// The largest gap in words, with its permutation test.
pub fn apart(grouping: &str, gap: &Gap) -> String {
    let LargestGap {
        gap: value,
        p,
        low,
        high,
        ..
    } = gap.largest;
    let often = if p < 0.001 {
        "in fewer than 1 of 1,000 cases".to_owned()
    } else {
        format!("in {} of cases (p = {p:.3})", percent(p))
    };
    format!(
        "From the highest, {}, to the lowest, {}, it is {} percentage points {}. Were the groups alike, chance would make a gap as large {often}.",
        group(grouping, gap.highest().0),
        group(grouping, gap.lowest().0),
        tenths(value),
        range(Interval { low, high }),
    )
}

/// Evidence that the worst group and the rest differ, from their intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The two intervals do not overlap.
    Apart,
    /// They overlap, but the interval of the gap is above 0.
    Likely,
    /// The interval of the gap holds 0.
    Indistinct,
}

impl Evidence {
    pub fn of(worst: &Worst) -> Self {
        let disjoint = match (worst.accuracy.estimate, worst.rest.estimate) {
            (Ok(group), Ok(rest)) => group.interval.high < rest.interval.low,
            _ => false,
        };
        match (disjoint, worst.gap.interval.low > 0.0) {
            (true, _) => Self::Apart,
            (false, true) => Self::Likely,
            (false, false) => Self::Indistinct,
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Likely => "likely",
            Self::Indistinct => "indistinct",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::Apart => "The intervals do not overlap.",
            Self::Likely => {
                "The intervals overlap, though the interval of the gap leaves out zero: a likely gap, not a sure one."
            }
            Self::Indistinct => "The data cannot tell them apart.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_like_text() {
        let ci = |low, high| Interval { low, high };
        assert_eq!(range(ci(0.7123, 0.84)), "(71.2–84.0)");
        assert_eq!(range(ci(-0.012, 0.105)), "(−1.2 to 10.5)");
        assert_eq!(percent(-0.0001), "0.0%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(duration(4.25), "4.2 s");
        assert_eq!(duration(125.4), "2 min 5 s");
        assert_eq!(duration(3720.0), "1 h 2 min");
        assert_eq!(
            list(&["a".into(), "b".into(), "c".into()], "and"),
            "a, b and c"
        );
    }

    #[test]
    fn only_the_values_of_crossed_attributes_are_taken_apart() {
        assert_eq!(group("race*gender", "Black*Female"), "Black × Female");
        assert_eq!(group("rating", "5*"), "5*");
    }
}
