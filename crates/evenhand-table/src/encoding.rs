//! Text of any usual encoding as UTF-8, decoded while it is read.
//!
//! Up to the first byte that isn't ASCII, UTF-8 and Windows-1252 are the same. That byte and those after it
//! decide: a file whose first such bytes are valid UTF-8 is UTF-8, and a byte that is not later on is an error;
//! any other file is Windows-1252, as Excel saves a plain `CSV`.

use crate::error::TableError;
use crate::notes::Notes;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use evenhand_stats::hint::Message;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;

const BUFFER: usize = 1 << 16;
/// How much of the beginning is looked at for zero bytes.
const START: usize = 4096;
const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// A reader of UTF-8, whatever the encoding of `input`.
pub(crate) struct Utf8Reader<R> {
    input: R,
    /// `faces.csv: `, for notes.
    table: String,
    notes: Notes,
    decoding: Decoding,
    /// Bytes that are read and not decoded yet.
    raw: Vec<u8>,
    text: Vec<u8>,
    /// How much of `text` was taken.
    taken: usize,
    /// Line feeds in the text before `text`.
    lines_before: u64,
    returns_end_lines: bool,
    ended: bool,
}

enum Decoding {
    /// Nothing but ASCII so far.
    Ascii,
    Utf8,
    Other(Decoder),
}

/// Bytes that the encoding doesn't have, within an [`io::Error`].
#[derive(Debug)]
struct Malformed {
    line: u64,
    encoding: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: not {}", self.line, self.encoding)
    }
}

impl std::error::Error for Malformed {}

/// The error of reading `path` through a [`Utf8Reader`].
pub(crate) fn read_error(path: &Path, source: io::Error) -> TableError {
    match source.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Malformed { line, encoding }) => TableError::Encoding {
            place: format!("{}:{line}", path.display()),
            encoding,
        },
        None => TableError::Io {
            path: path.to_owned(),
            source,
        },
    }
}

impl<R: Read> Utf8Reader<R> {
    /// Reads the beginning, finds out about UTF-16 and skips a byte-order mark. `Ok(None)`: the bytes are no
    /// text.
    pub(crate) fn open(input: R, table: String, notes: Notes) -> io::Result<Option<Self>> {
        let mut reader = Self {
            input,
            table,
            notes,
            decoding: Decoding::Ascii,
            raw: Vec::with_capacity(BUFFER),
            text: Vec::new(),
            taken: 0,
            lines_before: 0,
            returns_end_lines: false,
            ended: false,
        };
        while reader.raw.len() < START && reader.read_raw()? > 0 {}
        let start = &reader.raw[..reader.raw.len().min(START)];
        if let Some((encoding, bom)) = utf16(start) {
            let name = encoding.name();
            reader.say(&format!("read as {name}"));
            reader.raw.drain(..bom);
            reader.decoding = Decoding::Other(encoding.new_decoder_without_bom_handling());
        } else if start.contains(&0) {
            return Ok(None);
        } else if start.starts_with(UTF8_BOM) {
            reader.raw.drain(..UTF8_BOM.len());
            reader.decoding = Decoding::Utf8;
        }
        Ok(Some(reader))
    }

    /// Where lines end with carriage returns alone, turns these into line feeds.
    pub(crate) fn find_line_ends(&mut self) -> io::Result<()> {
        let start = self.fill_buf()?;
        self.returns_end_lines = !start.contains(&b'\n') && start.contains(&b'\r');
        if self.returns_end_lines {
            replace_returns(&mut self.text[self.taken..]);
        }
        Ok(())
    }

    fn say(&self, what: &str) {
        self.notes
            .say(Message::plain(format!("{}{what}", self.table)));
    }

    fn read_raw(&mut self) -> io::Result<usize> {
        self.input
            .by_ref()
            .take(BUFFER as u64)
            .read_to_end(&mut self.raw)
    }

    /// Puts the next text into `text`, which is empty at the end only.
    fn decode_more(&mut self) -> io::Result<()> {
        self.lines_before += line_feeds(&self.text);
        self.text.clear();
        self.taken = 0;
        while self.text.is_empty() && !self.ended {
            self.ended = self.read_raw()? == 0;
            self.decode_raw(self.ended)?;
        }
        if self.returns_end_lines {
            replace_returns(&mut self.text);
        }
        Ok(())
    }

    /// Decodes what it can of `raw`; `last`: there is nothing behind it.
    fn decode_raw(&mut self, last: bool) -> io::Result<()> {
        if matches!(self.decoding, Decoding::Ascii) {
            let ascii = Encoding::ascii_valid_up_to(&self.raw);
            self.text.extend(self.raw.drain(..ascii));
            match decide(&self.raw, last) {
                None => return Ok(()),
                Some(true) => self.decoding = Decoding::Utf8,
                Some(false) => {
                    self.say("not UTF-8, so read as Windows-1252");
                    let decoder = WINDOWS_1252.new_decoder_without_bom_handling();
                    self.decoding = Decoding::Other(decoder);
                }
            }
        }
        match &mut self.decoding {
            Decoding::Ascii => Ok(()),
            Decoding::Utf8 => self.take_utf8(last),
            Decoding::Other(_) => self.transcode(last),
        }
    }

    fn take_utf8(&mut self, last: bool) -> io::Result<()> {
        let (valid, malformed) = match std::str::from_utf8(&self.raw) {
            Ok(text) => (text.len(), false),
            Err(error) => (error.valid_up_to(), last || error.error_len().is_some()),
        };
        self.text.extend(self.raw.drain(..valid));
        if malformed {
            return Err(self.malformed("UTF-8"));
        }
        Ok(())
    }

