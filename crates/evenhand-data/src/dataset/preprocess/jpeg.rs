//! JPEG, to the very bytes that libjpeg-turbo gives, and with it Pillow, OpenCV and torchvision.
//!
//! Decoders differ by a level or two in a fifth of all pixels. That is enough to move a probability
//! near 0.5 by several hundredths, and whoever runs a classifier from Python must get ours.

mod planes;

use super::{Limits, too_large, unreadable};
use crate::record::BadImage;
use image::RgbImage;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat};
use memchr::memchr;
use planes::Chroma;

/// libjpeg-turbo's advice on files from strangers; no encoder writes more than a dozen or so.
const MAX_SCANS: u64 = 500;

/// Pixels in all scans together, as a multiple of those that one image may have: each scan goes through all of them.
const MAX_SCANNED: u64 = 32;

/// Checks that a JPEG of `size` pixels is whole, and that its scans don't take too long.
///
/// # Errors
/// `Unreadable` for one that is broken off, `TooLarge` for one of too many scans.
pub(super) fn check(bytes: &[u8], size: u64, limits: Limits) -> Result<(), BadImage> {
    let Some(scans) = scans(bytes) else {
        return Err(unreadable("a truncated JPEG: its end is missing"));
    };
    let scanned = limits.max_pixels.saturating_mul(MAX_SCANNED);
    let allowed = (scanned / size.max(1)).min(MAX_SCANS);
    if scans > allowed {
        return Err(too_large(format!(
            "a JPEG of {size} pixels in {scans} scans; at most {allowed} are decoded"
        )));
    }
    Ok(())
}

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
    let allowed = DecodeLimits {
        max_pixels: limits.max_pixels,
        max_memory: Some(working_bytes),
        ..DecodeLimits::default()
    };
    let decoder = Decoder::new_with_limits(bytes, allowed).map_err(bad)?;
    if decoder.header().components.len() == 4 {
        return Ok(None);
    }
    if let Some(chroma) = Chroma::of(&decoder) {
        let planes = decoder.decode_raw().map_err(bad)?;
        return planes::to_rgb(&planes, chroma).map(Some).map_err(bad);
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

/// The scans up to a JPEG's end-of-image marker (ITU T.81, B.1.1 and B.2.1); `None` where there is none. Decoders
/// fill what is missing with grey; Pillow refuses, and so do we.
fn scans(bytes: &[u8]) -> Option<u64> {
    const STUFFED: u8 = 0x00;
    const TEMPORARY: u8 = 0x01;
    const FIRST_RESTART: u8 = 0xD0;
    const START_OF_IMAGE: u8 = 0xD8;
    const END_OF_IMAGE: u8 = 0xD9;
    const START_OF_SCAN: u8 = 0xDA;
    const FILL: u8 = 0xFF;

    let mut at = 0;
    let mut scans = 0;
    while let Some(found) = memchr(FILL, bytes.get(at..)?) {
        at += found + 1;
        match *bytes.get(at)? {
            FILL | STUFFED | TEMPORARY | FIRST_RESTART..=START_OF_IMAGE => {}
            END_OF_IMAGE => return Some(scans),
            marker => {
                scans += u64::from(marker == START_OF_SCAN);
                // Every other marker is followed by the length of its segment, in which 0xFF means nothing.
                let &[high, low] = bytes.get(at + 1..)?.first_chunk()?;
                at += 1 + usize::from(u16::from_be_bytes([high, low])).max(2);
            }
        }
    }
    None
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
        check(bytes, 1, Limits::default())?;
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
    fn scans_are_limited_and_the_more_the_larger_the_image() {
        let bytes = fixture("jpeg-422-progressive.jpg");
        let last = bytes
            .windows(2)
            .rposition(|pair| pair == [0xFF, 0xDA])
            .unwrap();
        let (image, end) = bytes.split_at(bytes.len() - 2);
        let many = [image, &image[last..].repeat(500), end].concat();
        let pixels = 61 * 47;
        let bad = check(&many, pixels, Limits::default()).unwrap_err();
        assert_eq!(bad.status, Status::TooLarge);
        let reason = "a JPEG of 2867 pixels in 510 scans; at most 500 are decoded";
        assert_eq!(bad.reason, reason);
        for (size, scans) in [(100_000_000, 32), (16_000_000, 200)] {
            let bad = check(&many, size, Limits::default()).unwrap_err();
            assert!(
                bad.reason
                    .ends_with(&format!("at most {scans} are decoded"))
            );
            assert!(check(&bytes, size, Limits::default()).is_ok());
        }
    }

    #[test]
    fn memory_is_limited() {
        let bytes = fixture("jpeg-422-progressive.jpg");
        let bad = decode(&bytes, Limits::default(), 1000).unwrap_err();
        assert_eq!(bad.status, Status::TooLarge);
    }
}
