//! The figures, as inline SVG.
//!
//! Written here and not with a plotting crate, because a report is read on a phone, on paper and in
//! the dark. kuva draws a forest plot of a fixed pixel size with its colours in attributes: on a
//! phone the labels take more than half of it, the last tick is cut off, and nothing adapts to the
//! reader's colour scheme. Here the labels of a forest plot are text of the page, which wraps and
//! moves above its interval on a narrow screen, and only the interval is a drawing, in per cent of
//! the width it gets; colours are CSS classes. No text from the data enters a drawing.

use std::fmt::Write;

use crate::audit::Estimate;

/// A linear scale with round ends and round steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub step: f64,
}

impl Axis {
    /// The scale for these values: three to six steps of 1, 2 or 5 times a power of ten, never
    /// beyond `limits`. Values that are not finite are passed over.
    pub fn covering(values: impl Iterator<Item = f64>, limits: (f64, f64)) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self {
                low: 0.0,
                high: 1.0,
                step: 0.2,
            };
        }
        let low = low.min(high - 0.02).max(limits.0);
        let span = (high - low).max(0.02);
        let power = 10_f64.powf((span / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| span / step <= 5.0)
            .unwrap_or(10.0 * power);
        // A hair of tolerance, so that 0.7 / 0.1 counts as 7 steps and not as 6.
        let low = ((low / step + 1e-9).floor() * step).max(limits.0);
        let high = ((high / step - 1e-9).ceil() * step)
            .min(limits.1)
            .max(low + step);
        Self { low, high, step }
    }

    pub fn ticks(&self) -> Vec<f64> {
        let steps = ((self.high - self.low) / self.step + 1e-9).floor() as usize;
        (0..=steps)
            .map(|i| self.low + i as f64 * self.step)
            .collect()
    }

    /// How far along the scale a value is, from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The width of a step in per cent of the scale.
    pub fn step_percent(&self) -> f64 {
        100.0 * self.step / (self.high - self.low)
    }

    fn percent(&self, value: f64) -> String {
        format!("{:.2}%", 100.0 * self.share(value))
    }
}

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
    let mut svg = String::from(r#"<svg class="scale" aria-hidden="true">"#);
    for tick in axis.ticks() {
        let (x, label) = (axis.percent(tick), percent_tick(tick, axis.step));
        let _ = write!(
            svg,
            r#"<line x1="{x}" x2="{x}" y1="0" y2="5"/><text x="{x}" y="18">{label}</text>"#
        );
    }
    svg.push_str("</svg>");
    svg
}

fn percent_tick(value: f64, step: f64) -> String {
    let decimals = usize::from(step < 0.0099);
    format!("{:.decimals$}%", value * 100.0)
}

/// One line of a line chart. `class` is one or more of `train`, `validation`, and `fold`, `mean`,
/// `final`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub class: String,
    /// Epoch and value.
    pub points: Vec<(u32, f64)>,
}

/// A line chart over epochs, drawn for a width of 340 and wider. `title` and `description` are what
/// a screen reader says of it and hold no text from the data; `id` is unique in the page.
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

    let mut svg = format!(
        r#"<svg class="lines" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>"#
    );
    for tick in y_axis.ticks() {
        let y = y_of(tick);
        let label = if shares {
            percent_tick(tick, y_axis.step)
        } else {
            let decimals = (-y_axis.step.log10()).ceil().clamp(0.0, 4.0) as usize;
            format!("{tick:.decimals$}")
        };
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}"/><text class="y" x="{:.1}" y="{:.1}">{label}</text>"#,
            LEFT - 6.0,
            y + 3.5
        );
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
    use crate::stats::Interval;

    #[test]
    fn axes_have_round_ends_and_stay_within_their_limits() {
        let axis = Axis::covering([0.713, 0.94].into_iter(), (0.0, 1.0));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            near(axis.low, 0.7) && near(axis.high, 0.95) && near(axis.step, 0.05),
            "{axis:?}"
        );
        assert_eq!(axis.ticks().len(), 6);
        let full = Axis::covering([0.03, 1.0].into_iter(), (0.0, 1.0));
        assert_eq!((full.low, full.high, full.step), (0.0, 1.0, 0.2));
        let one = Axis::covering([1.0].into_iter(), (0.0, 1.0));
        assert!(one.low < one.high && one.ticks().len() > 1);
        assert_eq!(Axis::covering([f64::NAN].into_iter(), (0.0, 1.0)).high, 1.0);
    }

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
