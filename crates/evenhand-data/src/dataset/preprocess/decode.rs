//! Decoding: any supported file, judged by its content, becomes upright 8-bit RGB.

use super::{Limits, jpeg, too_large, unreadable};
use crate::record::BadImage;
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, RgbaImage};
use std::error::Error;
use std::io::Cursor;
use std::panic;

const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::Png, "PNG"),
    (ImageFormat::WebP, "WebP"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::Gif, "GIF"),
    (ImageFormat::Tiff, "TIFF"),
];

/// Decoders may use this much for themselves however small the image.
const LEAST_WORKING_BYTES: u64 = 64 << 20;

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
    let guessed = image::guess_format(bytes).ok();
    let known = guessed.and_then(|format| FORMATS.iter().find(|known| known.0 == format));
    let Some(&(format, name)) = known else {
        let names = FORMATS.map(|known| known.1).join(", ");
        return Err(unreadable(format!(
            "not an image in a format evenhand reads ({names})"
        )));
    };
    // Decoders meet every kind of damage, and one that panics must cost one row, not the run.
    panic::catch_unwind(|| decode_as(format, name, bytes, limits)).unwrap_or_else(|_| {
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
            unreadable(format!("a damaged or unsupported {name}: {line}"))
        }
    };

    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(working_bytes);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(damaged)?;

    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels || decoder.total_bytes() > working_bytes {
        return Err(too_large(format!(
            "{width} x {height} pixels; at most {max_pixels} in all are decoded"
        )));
    }
    if width == 0 || height == 0 {
        return Err(unreadable(format!(
            "a {name} of {width} x {height} pixels has nothing to show"
        )));
    }
    // An orientation that cannot be read is none: viewers show such an image as it is.
    let orientation = decoder.orientation().ok();
    let jpeg = match format {
        ImageFormat::Jpeg => jpeg::decode(bytes, limits, working_bytes)?,
        _ => None,
    };
    let mut image = match jpeg {
        Some(image) => image.into(),
        None => DynamicImage::from_decoder(decoder).map_err(damaged)?,
    };
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(if image.color().has_alpha() {
        over_white(&image.into_rgba8())
    } else {
        image.into_rgb8()
    })
}

fn over_white(image: &RgbaImage) -> RgbImage {
    let mut out = RgbImage::new(image.width(), image.height());
    for (rgb, rgba) in out.pixels_mut().zip(image.pixels()) {
        let alpha = u16::from(rgba[3]);
        for channel in 0..3 {
            let weighted = u16::from(rgba[channel]) * alpha + 255 * (255 - alpha);
            rgb[channel] = ((weighted + 127) / 255) as u8;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;
    use image::{ImageBuffer, Luma, LumaA, Pixel, Rgb, Rgba};

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

    fn one_pixel<P: Pixel>(pixel: P) -> ImageBuffer<P, Vec<P::Subpixel>> {
        ImageBuffer::from_pixel(1, 1, pixel)
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

    #[test]
    fn odd_images_decode_as_pillow_shows_them() {
        // CMYK and WebP decoders may round differently; the patches are flat, so that little is lost.
        let cases = [
            ("cmyk.jpg", 3),
            ("ycck.jpg", 3),
            ("rotated.jpg", 0),
            ("lossy.webp", 3),
            ("grey16.png", 1),
            ("palette-alpha.png", 1),
            ("animated.gif", 0),
        ];
        for (name, tolerance) in cases {
            let ours = decode(&fixture(name), Limits::default()).unwrap();
            let (stem, _) = name.split_once('.').unwrap();
            let pillow = image::load_from_memory(&fixture(&format!("{stem}-decoded.png")));
            let pillow = pillow.unwrap().into_rgb8();
            assert_eq!(ours.dimensions(), pillow.dimensions(), "{name}");
            let worst = ours.iter().zip(pillow.iter()).map(|(a, b)| a.abs_diff(*b));
            assert!(worst.max().unwrap() <= tolerance, "{name}");
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

    #[test]
    fn what_is_not_an_image_is_named() {
        assert_eq!(refused(b"").1, "the file is empty");
        assert_eq!(
            refused(b"Dear diary,").1,
            "not an image in a format evenhand reads (JPEG, PNG, WebP, BMP, GIF, TIFF)"
        );
    }

    #[test]
    fn a_png_bomb_is_refused_from_its_header() {
        // A sound header with nothing behind it: whoever decodes will find that out too late.
        let mut bytes = Vec::from(*b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR");
        bytes.extend(30_000u32.to_be_bytes());
        bytes.extend(30_000u32.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes.extend(crc32(&bytes[12..]).to_be_bytes());
        bytes.extend(*b"\0\0\0\0IDAT\x35\xAF\x06\x1E");
        assert_eq!(
            refused(&bytes),
            (
                Status::TooLarge,
                "30000 x 30000 pixels; at most 100000000 in all are decoded".into()
            )
        );
    }

    /// As PNG wants it (ISO 15948, annex D).
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
            })
        })
    }

    #[test]
    fn deep_and_transparent_pixels_are_scaled_not_clipped() {
        let cases: [(DynamicImage, [u8; 3]); 4] = [
            (one_pixel(Luma([0x8080_u16])).into(), [128; 3]),
            (one_pixel(Rgb([0xFFFF_u16, 0x4000, 0])).into(), [255, 64, 0]),
            (one_pixel(LumaA([0_u8, 128])).into(), [127; 3]),
            (one_pixel(Rgba([10_u8, 20, 30, 0])).into(), [255; 3]),
        ];
        for (image, expected) in cases {
            let colour = image.color();
            let png = encoded(&image, ImageFormat::Png);
            let image = decode(&png, Limits::default()).unwrap();
            assert_eq!(image.into_raw(), expected, "{colour:?}");
        }
    }
}
