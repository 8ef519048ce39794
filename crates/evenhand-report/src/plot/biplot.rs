//! Biplots: rows as markers by the scores of two components, columns as arrows by their loadings.

use std::fmt::Write;

use super::axis::number_tick;
use super::{Axis, escape, open};

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 332.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 284.0;

/// The longest arrow, as a share of the way from the origin to the nearest edge it points to.
const LONGEST: f64 = 0.85;
/// Letters nearer than this to another one move further out.
const ROOM: f64 = 11.0;
/// The same for letters beside the centre of a segment.
const ROOM_AT_CENTRE: f64 = 14.0;

/// Colours that the style sheet has. Markers have 5 shapes, so that 40 segments differ.
const TONES: usize = 8;

/// A circle, a square, a triangle, a diamond and a triangle on its tip, from their middle.
const SHAPES: [&str; 5] = [
    "m-2.2 0a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0-4.4 0z",
    "m-2-2h4v4h-4z",
    "m0-2.6l2.5 4.4h-5z",
    "m0-2.9l2.6 2.9-2.6 2.9-2.6-2.9z",
    "m0 2.6l2.5-4.4h-5z",
];

#[derive(Debug, Clone, PartialEq)]
pub struct Biplot<'a> {
    /// What a screen reader says.
    pub label: &'a str,
    /// Names of the components across and up.
    pub axes: [&'a str; 2],
    pub rows: &'a [Marker],
    /// Centres of segments, by number.
    pub centres: &'a [(f64, f64)],
    pub arrows: &'a [Arrow],
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marker {
    pub segment: usize,
    pub at: (f64, f64),
}

/// A column, by its letter in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    pub letter: String,
    pub loadings: (f64, f64),
}

/// From the units of scores to the drawing: the same on both axes, so that distances are those between rows.
struct Plane {
    units: f64,
    low: (f64, f64),
}

impl Plane {
    /// Holds all rows, the centres and the origin.
    fn new(plot: &Biplot) -> Self {
        let rows = plot.rows.iter().map(|row| row.at);
        let points = rows.chain(plot.centres.iter().copied()).chain([(0.0, 0.0)]);
        let ends = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((0.0_f64, 0.0_f64), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        };
        let (left, right) = ends(&mut points.clone().map(|(x, _)| x));
        let (bottom, top) = ends(&mut points.map(|(_, y)| y));
        let fits = |room: f64, span: f64| room / span.max(1e-12);
        let units = 0.94 * fits(RIGHT - LEFT, right - left).min(fits(BOTTOM - TOP, top - bottom));
        let (width, height) = ((RIGHT - LEFT) / units, (BOTTOM - TOP) / units);
        Self {
            units,
            low: ((left + right - width) / 2.0, (bottom + top - height) / 2.0),
        }
    }

    fn x(&self, score: f64) -> f64 {
        LEFT + self.units * (score - self.low.0)
    }

    fn y(&self, score: f64) -> f64 {
        BOTTOM - self.units * (score - self.low.1)
    }
}

