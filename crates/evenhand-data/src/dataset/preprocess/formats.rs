//! Image formats by the first bytes of a file: those that are decoded, and those that only have a name.

use super::unreadable;
use crate::record::BadImage;
use image::ImageFormat;

pub(super) const FORMATS: [(ImageFormat, &str); 6] = [
    (ImageFormat::Jpeg, "JPEG"),
    (ImageFormat::Png, "PNG"),
    (ImageFormat::WebP, "WebP"),
    (ImageFormat::Bmp, "BMP"),
    (ImageFormat::Gif, "GIF"),
    (ImageFormat::Tiff, "TIFF"),
];

/// Files of TIFF's younger kind, with 64-bit offsets.
const BIG_TIFFS: [&[u8]; 2] = [b"II\x2B\0", b"MM\0\x2B"];

/// The format of a file, and its name.
///
/// # Errors
/// A file of none of these formats.
pub(super) fn recognised(bytes: &[u8]) -> Result<(ImageFormat, &'static str), BadImage> {
    if BIG_TIFFS.iter().any(|start| bytes.starts_with(start)) {
        return Ok((ImageFormat::Tiff, "TIFF"));
    }
    let guessed = image::guess_format(bytes).ok();
    let known = guessed.and_then(|format| FORMATS.iter().find(|known| known.0 == format));
    if let Some(known) = known {
        return Ok(*known);
    }
    Err(unreadable(match foreign(bytes) {
        Some((name, extension)) => format!(
            "{name}, a format that evenhand does not read: convert it to JPEG or PNG first, as in \
             `magick photo.{extension} photo.jpg`"
        ),
        None => {
            let names = FORMATS.map(|known| known.1).join(", ");
            format!("not an image in a format evenhand reads ({names})")
        }
    }))
}

/// Name and extension of a format that is not decoded.
fn foreign(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const BOXES: [(&[u8], (&str, &str)); 5] = [
        (b"\0\0\0\x0CjP  \r\n\x87\n", ("JPEG 2000", "jp2")),
        (b"\xFF\x4F\xFF\x51", ("JPEG 2000", "j2k")),
        (b"\0\0\0\x0CJXL \r\n\x87\n", ("JPEG XL", "jxl")),
        (b"\xFF\x0A", ("JPEG XL", "jxl")),
        (b"8BPS", ("Photoshop's PSD", "psd")),
    ];
    if let Some((_, name)) = BOXES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(*name);
    }
    // The file type of ISO's media files: a brand, a version, and brands that it is compatible with.
    let length = u32::from_be_bytes(*bytes.first_chunk()?) as usize;
    let brands = bytes
        .get(4..length.min(bytes.len()))?
        .strip_prefix(b"ftyp")?;
    let has = |known: &[&[u8]]| brands.chunks_exact(4).any(|brand| known.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        Some(("AVIF", "avif"))
    } else if has(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ]) {
        Some(("HEIC", "heic"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bytes: &[u8]) -> String {
        recognised(bytes).unwrap_err().reason
    }

    #[test]
    fn what_is_not_an_image_is_named() {
        assert_eq!(
            reason(b"Dear diary,"),
            "not an image in a format evenhand reads (JPEG, PNG, WebP, BMP, GIF, TIFF)"
        );
        let film = b"\0\0\0\x14ftypisom\0\0\0\0mp42....";
        assert!(reason(film).starts_with("not an image"));
    }

    #[test]
    fn a_format_that_is_not_read_says_how_to_convert_it() {
        let avif: &[u8] = b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1miaf....";
        let cases: [(&[u8], &str, &str); 5] = [
            (avif, "AVIF", "photo.avif"),
            (
                b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif....",
                "AVIF",
                "photo.avif",
            ),
            (
                b"\0\0\0\x18ftypheic\0\0\0\0mif1heic....",
                "HEIC",
                "photo.heic",
            ),
            (b"\0\0\0\x0CjP  \r\n\x87\n....", "JPEG 2000", "photo.jp2"),
            (b"\xFF\x0A....", "JPEG XL", "photo.jxl"),
        ];
        for (bytes, name, example) in cases {
            let reason = reason(bytes);
            assert!(reason.starts_with(&format!("{name}, a format")), "{reason}");
            assert!(
                reason.contains(&format!("`magick {example} photo.jpg`")),
                "{reason}"
            );
        }
    }
}
