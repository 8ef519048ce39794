//! Calibration: whether rows of a score are positive as often as the score says.

use std::fmt::Write;

use super::{is_share, square};
use crate::metric::Bin;
use crate::stats::{Level, proportion::wilson};

/// The radius of the bin with the most rows, and of one with hardly any; the area in between goes
/// with the rows.
const RADII: (f64, f64) = (1.5, 5.0);

/// The share of positives; `None` of no rows.
pub fn positive_share(bin: &Bin) -> Option<f64> {
    (bin.n > 0 && bin.positives <= bin.n).then(|| bin.positives as f64 / bin.n as f64)
}

/// A panel of a small multiple: the mean score of each bin across, its share of positives up, with
/// Wilson's interval; the larger a point, the more rows. Empty without rows. `label` is what a
/// screen reader says.
pub fn reliability(bins: &[Bin], level: Level, label: &str) -> String {
    let shown = |bin: &Bin| positive_share(bin).filter(|_| is_share(bin.mean_score));
    let Some(most) = bins
        .iter()
        .filter(|bin| shown(bin).is_some())
        .map(|bin| bin.n)
        .max()
    else {
        return String::new();
    };
    let mut svg = square::open("reliability", label);
    for bin in bins {
        let Some(share) = shown(bin) else { continue };
        let x = square::x(bin.mean_score);
        if let Some(interval) = wilson(bin.positives, bin.n, level) {
            let (low, high) = (square::y(interval.low), square::y(interval.high));
            let _ = write!(
                svg,
                r#"<line x1="{x:.1}" x2="{x:.1}" y1="{low:.1}" y2="{high:.1}"/>"#
            );
        }
        let radius = RADII.0 + (RADII.1 - RADII.0) * (bin.n as f64 / most as f64).sqrt();
        let _ = write!(
            svg,
            r#"<circle cx="{x:.1}" cy="{:.1}" r="{radius:.1}"/>"#,
            square::y(share)
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(mean_score: f64, positives: u64, n: u64) -> Bin {
        Bin {
            low: 0.0,
            high: 1.0,
            n,
            positives,
            mean_score,
        }
    }

    #[test]
    fn a_bin_is_drawn_at_its_score_and_share_with_its_interval() {
        let level = Level::new(0.95).unwrap();
        let svg = reliability(&[bin(0.5, 25, 100), bin(0.75, 20, 25)], level, "");
        // wilson(25, 100) is 0.1755 to 0.3430: 104.9 and 84.8 from the top of a side of 120 and 6.
        assert!(
            svg.contains(r#"<line x1="92.0" x2="92.0" y1="104.9" y2="84.8"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<circle cx="92.0" cy="96.0" r="5.0"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<circle cx="122.0" cy="30.0" r="3.2"/>"#),
            "{svg}"
        );
    }

    #[test]
    fn bins_without_rows_are_not_drawn() {
        let level = Level::new(0.95).unwrap();
        assert_eq!(reliability(&[], level, ""), "");
        assert_eq!(reliability(&[bin(0.5, 0, 0)], level, ""), "");
        assert_eq!(reliability(&[bin(f64::NAN, 3, 4)], level, ""), "");
    }
}
