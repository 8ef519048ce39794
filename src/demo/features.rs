//! Facial features, except the mouth: eyes, brows, nose, wrinkles, glasses.

use super::canvas::{Colour, Point, Stroke, at, ellipse, mix, rounded};
use super::person::{Age, Beard, Person};
use super::portrait::{BLACK, Portrait, WHITE, toned};

/// Places of the features. A child's are lower and larger on the head.
pub(super) struct Layout {
    pub eyes: f32,
    pub nose: f32,
    pub mouth: f32,
    /// How far features moved sideways with the turn of the head.
    pub middle: f32,
}

impl Layout {
    fn of(person: &Person) -> Self {
        let eyes = if person.age == Age::Child {
            0.08
        } else {
            -0.06
        };
        let nose = eyes + person.nose_length;
        Self {
            eyes,
            nose,
            mouth: (nose + 1.0) / 2.0 - 0.07,
            middle: person.yaw,
        }
    }
}

pub(super) fn paint(portrait: &mut Portrait) {
    let layout = Layout::of(portrait.person);
    portrait.cheeks(&layout);
    if portrait.person.age == Age::Older {
        portrait.wrinkles(&layout);
    }
    portrait.eyes(&layout);
    portrait.nose(&layout);
    if portrait.person.beard == Beard::Full {
        portrait.full_beard(&layout);
    }
    portrait.mouth(&layout);
    if portrait.person.beard != Beard::None {
        portrait.moustache(&layout);
    }
}

pub(super) fn paint_glasses(portrait: &mut Portrait) {
    let Some((colour, round)) = portrait.person.glasses else {
        return;
    };
    let layout = Layout::of(portrait.person);
    let gap = portrait.person.eye_gap;
    let (wide, high) = (0.25, 0.17 + 0.06 * round);
    portrait.both(|portrait, side| {
        let lens = at(layout.middle + side * gap, layout.eyes + 0.01);
        let shape = |p: Point| {
            let square = rounded(p, lens, at(wide, high), 0.08);
            square + (ellipse(p, lens, at(wide, high)) - square) * round
        };
        let glass = ([0.90, 0.95, 1.0], 0.10);
        portrait
            .canvas
            .shade(lens, 0.3, glass, 0.0, |_| -1.0, shape);
        let frame = |p| shape(p).abs() - 0.018;
        portrait.canvas.fill(lens, 0.4, colour, frame);
        let glare = Stroke::new(
            [
                at(lens.x - 0.12, lens.y + 0.02),
                lens,
                at(lens.x + 0.02, lens.y - 0.1),
            ],
            0.03,
        );
        let light = (WHITE, 0.35);
        portrait
            .canvas
            .shade(lens, 0.3, light, 0.0, shape, |p| glare.distance(p));
        let edge = portrait.person.head_width;
        let temple = [
            at(lens.x + side * wide, lens.y - 0.04),
            at(side * 0.65, lens.y - 0.05),
            at(side * edge, lens.y - 0.06),
        ];
        portrait.line(temple, 0.035, colour, 0.9);
    });
    let y = layout.eyes;
    let bridge = [
        at(layout.middle - gap + wide, y),
        at(layout.middle, y - 0.06),
        at(layout.middle + gap - wide, y),
    ];
    portrait.line(bridge, 0.04, colour, 1.0);
}

