//! Which way up an image is, by its metadata, as Pillow's `exif_transpose` reads them: EXIF first, XMP where EXIF has
//! no such tag.

use super::png_metadata;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat};

const TAG: u16 = 0x0112;
const XMP_TAG: &[u8] = b"tiff:Orientation";

/// An orientation that can't be read is none: viewers show such an image as it is.
pub(super) fn orientation(
    format: ImageFormat,
    bytes: &[u8],
    decoder: &mut impl ImageDecoder,
) -> Orientation {
    let (exif, xmp) = match format {
        // Its decoder has read no further than the pixels.
        ImageFormat::Png => png_metadata::read(bytes),
        ImageFormat::Tiff => (None, decoder.xmp_metadata().ok().flatten()),
        _ => (
            decoder.exif_metadata().ok().flatten(),
            decoder.xmp_metadata().ok().flatten(),
        ),
    };
    let exif = match format {
        // A TIFF is what EXIF is made of.
        ImageFormat::Tiff => in_exif(bytes),
        _ => exif.and_then(|exif| in_exif(&exif)),
    };
    let value = exif.or_else(|| in_xmp(&xmp?)).unwrap_or(1);
    let known = u8::try_from(value).ok().and_then(Orientation::from_exif);
    known.unwrap_or(Orientation::NoTransforms)
}

/// The orientation in EXIF: any whole number. `None`: it has no such tag.
fn in_exif(exif: &[u8]) -> Option<i64> {
    let mut tiff = exif;
    while let Some(rest) = tiff.strip_prefix(b"Exif\0\0") {
        tiff = rest;
    }
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |at: usize, bytes: usize| -> Option<u32> {
        let field = tiff.get(at..at.checked_add(bytes)?)?;
        let join = |value: u32, byte: &u8| (value << 8) | u32::from(*byte);
        Some(match little {
            true => field.iter().rev().fold(0, join),
            false => field.iter().fold(0, join),
        })
    };
    if number(2, 2)? != 42 {
        return None;
    }
    let directory = number(4, 4)? as usize;
    let entries = number(directory, 2)? as usize;
    let entry = |at: usize| directory + 2 + 12 * at;
    let entry = (0..entries)
        .map(entry)
        .take_while(|&at| at + 12 <= tiff.len())
        .find(|&at| number(at, 2) == Some(u32::from(TAG)))?;
    let (kind, count) = (number(entry + 2, 2)?, number(entry + 4, 4)? as usize);
    let size = match kind {
        6 => 1,
        3 | 8 => 2,
        4 | 9 => 4,
        // Bytes, text and fractions turn nothing.
        _ => return Some(0),
    };
    // More than fits into the entry is elsewhere; the first of several counts.
    let at = match count.saturating_mul(size) {
        0 => return Some(0),
        1..=4 => entry + 8,
        _ => number(entry + 8, 4)? as usize,
    };
    number(at, size).map(i64::from)
}

/// The first orientation in XMP, as an attribute or an element.
fn in_xmp(xmp: &[u8]) -> Option<i64> {
    let behind = |at: usize| {
        let rest = &xmp[at + XMP_TAG.len()..];
        let rest = rest.strip_prefix(b"=\"").or(rest.strip_prefix(b">"))?;
        rest.first().filter(|byte| byte.is_ascii_digit())
    };
    let mut places = xmp.windows(XMP_TAG.len()).enumerate();
    let digit = places.find_map(|(at, text)| (text == XMP_TAG).then(|| behind(at)).flatten());
    digit.map(|digit| i64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EXIF with one tag, of any kind, as cameras write it.
    pub fn exif(little: bool, kind: u16, value: u32) -> Vec<u8> {
        let short = |value: u16| match little {
            true => value.to_le_bytes(),
            false => value.to_be_bytes(),
        };
        let long = |value: u32| match little {
            true => value.to_le_bytes(),
            false => value.to_be_bytes(),
        };
        let mut bytes = if little { b"II" } else { b"MM" }.to_vec();
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(1));
        bytes.extend(short(TAG));
        bytes.extend(short(kind));
        bytes.extend(long(1));
        match kind {
            3 | 8 => bytes.extend([short(value as u16), [0; 2]].concat()),
            _ => bytes.extend(long(value)),
        }
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn every_whole_number_turns_an_image_whatever_its_width() {
        for little in [true, false] {
            for kind in [3, 4, 8, 9] {
                assert_eq!(in_exif(&exif(little, kind, 6)), Some(6), "{kind}");
                let prefixed = [b"Exif\0\0".to_vec(), exif(little, kind, 6)].concat();
                assert_eq!(in_exif(&prefixed), Some(6));
            }
            for kind in [1, 2, 5] {
                assert_eq!(in_exif(&exif(little, kind, 6)), Some(0), "{kind}");
            }
        }
    }

    #[test]
    fn damaged_exif_is_none() {
        let whole = exif(true, 3, 6);
        for end in 0..20 {
            assert_eq!(in_exif(&whole[..end]), None);
        }
        let mut elsewhere = whole;
        elsewhere[4..8].fill(0xFF);
        assert_eq!(in_exif(&elsewhere), None);
    }

    #[test]
    fn xmp_says_it_as_an_attribute_or_an_element() {
        assert_eq!(in_xmp(br#"<a tiff:Orientation="6"/>"#), Some(6));
        let element = b"tiff:Orientation tiff:Orientation><tiff:Orientation>8</tiff:Orientation>";
        assert_eq!(in_xmp(element), Some(8));
        for text in ["", "tiff:Orientation", "tiff:Orientation=\"x\""] {
            assert_eq!(in_xmp(text.as_bytes()), None);
        }
    }
}
