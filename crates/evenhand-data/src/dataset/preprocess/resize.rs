//! Resizing bytes as Pillow does, antialiased: models are published with Pillow's pixels, and other
//! resizers have cost them up to two points of accuracy.

use super::{Filter, Fit, Geometry, unreadable};
use crate::record::BadImage;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;

const CHANNELS: usize = 3;

/// Resizes to `[height, width, 3]`. An image that has the size already is returned as it is.
///
/// # Errors
/// `Unreadable`, should the resizer refuse.
pub(super) fn resize(image: RgbImage, geometry: Geometry) -> Result<Vec<u8>, BadImage> {
    let size = (geometry.width as u32, geometry.height as u32);
    let source = image.dimensions();
    if source == size {
        return Ok(image.into_raw());
    }
    let filter = match geometry.filter {
        Filter::Bilinear => FilterType::Bilinear,
        // Pillow's bicubic is the cubic convolution with a = -0.5, which others call Catmull-Rom.
        Filter::Bicubic => FilterType::CatmullRom,
        Filter::Lanczos => FilterType::Lanczos3,
    };
    match geometry.fit {
        Fit::Squash => resample(&image, whole(source), size, filter),
        Fit::Crop => resample(&image, crop_box(source, size), size, filter),
        Fit::Pad => {
            let inner = contained(source, size);
            let pixels = resample(&image, whole(source), inner, filter)?;
            Ok(on_black(&pixels, inner, size))
        }
    }
}

/// The part of an image to resize, in pixels and fractions of them.
struct Region {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Pillow goes across first, then down, and rounds to bytes between. In the other order, which
/// `Resizer` prefers, a bicubic that overshoots beyond black or white comes out differently. (Since
/// version 13 Pillow too goes down first where an image shrinks much more in height than in width.)
fn resample(
    image: &RgbImage,
    from: Region,
    (width, height): (u32, u32),
    filter: FilterType,
) -> Result<Vec<u8>, BadImage> {
    let refused = |error: &dyn std::fmt::Display| unreadable(format!("cannot be resized: {error}"));
    let source = ImageRef::new(image.width(), image.height(), image, PixelType::U8x3)
        .map_err(|error| refused(&error))?;
    let mut between = Image::new(width, image.height(), PixelType::U8x3);
    let mut target = Image::new(width, height, PixelType::U8x3);

    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    let across = options.crop(from.left, 0.0, from.width, f64::from(image.height()));
    let down = options.crop(0.0, from.top, f64::from(width), from.height);
    let mut resizer = Resizer::new();
    resizer
        .resize(&source, &mut between, &across)
        .and_then(|()| resizer.resize(&between, &mut target, &down))
        .map_err(|error| refused(&error))?;
    Ok(target.into_vec())
}

fn whole(source: (u32, u32)) -> Region {
    Region {
        left: 0.0,
        top: 0.0,
        width: f64::from(source.0),
        height: f64::from(source.1),
    }
}

/// The largest centred box of the target's shape: Pillow's `ImageOps.fit`.
fn crop_box(source: (u32, u32), target: (u32, u32)) -> Region {
    let (width, height) = (f64::from(source.0), f64::from(source.1));
    let (across, down) = (f64::from(target.0), f64::from(target.1));
    let wide = (across * height / down).min(width);
    let high = (down * width / across).min(height);
    Region {
        left: (width - wide) / 2.0,
        top: (height - high) / 2.0,
        width: wide,
        height: high,
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
    use super::*;

    fn fixture(name: &str) -> RgbImage {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/pillow");
        image::open(format!("{folder}/{name}.png"))
            .unwrap()
            .into_rgb8()
    }

    #[test]
    fn resizing_is_at_most_one_level_from_pillow() {
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
                    let ours = resize(image.clone(), geometry).unwrap();
                    let tile = tiles.next().unwrap();
                    let apart = ours.iter().zip(tile).map(|(a, b)| a.abs_diff(*b));
                    assert!(apart.max().unwrap() <= 1, "{name} {fit:?} {filter:?}");
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
                    assert_eq!(pixels.map(|p| p.len()), Ok(13 * 7 * CHANNELS));
                }
            }
        }
    }
}
