//! A square of two shares, 0 to 1 across and 0 to 1 up, with the diagonal: ROC curves and
//! calibration share it. Small enough that two stand side by side on a phone.

use std::fmt::Write;

const LEFT: f64 = 32.0;
const TOP: f64 = 6.0;
pub const SIDE: f64 = 120.0;
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 146.0;

/// From the left edge of the drawing.
pub fn x(share: f64) -> f64 {
    LEFT + SIDE * share.clamp(0.0, 1.0)
}

/// From the top edge of the drawing.
pub fn y(share: f64) -> f64 {
    TOP + SIDE * (1.0 - share.clamp(0.0, 1.0))
}

/// The drawing up to its data: grid, ticks at 0, a half and 1, and the diagonal.
pub fn open(class: &str, label: &str) -> String {
    let mut svg = super::open(&format!("panel {class}"), WIDTH, HEIGHT, label);
    for (share, text) in [(0.0, "0"), (0.5, "50%"), (1.0, "100%")] {
        let (across, up) = (x(share), y(share));
        let (left, right, top, bottom) = (x(0.0), x(1.0), y(1.0), y(0.0));
        let _ = write!(
            svg,
            r#"<path class="grid" d="M{left} {up}H{right}M{across} {top}V{bottom}"/><text class="y" x="{}" y="{}">{text}</text><text class="x" x="{across}" y="{}">{text}</text>"#,
            left - 4.0,
            up + 3.5,
            bottom + 14.0,
        );
    }
    let _ = write!(
        svg,
        r#"<line class="diagonal" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    svg
}
