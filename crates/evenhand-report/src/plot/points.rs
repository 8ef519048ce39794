//! Shares as dots over a line of numbers, with intervals where there are any.

use std::fmt::Write;

use super::axis::{grid_line, percent_tick};
use super::{Axis, escape, open};
use crate::stats::Interval;

/// Shares as dots over a line of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub caption: String,
    pub x_title: String,
    /// Places and what stands there; round numbers where there are none.
    pub ticks: Vec<(f64, String)>,
    pub dots: Vec<Dot>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    pub x: f64,
    /// A share.
    pub y: f64,
    pub interval: Option<Interval>,
    /// `early`, `last` or `start`.
    pub class: &'static str,
    /// Tooltip.
    pub title: String,
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 38.0;
const RIGHT: f64 = 332.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 172.0;

/// The drawing of a figure, for a width of 340 and wider.
pub fn dots_by_place(figure: &Figure) -> String {
    let dots = || figure.dots.iter().filter(|dot| dot.y.is_finite());
    let ends = |dot: &Dot| {
        dot.interval
            .map_or([dot.y; 2], |interval| [interval.low, interval.high])
    };
    let y_axis = Axis::covering(dots().flat_map(ends), (0.0, 1.0));
    let places = dots()
        .map(|dot| dot.x)
        .chain(figure.ticks.iter().map(|(x, _)| *x));
    let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let span = (high - low).max(1e-9);
    let x_of = |x: f64| LEFT + 8.0 + (RIGHT - LEFT - 16.0) * (x - low) / span;
    let y_of = |y: f64| BOTTOM - (BOTTOM - TOP) * y_axis.share(y);

    let mut svg = open("points", WIDTH, HEIGHT, &figure.caption);
    for tick in y_axis.ticks() {
        let label = percent_tick(tick, y_axis.step);
        grid_line(&mut svg, [LEFT, RIGHT], y_of(tick), &label);
    }
    let ticks = match figure.ticks.is_empty() {
        true => whole_numbers(low, high),
        false => figure.ticks.clone(),
    };
    for (x, label) in ticks {
        let _ = write!(
            svg,
            r#"<text class="x" x="{:.1}" y="{:.1}">{}</text>"#,
            x_of(x),
            BOTTOM + 16.0,
            escape(&label)
        );
    }
    let _ = write!(
        svg,
        r#"<text class="x" x="{:.1}" y="{:.1}">{}</text>"#,
        (LEFT + RIGHT) / 2.0,
        HEIGHT - 6.0,
        escape(&figure.x_title)
    );
    for dot in dots() {
        draw(&mut svg, dot, x_of(dot.x), y_of);
    }
    svg.push_str("</svg>");
    svg
}

/// A dot with its interval.
fn draw(svg: &mut String, dot: &Dot, x: f64, y_of: impl Fn(f64) -> f64) {
    let (y, title) = (y_of(dot.y), escape(&dot.title));
    if let Some(interval) = dot.interval {
        let _ = write!(
            svg,
            r#"<line class="interval" x1="{x:.1}" x2="{x:.1}" y1="{:.1}" y2="{:.1}"/>"#,
            y_of(interval.low),
            y_of(interval.high)
        );
    }
    let _ = match dot.class {
        "start" => write!(
            svg,
            r#"<rect class="start" x="{:.1}" y="{:.1}" width="8" height="8"><title>{title}</title></rect>"#,
            x - 4.0,
            y - 4.0
        ),
        class => write!(
            svg,
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="4"><title>{title}</title></circle>"#
        ),
    };
}

/// Some whole numbers of a range.
fn whole_numbers(low: f64, high: f64) -> Vec<(f64, String)> {
    if low > high {
        return Vec::new();
    }
    let axis = Axis::covering([low, high].into_iter(), (low, high));
    let ticks = axis.ticks().into_iter();
    ticks
        .filter(|tick| (tick - tick.round()).abs() < 1e-6)
        .map(|tick| (tick, format!("{tick:.0}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dot_is_drawn_where_it_belongs_and_text_stays_text() {
        let dot = |x: f64, y: f64, class| Dot {
            x,
            y,
            interval: Some(Interval {
                low: y - 0.1,
                high: y + 0.1,
            }),
            class,
            title: "<b>".into(),
        };
        let figure = Figure {
            caption: "c".into(),
            x_title: "x".into(),
            ticks: vec![(1.0, "1 & 1".into())],
            dots: vec![
                dot(1.0, 0.5, "last"),
                dot(2.0, 0.7, "start"),
                dot(3.0, f64::NAN, "last"),
            ],
        };
        let svg = dots_by_place(&figure);
        assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
        assert_eq!(svg.matches(r#"class="interval""#).count(), 2);
        assert_eq!(svg.matches("<rect").count(), 1);
        assert!(!svg.contains("<b>") && !svg.contains("NaN") && svg.contains("1 &#38; 1"));
    }
}
