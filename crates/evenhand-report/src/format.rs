//! Numbers and names as the page shows them.

use crate::audit::{Cell, Estimate, Measure};
use crate::metric::{self, Better};
use crate::stats::Interval;
use crate::text;

pub use crate::text::{counted, list, listed, p, percent, tenths, thousands};

/// `(78.9–83.4)`, in per cent.
pub fn range(interval: Interval) -> String {
    text::range(interval.low, interval.high)
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

/// `0.0123` as `0.012`, with a true minus sign: what is no share and may be below 0.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    match text.strip_prefix('-') {
        Some("0.000") => "0.000".to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// A mean in units of the data: `0.046`, `21.4`, `38,000`, `−3.1`.
pub fn rounded(value: f64) -> String {
    evenhand_segments::profile::rounded(value).replace('-', "−")
}

/// `1.23` as `+1.2`, `-0.04` as `0.0`: a difference, with its sign.
pub fn signed_tenths(value: f64) -> String {
    let text = tenths(value / 100.0);
    match value >= 0.05 && text != "0.0" {
        true => format!("+{text}"),
        false => text,
    }
}

/// A line that begins with a capital letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
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
            "share_error" => "Predicted minus true share",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_text() {
        assert_eq!(duration(4.25), "4.2 s");
        assert_eq!(duration(125.4), "2 min 5 s");
        assert_eq!(duration(3720.0), "1 h 2 min");
    }

    #[test]
    fn numbers_have_three_decimals_and_a_true_minus_sign() {
        let cases = [(0.0123, "0.012"), (-0.0004, "0.000"), (-0.25, "−0.250")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn differences_have_a_sign_unless_they_are_0_when_rounded() {
        let cases = [
            (1.23, "+1.2"),
            (-0.26, "−0.3"),
            (0.04, "0.0"),
            (-0.04, "0.0"),
            (0.06, "+0.1"),
        ];
        for (value, text) in cases {
            assert_eq!(signed_tenths(value), text);
        }
        assert_eq!(
            (rounded(-3.12), rounded(38_000.4)),
            ("−3.1".into(), "38,000".into())
        );
    }

    #[test]
    fn only_the_values_of_crossed_attributes_are_taken_apart() {
        assert_eq!(group("race*gender", "Black*Female"), "Black × Female");
        assert_eq!(group("rating", "5*"), "5*");
    }
}
