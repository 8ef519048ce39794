//! EXIF and XMP of a PNG. Both may stand behind the pixels, where a decoder that has read the pixels has not been.

use flate2::read::ZlibDecoder;
use std::io::Read;

const SIGNATURE: usize = 8;
/// More text than this is not decompressed.
const MAX_TEXT: u64 = 1 << 20;
const XMP: &[u8] = b"XML:com.adobe.xmp";
/// How ImageMagick writes EXIF into text: three lines, then hexadecimal digits.
const RAW_EXIF: &[u8] = b"Raw profile type exif";

/// EXIF and XMP; `None` where there is none that can be read.
pub(super) fn read(png: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (mut exif, mut raw_exif, mut xmp) = (None, None, None);
    let mut rest = png.get(SIGNATURE..).unwrap_or_default();
    while let Some((name, data, behind)) = chunk(rest) {
        match name {
            b"eXIf" => exif = Some(data.to_vec()),
            b"iTXt" => xmp = international_text(data, XMP).or(xmp),
            b"tEXt" => raw_exif = text(data, RAW_EXIF).and_then(from_hex).or(raw_exif),
            b"zTXt" => {
                let text = text(data, RAW_EXIF).and_then(|text| inflated(text.get(1..)?));
                raw_exif = text.and_then(|text| from_hex(&text)).or(raw_exif);
            }
            b"IEND" => break,
            _ => {}
        }
        rest = behind;
    }
    (exif.or(raw_exif), xmp)
}

/// Name and data of a chunk, and what follows it.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (name, rest) = rest.split_first_chunk::<4>()?;
    let (data, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((name, data, rest.get(4..)?))
}

/// The text behind a keyword.
fn text<'a>(data: &'a [u8], keyword: &[u8]) -> Option<&'a [u8]> {
    data.strip_prefix(keyword)?.strip_prefix(&[0])
}

fn international_text(data: &[u8], keyword: &[u8]) -> Option<Vec<u8>> {
    let (&[compressed, _method], rest) = text(data, keyword)?.split_first_chunk::<2>()?;
    // A language and a translated keyword stand before the text, each with a zero behind it.
    let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
    match compressed {
        0 => Some(text.to_vec()),
        _ => inflated(text),
    }
}

fn inflated(compressed: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut reader = ZlibDecoder::new(compressed).take(MAX_TEXT);
    reader.read_to_end(&mut text).ok()?;
    Some(text)
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let lines = text.split(|byte| *byte == b'\n').skip(3);
    let digits: Vec<u8> = lines.flatten().copied().collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks_exact(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; SIGNATURE];
        for (name, data) in chunks {
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(*name);
            bytes.extend(*data);
            bytes.extend([0; 4]);
        }
        bytes
    }

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn metadata_are_found_before_and_behind_the_pixels() {
        let both = png(&[
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0xmp"),
            (b"IDAT", b"..."),
            (b"eXIf", b"exif"),
            (b"IEND", b""),
        ]);
        assert_eq!(read(&both), (Some(b"exif".into()), Some(b"xmp".into())));
        assert_eq!(read(&both[..30]), (None, None));
        assert_eq!(read(b""), (None, None));
    }

    #[test]
    fn compressed_and_hexadecimal_texts_are_read() {
        let xmp = [
            b"XML:com.adobe.xmp\0\x01\0en\0\0".to_vec(),
            deflated(b"xmp"),
        ]
        .concat();
        let hex = b"\nexif\n       4\n65786\n966\n";
        let raw = [b"Raw profile type exif\0\0".to_vec(), deflated(hex)].concat();
        let found = read(&png(&[(b"iTXt", &xmp), (b"zTXt", &raw)]));
        assert_eq!(found, (Some(b"exif".into()), Some(b"xmp".into())));
        let plain = [&b"Raw profile type exif\0"[..], hex].concat();
        assert_eq!(read(&png(&[(b"tEXt", &plain)])).0, Some(b"exif".into()));
        let bomb = [
            b"XML:com.adobe.xmp\0\x01\0\0\0".to_vec(),
            deflated(&vec![b'x'; 4 << 20]),
        ]
        .concat();
        assert_eq!(read(&png(&[(b"iTXt", &bomb)])).1.unwrap().len(), 1 << 20);
    }
}
