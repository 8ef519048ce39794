//! Camera of the demo: exposure, focus and noise.

use super::SIDE;
use super::canvas::{Canvas, Colour};
use super::person::normal;
use image::RgbImage;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

pub(super) struct Camera {
    /// Factor on the light that is caught.
    exposure: f32,
    /// Standard deviation of the blur, in pixels.
    blur: f32,
    /// Standard deviation of the noise, in levels of 0 to 1.
    noise: f32,
}

impl Camera {
    pub fn good(random: &mut ChaCha8Rng) -> Self {
        Self {
            exposure: random.random_range(0.8..1.15),
            blur: random.random_range(0.4..0.9),
            noise: random.random_range(0.008..0.025),
        }
    }

    /// Under-exposed and out of focus.
    pub fn bad(random: &mut ChaCha8Rng) -> Self {
        Self {
            exposure: random.random_range(0.15..0.35),
            blur: random.random_range(2.0..3.2),
            noise: random.random_range(0.02..0.04),
        }
    }

    pub fn photograph(&self, canvas: Canvas, random: &mut ChaCha8Rng) -> RgbImage {
        let kernel = gaussian(self.blur);
        let blurred = convolve_rows(
            &transpose(&convolve_rows(&canvas.into_pixels(), &kernel)),
            &kernel,
        );
        // A display's gamma of about 2.2 turns a factor on light into a factor on levels.
        let displayed = self.exposure.powf(1.0 / 2.2);
        let mut bytes = Vec::with_capacity(3 * SIDE * SIDE);
        for colour in transpose(&blurred) {
            let grain = normal(random, 0.0, self.noise);
            for channel in colour {
                let level = channel * displayed + grain;
                bytes.push((level.clamp(0.0, 1.0) * 255.0).round() as u8);
            }
        }
        let side = SIDE as u32;
        RgbImage::from_raw(side, side, bytes).expect("three bytes were pushed for every pixel")
    }
}

fn gaussian(deviation: f32) -> Vec<f32> {
    let reach = (3.0 * deviation).ceil() as i32;
    let weight = |x: i32| (-0.5 * (x as f32 / deviation).powi(2)).exp();
    let total: f32 = (-reach..=reach).map(weight).sum();
    (-reach..=reach).map(|x| weight(x) / total).collect()
}

fn convolve_rows(pixels: &[Colour], kernel: &[f32]) -> Vec<Colour> {
    let reach = kernel.len() / 2;
    let mut out = Vec::with_capacity(pixels.len());
    for row in pixels.chunks_exact(SIDE) {
        for column in 0..SIDE {
            let mut sum = [0.0; 3];
            for (offset, weight) in kernel.iter().enumerate() {
                let from = (column + offset).saturating_sub(reach).min(SIDE - 1);
                for channel in 0..3 {
                    sum[channel] += weight * row[from][channel];
                }
            }
            out.push(sum);
        }
    }
    out
}

fn transpose(pixels: &[Colour]) -> Vec<Colour> {
    (0..SIDE * SIDE)
        .map(|index| pixels[index % SIDE * SIDE + index / SIDE])
        .collect()
}
