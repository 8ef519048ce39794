//! Turning, scaling and moving.

pub struct Affine {
    pub radians: f32,
    pub scale: f32,
    /// Share of the width and height.
    pub shift: [f32; 2],
}

/// The image seen through an affine map about its centre, bilinear; outside of it, its edge goes on.
pub fn warp(pixels: &[u8], [height, width]: [usize; 2], affine: &Affine) -> Vec<u8> {
    let (sin, cos) = affine.radians.sin_cos();
    let (sin, cos) = (sin / affine.scale, cos / affine.scale);
    let centre = [(width - 1) as f32 / 2.0, (height - 1) as f32 / 2.0];
    let shift = [
        affine.shift[0] * width as f32,
        affine.shift[1] * height as f32,
    ];
    let mut warped = Vec::with_capacity(pixels.len());
    for row in 0..height {
        for column in 0..width {
            let x = column as f32 - centre[0] - shift[0];
            let y = row as f32 - centre[1] - shift[1];
            let from = [cos * x + sin * y + centre[0], cos * y - sin * x + centre[1]];
            warped.extend(between(pixels, [height, width], from));
        }
    }
    warped
}

/// The colour at `[x, y]` between pixels.
fn between(pixels: &[u8], [height, width]: [usize; 2], [x, y]: [f32; 2]) -> [u8; 3] {
    let x = x.clamp(0.0, (width - 1) as f32);
    let y = y.clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (across, down) = (x - left as f32, y - top as f32);
    let corners = [
        (top, left, (1.0 - down) * (1.0 - across)),
        (top, right, (1.0 - down) * across),
        (bottom, left, down * (1.0 - across)),
        (bottom, right, down * across),
    ];
    [0, 1, 2].map(|channel| {
        let value = |&(row, column, share): &(usize, usize, f32)| {
            share * f32::from(pixels[(row * width + column) * 3 + channel])
        };
        corners.iter().map(value).sum::<f32>().round() as u8
    })
}
