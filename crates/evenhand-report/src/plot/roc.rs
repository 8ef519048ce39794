//! The ROC curve of a group over that of everyone.

use std::fmt::Write;

use super::{is_share, square};

/// False-positive rate and true-positive rate, from (0, 0) to (1, 1).
type Point = (f64, f64);

/// A panel of a small multiple: the group's curve bold, everyone's thin. Empty without a curve of
/// the group. `label` is what a screen reader says.
pub fn roc(group: &[Point], everyone: &[Point], label: &str) -> String {
    if group.is_empty() {
        return String::new();
    }
    let mut svg = square::open("roc", label);
    for (class, curve) in [("everyone", everyone), ("group", group)] {
        let mut points = String::new();
        for &(fpr, tpr) in curve.iter().filter(|p| is_share(p.0) && is_share(p.1)) {
            let _ = write!(points, "{:.1},{:.1} ", square::x(fpr), square::y(tpr));
        }
        if !points.is_empty() {
            let points = points.trim_end();
            let _ = write!(svg, r#"<polyline class="{class}" points="{points}"/>"#);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The true-positive rate that the curve reaches at a false-positive rate, on the line between two
/// points where that lies between them. `None` for a curve that does not reach it.
pub fn tpr_at(curve: &[Point], fpr: f64) -> Option<f64> {
    let pair = curve
        .windows(2)
        .rev()
        .find(|pair| pair[0].0 <= fpr && fpr <= pair[1].0)?;
    let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
    Some(if x1 > x0 {
        y0 + (y1 - y0) * (fpr - x0) / (x1 - x0)
    } else {
        y1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: [Point; 4] = [(0.0, 0.0), (0.0, 0.5), (0.5, 0.75), (1.0, 1.0)];

    #[test]
    fn a_curve_runs_from_the_lower_left_to_the_upper_right() {
        let svg = roc(&CURVE, &[(0.0, 0.0), (1.0, 1.0)], "of <all>");
        assert!(
            svg.contains(
                r#"<polyline class="group" points="32.0,126.0 32.0,66.0 92.0,36.0 152.0,6.0"/>"#
            ),
            "{svg}"
        );
        assert!(svg.contains(r#"<polyline class="everyone" points="32.0,126.0 152.0,6.0"/>"#));
        assert!(svg.contains(r#"aria-label="of &#60;all&#62;""#));
    }

    #[test]
    fn without_a_curve_there_is_no_drawing() {
        assert_eq!(roc(&[], &CURVE, ""), "");
        let broken = roc(&[(0.0, f64::NAN), (f64::NAN, 1.0)], &[], "");
        assert!(
            !broken.contains("NaN") && !broken.contains("<polyline"),
            "{broken}"
        );
    }

    #[test]
    fn a_curve_is_read_at_the_top_of_a_step_and_along_a_slope() {
        for (fpr, tpr) in [(0.0, 0.5), (0.25, 0.625), (0.5, 0.75), (1.0, 1.0)] {
            assert_eq!(tpr_at(&CURVE, fpr), Some(tpr), "{fpr}");
        }
        assert_eq!(tpr_at(&[], 0.1), None);
        assert_eq!(tpr_at(&CURVE[..2], 0.1), None);
    }
}
