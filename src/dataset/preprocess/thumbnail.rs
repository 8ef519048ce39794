//! Images made small, for people to look at.

use super::{BadImage, Filter, Fit, Geometry, Limits, pixels, unreadable};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// Of a hundred: small enough to put forty into a page.
const QUALITY: u8 = 80;

/// A JPEG of `side` pixels on each side, upright, with black bars where the image is not square.
///
/// # Errors
/// What is wrong with the image.
pub fn thumbnail(bytes: &[u8], side: usize, limits: Limits) -> Result<Vec<u8>, BadImage> {
    let geometry = Geometry {
        width: side,
        height: side,
        fit: Fit::Pad,
        filter: Filter::Bilinear,
    };
    let rgb = pixels(bytes, geometry, limits)?;
    let mut jpeg = Vec::new();
    let (side, encoder) = (
        side as u32,
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY),
    );
    encoder
        .write_image(&rgb, side, side, ExtendedColorType::Rgb8)
        .map_err(|error| unreadable(format!("cannot be made small: {error}")))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_image_is_shown_whole_between_bars() {
        let wide = image::RgbImage::from_pixel(400, 100, image::Rgb([200, 40, 40]));
        let mut png = std::io::Cursor::new(Vec::new());
        wide.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let jpeg = thumbnail(png.get_ref(), 96, Limits::default()).unwrap();
        assert!(jpeg.len() < 4000, "{}", jpeg.len());
        let small = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert_eq!(small.dimensions(), (96, 96));
        assert!(small.get_pixel(48, 48).0[0] > 150 && small.get_pixel(48, 5).0[0] < 60);
        assert!(thumbnail(b"no image", 96, Limits::default()).is_err());
    }
}
