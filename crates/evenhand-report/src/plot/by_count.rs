//! A number by a count: what a measure is with 2, 3, 4 segments, or for component 1, 2, 3.

use std::fmt::Write;

use super::axis::grid_line;
use super::{Axis, escape, open};
use crate::stats::Interval;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 42.0;
const RIGHT: f64 = 332.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 172.0;

/// More labels than this run into each other.
const MOST_LABELS: u32 = 12;

/// A chart of one or more series.
#[derive(Debug, Clone)]
pub struct ByCount<'a> {
    /// What a screen reader says.
    pub label: &'a str,
    pub x_title: &'a str,
    pub series: &'a [Series],
    /// A value that is drawn as a dashed line.
    pub threshold: Option<f64>,
    /// A count that is drawn as a vertical band: the one that was taken.
    pub taken: Option<u32>,
    /// Writes a value on the scale, from the value and the step.
    pub tick: fn(f64, f64) -> String,
}

/// Values that a line joins.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// `found`, or `chance` for a dashed line without dots.
    pub class: &'static str,
    pub counts: Vec<Count>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    pub count: u32,
    pub value: f64,
    pub interval: Option<Interval>,
    /// Drawn full, others hollow.
    pub is_full: bool,
}

/// The drawing, for a width of 340 and wider. Empty without a value.
pub fn by_count(chart: &ByCount) -> String {
    let counts = || chart.series.iter().flat_map(|series| &series.counts);
    let ends = |one: &Count| {
        let (low, high) = one.interval.map_or((one.value, one.value), |interval| {
            (interval.low, interval.high)
        });
        [low, one.value, high]
    };
    let values = counts().flat_map(ends).chain(chart.threshold);
    let (Some(first), Some(last)) = (
        counts().map(|one| one.count).min(),
        counts().map(|one| one.count).max(),
    ) else {
        return String::new();
    };
    let y_axis = Axis::covering(values, (f64::NEG_INFINITY, f64::INFINITY));
    let span = f64::from(last - first).max(1.0);
    let x_of = |count: u32| LEFT + 12.0 + (RIGHT - LEFT - 24.0) * f64::from(count - first) / span;
    let y_of = |value: f64| BOTTOM - (BOTTOM - TOP) * y_axis.share(value);

    let mut svg = open("by-count", WIDTH, HEIGHT, chart.label);
    if let Some(taken) = chart.taken.filter(|taken| (first..=last).contains(taken)) {
        let _ = write!(
            svg,
            r#"<rect class="taken" x="{:.1}" y="{TOP}" width="16" height="{:.1}"/>"#,
            x_of(taken) - 8.0,
            BOTTOM - TOP
        );
    }
    for tick in y_axis.ticks() {
        let label = (chart.tick)(tick, y_axis.step);
        grid_line(&mut svg, [LEFT, RIGHT], y_of(tick), &label);
    }
    x_scale(
        &mut svg,
        chart.x_title,
        (first..=last).map(|count| (count, x_of(count))),
    );
    if let Some(threshold) = chart.threshold {
        let y = y_of(threshold);
        let _ = write!(
            svg,
            r#"<line class="threshold" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}"/>"#
        );
    }
    for series in chart.series {
        draw(&mut svg, series, x_of, y_of);
    }
    svg.push_str("</svg>");
    svg
}

fn x_scale(svg: &mut String, title: &str, places: impl Iterator<Item = (u32, f64)> + Clone) {
    let every = (places.clone().count() as u32).div_ceil(MOST_LABELS).max(1);
    for (at, (count, x)) in (0..).zip(places) {
        if at % every == 0 {
            let y = BOTTOM + 16.0;
            let _ = write!(svg, r#"<text class="x" x="{x:.1}" y="{y}">{count}</text>"#);
        }
    }
    let _ = write!(
        svg,
        r#"<text class="x" x="{}" y="{}">{}</text>"#,
        (LEFT + RIGHT) / 2.0,
        HEIGHT - 6.0,
        escape(title)
    );
}

/// A line, and on it dots with their intervals.
fn draw(
    svg: &mut String,
    Series { class, counts }: &Series,
    x_of: impl Fn(u32) -> f64,
    y_of: impl Fn(f64) -> f64,
) {
    let known = || counts.iter().filter(|one| one.value.is_finite());
    let mut path = String::new();
    for one in known() {
        let _ = write!(path, "{:.1},{:.1} ", x_of(one.count), y_of(one.value));
    }
    let path = path.trim_end();
    let _ = write!(svg, r#"<polyline class="{class}" points="{path}"/>"#);
    for one in known() {
        let (x, y) = (x_of(one.count), y_of(one.value));
        if let Some(Interval { low, high }) = one.interval {
            let (low, high) = (y_of(low), y_of(high));
            let _ = write!(
                svg,
                r#"<line class="error" x1="{x:.1}" x2="{x:.1}" y1="{low:.1}" y2="{high:.1}"/>"#
            );
        }
        if *class != "chance" {
            let class = if one.is_full { "full" } else { "hollow" };
            let _ = write!(
                svg,
                r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="3.6"/>"#
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::number_tick;

    fn drawn(values: &[f64], threshold: Option<f64>) -> String {
        let counts = (2..).zip(values).map(|(count, &value)| Count {
            count,
            value,
            interval: (count == 3).then_some(Interval {
                low: value - 0.1,
                high: value + 0.1,
            }),
            is_full: count == 3,
        });
        let found = Series {
            class: "found",
            counts: counts.collect(),
        };
        by_count(&ByCount {
            label: "a & b",
            x_title: "segments",
            series: &[found],
            threshold,
            taken: Some(3),
            tick: number_tick,
        })
    }

    #[test]
    fn values_stand_at_their_counts_and_the_one_taken_is_full() {
        let svg = drawn(&[0.2, 0.6, 1.0], Some(0.8));
        for part in [
            r#"<polyline class="found" points="54.0,172.0 187.0,91.0 320.0,10.0"/>"#,
            r#"<circle class="full" cx="187.0" cy="91.0""#,
            r#"<rect class="taken" x="179.0""#,
            r#"<line class="error" x1="187.0" x2="187.0" y1="111.2" y2="70.8"/>"#,
            r#"<line class="threshold" x1="42" x2="332" y1="50.5" y2="50.5"/>"#,
            "a &#38; b",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert_eq!(svg.matches(r#"class="hollow""#).count(), 2);
    }

    #[test]
    fn values_that_are_no_numbers_leave_no_trace_and_none_make_no_drawing() {
        let svg = drawn(&[0.2, f64::NAN, 1.0], None);
        assert!(
            !svg.contains("NaN") && svg.matches("<circle").count() == 2,
            "{svg}"
        );
        assert_eq!(drawn(&[], None), "");
    }

    #[test]
    fn many_counts_have_few_labels() {
        let svg = drawn(&[0.5; 30], None);
        assert_eq!(svg.matches(r#"<text class="x""#).count(), 11, "{svg}");
    }
}
