//! How the values of a column are distributed: numbers as bins on a line, a level as one bar.

use std::fmt::Write;

use super::{escape, is_share, open};

const LEFT: f64 = 4.0;
const RIGHT: f64 = 316.0;
const TOP: f64 = 4.0;
const BOTTOM: f64 = 84.0;

/// Bins of equal width.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    /// Rows of each.
    pub counts: Vec<u64>,
    /// The ends of the first and last one, as text.
    pub ends: [String; 2],
}

/// Bins as bars on a line, of which the highest fills the drawing. Empty without rows. `label` is what a screen reader
/// says.
pub fn bins(bins: &Bins, label: &str) -> String {
    marked_bins(bins, &[], label)
}

/// The same with lines across it, each at a share of the width and with a class: `mean` or `median`.
pub fn marked_bins(bins: &Bins, marks: &[(f64, &str)], label: &str) -> String {
    let most = bins.counts.iter().max().copied().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let mut svg = open("bins", 320.0, 104.0, label);
    let width = (RIGHT - LEFT) / bins.counts.len() as f64;
    for (at, &count) in bins.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        // A single row is seen.
        let height = ((BOTTOM - TOP) * count as f64 / most as f64).max(0.8);
        let _ = write!(
            svg,
            r#"<rect x="{:.1}" y="{:.1}" width="{:.1}" height="{height:.1}"/>"#,
            LEFT + width * at as f64 + 0.5,
            BOTTOM - height,
            width - 1.0,
        );
    }
    let _ = write!(
        svg,
        r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>"#
    );
    for (share, class) in marks.iter().filter(|(share, _)| is_share(*share)) {
        let x = LEFT + (RIGHT - LEFT) * share;
        let _ = write!(
            svg,
            r#"<line class="{class}" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}"/>"#
        );
    }
    for (x, anchor, end) in [
        (LEFT, "start", &bins.ends[0]),
        (RIGHT, "end", &bins.ends[1]),
    ] {
        let y = BOTTOM + 15.0;
        let _ = write!(
            svg,
            r#"<text x="{x}" y="{y}" text-anchor="{anchor}">{}</text>"#,
            escape(end)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A share of a line that scales with the width it gets.
pub fn share_bar(share: f64) -> String {
    let width = 100.0 * share.clamp(0.0, 1.0);
    format!(
        r#"<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="0" width="{width:.2}" height="8"/></svg>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[u64]) -> String {
        let ends = ["0".to_owned(), "<9>".to_owned()];
        let counts = counts.to_vec();
        bins(&Bins { counts, ends }, "age & more")
    }

    #[test]
    fn the_highest_bin_fills_the_drawing_and_a_single_row_is_seen() {
        let svg = of(&[1_000, 0, 500, 1]);
        for part in [
            r#"<rect x="4.5" y="4.0" width="77.0" height="80.0"/>"#,
            r#"<rect x="160.5" y="44.0" width="77.0" height="40.0"/>"#,
            r#"<rect x="238.5" y="83.2" width="77.0" height="0.8"/>"#,
            "&#60;9&#62;</text>",
            "age &#38; more",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 3);
        assert_eq!(of(&[0, 0]), "");
    }

    #[test]
    fn marks_stand_at_their_share_of_the_width() {
        let ends = ["0".to_owned(), "8".to_owned()];
        let counts = vec![1, 2];
        let marks = [(0.25, "mean"), (f64::NAN, "median")];
        let svg = marked_bins(&Bins { counts, ends }, &marks, "age");
        assert!(
            svg.contains(r#"<line class="mean" x1="82.0" x2="82.0""#),
            "{svg}"
        );
        assert!(!svg.contains("median"), "{svg}");
    }

    #[test]
    fn a_bar_stays_within_its_line() {
        assert!(share_bar(0.25).contains(r#"width="25.00""#));
        assert!(share_bar(7.0).contains(r#"width="100.00""#));
    }
}
