//! Where scores lie, by label: positives above a line, negatives below it, so that the two differ
//! by place and not by colour alone.

use std::fmt::Write;

use super::open;

const LEFT: f64 = 8.0;
const RIGHT: f64 = 152.0;
const TOP: f64 = 6.0;
const MIDDLE: f64 = 61.0;
const BOTTOM: f64 = 116.0;

/// A panel of a small multiple: scores from 0 to 1 in bins of equal width, `[negatives, positives]`.
/// A bar is the bin's share of the rows of its label, and `tallest` the share that fills a half, so
/// that panels can be compared. Empty without rows. `label` is what a screen reader says.
pub fn histogram(counts: &[Vec<u64>; 2], tallest: f64, label: &str) -> String {
    let totals = counts.each_ref().map(|counts| counts.iter().sum::<u64>());
    if totals == [0, 0] {
        return String::new();
    }
    let mut svg = open("panel histogram", 160.0, 136.0, label);
    let halves = [
        ("negatives", BOTTOM - MIDDLE, 0.0),
        ("positives", MIDDLE - TOP, 1.0),
    ];
    for (((class, room, up), counts), total) in halves.into_iter().zip(counts).zip(totals) {
        let width = (RIGHT - LEFT) / counts.len().max(1) as f64;
        for (bin, &count) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let share = count as f64 / total as f64;
            let height = room * (share / tallest).clamp(0.0, 1.0);
            let _ = write!(
                svg,
                r#"<rect class="{class}" x="{:.1}" y="{:.1}" width="{:.1}" height="{height:.1}"/>"#,
                LEFT + width * bin as f64 + 0.5,
                MIDDLE - up * height,
                (width - 1.0).max(0.5),
            );
        }
    }
    let _ = write!(
        svg,
        r#"<line x1="{LEFT}" x2="{RIGHT}" y1="{MIDDLE}" y2="{MIDDLE}"/>"#
    );
    for (share, text) in [(0.0, "0"), (0.5, "50%"), (1.0, "100%")] {
        let x = LEFT + (RIGHT - LEFT) * share;
        let y = BOTTOM + 14.0;
        let _ = write!(svg, r#"<text class="x" x="{x}" y="{y}">{text}</text>"#);
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positives_stand_on_the_line_and_negatives_hang_from_it() {
        let svg = histogram(&[vec![3, 1], vec![0, 4]], 1.0, "a & b");
        // Three quarters of the negatives in the first of two bins; all positives in the second.
        for bar in [
            r#"<rect class="negatives" x="8.5" y="61.0" width="71.0" height="41.2"/>"#,
            r#"<rect class="negatives" x="80.5" y="61.0" width="71.0" height="13.8"/>"#,
            r#"<rect class="positives" x="80.5" y="6.0" width="71.0" height="55.0"/>"#,
        ] {
            assert!(svg.contains(bar), "{bar} is not in {svg}");
        }
        assert_eq!(svg.matches("<rect").count(), 3);
        assert!(svg.contains("a &#38; b"));
    }

    #[test]
    fn no_rows_make_no_drawing_and_one_label_makes_half_of_one() {
        assert_eq!(histogram(&[vec![0, 0], vec![]], 1.0, ""), "");
        let half = histogram(&[vec![], vec![2, 2]], 0.5, "");
        assert_eq!(half.matches("<rect class=\"positives\"").count(), 2);
        assert!(!half.contains("NaN"), "{half}");
    }
}
