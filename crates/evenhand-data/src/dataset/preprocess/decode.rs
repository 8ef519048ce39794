//! Decoding: any supported file, judged by its content, becomes upright 8-bit RGB.

use super::orientation::orientation;
use super::{Limits, formats, jpeg, levels, too_large, unreadable};
use crate::record::BadImage;
use evenhand_table::catch_panic;
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use std::error::Error;
use std::io::Cursor;

/// Decoders may use this much for themselves however small the image.
const LEAST_WORKING_BYTES: u64 = 64 << 20;

/// Sides beyond this, libjpeg's own limit, are those of a damaged or hostile file.
const MAX_SIDE: u32 = 65_500;

/// 16-bit RGBA is the widest format whose pixels are all within reach of the limit.
const BYTES_PER_PIXEL: u64 = 8;

/// Decodes the first frame of `bytes`, upright, with transparency over white.
///
/// # Errors
/// `TooLarge` from the header alone, before anything is allocated for the pixels; `Unreadable` for
/// everything that is not a whole image.
pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<RgbImage, BadImage> {
    if bytes.is_empty() {
        return Err(unreadable("the file is empty"));
    }
    let (format, name) = formats::recognised(bytes)?;
    // Decoders meet every kind of damage, and one that panics must cost one row, not the run.
    catch_panic(|| decode_as(format, name, bytes, limits)).unwrap_or_else(|| {
        Err(unreadable(format!(
            "a damaged {name}: its decoder gave up on it"
        )))
    })
}

