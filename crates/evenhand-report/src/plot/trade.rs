//! Trade-off plot, accuracy against gap: one dot a threshold policy.

use std::fmt::Write;

use super::{Axis, axis::percent_tick, open};

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 326.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 172.0;

/// Half the side of the square that a dot or the number beside it takes.
const ROOM: f64 = 6.0;

/// One policy, by its number in the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    pub number: usize,
    /// The distance of the highest group from the lowest, a share.
    pub gap: f64,
    /// Everyone's, a share.
    pub accuracy: f64,
    /// As predictions are now, drawn as a square.
    pub is_given: bool,
}

/// Accuracy up against the gap across, small gaps to the left. Empty without a spot. `label` is what
/// a screen reader says.
pub fn trade(spots: &[Spot], label: &str) -> String {
    let spots: Vec<&Spot> = spots
        .iter()
        .filter(|spot| spot.gap.is_finite() && spot.accuracy.is_finite())
        .collect();
    if spots.is_empty() {
        return String::new();
    }
    let x_axis = Axis::covering(spots.iter().map(|spot| spot.gap).chain([0.0]), (0.0, 1.0));
    let y_axis = Axis::covering(spots.iter().map(|spot| spot.accuracy), (0.0, 1.0));
    let x_of = |gap: f64| LEFT + (RIGHT - LEFT) * x_axis.share(gap);
    let y_of = |accuracy: f64| BOTTOM - (BOTTOM - TOP) * y_axis.share(accuracy);

    let mut svg = open("lines trade", WIDTH, HEIGHT, label);
    for tick in y_axis.ticks() {
        let y = y_of(tick);
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}"/><text class="y" x="{}" y="{:.1}">{}</text>"#,
            LEFT - 6.0,
            y + 3.5,
            percent_tick(tick, y_axis.step),
        );
    }
    for tick in x_axis.ticks() {
        let x = x_of(tick);
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}"/><text class="x" x="{x:.1}" y="{}">{}</text>"#,
            BOTTOM + 16.0,
            points_tick(tick, x_axis.step),
        );
    }
    let _ = write!(
        svg,
        r#"<text class="x" x="{}" y="{}">gap in percentage points</text>"#,
        (LEFT + RIGHT) / 2.0,
        BOTTOM + 36.0,
    );
    let places: Vec<(f64, f64)> = spots
        .iter()
        .map(|spot| (x_of(spot.gap), y_of(spot.accuracy)))
        .collect();
    let mut taken = places.clone();
    for (spot, &place) in spots.iter().zip(&places) {
        let number = free(place, &taken);
        taken.push(number);
        draw(&mut svg, spot, place, number);
    }
    svg.push_str("</svg>");
    svg
}

/// A spot at its place, and its number at another.
fn draw(svg: &mut String, spot: &Spot, (x, y): (f64, f64), number: (f64, f64)) {
    let _ = match spot.is_given {
        true => write!(
            svg,
            r#"<rect x="{:.1}" y="{:.1}" width="8" height="8"/>"#,
            x - 4.0,
            y - 4.0
        ),
        false => write!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="4"/>"#),
    };
    let _ = write!(
        svg,
        r#"<text class="x number" x="{:.1}" y="{:.1}">{}</text>"#,
        number.0,
        number.1 + 4.0,
        spot.number
    );
}

/// `0.15` as `15`.
fn points_tick(value: f64, step: f64) -> String {
    percent_tick(value, step).trim_end_matches('%').to_owned()
}

/// A place beside a dot, as near as there is one, that nothing else has taken.
fn free((x, y): (f64, f64), taken: &[(f64, f64)]) -> (f64, f64) {
    const SIDES: [(f64, f64); 8] = [
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.0, -1.0),
        (0.0, 1.0),
        (1.0, -1.0),
        (1.0, 1.0),
        (-1.0, -1.0),
        (-1.0, 1.0),
    ];
    let is_free = |&(x, y): &(f64, f64)| {
        let inside = (LEFT..WIDTH - ROOM).contains(&x) && (0.0..BOTTOM).contains(&y);
        let apart = |other: &(f64, f64)| {
            (other.0 - x).abs() >= 1.9 * ROOM || (other.1 - y).abs() >= 1.9 * ROOM
        };
        inside && taken.iter().all(apart)
    };
    (2..6)
        .flat_map(|ring| {
            SIDES.map(|(dx, dy)| {
                (
                    x + dx * ROOM * f64::from(ring),
                    y + dy * ROOM * f64::from(ring),
                )
            })
        })
        .find(is_free)
        .unwrap_or((x + 2.0 * ROOM, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(number: usize, gap: f64, accuracy: f64) -> Spot {
        Spot {
            number,
            gap,
            accuracy,
            is_given: number == 1,
        }
    }

    #[test]
    fn small_gaps_are_left_and_high_accuracy_is_up() {
        let svg = trade(&[spot(1, 0.1, 0.85), spot(2, 0.0, 0.80)], "a < b");
        // Axes from 0 to 10 points and from 80 to 85 %.
        assert!(
            svg.contains(r#"<rect x="322.0" y="6.0" width="8""#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<circle cx="44.0" cy="172.0" r="4"/>"#),
            "{svg}"
        );
        assert!(svg.contains(">85%</text>") && svg.contains(">10</text>"));
        assert!(svg.contains("a &#60; b"));
    }

    #[test]
    fn numbers_of_the_same_spot_do_not_lie_on_each_other() {
        let spots: Vec<Spot> = (1..=7).map(|n| spot(n, 0.1, 0.8)).collect();
        let svg = trade(&spots, "");
        let mut places: Vec<&str> = svg
            .match_indices("class=\"x number\" ")
            .map(|(at, _)| &svg[at..at + svg[at..].find('>').unwrap()])
            .collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 7);
    }

    #[test]
    fn without_a_number_there_is_no_drawing() {
        assert_eq!(trade(&[], ""), "");
        assert_eq!(trade(&[spot(1, f64::NAN, 0.8)], ""), "");
    }
}
