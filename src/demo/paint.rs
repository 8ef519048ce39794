//! Painting a person, back to front: background, hair behind, shoulders, head, features, hair.

use super::SIDE;
use super::canvas::{Canvas, Point, Stroke, View, at, ellipse, mix, rounded};
use super::features;
use super::person::{Age, Hair, Person, normal};
use super::portrait::{BLACK, Portrait, WHITE, toned};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

pub(super) fn paint(person: &Person, random: &mut ChaCha8Rng) -> Canvas {
    let side = SIDE as f32;
    let view = View {
        centre: at(
            side * normal(random, 0.5, 0.014),
            side * normal(random, 0.51, 0.014),
        ),
        scale: side * normal(random, 0.37, 0.014),
        turn: normal(random, 0.0, 0.05),
    };
    let [top, bottom] = person.background;
    let slant = random.random_range(-0.6..0.6);
    let canvas = Canvas::new(SIDE, view, |p| {
        mix(top, bottom, (p.y + slant * (p.x - 0.5)).clamp(0.0, 1.0))
    });
    let mut portrait = Portrait { canvas, person };
    portrait.hair_behind();
    portrait.shoulders();
    portrait.head();
    features::paint(&mut portrait);
    portrait.hair_in_front();
    features::paint_glasses(&mut portrait);
    portrait.canvas
}

impl Person {
    /// Signed distance to the head, whose lower half narrows to the jaw.
    pub(super) fn skull(&self, p: Point, grown: f32) -> f32 {
        let height = if p.y > 0.0 { 1.02 } else { 0.98 } + grown;
        let down = (p.y / height).clamp(0.0, 1.0);
        let width = (self.head_width + grown) * (1.0 - (1.0 - self.jaw) * down * down);
        ((p.x / width).hypot(p.y / height) - 1.0) * width.min(height)
    }

    /// How far a place is below the hairline.
    fn below_hairline(&self, p: Point) -> f32 {
        let across = ((p.x + self.yaw) / self.head_width).abs().min(1.2);
        let line = match self.hair {
            Hair::Bald => -0.55 + 0.9 * (1.0 - across),
            Hair::Short => -0.60 + 0.62 * across.powi(4),
            Hair::Fringe => -0.40 + 0.03 * (p.x * 24.0).sin() + 0.45 * across.powi(5),
            Hair::Long => -0.72 + 0.28 * (p.x + 0.35).abs() + 0.85 * across.powi(4),
            Hair::Curly => -0.62 + 0.04 * (p.x * 18.0).sin() + 0.66 * across.powi(4),
            Hair::Bun => -0.66 + 0.50 * across.powi(3),
        };
        let receding = if self.age == Age::Older { 0.08 } else { 0.0 };
        p.y - line + receding
    }
}

