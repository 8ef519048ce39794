//! Levels of any depth to 8 bits, and transparency over white.

use super::unreadable;
use crate::record::BadImage;
use image::{DynamicImage, ImageBuffer, Pixel, RgbImage, RgbaImage};

/// Of 16 bits the upper 8 are kept, as Pillow does. Floating-point levels go from 0, black, to 1, white.
///
/// # Errors
/// Floating-point levels beyond 0 to 1: nothing says which of them is white.
pub(super) fn to_rgb(image: DynamicImage) -> Result<RgbImage, BadImage> {
    let image: DynamicImage = match image {
        DynamicImage::ImageLuma16(deep) => DynamicImage::ImageLuma8(upper_bits(deep)),
        DynamicImage::ImageLumaA16(deep) => DynamicImage::ImageLumaA8(upper_bits(deep)),
        DynamicImage::ImageRgb16(deep) => DynamicImage::ImageRgb8(upper_bits(deep)),
        DynamicImage::ImageRgba16(deep) => DynamicImage::ImageRgba8(upper_bits(deep)),
        DynamicImage::ImageRgb32F(ref levels) => {
            check_range(levels)?;
            image
        }
        DynamicImage::ImageRgba32F(ref levels) => {
            check_range(levels)?;
            image
        }
        other => other,
    };
    Ok(match image.color().has_alpha() {
        true => over_white(&image.into_rgba8()),
        false => image.into_rgb8(),
    })
}

fn upper_bits<D, P>(deep: ImageBuffer<D, Vec<u16>>) -> ImageBuffer<P, Vec<u8>>
where
    D: Pixel<Subpixel = u16>,
    P: Pixel<Subpixel = u8>,
{
    let (width, height) = deep.dimensions();
    let levels = deep.into_raw().into_iter().map(|level| (level >> 8) as u8);
    ImageBuffer::from_raw(width, height, levels.collect()).expect("as many levels as before")
}

fn check_range(levels: &[f32]) -> Result<(), BadImage> {
    if levels.iter().all(|level| (0.0..=1.0).contains(level)) {
        return Ok(());
    }
    let least = levels.iter().copied().fold(f32::INFINITY, f32::min);
    let most = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    Err(unreadable(format!(
        "floating-point levels from {least} to {most}, of which none is known to be white: save it with 8 or 16 bits"
    )))
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
    use image::{Luma, LumaA, Rgb, Rgba};

    fn one_pixel<P: Pixel>(pixel: P) -> ImageBuffer<P, Vec<P::Subpixel>> {
        ImageBuffer::from_pixel(1, 1, pixel)
    }

    #[test]
    fn deep_and_transparent_pixels_are_scaled_not_clipped() {
        let cases: [(DynamicImage, [u8; 3]); 6] = [
            (one_pixel(Luma([0x80FF_u16])).into(), [128; 3]),
            (
                one_pixel(Rgb([0xFFFF_u16, 0x4000, 0xFF])).into(),
                [255, 64, 0],
            ),
            (one_pixel(LumaA([0_u8, 128])).into(), [127; 3]),
            (one_pixel(LumaA([0_u16, 0x80FF])).into(), [127; 3]),
            (one_pixel(Rgba([10_u8, 20, 30, 0])).into(), [255; 3]),
            (one_pixel(Rgb([0.0_f32, 0.5, 1.0])).into(), [0, 128, 255]),
        ];
        for (image, expected) in cases {
            let colour = image.color();
            assert_eq!(to_rgb(image).unwrap().into_raw(), expected, "{colour:?}");
        }
    }

    #[test]
    fn floating_point_levels_without_a_known_white_are_refused() {
        for levels in [
            [0.0_f32, 128.0, 255.0],
            [-1.0, 0.0, 1.0],
            [f32::NAN, 0.0, 1.0],
        ] {
            let bad = to_rgb(one_pixel(Rgb(levels)).into()).unwrap_err();
            assert!(
                bad.reason.contains("save it with 8 or 16 bits"),
                "{}",
                bad.reason
            );
        }
        let bad = to_rgb(one_pixel(Rgb([0.0_f32, 128.0, 255.0])).into()).unwrap_err();
        assert!(
            bad.reason
                .starts_with("floating-point levels from 0 to 255")
        );
    }
}
