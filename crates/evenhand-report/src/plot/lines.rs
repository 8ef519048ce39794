//! Learning curves: values over epochs.

use std::fmt::Write;

use super::axis::{grid_line, percent_tick};
use super::{Axis, escape};

/// One line of a line chart. `class` is one or more of `train`, `validation`, and `fold`, `mean`,
/// `final`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub class: String,
    /// Epoch and value.
    pub points: Vec<(u32, f64)>,
}

/// A line chart over epochs, drawn for a width of 340 and wider. `title` and `description` are what
/// a screen reader says of it; `id` is unique in the page.
pub fn lines(id: &str, title: &str, description: &str, lines: &[Line], shares: bool) -> String {
    const WIDTH: f64 = 340.0;
    const HEIGHT: f64 = 210.0;
    const LEFT: f64 = 38.0;
    const RIGHT: f64 = 332.0;
    const TOP: f64 = 10.0;
    const BOTTOM: f64 = 172.0;

    let points = || lines.iter().flat_map(|line| &line.points);
    let top = if shares { 1.0 } else { f64::INFINITY };
    let y_axis = Axis::covering(points().map(|&(_, y)| y), (0.0, top));
    let last = points().map(|&(epoch, _)| epoch).max().unwrap_or(1).max(2);
    let x_of = |epoch: f64| LEFT + (RIGHT - LEFT) * (epoch - 1.0) / f64::from(last - 1);
    let y_of = |value: f64| BOTTOM - (BOTTOM - TOP) * y_axis.share(value);

    let (title, description) = (escape(title), escape(description));
    let mut svg = format!(
        r#"<svg class="lines" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#
    );
    for tick in y_axis.ticks() {
        let label = if shares {
            percent_tick(tick, y_axis.step)
        } else {
            let decimals = (-y_axis.step.log10()).ceil().clamp(0.0, 4.0) as usize;
            format!("{tick:.decimals$}")
        };
        grid_line(&mut svg, [LEFT, RIGHT], y_of(tick), &label);
    }
    for epoch in epoch_ticks(last) {
        let _ = write!(
            svg,
            r#"<text class="x" x="{:.1}" y="{:.1}">{epoch}</text>"#,
            x_of(f64::from(epoch)),
            BOTTOM + 16.0
        );
    }
    let _ = write!(
        svg,
        r#"<text class="x" x="{:.1}" y="{:.1}">epoch</text>"#,
        (LEFT + RIGHT) / 2.0,
        HEIGHT - 6.0
    );
    for Line { class, points } in lines {
        let mut path = String::new();
        for &(epoch, value) in points.iter().filter(|(_, value)| value.is_finite()) {
            let _ = write!(path, "{:.1},{:.1} ", x_of(f64::from(epoch)), y_of(value));
        }
        let _ = write!(
            svg,
            r#"<polyline class="{class}" points="{}"/>"#,
            path.trim_end()
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The first epoch, and round ones up to the last.
fn epoch_ticks(last: u32) -> Vec<u32> {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
        .into_iter()
        .find(|step| last / step <= 7)
        .unwrap_or(last);
    let mut ticks: Vec<u32> = (1..=last / step).map(|i| i * step).collect();
    if ticks.first() != Some(&1) {
        ticks.insert(0, 1);
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_that_are_not_numbers_leave_no_trace_in_a_chart() {
        let line = Line {
            class: "train".into(),
            points: vec![(1, 0.7), (2, f64::NAN), (3, 0.5)],
        };
        let svg = lines("a", "t", "d", &[line], false);
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