impl Portrait<'_> {
    pub fn skin(&self, light: f32) -> Colour {
        toned(self.person.skin, light)
    }

    fn cheeks(&mut self, layout: &Layout) {
        let person = self.person;
        let rosy = mix(person.skin, [0.85, 0.30, 0.28], 0.5);
        let strength = 0.16 + 0.10 * person.mouth.smile.max(0.0);
        self.both(|portrait, side| {
            let cheek = at(
                layout.middle + side * 0.42,
                layout.nose + 0.06 - 0.05 * person.mouth.smile,
            );
            let shape = |p| ellipse(p, cheek, at(0.14, 0.10));
            portrait
                .canvas
                .shade(cheek, 0.3, (rosy, strength), 0.22, |_| -1.0, shape);
        });
    }

    fn wrinkles(&mut self, layout: &Layout) {
        let (ink, middle) = (self.skin(0.62), layout.middle);
        for line in 0..3 {
            let y = layout.eyes - 0.42 - 0.09 * line as f32;
            let path = [
                at(middle - 0.34, y),
                at(middle, y - 0.05),
                at(middle + 0.34, y),
            ];
            self.line(path, 0.022, ink, 0.55);
        }
        self.both(|portrait, side| {
            let corner = at(
                middle + side * (portrait.person.eye_gap + 0.19),
                layout.eyes,
            );
            for tilt in [-0.07, 0.0, 0.07] {
                let end = at(corner.x + side * 0.11, corner.y + tilt);
                portrait.line(
                    [
                        corner,
                        at(corner.x + side * 0.05, corner.y + tilt / 2.0),
                        end,
                    ],
                    0.018,
                    ink,
                    0.5,
                );
            }
            let x = middle + side * portrait.person.eye_gap;
            let y = layout.eyes + 0.14;
            portrait.line(
                [
                    at(x - 0.14, y - 0.02),
                    at(x, y + 0.06),
                    at(x + 0.14, y - 0.02),
                ],
                0.02,
                ink,
                0.5,
            );
        });
    }

    fn eyes(&mut self, layout: &Layout) {
        let person = self.person;
        let size = person.eye_size;
        let lid = mix(self.skin(0.35), BLACK, 0.45);
        let crease = self.skin(0.66);
        self.both(|portrait, side| {
            let eye = at(layout.middle + side * person.eye_gap, layout.eyes);
            let half = size * person.eye_open;
            let socket = |p| ellipse(p, at(eye.x, eye.y - 0.03), at(size * 1.2, size * 0.8));
            portrait
                .canvas
                .shade(eye, 0.4, (crease, 0.35), 0.14, |_| -1.0, socket);

            // An almond: what two arcs over the same chord enclose.
            let almond = |p: Point| {
                let across = (p.x - eye.x) / size;
                let arc = (1.0 - across * across) * half;
                (eye.y - p.y - arc)
                    .max(p.y - eye.y - 0.75 * arc)
                    .max((p.x - eye.x).abs() - size)
            };
            portrait.canvas.fill(eye, size, [0.95, 0.94, 0.92], almond);
            let iris = at(
                eye.x + person.gaze * size * 0.5 + 0.3 * person.yaw,
                eye.y - 0.1 * half,
            );
            let round = 0.52 * size;
            for (radius, colour) in [(round, person.iris), (0.5 * round, [0.03; 3])] {
                let shape = |p| ellipse(p, iris, at(radius, radius));
                portrait
                    .canvas
                    .shade(iris, radius, (colour, 1.0), 0.0, almond, shape);
            }
            let spark = at(iris.x + 0.35 * round * person.light, iris.y - 0.35 * round);
            let shape = |p| ellipse(p, spark, at(0.2 * round, 0.2 * round));
            portrait
                .canvas
                .shade(spark, 0.1, (WHITE, 0.9), 0.0, almond, shape);

            let (left, right) = (at(eye.x - size, eye.y), at(eye.x + size, eye.y));
            let upper = at(eye.x, eye.y - 2.0 * half);
            portrait.line([left, upper, right], 0.042, lid, 0.95);
            portrait.line(
                [left, at(eye.x, eye.y + 1.5 * half), right],
                0.018,
                lid,
                0.5,
            );
            let fold = at(eye.x, upper.y - 0.10);
            portrait.line(
                [at(left.x, left.y - 0.05), fold, at(right.x, right.y - 0.05)],
                0.02,
                crease,
                0.7,
            );

            portrait.brow(layout, eye.x, side);
        });
    }

    fn brow(&mut self, layout: &Layout, x: f32, side: f32) {
        let person = self.person;
        let brow = layout.eyes - person.brow_lift;
        let tilt = side * person.brow_tilt;
        let path = [
            at(x - 0.19, brow + 0.04 - tilt),
            at(x, brow - 0.06),
            at(x + 0.19, brow + 0.04 + tilt),
        ];
        let hair = mix(person.hair_colour, BLACK, 0.25);
        self.line(path, person.brow_width, hair, 0.9);
    }

    fn nose(&mut self, layout: &Layout) {
        let person = self.person;
        let (wide, tip) = (person.nose_width, at(layout.middle * 1.5, layout.nose));
        let side = if person.light < 0.0 { 1.0 } else { -1.0 };
        let (shadow, deep) = (self.skin(0.68), self.skin(0.42));
        let path = [
            at(tip.x + side * 0.06, layout.eyes),
            at(tip.x + side * 0.05, tip.y - 0.15),
            at(tip.x + side * wide, tip.y - 0.01),
        ];
        self.line(path, 0.035, shadow, 0.6);
        let under = |p| ellipse(p, at(tip.x, tip.y + 0.03), at(wide * 1.1, 0.045));
        self.canvas
            .shade(tip, 0.3, (shadow, 0.7), 0.06, |_| -1.0, under);
        self.both(|portrait, side| {
            let nostril = at(tip.x + side * 0.5 * wide, tip.y + 0.015);
            let shape = |p| ellipse(p, nostril, at(0.035, 0.02));
            portrait
                .canvas
                .shade(nostril, 0.1, (deep, 0.9), 0.0, |_| -1.0, shape);
        });
        let shine = (self.skin(1.25), 0.5);
        let shape = |p| ellipse(p, at(tip.x, tip.y - 0.07), at(0.035, 0.05));
        self.canvas.shade(tip, 0.2, shine, 0.08, |_| -1.0, shape);
    }
}
