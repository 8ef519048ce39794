//! The mouth, which the label is about, and the beard that may hide some of it.

use super::canvas::{Point, at, ellipse, mix};
use super::features::Layout;
use super::person::Age;
use super::portrait::{BLACK, Portrait, WHITE};

impl Portrait<'_> {
    pub fn mouth(&mut self, layout: &Layout) {
        let mouth = self.person.mouth;
        let (x, y, half) = (1.2 * layout.middle, layout.mouth, mouth.width);
        let lift = 0.13 * mouth.smile;
        let middle = at(x, y + 0.4 * lift);
        // The line between the lips: a parabola whose ends are `lift` above its middle.
        let line = |across: f32| y + lift * (0.4 - across * across);
        let arch = |across: f32| (1.0 - across * across).max(0.0);
        let between = |p: Point, up: f32, down: f32| {
            let across = (p.x - x) / half;
            let (line, arch) = (line(across), arch(across).powf(0.7));
            (line - up * arch - p.y)
                .max(p.y - line - down * arch)
                .max((p.x - x).abs() - half)
        };

        self.laugh_lines(layout, x, line(1.0));

        let (full, open) = (mouth.fullness, mouth.open);
        let lower = mix(mouth.colour, WHITE, 0.08);
        let upper = mix(mouth.colour, BLACK, 0.10);
        let chin = (self.skin(0.70), 0.5);
        let shadow =
            |p: Point| ellipse(p, at(x, middle.y + open + 1.9 * full), at(0.6 * half, 0.03));
        self.canvas.shade(middle, 0.4, chin, 0.08, |_| -1.0, shadow);
        self.canvas
            .fill(middle, half, lower, |p| between(p, 0.0, open + 1.25 * full));
        self.canvas.fill(middle, half, upper, |p| {
            between(p, open / 3.0 + full, open / 2.0)
        });
        if open > 0.0 {
            let inside = |p| between(p, open / 3.0, 0.8 * open);
            self.canvas.fill(middle, half, [0.22, 0.06, 0.07], inside);
            if mouth.teeth {
                let teeth = |p: Point| inside(p).max(between(p, open, 0.35 * open));
                self.canvas.fill(middle, half, [0.96, 0.95, 0.91], teeth);
            }
        }
        let seam = mix(mouth.colour, BLACK, 0.55);
        let ends = [
            at(x - half, line(-1.0)),
            at(x, y + lift * 1.4),
            at(x + half, line(1.0)),
        ];
        if open == 0.0 {
            self.line(ends, 0.03, seam, 0.9);
        }
        self.both(|portrait, side| {
            let corner = at(x + side * half, line(1.0));
            let shape = |p| ellipse(p, corner, at(0.03, 0.025));
            portrait
                .canvas
                .shade(corner, 0.1, (seam, 0.6), 0.04, |_| -1.0, shape);
        });
    }

    /// The folds from the nose to the corners of the mouth, which are at `corner` from above.
    fn laugh_lines(&mut self, layout: &Layout, x: f32, corner: f32) {
        let mouth = self.person.mouth;
        let half = mouth.width;
        let fold = self.skin(0.62);
        let strength = 0.25
            + 0.3 * mouth.smile.max(0.0)
            + if self.person.age == Age::Older {
                0.25
            } else {
                0.0
            };
        self.both(|portrait, side| {
            let from = at(x + side * 0.15, layout.nose + 0.01);
            let to = at(x + side * (half + 0.06), corner - 0.02);
            let pull = at(x + side * (half + 0.05), (from.y + to.y) / 2.0 - 0.05);
            portrait.line([from, pull, to], 0.025, fold, strength.min(0.8));
        });
    }

    pub fn full_beard(&mut self, layout: &Layout) {
        let colour = (self.person.hair_colour, 0.85);
        let person = self.person;
        let face = |p: Point| {
            let line = layout.mouth - 0.05 - 0.75 * ((p.x - layout.middle).abs() - 0.30);
            (line - p.y).max(person.skull(p, 0.04))
        };
        self.canvas
            .shade(at(0.0, 0.6), 1.2, colour, 0.08, |_| -1.0, face);
    }

    pub fn moustache(&mut self, layout: &Layout) {
        let colour = self.person.hair_colour;
        let x = 1.2 * layout.middle;
        let y = (layout.nose + layout.mouth) / 2.0 + 0.03;
        self.both(|portrait, side| {
            let path = [
                at(x, y),
                at(x + side * 0.15, y - 0.03),
                at(x + side * 0.27, y + 0.06),
            ];
            portrait.line(path, 0.085, colour, 0.9);
        });
    }
}