impl Portrait<'_> {
    fn shoulders(&mut self) {
        let (skin, shirt) = (self.person.skin, self.person.shirt);
        let neck = toned(skin, 0.80);
        let shape = |p: Point| (p.x.abs() - 0.34 - 0.1 * (p.y - 1.0).max(0.0)).max(0.5 - p.y);
        self.canvas.fill(at(0.0, 1.2), 1.0, neck, shape);
        let dark = toned(skin, 0.60);
        let under_chin = |p| ellipse(p, at(0.0, 0.95), at(0.42, 0.25));
        self.canvas
            .shade(at(0.0, 0.95), 0.5, (dark, 0.8), 0.2, shape, under_chin);
        let collar = |p| -ellipse(p, at(0.0, 1.12), at(0.40, 0.24));
        let body = |p| ellipse(p, at(0.0, 2.05), at(1.35, 0.85)).max(collar(p));
        self.canvas.fill(at(0.0, 2.05), 1.4, shirt, body);
        let seam = mix(shirt, BLACK, 0.25);
        let edge = |p| (collar(p).abs() - 0.03).max(body(p));
        self.canvas.fill(at(0.0, 1.12), 0.6, seam, edge);
    }

    fn head(&mut self) {
        let person = self.person;
        let skin = person.skin;
        self.both(|portrait, side| {
            let ear = at(side * person.head_width * 1.0 - person.yaw, 0.02);
            let outer = toned(skin, 0.92);
            let shape = |p| ellipse(p, ear, at(0.12, 0.20));
            portrait.canvas.fill(ear, 0.21, outer, shape);
            let inner = toned(skin, 0.70);
            let shape = |p| ellipse(p, ear, at(0.05, 0.11));
            portrait
                .canvas
                .shade(ear, 0.2, (inner, 0.7), 0.05, |_| -1.0, shape);
        });

        let canvas = &mut self.canvas;
        let skull = |p| person.skull(p, 0.0);
        canvas.fill(at(0.0, 0.0), 1.2, skin, skull);
        // One side in the light, the other in the shade, and the rim darker than the middle.
        let shade = (toned(skin, 0.62), 0.65);
        let lit = |p| -ellipse(p, at(0.45 * person.light, -0.12), at(0.95, 1.15));
        canvas.shade(at(0.0, 0.0), 1.2, shade, 0.55, skull, lit);
        let glow = (toned(skin, 1.18), 0.55);
        let forehead = |p| ellipse(p, at(0.25 * person.light, -0.42), at(0.35, 0.22));
        canvas.shade(at(0.0, -0.4), 0.6, glow, 0.4, skull, forehead);
        let rim = (toned(skin, 0.70), 0.5);
        canvas.shade(at(0.0, 0.0), 1.2, rim, 0.22, skull, |p| -skull(p) - 0.06);
    }

    /// The hair behind the head.
    fn hair_behind(&mut self) {
        let person = self.person;
        let dark = toned(person.hair_colour, 0.72);
        let width = person.head_width;
        match person.hair {
            Hair::Long => {
                let crown = |p| ellipse(p, at(0.0, -0.15), at(width + 0.20, 1.02));
                let fall = |p| rounded(p, at(0.0, 0.5), at(width + 0.20, 0.85), 0.25);
                let shape = |p| f32::min(crown(p), fall(p));
                self.canvas.fill(at(0.0, 0.1), 1.6, dark, shape);
            }
            Hair::Curly => {
                let curl = |p: Point| {
                    let angle = p.x.atan2(-p.y + 0.1);
                    let bumps = 0.035 * (angle * 11.0).sin();
                    ellipse(p, at(0.0, -0.22), at(width + 0.24, 1.0)) - bumps
                };
                self.canvas.fill(at(0.0, -0.2), 1.3, dark, curl);
            }
            Hair::Bun => {
                let knot = at(-person.yaw, -1.12);
                let shape = |p| ellipse(p, knot, at(0.30, 0.26));
                self.canvas.fill(knot, 0.4, dark, shape);
            }
            Hair::Bald | Hair::Short | Hair::Fringe => {}
        }
    }

    fn hair_in_front(&mut self) {
        let person = self.person;
        let colour = person.hair_colour;
        let canvas = &mut self.canvas;
        let thick = match person.hair {
            Hair::Curly => 0.14,
            Hair::Bald => 0.015,
            _ => 0.07,
        };
        let shape = |p: Point| {
            let cap = person.skull(p, thick).max(person.below_hairline(p));
            match person.hair {
                // Only the sides are left.
                Hair::Bald => cap
                    .max(-(p.y + 0.42))
                    .max(p.y - 0.05)
                    .max(person.head_width - 0.14 - p.x.abs()),
                _ => cap,
            }
        };
        canvas.fill(at(0.0, -0.3), 1.3, colour, shape);
        let (deep, shine) = (toned(colour, 0.7), mix(colour, WHITE, 0.22));
        let low = |p: Point| -person.below_hairline(p) - 0.10;
        canvas.shade(at(0.0, -0.3), 1.3, (deep, 0.6), 0.12, shape, low);
        let gloss = |p| ellipse(p, at(0.35 * person.light, -0.86), at(0.30, 0.08));
        canvas.shade(at(0.0, -0.8), 0.8, (shine, 0.7), 0.16, shape, gloss);
        for strand in 0..9 {
            let x = (strand as f32 - 4.0) * 0.17;
            let path = [at(0.2 * x, -1.1), at(0.9 * x, -0.95), at(1.25 * x, -0.3)];
            let stroke = Stroke::new(path, 0.025);
            let (middle, reach, ink) = (stroke.middle, stroke.reach, (deep, 0.45));
            canvas.shade(middle, reach, ink, 0.0, shape, |p| stroke.distance(p));
        }
    }
}