/// The drawing, for a width of 340 and wider.
pub fn biplot(plot: &Biplot) -> String {
    let plane = Plane::new(plot);
    let mut svg = open("biplot", WIDTH, HEIGHT, plot.label);
    grid(&mut svg, &plane, plot.axes);
    let segments = plot.rows.iter().map(|row| row.segment + 1).max();
    for segment in 0..segments.unwrap_or(0) {
        let mut path = String::new();
        for row in plot.rows.iter().filter(|row| row.segment == segment) {
            let (x, y) = (plane.x(row.at.0), plane.y(row.at.1));
            let _ = write!(path, "M{x:.1} {y:.1}{}", SHAPES[segment % SHAPES.len()]);
        }
        let tone = segment % TONES;
        let _ = write!(svg, r#"<path class="row tone-{tone}" d="{path}"/>"#);
    }
    arrows(&mut svg, &plane, plot);
    for (segment, &(x, y)) in plot.centres.iter().enumerate() {
        let (x, y) = (plane.x(x), plane.y(y));
        let tone = segment % TONES;
        let _ = write!(
            svg,
            r#"<circle class="centre tone-{tone}" cx="{x:.1}" cy="{y:.1}" r="8"/><text class="centre" x="{x:.1}" y="{:.1}">{}</text>"#,
            y + 4.0,
            segment + 1
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The marker of a segment beside its name.
pub fn swatch(segment: usize) -> String {
    format!(
        r#"<svg class="swatch" viewBox="-4 -4 8 8" aria-hidden="true"><path class="tone-{}" d="M0 0{}"/></svg>"#,
        segment % TONES,
        SHAPES[segment % SHAPES.len()]
    )
}

fn grid(svg: &mut String, plane: &Plane, [across, up]: [&str; 2]) {
    let limits = (f64::NEG_INFINITY, f64::INFINITY);
    let right = plane.low.0 + (RIGHT - LEFT) / plane.units;
    let top = plane.low.1 + (BOTTOM - TOP) / plane.units;
    let axis = |low: f64, high: f64| Axis::spanning([low, high].into_iter(), limits, 0.0);
    for (low, high, is_across) in [(plane.low.0, right, true), (plane.low.1, top, false)] {
        let axis = axis(low, high);
        for tick in axis
            .ticks()
            .into_iter()
            .filter(|tick| (low..=high).contains(tick))
        {
            let class = if tick.abs() < axis.step / 2.0 {
                "zero"
            } else {
                "grid"
            };
            let label = number_tick(tick, axis.step);
            let _ = match is_across {
                true => write!(
                    svg,
                    r#"<line class="{class}" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}"/><text class="x" x="{x:.1}" y="{}">{label}</text>"#,
                    BOTTOM + 14.0,
                    x = plane.x(tick),
                ),
                false => write!(
                    svg,
                    r#"<line class="{class}" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}"/><text class="y" x="{}" y="{:.1}">{label}</text>"#,
                    LEFT - 4.0,
                    plane.y(tick) + 3.5,
                    y = plane.y(tick),
                ),
            };
        }
    }
    let _ = write!(
        svg,
        r#"<text class="x" x="{}" y="{}">{}</text><text class="x" transform="translate(9 {}) rotate(-90)">{}</text>"#,
        (LEFT + RIGHT) / 2.0,
        HEIGHT - 5.0,
        escape(across),
        (TOP + BOTTOM) / 2.0,
        escape(up)
    );
}

/// Arrows from the origin, all lengthened alike, as far as they stay in the drawing. One without a length has no direction
/// and is not drawn.
fn arrows(svg: &mut String, plane: &Plane, plot: &Biplot) {
    let norm = |arrow: &Arrow| arrow.loadings.0.hypot(arrow.loadings.1);
    let arrows = || plot.arrows.iter().filter(|arrow| norm(arrow) > 1e-9);
    let (x0, y0) = (plane.x(0.0), plane.y(0.0));
    let room = |loading: f64, [back, ahead]: [f64; 2]| match loading < 0.0 {
        true => back / -loading,
        false => ahead / loading.abs(),
    };
    let reach = |Arrow { loadings, .. }: &Arrow| {
        let across = room(loadings.0, [x0 - LEFT, RIGHT - x0]);
        across.min(room(loadings.1, [BOTTOM - y0, y0 - TOP]))
    };
    let length = LONGEST * arrows().map(reach).fold(f64::INFINITY, f64::min);
    let centres = plot.centres.iter();
    let mut taken: Vec<((f64, f64), f64)> = centres
        .map(|&(x, y)| ((plane.x(x), plane.y(y)), ROOM_AT_CENTRE))
        .collect();
    let mut letters = String::new();
    for arrow @ Arrow { letter, loadings } in arrows() {
        let (dx, dy) = (loadings.0 / norm(arrow), -loadings.1 / norm(arrow));
        let (x, y) = (x0 + length * loadings.0, y0 - length * loadings.1);
        let mut out = 8.0;
        let place = |out: f64| (x + out * dx, y + out * dy);
        let is_taken = |at: (f64, f64)| {
            let mut taken = taken.iter();
            taken.any(|(other, room)| (at.0 - other.0).hypot(at.1 - other.1) < *room)
        };
        while is_taken(place(out)) {
            out += 3.0;
        }
        taken.push((place(out), ROOM));
        let (a, b) = ((x - 6.0 * dx, y - 6.0 * dy), (3.0 * dy, 3.0 * dx));
        let _ = write!(
            svg,
            r#"<path class="arrow" d="M{x0:.1} {y0:.1}L{x:.1} {y:.1}M{:.1} {:.1}L{x:.1} {y:.1}L{:.1} {:.1}"/>"#,
            a.0 + b.0,
            a.1 - b.1,
            a.0 - b.0,
            a.1 + b.1,
        );
        let _ = write!(
            letters,
            r#"<text class="letter" x="{:.1}" y="{:.1}">{}</text>"#,
            place(out).0,
            place(out).1 + 4.0,
            escape(letter)
        );
    }
    // Above all arrows.
    svg.push_str(&letters);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[Marker], arrows: &[Arrow]) -> String {
        biplot(&Biplot {
            label: "a & b",
            axes: ["<across>", "up"],
            rows,
            centres: &[(1.0, 0.0), (-1.0, 0.0)],
            arrows,
        })
    }

    fn arrow(letter: &str, loadings: (f64, f64)) -> Arrow {
        Arrow {
            letter: letter.to_owned(),
            loadings,
        }
    }

    #[test]
    fn rows_are_drawn_by_segment_and_centres_have_numbers() {
        let row = |segment, x| Marker {
            segment,
            at: (x, 0.5),
        };
        let svg = drawn(&[row(0, 2.0), row(1, -2.0), row(0, 1.0)], &[]);
        let path = |tone: usize| {
            let start = svg
                .find(&format!(r#"<path class="row tone-{tone}""#))
                .unwrap();
            svg[start..start + svg[start..].find("/>").unwrap()]
                .matches('M')
                .count()
        };
        assert_eq!((path(0), path(1)), (2, 1));
        assert!(svg.contains(">1</text>") && svg.contains(">2</text>"));
        assert!(svg.contains("&#60;across&#62;") && svg.contains("a &#38; b"));
    }

    #[test]
    fn arrows_stay_within_the_drawing_and_their_letters_apart() {
        let same = [
            arrow("a", (0.9, 0.1)),
            arrow("b", (0.9, 0.1)),
            arrow("c", (0.0, -0.5)),
        ];
        let svg = drawn(&[], &same);
        let places: Vec<(f64, f64)> = svg
            .split(r#"<text class="letter" x=""#)
            .skip(1)
            .map(|text| {
                let mut numbers = text.split('"');
                let x = numbers.next().unwrap().parse().unwrap();
                (x, numbers.nth(1).unwrap().parse().unwrap())
            })
            .collect();
        assert_eq!(places.len(), 3, "{svg}");
        let apart = (places[0].0 - places[1].0).hypot(places[0].1 - places[1].1);
        assert!(apart >= ROOM, "{apart}");
        for (x, y) in places {
            assert!(
                (0.0..WIDTH).contains(&x) && (0.0..HEIGHT).contains(&y),
                "{x}, {y}"
            );
        }
        assert!(!drawn(&[], &[]).contains("NaN"));
        let none = drawn(&[], &[arrow("a", (0.0, 0.0)), arrow("b", (0.0, 0.0))]);
        assert!(!none.contains("class=\"arrow\""), "{none}");
    }
}
