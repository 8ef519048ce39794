//! A person in front of the canvas, and the strokes that all features are painted with.

use super::canvas::{Canvas, Colour, Point, Stroke};
use super::person::Person;

pub(super) const BLACK: Colour = [0.0; 3];
pub(super) const WHITE: Colour = [1.0; 3];

/// A person in front of the canvas they are painted on.
pub(super) struct Portrait<'a> {
    pub canvas: Canvas,
    pub person: &'a Person,
}

/// A colour in the shade (below 1) or the light (above 1).
pub(super) fn toned(colour: Colour, light: f32) -> Colour {
    // Shade on skin is warmer than grey.
    let warm = [1.0, 0.94, 0.90];
    std::array::from_fn(|channel| {
        let tint = if light < 1.0 { warm[channel] } else { 1.0 };
        (colour[channel] * light * tint).min(1.0)
    })
}

impl Portrait<'_> {
    /// A symmetric pair: `draw` gets -1 for the left side and 1 for the right.
    pub fn both(&mut self, mut draw: impl FnMut(&mut Self, f32)) {
        draw(self, -1.0);
        draw(self, 1.0);
    }

    pub fn line(&mut self, path: [Point; 3], width: f32, colour: Colour, opacity: f32) {
        let stroke = Stroke::new(path, width);
        let (middle, reach) = (stroke.middle, stroke.reach);
        let shape = |p| stroke.distance(p);
        self.canvas
            .shade(middle, reach, (colour, opacity), 0.0, |_| -1.0, shape);
    }
}
