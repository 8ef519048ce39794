//! A small rasteriser. A shape is a signed distance to its edge, negative inside; a pixel's share of
//! it is how far inside the pixel's centre lies, which is all the anti-aliasing drawn faces need.

/// Red, green and blue, each 0 to 1 as displayed.
pub(super) type Colour = [f32; 3];

/// A place in the drawing's own units: x to the right, y down, the middle of the face at 0, 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub x: f32,
    pub y: f32,
}

pub(super) const fn at(x: f32, y: f32) -> Point {
    Point { x, y }
}

/// Transformation from the drawing's units to the canvas.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// The face's middle, in pixels.
    pub centre: Point,
    /// Pixels a unit.
    pub scale: f32,
    /// The head's tilt, in radians.
    pub turn: f32,
}

pub(super) struct Canvas {
    side: usize,
    view: View,
    pixels: Vec<Colour>,
}

impl Canvas {
    /// A square canvas whose pixels get the colour of their place: 0, 0 at the top left, 1, 1 at the
    /// bottom right.
    pub fn new(side: usize, view: View, colour: impl Fn(Point) -> Colour) -> Self {
        let unit = |pixel: usize| (pixel as f32 + 0.5) / side as f32;
        let pixels = (0..side * side)
            .map(|index| colour(at(unit(index % side), unit(index / side))))
            .collect();
        Self { side, view, pixels }
    }

    pub fn into_pixels(self) -> Vec<Colour> {
        self.pixels
    }

    /// Paints a shape that lies within `reach` of `middle`.
    pub fn fill(
        &mut self,
        middle: Point,
        reach: f32,
        colour: Colour,
        shape: impl Fn(Point) -> f32,
    ) {
        self.shade(middle, reach, (colour, 1.0), 0.0, |_| -1.0, shape);
    }

    /// Paints a shape with an opacity and an edge that fades over `blur` units, but only where it is
    /// inside `clip` too.
    pub fn shade(
        &mut self,
        middle: Point,
        reach: f32,
        (colour, opacity): (Colour, f32),
        blur: f32,
        clip: impl Fn(Point) -> f32,
        shape: impl Fn(Point) -> f32,
    ) {
        let View {
            centre,
            scale,
            turn,
        } = self.view;
        let (sin, cos) = turn.sin_cos();
        let (x, y) = (
            centre.x + scale * (cos * middle.x - sin * middle.y),
            centre.y + scale * (sin * middle.x + cos * middle.y),
        );
        let radius = scale * (reach + blur) + 1.0;
        let span = |at: f32| {
            let end = (at + radius).ceil().clamp(0.0, self.side as f32);
            (at - radius).max(0.0) as usize..end as usize
        };
        let cover = |distance: f32, width: f32| (0.5 - distance / width).clamp(0.0, 1.0);
        let pixel = 1.0 / scale;
        for row in span(y) {
            for column in span(x) {
                let dx = (column as f32 + 0.5 - centre.x) / scale;
                let dy = (row as f32 + 0.5 - centre.y) / scale;
                let place = at(cos * dx + sin * dy, cos * dy - sin * dx);
                let share = cover(shape(place), pixel.max(blur));
                if share > 0.0 {
                    let share = share * opacity * cover(clip(place), pixel);
                    let under = &mut self.pixels[row * self.side + column];
                    *under = mix(*under, colour, share);
                }
            }
        }
    }
}

pub(super) fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

/// Signed distance to an ellipse, exact at its edge (Quilez, "ellipsoid SDF bound", in 2-D).
pub(super) fn ellipse(p: Point, centre: Point, radii: Point) -> f32 {
    let (x, y) = ((p.x - centre.x) / radii.x, (p.y - centre.y) / radii.y);
    let outward = (x / radii.x).hypot(y / radii.y);
    if outward < 1e-6 {
        return -radii.x.min(radii.y);
    }
    let length = x.hypot(y);
    length * (length - 1.0) / outward
}

/// A pen stroke along a quadratic curve from `a` to `c`, pulled towards `b`, that is `width` thick in
/// the middle and thins out to 0.3 of it at the ends.
pub(super) struct Stroke {
    path: [Point; Self::STEPS + 1],
    width: f32,
    /// A disc that holds all of it.
    pub middle: Point,
    pub reach: f32,
}

impl Stroke {
    const STEPS: usize = 8;
    const TAPER: f32 = 0.3;

    pub fn new([a, b, c]: [Point; 3], width: f32) -> Self {
        let path: [Point; Self::STEPS + 1] = std::array::from_fn(|step| {
            let t = step as f32 / Self::STEPS as f32;
            let (from, pull, to) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            at(
                from * a.x + pull * b.x + to * c.x,
                from * a.y + pull * b.y + to * c.y,
            )
        });
        let middle = path[Self::STEPS / 2];
        let far = |p: &Point| (p.x - middle.x).hypot(p.y - middle.y);
        let reach = path.iter().map(far).fold(0.0, f32::max) + width / 2.0;
        Self {
            path,
            width,
            middle,
            reach,
        }
    }

    pub fn distance(&self, p: Point) -> f32 {
        let segment = |step: usize| {
            let (a, b) = (self.path[step], self.path[step + 1]);
            let (ax, ay, bx, by) = (p.x - a.x, p.y - a.y, b.x - a.x, b.y - a.y);
            let along = ((ax * bx + ay * by) / (bx * bx + by * by).max(1e-9)).clamp(0.0, 1.0);
            let end = 2.0 * (step as f32 + along) / Self::STEPS as f32 - 1.0;
            let width = self.width * (1.0 - (1.0 - Self::TAPER) * end * end);
            let (dx, dy) = (ax - along * bx, ay - along * by);
            (dx * dx + dy * dy).sqrt() - width / 2.0
        };
        (0..Self::STEPS).map(segment).fold(f32::INFINITY, f32::min)
    }
}

/// Signed distance to a box with rounded corners.
pub(super) fn rounded(p: Point, centre: Point, half: Point, corner: f32) -> f32 {
    let (x, y) = ((p.x - centre.x).abs(), (p.y - centre.y).abs());
    let (dx, dy) = (x - half.x + corner, y - half.y + corner);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - corner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_covers_its_area() {
        let view = View {
            centre: at(20.3, 19.6),
            scale: 10.0,
            turn: 0.4,
        };
        let mut canvas = Canvas::new(40, view, |_| [0.0; 3]);
        let shape = |p| ellipse(p, at(0.2, 0.1), at(1.0, 1.0));
        canvas.fill(at(0.2, 0.1), 1.0, [1.0; 3], shape);
        let area: f32 = canvas.into_pixels().iter().map(|pixel| pixel[0]).sum();
        assert!((area - 100.0 * std::f32::consts::PI).abs() < 1.0, "{area}");
    }
}