    fn transcode(&mut self, last: bool) -> io::Result<()> {
        let Decoding::Other(decoder) = &mut self.decoding else {
            return Ok(());
        };
        let needed = decoder.max_utf8_buffer_length_without_replacement(self.raw.len());
        let before = self.text.len();
        self.text
            .resize(before + needed.unwrap_or(4 * self.raw.len() + 16), 0);
        let space = &mut self.text[before..];
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&self.raw, space, last);
        let name = decoder.encoding().name();
        self.text.truncate(before + written);
        self.raw.drain(..read);
        match result {
            DecoderResult::Malformed(..) => Err(self.malformed(name)),
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
        }
    }

    fn malformed(&self, encoding: &'static str) -> io::Error {
        let line = 1 + self.lines_before + line_feeds(&self.text);
        io::Error::new(io::ErrorKind::InvalidData, Malformed { line, encoding })
    }
}

impl<R: Read> BufRead for Utf8Reader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.text.len() {
            self.decode_more()?;
        }
        Ok(&self.text[self.taken..])
    }

    fn consume(&mut self, n: usize) {
        self.taken += n;
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let text = self.fill_buf()?;
        let n = text.len().min(space.len());
        space[..n].copy_from_slice(&text[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// UTF-16 by its byte-order mark, and the mark's length, or by the zero bytes of ASCII letters.
fn utf16(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    match start {
        [0xFF, 0xFE, ..] => return Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => return Some((UTF_16BE, 2)),
        _ => {}
    }
    let zeros = |parity: usize| {
        let bytes = start.iter().skip(parity).step_by(2);
        bytes.filter(|&&byte| byte == 0).count()
    };
    match (zeros(0), zeros(1), start.len() / 2) {
        (0, high, units) if 2 * high > units => Some((UTF_16LE, 0)),
        (high, 0, units) if 2 * high > units => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// Whether bytes that begin with one that isn't ASCII begin with UTF-8. `None`: more of them must be known.
fn decide(bytes: &[u8], last: bool) -> Option<bool> {
    let start = &bytes[..bytes.len().min(4)];
    match std::str::from_utf8(start) {
        Ok("") => None,
        Ok(_) => Some(true),
        Err(error) if error.valid_up_to() > 0 => Some(true),
        Err(error) if error.error_len().is_none() && !last => None,
        Err(_) => Some(false),
    }
}

fn replace_returns(text: &mut [u8]) {
    for byte in text.iter_mut().filter(|byte| **byte == b'\r') {
        *byte = b'\n';
    }
}

fn line_feeds(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (io::Result<String>, Vec<String>) {
        let notes = Notes::default();
        let mut reader = Utf8Reader::open(bytes, String::new(), notes.clone())
            .unwrap()
            .unwrap();
        let mut text = String::new();
        let result = reader.read_to_string(&mut text).map(|_| text);
        let notes = notes.messages("", &[], &crate::MissingValues::default());
        (result, notes.iter().map(ToString::to_string).collect())
    }

    fn utf16_bytes(text: &str, unit: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn the_same_text_is_read_from_every_encoding() {
        let long = "x,y\n".repeat(40_000);
        for text in ["name,n\nZoë,1\n".to_owned(), format!("{long}Zoë,é\n{long}")] {
            let little = utf16_bytes(&text, u16::to_le_bytes);
            let latin1: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
            let cases = [
                (text.clone().into_bytes(), None),
                ([UTF8_BOM, text.as_bytes()].concat(), None),
                (
                    [&[0xFF, 0xFE], little.as_slice()].concat(),
                    Some("UTF-16LE"),
                ),
                (little, Some("UTF-16LE")),
                (
                    utf16_bytes(&format!("\u{FEFF}{text}"), u16::to_be_bytes),
                    Some("UTF-16BE"),
                ),
                (utf16_bytes(&text, u16::to_be_bytes), Some("UTF-16BE")),
                (latin1, Some("Windows-1252")),
            ];
            for (bytes, note) in cases {
                let (read, notes) = read(&bytes);
                assert_eq!(read.unwrap(), text);
                assert_eq!(notes.len(), usize::from(note.is_some()), "{notes:?}");
                assert!(note.is_none_or(|note| notes[0].contains(note)), "{notes:?}");
            }
        }
    }

    #[test]
    fn a_byte_that_the_encoding_lacks_names_its_line() {
        for (bytes, line) in [
            (&b"a\nZo\xC3\xAB\nZo\xEB\n"[..], "line 3: not UTF-8"),
            (b"Zo\xC3\xAB\nZo\xC3", "line 2: not UTF-8"),
            (b"\xFF\xFEa\0\n\0\x00\xDCb\0", "line 2: not UTF-16LE"),
        ] {
            assert_eq!(read(bytes).0.unwrap_err().to_string(), line);
        }
    }

    #[test]
    fn a_letter_across_two_buffers_is_one_letter() {
        for letter in ["ë", "€", "😀"] {
            for before in BUFFER - 4..BUFFER + 2 {
                let text = format!("{}{letter}{letter}\n", "a".repeat(before));
                assert_eq!(read(text.as_bytes()).0.unwrap(), text);
            }
        }
    }

    #[test]
    fn bytes_with_zeros_are_no_text() {
        let reader = Utf8Reader::open(
            &b"GIF89a\0\0\0\x01\x02"[..],
            String::new(),
            Notes::default(),
        );
        assert!(reader.unwrap().is_none());
    }
}