fn decode_as(
    format: ImageFormat,
    name: &str,
    bytes: &[u8],
    limits: Limits,
) -> Result<RgbImage, BadImage> {
    let Limits { max_pixels, .. } = limits;
    let working_bytes = max_pixels
        .saturating_mul(BYTES_PER_PIXEL)
        .max(LEAST_WORKING_BYTES);
    let damaged = |error: ImageError| match &error {
        ImageError::Limits(_) => too_large(format!(
            "decoding needs more memory than {max_pixels} pixels may take"
        )),
        _ => {
            let cause = error.source().map_or(error.to_string(), |s| s.to_string());
            let line = cause.lines().next().unwrap_or_default();
            unreadable(match error {
                ImageError::Unsupported(_) => format!(
                    "a {name} of a kind that is not read: {line}; save it as PNG or JPEG with 8 bits"
                ),
                _ => format!("a damaged or unsupported {name}: {line}"),
            })
        }
    };

    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(working_bytes);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(damaged)?;

    let (width, height) = decoder.dimensions();
    let size = u64::from(width) * u64::from(height);
    if width.max(height) > MAX_SIDE {
        return Err(too_large(format!(
            "{width} x {height} pixels; a side has at most {MAX_SIDE}"
        )));
    }
    if size > max_pixels || decoder.total_bytes() > working_bytes {
        return Err(too_large(format!(
            "{width} x {height} pixels; at most {max_pixels} in all are decoded"
        )));
    }
    if width == 0 || height == 0 {
        return Err(unreadable(format!(
            "a {name} of {width} x {height} pixels has nothing to show"
        )));
    }
    let upright = orientation(format, bytes, &mut decoder);
    let jpeg = match format {
        ImageFormat::Jpeg => {
            jpeg::check(bytes, size, limits)?;
            jpeg::decode(bytes, limits, working_bytes)?
        }
        _ => None,
    };
    let mut image = match jpeg {
        Some(image) => image.into(),
        None => DynamicImage::from_decoder(decoder).map_err(damaged)?,
    };
    image.apply_orientation(upright);
    levels::to_rgb(image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::preprocess::formats::FORMATS;
    use crate::dataset::preprocess::{Filter, Fit, Geometry, pixels};
    use crate::record::Status;
    use image::Rgb;

    const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/pillow");

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{FIXTURES}/{name}")).unwrap()
    }

    fn gradients() -> DynamicImage {
        RgbImage::from_fn(40, 30, |x, y| {
            Rgb([x as u8 * 6, y as u8 * 8, (x * y) as u8])
        })
        .into()
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn refused(bytes: &[u8]) -> (Status, String) {
        let bad = decode(bytes, Limits::default()).expect_err("this is no whole image");
        (bad.status, bad.reason)
    }

    /// How many levels a decoded image is away from what Pillow shows.
    fn farthest(name: &str, expected: &str) -> u8 {
        let ours = decode(&fixture(name), Limits::default()).unwrap();
        let pillow = image::load_from_memory(&fixture(&format!("{expected}-decoded.png")));
        let pillow = pillow.unwrap().into_rgb8();
        assert_eq!(ours.dimensions(), pillow.dimensions(), "{name}");
        let apart = ours.iter().zip(pillow.iter()).map(|(a, b)| a.abs_diff(*b));
        apart.max().unwrap()
    }

    #[test]
    fn odd_images_decode_as_pillow_shows_them() {
        // CMYK and WebP decoders may round differently; the patches are flat, so that little is lost.
        let cases = [
            ("cmyk.jpg", 3),
            ("ycck.jpg", 3),
            ("rotated.jpg", 0),
            ("lossy.webp", 3),
            ("grey16.png", 0),
            ("palette-alpha.png", 1),
            ("animated.gif", 0),
        ];
        for (name, tolerance) in cases {
            let (stem, _) = name.split_once('.').unwrap();
            assert!(farthest(name, stem) <= tolerance, "{name}");
        }
    }

    #[test]
    fn turned_deep_and_big_images_have_the_pixels_of_pillow() {
        let cases = [
            "turned-long.jpg",
            "turned-xmp.jpg",
            "turned-xmp.webp",
            "turned-behind.png",
            "turned-xmp.png",
            "turned.tif",
            "deep.png",
            "big.tif",
        ];
        for name in cases {
            assert_eq!(farthest(name, &name.replace('.', "-")), 0, "{name}");
        }
    }

    #[test]
    fn every_format_is_read_and_refused_when_cut_off() {
        for (format, name) in FORMATS {
            let bytes = encoded(&gradients(), format);
            let image = decode(&bytes, Limits::default()).unwrap();
            assert_eq!(image.dimensions(), (40, 30), "{name}");
            let (status, reason) = refused(&bytes[..bytes.len() * 2 / 3]);
            assert_eq!(status, Status::Unreadable, "{name}");
            assert!(reason.contains(name), "{reason}");
        }
    }

    /// A sound header with nothing behind it: whoever decodes will find that out too late.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::from(*b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR");
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes.extend(crc32(&bytes[12..]).to_be_bytes());
        bytes.extend(*b"\0\0\0\0IDAT\x35\xAF\x06\x1E");
        bytes
    }

    #[test]
    fn a_png_bomb_is_refused_from_its_header() {
        let cases = [
            (30_000, 30_000, "at most 100000000 in all are decoded"),
            (1, 100_000_000, "a side has at most 65500"),
            (65_501, 1, "a side has at most 65500"),
        ];
        for (width, height, limit) in cases {
            let reason = format!("{width} x {height} pixels; {limit}");
            let found = refused(&png_header(width, height));
            assert_eq!(found, (Status::TooLarge, reason));
        }
    }

    #[test]
    fn the_thinnest_images_are_shown() {
        for (width, height) in [(1, MAX_SIDE), (MAX_SIDE, 1)] {
            let image = DynamicImage::ImageLuma8(image::GrayImage::new(width, height));
            let png = encoded(&image, ImageFormat::Png);
            for filter in [Filter::Bilinear, Filter::Lanczos] {
                let geometry = Geometry {
                    width: 8,
                    height: 8,
                    fit: Fit::Squash,
                    filter,
                };
                let pixels = pixels(&png, geometry, Limits::default()).unwrap();
                assert_eq!(pixels, [0; 8 * 8 * 3]);
            }
        }
    }

    /// As PNG wants it (ISO 15948, annex D).
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
            })
        })
    }
}
