//! The figures, as inline SVG: functions from numbers to a drawing, one kind a file.
//!
//! Written here and not with a plotting crate, because a report is read on a phone, on paper and in
//! the dark. kuva draws a forest plot of a fixed pixel size with its colours in attributes: on a
//! phone the labels take more than half of it, the last tick is cut off, and nothing adapts to the
//! reader's colour scheme. Here labels are text of the page wherever they may be long: it wraps, and
//! moves above its drawing on a narrow screen. Colours are CSS classes. What text from the data
//! enters a drawing goes through [`escape`].

mod axis;
mod bar;
mod biplot;
mod by_count;
mod correction;
mod dependence;
mod distribution;
mod gaps;
mod heat;
mod histogram;
mod interval;
mod lines;
mod overlay;
mod points;
mod reliability;
mod risk;
mod roc;
mod square;
mod trade;

pub use axis::{Axis, number_tick, percent_tick};
pub use bar::{bar, number_scale, plain_bar};
pub use biplot::{Arrow, Biplot, Marker, biplot, swatch};
pub use by_count::{ByCount, Count, Series, by_count};
pub use correction::correction;
pub use dependence::{Curve, dependence, dependence_of_group};
pub use distribution::{Bins, bins, marked_bins, share_bar};
pub use gaps::dots;
pub use heat::shade;
pub use histogram::histogram;
pub use interval::{interval, scale};
pub use lines::{Line, lines};
pub use overlay::overlay;
pub use points::{Dot, Figure, dots_by_place};
pub use reliability::{positive_share, reliability};
pub use risk::{RiskPoint, RiskScale, risk};
pub use roc::{roc, tpr_at};
pub use trade::{Spot, trade};

/// Text as an attribute or an element may hold it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&#38;"),
            '<' => escaped.push_str("&#60;"),
            '>' => escaped.push_str("&#62;"),
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Opens a drawing of this many units that scales with the width it gets. `label` is what a screen
/// reader says in its place.
fn open(class: &str, width: f64, height: f64, label: &str) -> String {
    format!(
        r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-label="{}">"#,
        escape(label)
    )
}

/// A share that a drawing can place: within 0 and 1, and a number.
fn is_share(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_attribute() {
        let svg = open("roc", 10.0, 20.0, r#""><script>'&"#);
        assert_eq!(
            svg,
            r##"<svg class="roc" viewBox="0 0 10 20" role="img" aria-label="&#34;&#62;&#60;script&#62;&#39;&#38;">"##
        );
    }
}
