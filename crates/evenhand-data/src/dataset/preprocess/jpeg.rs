//! JPEG, to the very bytes that libjpeg-turbo gives, and with it Pillow, OpenCV and torchvision.
//!
//! Decoders differ by a level or two in a fifth of all pixels. That is enough to move a probability
//! near 0.5 by several hundredths, and whoever runs a classifier from Python must get ours.

use super::{Limits, too_large, unreadable};
use crate::record::BadImage;
use image::RgbImage;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat};

/// The pixels of a grey or colour JPEG as it lies, its orientation not applied. `None` for the four
/// inks of print (CMYK, YCCK), which this decoder does not turn into RGB.
///
/// # Errors
/// `TooLarge` beyond the limits, of which `working_bytes` is the decoder's own memory; `Unreadable`
/// for everything that is not a whole image.
pub(super) fn decode(
    bytes: &[u8],
    limits: Limits,
    working_bytes: u64,
) -> Result<Option<RgbImage>, BadImage> {
    if !reaches_end_of_image(bytes) {
        return Err(unreadable("a truncated JPEG: its end is missing"));
    }
    let allowed = DecodeLimits {
        max_pixels: limits.max_pixels,
        max_memory: Some(working_bytes),
        ..DecodeLimits::default()
    };
    let decoder = Decoder::new_with_limits(bytes, allowed).map_err(bad)?;
    if decoder.header().components.len() == 4 {
        return Ok(None);
    }
    let decoder = decoder.with_output_format(PixelFormat::Rgb);
    let image = decoder.decode_image().map_err(bad)?;
    RgbImage::from_raw(image.width as u32, image.height as u32, image.data)
        .map(Some)
        .ok_or_else(|| unreadable("a damaged JPEG: fewer pixels than it says"))
}

fn bad(error: JpegError) -> BadImage {
    match error {
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => {
            too_large(format!("decoding this JPEG takes too much: {error}"))
        }
        _ => unreadable(format!("a damaged or unsupported JPEG: {error}")),
    }
}

/// True if a JPEG's scans go on to its end-of-image marker (ITU T.81, B.1.1 and B.2.1). Decoders
/// fill what is missing with grey; Pillow refuses, and so do we.
fn reaches_end_of_image(bytes: &[u8]) -> bool {
    const STUFFED: u8 = 0x00;
    const ALONE: [std::ops::RangeInclusive<u8>; 2] = [0x01..=0x01, 0xD0..=0xD8];
    const END_OF_IMAGE: u8 = 0xD9;
    const FILL: u8 = 0xFF;

    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|pair| {
        pair[0] == 0xFF
            && !matches!(pair[1], STUFFED | FILL)
            && !ALONE.iter().any(|range| range.contains(&pair[1]))
    }) {
        if rest[at + 1] == END_OF_IMAGE {
            return true;
        }
        // Every other marker is followed by the length of its segment, in which 0xFF means nothing.
        let Some(&[high, low]) = rest.get(at + 2..at + 4) else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes([high, low])).max(2);
        rest = rest.get(at + 2 + length..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;

    const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/pillow");

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{FIXTURES}/{name}")).unwrap()
    }

    fn whole(bytes: &[u8]) -> Result<RgbImage, BadImage> {
        let image = decode(bytes, Limits::default(), u64::MAX)?;
        Ok(image.expect("no inks of print"))
    }

    #[test]
    fn pixels_are_those_of_libjpeg_turbo() {
        for name in ["420", "422-progressive", "444", "grey", "restart"] {
            let ours = whole(&fixture(&format!("jpeg-{name}.jpg"))).unwrap();
            let pillow = image::load_from_memory(&fixture(&format!("jpeg-{name}-decoded.png")));
            assert!(ours == pillow.unwrap().into_rgb8(), "{name}");
        }
    }

    #[test]
    fn a_jpeg_without_its_last_bytes_is_truncated() {
        let bytes = fixture("jpeg-420.jpg");
        for missing in [2, 3, 50] {
            let bad = whole(&bytes[..bytes.len() - missing]).unwrap_err();
            assert_eq!(bad.reason, "a truncated JPEG: its end is missing");
        }
        let trailed = [bytes.as_slice(), b"a phone's own notes"].concat();
        assert!(whole(&trailed).is_ok());
    }

    #[test]
    fn memory_is_limited() {
        let bytes = fixture("jpeg-422-progressive.jpg");
        let bad = decode(&bytes, Limits::default(), 1000).unwrap_err();
        assert_eq!(bad.status, Status::TooLarge);
    }
}
