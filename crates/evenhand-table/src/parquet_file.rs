//! The bytes of a Parquet file, as the `parquet` crate asks for them. It makes room for as many bytes as a page's header
//! says the page has decompressed, before it looks at the page: a header that promises too much is refused here.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{BufRead, BufReader};

/// Decompressed bytes of a page that are believed whatever it has compressed; writers aim at 1 MB.
const BELIEVED: u64 = 64 << 20;
/// Decompressed bytes for each compressed one that are believed beyond that; Deflate reaches 1,032.
const RATIO: u64 = 1_100;

/// An open Parquet file.
pub struct ParquetFile(File);

impl ParquetFile {
    pub fn new(file: File) -> Self {
        Self(file)
    }
}

impl Length for ParquetFile {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for ParquetFile {
    type T = BufReader<File>;

    /// The header of a page and the page, a page whose header was read before, or the end of the file.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut read = self.0.get_read(start)?;
        if let Some((decompressed, compressed)) = sizes(read.fill_buf()?)
            && decompressed > BELIEVED.max(compressed.saturating_mul(RATIO))
        {
            return Err(ParquetError::General(format!(
                "a page of {compressed} bytes claims to have {decompressed} when decompressed"
            )));
        }
        Ok(read)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

/// Bytes of a page, decompressed and compressed, where its header begins the bytes. In Thrift's compact protocol, as all
/// writers use it, the first three fields are 32-bit integers: kind, decompressed bytes, compressed bytes.
///
/// Damaged headers are read as the `parquet` crate reads them: it goes by the numbers of fields, never by their types.
fn sizes(header: &[u8]) -> Option<(u64, u64)> {
    const DECOMPRESSED: i64 = 2;
    const COMPRESSED: i64 = 3;
    let mut rest = header;
    let (mut field, mut decompressed) = (0, 0);
    loop {
        let (&head, after) = rest.split_first()?;
        rest = after;
        field = match head >> 4 {
            0 => signed(&mut rest)?,
            step => field + i64::from(step),
        };
        let is_end = head & 0xf == 0;
        if is_end || !(1..=COMPRESSED).contains(&field) {
            return None;
        }
        let size = u64::try_from(signed(&mut rest)? as i32);
        match field {
            DECOMPRESSED => decompressed = size.ok()?,
            COMPRESSED => return Some((decompressed, size.ok()?)),
            _kind => {}
        }
    }
}

/// The next integer: 7 bits a byte, lowest first, all but the last byte marked.
fn signed(rest: &mut &[u8]) -> Option<i64> {
    let mut folded = 0_u64;
    for (at, &byte) in (0..).zip(rest.iter()) {
        folded |= u64::from(byte & 0x7f).wrapping_shl(7 * at);
        if byte & 0x80 == 0 {
            *rest = &rest[at as usize + 1..];
            // Signed numbers are folded, so that small ones are short: 0, -1, 1, -2, ...
            return Some((folded >> 1) as i64 ^ -((folded & 1) as i64));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A file that begins with the header of a data page of these sizes.
    fn page(decompressed: u32, compressed: u32) -> ParquetFile {
        let mut bytes = vec![0x15, 0];
        for size in [decompressed, compressed] {
            bytes.push(0x15);
            let mut folded = u64::from(size) * 2;
            while folded > 0x7f {
                bytes.push(folded as u8 | 0x80);
                folded >>= 7;
            }
            bytes.push(folded as u8);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        ParquetFile::new(file)
    }

    #[test]
    fn pages_that_promise_too_much_are_refused_before_room_is_made() {
        let error = page(1_377_000_000, 1_578).get_read(0).unwrap_err();
        assert!(error.to_string().contains("1578 bytes claims"), "{error}");
        assert!(page(u32::MAX / 4, 60_000).get_read(0).is_err());
    }

    #[test]
    fn pages_that_are_large_or_compress_well_are_read() {
        for (decompressed, compressed) in [(1 << 20, 900_000), (1 << 20, 3), (1 << 30, 1 << 20)] {
            let file = page(decompressed, compressed);
            let mut read = file.get_read(0).unwrap();
            // Looking at the header has taken nothing away.
            assert_eq!(read.fill_buf().unwrap()[..2], [0x15, 0]);
        }
    }

    #[test]
    fn sizes_are_what_the_reader_takes_them_for() {
        // 74,401,008,277 in its low 32 bits; fields of another type, and numbered one by one.
        let long = [0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 4];
        let short = |head: &'static [u8]| [head; 3];
        let numbered: [&[u8]; 3] = [&[5, 2], &[5, 4], &[5, 6]];
        for heads in [short(&[0x15]), short(&[0x11]), numbered] {
            let [kind, decompressed, compressed] = heads;
            let fields: [&[u8]; 6] = [kind, &[4], decompressed, &long, compressed, &[0]];
            let header = fields.concat();
            assert_eq!(sizes(&header), Some((1_386_564_245, 0)), "{heads:?}");
        }
        for none in [
            &b""[..],
            b"PAR1",
            &[0x15],
            &[0x15, 0, 0x15, 0x80, 0x80],
            &[0x15, 0, 0x15, 1, 0x15, 0],
            &[0x15, 0, 0],
            &[0x45, 0, 0x15, 0],
        ] {
            assert_eq!(sizes(none), None);
        }
    }
}
