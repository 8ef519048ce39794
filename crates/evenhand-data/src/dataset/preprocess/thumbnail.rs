//! Images made small, for people to look at.

use super::{BadImage, Geometry, Limits, pixels, unreadable};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// JPEG quality, of a hundred: small enough to put forty into a page.
const QUALITY: u8 = 80;

/// A JPEG of what `geometry` makes of an image, upright, at most `side` pixels wide and high.
///
/// # Errors
/// An image that is damaged, too large or of another format.
pub fn thumbnail(
    bytes: &[u8],
    geometry: Geometry,
    side: usize,
    limits: Limits,
) -> Result<Vec<u8>, BadImage> {
    let longer = geometry.width.max(geometry.height);
    let small = |length: usize| (length * side / longer).max(1);
    let geometry = Geometry {
        width: small(geometry.width),
        height: small(geometry.height),
        ..geometry
    };
    let rgb = pixels(bytes, geometry, limits)?;
    let mut jpeg = Vec::new();
    let (width, height) = (geometry.width as u32, geometry.height as u32);
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .write_image(&rgb, width, height, ExtendedColorType::Rgb8)
        .map_err(|error| unreadable(format!("cannot be made small: {error}")))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::super::{Filter, Fit};
    use super::*;

    #[test]
    fn an_image_is_framed_as_the_geometry_says() {
        let wide = image::RgbImage::from_pixel(400, 100, image::Rgb([200, 40, 40]));
        let mut png = std::io::Cursor::new(Vec::new());
        wide.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let geometry = |width, height, fit| Geometry {
            width,
            height,
            fit,
            filter: Filter::Bilinear,
        };
        let limits = Limits::default();
        let jpeg = thumbnail(png.get_ref(), geometry(1, 1, Fit::Pad), 96, limits).unwrap();
        assert!(jpeg.len() < 4000, "{}", jpeg.len());
        let small = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert_eq!(small.dimensions(), (96, 96));
        assert!(small.get_pixel(48, 48).0[0] > 150 && small.get_pixel(48, 5).0[0] < 60);
        let squashed = geometry(192, 256, Fit::Squash);
        let jpeg = thumbnail(png.get_ref(), squashed, 96, limits).unwrap();
        let small = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert_eq!(small.dimensions(), (72, 96));
        assert!(small.get_pixel(36, 2).0[0] > 150);
        assert!(thumbnail(b"no image", squashed, 96, limits).is_err());
    }
}
