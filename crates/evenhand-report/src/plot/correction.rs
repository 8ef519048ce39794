//! A share as it was predicted and as it was corrected, one above the other.

use std::fmt::Write;

use super::Axis;
use crate::estimate::Share;

/// One line of a plot: above, hollow, what was predicted, and below, full, what it was corrected to.
/// Without either there is only the grid.
pub fn correction(axis: &Axis, predicted: Option<Share>, corrected: Option<Share>) -> String {
    let mut svg = String::from(r#"<svg class="interval" aria-hidden="true">"#);
    for (share, class, y) in [
        (predicted, "predicted", "32%"),
        (corrected, "corrected", "68%"),
    ] {
        let Some(Share {
            value, interval, ..
        }) = share
        else {
            continue;
        };
        let [low, value, high] = [interval.low, value, interval.high].map(|at| axis.percent(at));
        let _ = write!(
            svg,
            r#"<g class="{class}"><line x1="{low}" x2="{high}" y1="{y}" y2="{y}"/><circle cx="{value}" cy="{y}" r="4.5"/></g>"#
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Interval;

    #[test]
    fn both_shares_are_drawn_where_their_numbers_are() {
        let axis = Axis {
            low: 0.0,
            high: 0.5,
            step: 0.1,
        };
        let share = |value: f64| Share {
            value,
            se: 0.05,
            interval: Interval {
                low: value - 0.1,
                high: value + 0.1,
            },
        };
        let svg = correction(&axis, Some(share(0.2)), Some(share(0.3)));
        assert!(
            svg.contains(r#"class="predicted"><line x1="20.00%" x2="60.00%""#),
            "{svg}"
        );
        assert!(svg.contains(r#"<circle cx="60.00%" cy="68%""#), "{svg}");
        assert!(!correction(&axis, None, None).contains("circle"));
    }
}
