//! Partial dependence on a number: a line over the distribution of the number, and the lines of groups.

use std::fmt::Write;

use super::axis::{grid_line, number_tick, percent_tick};
use super::{Axis, open};

/// A probability by place.
pub type Point = (f64, f64);

/// What is drawn of everyone.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    pub line: &'a [Point],
    /// By point of the line, its lower and upper end.
    pub band: &'a [(f64, f64)],
    /// Shares of rows in bins of equal width from the first to the last point.
    pub bins: &'a [f64],
}

/// Where a drawing has its data, and its scales.
struct Frame<'a> {
    x: &'a Axis,
    y: &'a Axis,
    /// Left, right, top, bottom.
    edges: [f64; 4],
}

impl Frame<'_> {
    fn place(&self, (x, y): Point) -> (f64, f64) {
        let [left, right, top, bottom] = self.edges;
        (
            left + (right - left) * self.x.share(x),
            bottom - (bottom - top) * self.y.share(y),
        )
    }

    /// Places as the points of a line.
    fn points(&self, of: impl Iterator<Item = Point>) -> String {
        let mut points = String::new();
        for point in of.filter(|(_, y)| y.is_finite()) {
            let (x, y) = self.place(point);
            let _ = write!(points, "{x:.1},{y:.1} ");
        }
        points.trim_end().to_owned()
    }

    fn line(&self, svg: &mut String, class: &str, line: &[Point]) {
        let points = self.points(line.iter().copied());
        let _ = write!(svg, r#"<polyline class="{class}" points="{points}"/>"#);
    }

    /// Grid lines with probabilities, and numbers below.
    fn scales(&self, svg: &mut String) {
        let [left, right, _, bottom] = self.edges;
        for tick in self.y.ticks() {
            let (_, y) = self.place((self.x.low, tick));
            grid_line(svg, [left, right], y, &percent_tick(tick, self.y.step));
        }
        for tick in self.x.ticks() {
            let (x, _) = self.place((tick, self.y.low));
            let label = number_tick(tick, self.x.step);
            let y = bottom + 15.0;
            let _ = write!(
                svg,
                r#"<text class="x" x="{x:.1}" y="{y:.1}">{label}</text>"#
            );
        }
    }
}

/// The line of everyone in its band, over the distribution. `label` is what a screen reader says.
pub fn dependence(curve: Curve, [x, y]: [&Axis; 2], label: &str) -> String {
    let edges = [42.0, 332.0, 10.0, 178.0];
    let frame = Frame { x, y, edges };
    let mut svg = open("lines dependence", 340.0, 200.0, label);
    frame.scales(&mut svg);
    let ends = curve.line.first().zip(curve.line.last());
    if let Some((&(low, _), &(high, _))) = ends {
        let most = curve.bins.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let width = (high - low) / curve.bins.len().max(1) as f64;
        for (at, share) in curve
            .bins
            .iter()
            .enumerate()
            .filter(|(_, share)| **share > 0.0)
        {
            let (left, bottom) = frame.place((low + width * at as f64, y.low));
            let (right, _) = frame.place((low + width * (at + 1) as f64, y.low));
            // The fullest bin takes a quarter of the height.
            let height = (edges[3] - edges[2]) / 4.0 * share / most;
            let _ = write!(
                svg,
                r#"<rect x="{left:.1}" y="{:.1}" width="{:.1}" height="{height:.1}"/>"#,
                bottom - height,
                (right - left - 0.5).max(0.5)
            );
        }
    }
    let places = || curve.line.iter().map(|(x, _)| *x);
    let upper = places().zip(curve.band.iter().map(|(_, high)| *high));
    let lower = places().zip(curve.band.iter().map(|(low, _)| *low));
    let lower: Vec<Point> = lower.collect();
    let around = frame.points(upper.chain(lower.into_iter().rev()));
    let _ = write!(svg, r#"<polygon class="band" points="{around}"/>"#);
    frame.line(&mut svg, "everyone", curve.line);
    svg.push_str("</svg>");
    svg
}

/// A panel of a small multiple: the line of a group bold, that of everyone thin. Empty without a line of the group.
pub fn dependence_of_group(
    group: &[Point],
    everyone: &[Point],
    [x, y]: [&Axis; 2],
    label: &str,
) -> String {
    if group.iter().all(|(_, y)| !y.is_finite()) {
        return String::new();
    }
    let edges = [34.0, 152.0, 8.0, 112.0];
    let frame = Frame { x, y, edges };
    let mut svg = open("panel", 160.0, 132.0, label);
    let [left, right, ..] = edges;
    for tick in [y.low, y.high] {
        let (_, at) = frame.place((x.low, tick));
        grid_line(&mut svg, [left, right], at, &percent_tick(tick, y.step));
    }
    for (tick, anchor) in [(x.low, left + 8.0), (x.high, right - 8.0)] {
        let label = number_tick(tick, x.step);
        let _ = write!(
            svg,
            r#"<text class="x" x="{anchor}" y="126">{label}</text>"#
        );
    }
    frame.line(&mut svg, "everyone", everyone);
    frame.line(&mut svg, "group", group);
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Axis = Axis {
        low: 0.0,
        high: 10.0,
        step: 5.0,
    };
    const Y: Axis = Axis {
        low: 0.0,
        high: 0.4,
        step: 0.2,
    };

    #[test]
    fn a_line_lies_in_its_band_over_the_distribution() {
        let curve = Curve {
            line: &[(0.0, 0.1), (10.0, 0.3)],
            band: &[(0.0, 0.2), (0.2, 0.4)],
            bins: &[0.25, 0.0, 0.5, 0.25],
        };
        let svg = dependence(curve, [&X, &Y], "hours & more");
        for part in [
            r#"<polyline class="everyone" points="42.0,136.0 332.0,52.0"/>"#,
            r#"<polygon class="band" points="42.0,94.0 332.0,10.0 332.0,94.0 42.0,178.0"/>"#,
            r#"<rect x="187.0" y="136.0" width="72.0" height="42.0"/>"#,
            ">20%</text>",
            ">5</text>",
            "hours &#38; more",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 3);
    }

    #[test]
    fn a_group_is_drawn_over_everyone_and_a_group_without_rows_is_not() {
        let everyone = [(0.0, 0.1), (10.0, 0.3)];
        let svg = dependence_of_group(&[(0.0, 0.2), (10.0, f64::NAN)], &everyone, [&X, &Y], "");
        assert!(
            svg.contains(r#"<polyline class="group" points="34.0,60.0"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"class="everyone" points="34.0,86.0 152.0,34.0""#),
            "{svg}"
        );
        assert!(!svg.contains("NaN"));
        assert_eq!(
            dependence_of_group(&[(0.0, f64::NAN)], &everyone, [&X, &Y], ""),
            ""
        );
    }
}
