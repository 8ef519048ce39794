//! Risk-coverage curve of a group over that of everyone: errors among the rows that are kept.

use std::fmt::Write;

use super::axis::{Axis, percent_tick};
use super::{is_share, open};

const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 146.0;
const LEFT: f64 = 32.0;
const RIGHT: f64 = 152.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = 126.0;

/// Share of the rows that are left to people, and share of the others that are wrong.
pub type RiskPoint = (f64, f64);

/// Scales of the panels of a small multiple: the same for all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskScale {
    left: f64,
    error: Axis,
}

impl RiskScale {
    pub fn covering<'a>(curves: impl Iterator<Item = &'a [RiskPoint]> + Clone) -> Self {
        let points = curves.flatten();
        let errors = points.clone().map(|point| point.1);
        Self {
            left: points.map(|point| point.0).fold(0.1, f64::max),
            error: Axis::covering(errors.chain([0.0]), (0.0, 1.0)),
        }
    }

    fn place(&self, (left, error): RiskPoint) -> (f64, f64) {
        let x = LEFT + (RIGHT - LEFT) * left / self.left;
        (x, BOTTOM - (BOTTOM - TOP) * self.error.share(error))
    }
}

/// A panel of a small multiple: the group's curve bold, everyone's thin. Empty without a curve of the
/// group. `label` is what a screen reader says.
pub fn risk(group: &[RiskPoint], everyone: &[RiskPoint], scale: RiskScale, label: &str) -> String {
    if group.is_empty() {
        return String::new();
    }
    let mut svg = open("panel risk", WIDTH, HEIGHT, label);
    for tick in scale.error.ticks() {
        let (_, y) = scale.place((0.0, tick));
        let _ = write!(
            svg,
            r#"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/><text class="y" x="{}" y="{:.1}">{}</text>"#,
            LEFT - 4.0,
            y + 3.5,
            percent_tick(tick, scale.error.step),
        );
    }
    for left in [0.0, scale.left] {
        let (x, _) = scale.place((left, 0.0));
        let _ = write!(
            svg,
            r#"<text class="x" x="{x:.1}" y="{}">{}</text>"#,
            BOTTOM + 14.0,
            percent_tick(left, scale.left),
        );
    }
    for (class, curve) in [("everyone", everyone), ("group", group)] {
        let mut points = String::new();
        for &point in curve.iter().filter(|of| is_share(of.0) && is_share(of.1)) {
            let (x, y) = scale.place(point);
            let _ = write!(points, "{x:.1},{y:.1} ");
        }
        if !points.is_empty() {
            let points = points.trim_end();
            let _ = write!(svg, r#"<polyline class="{class}" points="{points}"/>"#);
        }
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_right_with_the_images_left_to_people_and_down_with_errors() {
        let (group, everyone) = ([(0.0, 0.2), (0.5, 0.1)], [(0.0, 0.1), (0.5, 0.0)]);
        let scale = RiskScale::covering([&group[..], &everyone[..]].into_iter());
        let svg = risk(&group, &everyone, scale, "of <all>");
        assert!(
            svg.contains(r#"<polyline class="group" points="32.0,6.0 152.0,66.0"/>"#),
            "{svg}"
        );
        assert!(svg.contains(r#"<polyline class="everyone" points="32.0,66.0 152.0,126.0"/>"#));
        assert!(svg.contains("of &#60;all&#62;") && svg.contains(">50%</text>"));
    }

    #[test]
    fn without_a_curve_there_is_no_drawing() {
        let scale = RiskScale::covering(std::iter::empty());
        assert_eq!(risk(&[], &[(0.0, 0.1)], scale, ""), "");
        let broken = risk(&[(0.0, f64::NAN)], &[], scale, "");
        assert!(!broken.contains("NaN") && !broken.contains("<polyline"));
    }
}
