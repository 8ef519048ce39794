//! A first look at an image: its format and size, and a fingerprint that copies share with it.

use super::{BadImage, Limits, decode};
use image::{ImageFormat, RgbImage};

/// Cells on a side of a fingerprint.
const SIDE: usize = 16;

/// Difference of the sums of two cells that says nothing.
const FLAT: u32 = 6;

/// What a file shows, as far as it matters before any training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// `JPEG`.
    pub format: &'static str,
    /// Upright.
    pub width: u32,
    pub height: u32,
    pub fingerprint: Fingerprint,
}

/// Grey levels of an image in 16 by 16 cells, whatever its size: copies that were resized or compressed
/// anew have nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint([u8; SIDE * SIDE]);

/// Decodes an image and takes its size and fingerprint.
///
/// # Errors
/// An image that is damaged, too large or of another format.
pub fn look(bytes: &[u8], limits: Limits) -> Result<Look, BadImage> {
    let image = decode::decode(bytes, limits)?;
    let format = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => "JPEG",
        Ok(ImageFormat::Png) => "PNG",
        Ok(ImageFormat::WebP) => "WebP",
        Ok(ImageFormat::Bmp) => "BMP",
        Ok(ImageFormat::Gif) => "GIF",
        Ok(ImageFormat::Tiff) => "TIFF",
        _ => "other",
    };
    Ok(Look {
        format,
        width: image.width(),
        height: image.height(),
        fingerprint: Fingerprint::of(&image),
    })
}

impl Fingerprint {
    fn of(image: &RgbImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let pixels = image.as_raw();
        let mut cells = [0; SIDE * SIDE];
        for (at, cell) in cells.iter_mut().enumerate() {
            // At least one pixel a cell, of images with fewer pixels than cells.
            let span = |at: usize, length: usize| {
                let start = at * length / SIDE;
                start..((at + 1) * length / SIDE).max(start + 1)
            };
            let (rows, columns) = (span(at / SIDE, height), span(at % SIDE, width));
            let count = (rows.len() * columns.len()) as u64;
            let mut sum = 0;
            for row in rows {
                let row =
                    &pixels[3 * (row * width + columns.start)..3 * (row * width + columns.end)];
                sum += row.iter().map(|&level| u64::from(level)).sum::<u64>();
            }
            *cell = (sum / (3 * count)) as u8;
        }
        Self(cells)
    }

    /// Signs of the differences between neighbouring cells: 64 bits, of which near-copies share almost all.
    pub fn bits(&self) -> u64 {
        let level = |row: usize, column: usize| -> u32 {
            let of = |row: usize| u32::from(self.0[row * SIDE + column]);
            of(2 * row) + of(2 * row + 1)
        };
        // Where an image is flat, compression alone decides which side is lighter.
        let bit = |at: usize| level(at / 8, 2 * (at % 8)) > level(at / 8, 2 * (at % 8) + 1) + FLAT;
        (0..64).fold(0, |bits, at| bits << 1 | u64::from(bit(at)))
    }

    /// The mean difference of grey levels, without that of their means: near 0 of near-copies.
    pub fn difference(&self, other: &Self) -> f64 {
        let shift = self.mean() - other.mean();
        let cells = self.0.iter().zip(&other.0);
        let sum: f64 = cells
            .map(|(&a, &b)| (f64::from(a) - f64::from(b) - shift).abs())
            .sum();
        sum / self.0.len() as f64
    }

    /// The standard deviation of the cells' grey levels: near 0 of an image that shows nothing.
    pub fn contrast(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self
            .0
            .iter()
            .map(|&cell| (f64::from(cell) - mean).powi(2))
            .sum();
        (squares / self.0.len() as f64).sqrt()
    }

    fn mean(&self) -> f64 {
        let sum: f64 = self.0.iter().map(|&cell| f64::from(cell)).sum();
        sum / self.0.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops::{FilterType, resize};
    use std::io::Cursor;

    fn drawn(waves: f32) -> RgbImage {
        RgbImage::from_fn(200, 150, |x, y| {
            let wave = (waves * x as f32 / 30.0).sin() * (waves * y as f32 / 40.0).cos();
            let level = (128.0 + 100.0 * wave) as u8;
            image::Rgb([level, level / 2, level])
        })
    }

    fn seen(image: &RgbImage, format: ImageFormat) -> Look {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        look(bytes.get_ref(), Limits::default()).unwrap()
    }

    #[test]
    fn copies_have_nearly_the_same_fingerprint_and_others_have_not() {
        let whole = seen(&drawn(1.0), ImageFormat::Png);
        assert_eq!((whole.format, whole.width, whole.height), ("PNG", 200, 150));
        let small = resize(&drawn(1.0), 100, 75, FilterType::Triangle);
        let copy = seen(&small, ImageFormat::Jpeg);
        assert_eq!(copy.format, "JPEG");
        let (a, b) = (&whole.fingerprint, &copy.fingerprint);
        assert!((a.bits() ^ b.bits()).count_ones() <= 3);
        assert!(a.difference(b) < 3.0, "{}", a.difference(b));
        let other = seen(&drawn(2.0), ImageFormat::Png).fingerprint;
        assert!(a.difference(&other) > 10.0, "{}", a.difference(&other));
    }

    #[test]
    fn an_image_of_one_colour_or_one_pixel_has_no_contrast() {
        for (width, height) in [(64, 64), (1, 1), (3, 40)] {
            let grey = RgbImage::from_pixel(width, height, image::Rgb([90, 90, 90]));
            let look = seen(&grey, ImageFormat::Png);
            assert_eq!(look.fingerprint.contrast(), 0.0);
        }
        assert!(seen(&drawn(1.0), ImageFormat::Png).fingerprint.contrast() > 10.0);
        assert!(look(b"no image", Limits::default()).is_err());
    }
}
