//! Bar charts of numbers that may be below zero, a row at a time: as in forest plots, labels are text of the page and
//! only the bar is drawn, in per cent of the width it gets.

use std::fmt::Write;

use super::Axis;
use super::axis::number_tick;
use super::interval::scale_of;
use crate::audit::Estimate;

/// One bar from 0 to its value, with the interval on it, and a dashed line at 0.
pub fn bar(axis: &Axis, Estimate { value, interval }: Estimate) -> String {
    let [low, high] = [interval.low, interval.high].map(|at| axis.percent(at));
    let line = format!(r#"<line x1="{low}" x2="{high}" y1="50%" y2="50%"/>"#);
    drawn(axis, value, &line)
}

/// The same without an interval.
pub fn plain_bar(axis: &Axis, value: f64) -> String {
    drawn(axis, value, "")
}

fn drawn(axis: &Axis, value: f64, interval: &str) -> String {
    let mut svg = String::from(r#"<svg class="interval bar" aria-hidden="true">"#);
    let percent = |value: f64| 100.0 * axis.share(value);
    let (from, to) = (percent(value.min(0.0)), percent(value.max(0.0)));
    let zero = axis.percent(0.0);
    let _ = write!(
        svg,
        r#"<rect x="{from:.2}%" y="25%" width="{:.2}%" height="50%"/><line class="overall" x1="{zero}" x2="{zero}" y1="0" y2="100%"/>{interval}</svg>"#,
        to - from
    );
    svg
}

/// The scale below the bars.
pub fn number_scale(axis: &Axis) -> String {
    scale_of(axis, number_tick)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Interval;

    const AXIS: Axis = Axis {
        low: -0.02,
        high: 0.08,
        step: 0.02,
    };

    fn with_interval(value: f64, low: f64, high: f64) -> String {
        let interval = Interval { low, high };
        bar(&AXIS, Estimate { value, interval })
    }

    #[test]
    fn a_bar_runs_from_zero_to_its_value_on_either_side() {
        let above = with_interval(0.03, 0.01, 0.05);
        assert!(
            above.contains(r#"<rect x="20.00%" y="25%" width="30.00%""#),
            "{above}"
        );
        assert!(
            above.contains(r#"<line x1="30.00%" x2="70.00%""#),
            "{above}"
        );
        let below = with_interval(-0.01, -0.02, 0.0);
        assert!(
            below.contains(r#"<rect x="10.00%" y="25%" width="10.00%""#),
            "{below}"
        );
        assert!(below.contains(r#"class="overall" x1="20.00%""#), "{below}");
        let plain = plain_bar(&AXIS, 0.03);
        assert_eq!(plain.matches("<line").count(), 1, "{plain}");
    }

    #[test]
    fn the_scale_has_as_many_decimals_as_its_steps() {
        let svg = number_scale(&AXIS);
        assert!(
            svg.contains(">−0.02</text>") && svg.contains(">0.08</text>"),
            "{svg}"
        );
        assert!(svg.contains(">0.00</text>"), "{svg}");
        assert_eq!(number_tick(2.0, 1.0), "2");
        assert_eq!(number_tick(0.0005, 0.0005), "0.0005");
    }
}
