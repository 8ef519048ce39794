//! One rate across groups: a dot a group on a line, and the distance from the lowest to the highest.

use std::fmt::Write;

use super::Axis;

/// One line of a gap chart, in per cent of the width it gets. The lowest group is a hollow dot, the
/// highest a full one, the others small; everyone is a dashed line. The page says the rest in words,
/// so the drawing is hidden from screen readers. Empty without a number.
pub fn dots(axis: &Axis, rates: &[f64], overall: Option<f64>) -> String {
    let mut rates: Vec<f64> = rates.iter().copied().filter(|r| r.is_finite()).collect();
    rates.sort_by(f64::total_cmp);
    let [lowest, .., highest] = rates[..] else {
        return String::new();
    };
    let mut svg = String::from(r#"<svg class="interval dots" aria-hidden="true">"#);
    if let Some(overall) = overall.filter(|overall| overall.is_finite()) {
        let x = axis.percent(overall);
        let _ = write!(
            svg,
            r#"<line class="overall" x1="{x}" x2="{x}" y1="0" y2="100%"/>"#
        );
    }
    let (low, high) = (axis.percent(lowest), axis.percent(highest));
    let _ = write!(svg, r#"<line x1="{low}" x2="{high}" y1="50%" y2="50%"/>"#);
    for rate in &rates[1..rates.len() - 1] {
        let x = axis.percent(*rate);
        let _ = write!(svg, r#"<circle class="other" cx="{x}" cy="50%" r="3"/>"#);
    }
    let _ = write!(
        svg,
        r#"<circle cx="{high}" cy="50%" r="5"/><circle class="lowest" cx="{low}" cy="50%" r="5"/></svg>"#
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: Axis = Axis {
        low: 0.0,
        high: 0.8,
        step: 0.2,
    };

    #[test]
    fn the_line_runs_from_the_lowest_dot_to_the_highest() {
        let svg = dots(&AXIS, &[0.6, 0.2, f64::NAN, 0.4], Some(0.5));
        assert!(
            svg.contains(r#"<line x1="25.00%" x2="75.00%" y1="50%" y2="50%"/>"#),
            "{svg}"
        );
        assert!(svg.contains(r#"<circle class="other" cx="50.00%""#));
        assert!(svg.contains(r#"<circle class="lowest" cx="25.00%""#));
        assert!(svg.contains(r#"<line class="overall" x1="62.50%""#));
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn one_group_has_no_gap() {
        assert_eq!(dots(&AXIS, &[], None), "");
        assert_eq!(dots(&AXIS, &[0.5, f64::NAN], None), "");
    }
}
