//! Resizing as Pillow does, antialiased, to the very bytes: models are published with Pillow's pixels, other resizers
//! have cost them up to two points of accuracy, and int8 turns one level into a visible step of a probability.

use super::resample::{Pixels, Region, resample};
use super::{Fit, Geometry};
use image::RgbImage;

const CHANNELS: usize = 3;

/// Resizes to `[height, width, 3]`. An image that has the size already is returned as it is.
pub fn resize(image: RgbImage, geometry: Geometry) -> Vec<u8> {
    let size = (geometry.width as u32, geometry.height as u32);
    let source = image.dimensions();
    if source == size {
        return image.into_raw();
    }
    let to = |region, (width, height): (u32, u32)| {
        let pixels = Pixels {
            levels: &image,
            width: source.0 as usize,
            height: source.1 as usize,
        };
        let size = (width as usize, height as usize);
        resample(&pixels, region, size, geometry.filter)
    };
    match geometry.fit {
        Fit::Squash => to(whole(source), size),
        Fit::Crop => to(crop_box(source, size), size),
        Fit::Pad => {
            let inner = contained(source, size);
            on_black(&to(whole(source), inner), inner, size)
        }
    }
}

fn whole(source: (u32, u32)) -> Region {
    Region {
        left: 0.0,
        top: 0.0,
        right: source.0 as f32,
        bottom: source.1 as f32,
    }
}

/// The largest centred box of the target's shape: Pillow's `ImageOps.fit`.
fn crop_box(source: (u32, u32), target: (u32, u32)) -> Region {
    let (width, height) = (f64::from(source.0), f64::from(source.1));
    let shape = f64::from(target.0) / f64::from(target.1);
    let own_shape = width / height;
    let (wide, high) = if own_shape == shape {
        (width, height)
    } else if own_shape > shape {
        (shape * height, height)
    } else {
        (width, width / shape)
    };
    let (left, top) = ((width - wide) * 0.5, (height - high) * 0.5);
    Region {
        left: left as f32,
        top: top as f32,
        right: (left + wide) as f32,
        bottom: (top + high) as f32,
    }
}

/// The largest size of the source's shape within the target: Pillow's `ImageOps.contain`.
fn contained(source: (u32, u32), target: (u32, u32)) -> (u32, u32) {
    let ratio = |a: u32, b: u32| f64::from(a) / f64::from(b);
    let round = |size: f64| (size.round_ties_even() as u32).max(1);
    if ratio(source.0, source.1) > ratio(target.0, target.1) {
        let height = round(ratio(source.1, source.0) * f64::from(target.0));
        (target.0, height)
    } else {
        let width = round(ratio(source.0, source.1) * f64::from(target.1));
        (width, target.1)
    }
}

/// Centres `inner` on black: Pillow's `ImageOps.pad`, which rounds halves to even.
fn on_black(pixels: &[u8], inner: (u32, u32), outer: (u32, u32)) -> Vec<u8> {
    let margin = |free: u32| (f64::from(free) / 2.0).round_ties_even() as usize;
    let (left, top) = (margin(outer.0 - inner.0), margin(outer.1 - inner.1));
    let (row, outer_row) = (inner.0 as usize * CHANNELS, outer.0 as usize * CHANNELS);
    let mut out = vec![0; outer_row * outer.1 as usize];
    for (line, from) in pixels.chunks_exact(row).enumerate() {
        let start = (top + line) * outer_row + left * CHANNELS;
        out[start..start + row].copy_from_slice(from);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Filter;
    use super::*;

    fn fixture(name: &str) -> RgbImage {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/pillow");
        image::open(format!("{folder}/{name}.png"))
            .unwrap()
            .into_rgb8()
    }

    #[test]
    fn every_fit_and_filter_gives_the_bytes_of_pillow() {
        let (width, height) = (32, 24);
        for name in ["wide", "small"] {
            let image = fixture(name);
            let pillow = fixture(&format!("{name}-resized")).into_raw();
            let mut tiles = pillow.chunks_exact(width * height * CHANNELS);
            for fit in [Fit::Squash, Fit::Pad, Fit::Crop] {
                for filter in [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos] {
                    let geometry = Geometry {
                        width,
                        height,
                        fit,
                        filter,
                    };
                    let ours = resize(image.clone(), geometry);
                    assert!(ours == tiles.next().unwrap(), "{name} {fit:?} {filter:?}");
                }
            }
            assert!(tiles.next().is_none());
        }
    }

    #[test]
    fn no_shape_is_refused() {
        for fit in [Fit::Squash, Fit::Pad, Fit::Crop] {
            for side in 1..300 {
                for (width, height) in [(1, side), (side, 1), (side, 131), (97, side)] {
                    let geometry = Geometry {
                        width: 13,
                        height: 7,
                        fit,
                        filter: Filter::Bilinear,
                    };
                    let pixels = resize(RgbImage::new(width, height), geometry);
                    assert_eq!(pixels.len(), 13 * 7 * CHANNELS);
                }
            }
        }
    }
}
