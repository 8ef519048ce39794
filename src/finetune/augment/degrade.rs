//! Augmentation by degradation: bad cameras, small files, things in front of a face.

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ExtendedColorType, RgbImage, imageops};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use std::io::Cursor;

/// Gaussian blur of `sigma` pixels.
pub fn blur(pixels: &mut Vec<u8>, [height, width]: [usize; 2], sigma: f32) {
    let whole = RgbImage::from_raw(width as u32, height as u32, std::mem::take(pixels));
    let image = whole.expect("the pixels of an image");
    *pixels = imageops::blur(&image, sigma).into_raw();
}

/// The noise of a JPEG of `quality` from 1 to 100.
pub fn compress(pixels: &mut Vec<u8>, [height, width]: [usize; 2], quality: u8) {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    let kind = ExtendedColorType::Rgb8;
    let written = encoder.encode(pixels, width as u32, height as u32, kind);
    let read = written.and_then(|()| JpegDecoder::new(Cursor::new(file)));
    let read = read.and_then(DynamicImage::from_decoder);
    *pixels = read
        .expect("what was written can be read")
        .into_rgb8()
        .into_raw();
}

/// Fills a rectangle of 2 to 20 % of the image with noise (Zhong et al. 2020).
pub fn erase(pixels: &mut [u8], [height, width]: [usize; 2], rng: &mut ChaCha8Rng) {
    let area = rng.random_range(0.02..0.2) * (height * width) as f32;
    let aspect: f32 = rng.random_range(0.5..2.0);
    let side = |length: f32, most: usize| (length.sqrt().round() as usize).clamp(1, most);
    let (tall, wide) = (side(area * aspect, height), side(area / aspect, width));
    let top = rng.random_range(0..=height - tall);
    let left = rng.random_range(0..=width - wide);
    for row in top..top + tall {
        let start = (row * width + left) * 3;
        for value in &mut pixels[start..start + wide * 3] {
            *value = rng.random();
        }
    }
}
