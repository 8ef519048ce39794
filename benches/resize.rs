//! Resizing against `fast_image_resize`, which resized here before the bytes were Pillow's: both in turn on the same
//! image, so that whatever else the machine does strikes both.

#![allow(clippy::print_stdout)]

use evenhand::dataset::preprocess::{Filter, Fit, Geometry, resize};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{Rgb, RgbImage};
use std::hint::black_box;
use std::time::Instant;

const SIDE: u32 = 224;
const ROUNDS: usize = 41;

fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let grain = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 13;
        Rgb([x, y, x + y].map(|base| (base % 240 + grain) as u8))
    })
}

/// Across first, then down, with bytes between.
fn before(image: &RgbImage, filter: FilterType) -> Vec<u8> {
    let (width, height) = image.dimensions();
    let source = ImageRef::new(width, height, image, PixelType::U8x3).expect("an RGB image");
    let mut between = Image::new(SIDE, height, PixelType::U8x3);
    let mut target = Image::new(SIDE, SIDE, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    let mut resizer = Resizer::new();
    resizer
        .resize(&source, &mut between, &options)
        .and_then(|()| resizer.resize(&between, &mut target, &options))
        .expect("sizes that can be resized");
    target.into_vec()
}

fn milliseconds(work: impl FnOnce() -> Vec<u8>) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let filters = [
        (Filter::Bilinear, FilterType::Bilinear),
        (Filter::Bicubic, FilterType::CatmullRom),
        (Filter::Lanczos, FilterType::Lanczos3),
    ];
    for (width, height) in [(200, 200), (448, 448), (2000, 1500)] {
        let image = picture(width, height);
        for (filter, theirs) in filters {
            let geometry = Geometry {
                width: SIDE as usize,
                height: SIDE as usize,
                fit: Fit::Squash,
                filter,
            };
            let (mut ours, mut old, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let copy = image.clone();
                ours.push(milliseconds(|| resize(copy, geometry)));
                old.push(milliseconds(|| before(&image, theirs)));
                ratios.push(ours[ours.len() - 1] / old[old.len() - 1]);
            }
            println!(
                "{width}x{height} to {SIDE}, {filter:?}: {:.3} ms, fast_image_resize {:.3} ms, ratio {:.2}",
                median(ours),
                median(old),
                median(ratios)
            );
        }
    }
}
