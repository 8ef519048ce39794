//! Forest plots, a row at a time: the labels are text of the page, only the interval is drawn, in
//! per cent of the width it gets.

use std::fmt::Write;

use super::{Axis, axis::percent_tick};
use crate::audit::Estimate;

/// One line of a forest plot: an interval, its point, and the overall value as a dashed line.
/// `class` says how to draw it: `below`, `above`, `within`, and `small`.
pub fn interval(
    axis: &Axis,
    estimate: Option<Estimate>,
    overall: Option<f64>,
    class: &str,
) -> String {
    let mut svg = String::from(r#"<svg class="interval" aria-hidden="true">"#);
    if let Some(overall) = overall {
        let x = axis.percent(overall);
        let _ = write!(
            svg,
            r#"<line class="overall" x1="{x}" x2="{x}" y1="0" y2="100%"/>"#
        );
    }
    if let Some(Estimate { value, interval }) = estimate {
        let (low, value, high) = (
            axis.percent(interval.low),
            axis.percent(value),
            axis.percent(interval.high),
        );
        let _ = write!(
            svg,
            r#"<g class="{class}"><line x1="{low}" x2="{high}" y1="50%" y2="50%"/><circle cx="{value}" cy="50%" r="4.5"/></g>"#
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The scale below a forest plot of shares, in per cent.
pub fn scale(axis: &Axis) -> String {
    scale_of(axis, percent_tick)
}

/// A scale whose ticks are written by `label`, from the value and the step.
pub fn scale_of(axis: &Axis, label: fn(f64, f64) -> String) -> String {
    let mut svg = String::from(r#"<svg class="scale" aria-hidden="true">"#);
    for tick in axis.ticks() {
        let (x, label) = (axis.percent(tick), label(tick, axis.step));
        let _ = write!(
            svg,
            r#"<line x1="{x}" x2="{x}" y1="0" y2="5"/><text x="{x}" y="18">{label}</text>"#
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
    fn an_interval_is_drawn_where_its_numbers_are() {
        let axis = Axis {
            low: 0.5,
            high: 1.0,
            step: 0.1,
        };
        let estimate = Estimate {
            value: 0.75,
            interval: Interval {
                low: 0.7,
                high: 0.8,
            },
        };
        let svg = interval(&axis, Some(estimate), Some(0.9), "below");
        assert!(svg.contains(r#"x1="40.00%" x2="60.00%""#), "{svg}");
        assert!(
            svg.contains(r#"cx="50.00%""#) && svg.contains(r#"x1="80.00%""#),
            "{svg}"
        );
    }
}
