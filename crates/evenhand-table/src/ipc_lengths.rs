//! Lengths that compressed buffers of an Arrow file declare. Arrow makes room for as much as a buffer says it
//! becomes, so that a damaged length would end the program; they are checked before.

use arrow_ipc::{Block, CompressionType, Message, RecordBatch, root_as_footer, root_as_message};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// What stands before the length of a message's metadata.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Bytes that a buffer may become beyond its ratio: that of its frame.
const SLACK: u64 = 1 << 17;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error(
        "a compressed buffer of {bytes} bytes declares {declared} bytes of content: the file is damaged"
    )]
    Length { bytes: u64, declared: u64 },
    #[error("the metadata of a batch are damaged")]
    Metadata,
    #[error("the footer names a batch that lies beyond the end of the file")]
    Block,
}

/// The first damage of a file (`is_file`) or a stream that Arrow would not refuse itself.
///
/// # Errors
/// Those of reading.
pub(crate) fn damage(file: &mut File, is_file: bool) -> io::Result<Option<Damage>> {
    let size = file.seek(SeekFrom::End(0))?;
    let mut input = Input { file, size };
    match is_file {
        true => input.in_file(),
        false => input.in_stream(),
    }
}

struct Input<'a> {
    file: &'a mut File,
    size: u64,
}

impl Input<'_> {
    fn in_file(&mut self) -> io::Result<Option<Damage>> {
        let Some(tail) = self.bytes(self.size.saturating_sub(10), 10)? else {
            return Ok(None);
        };
        let length = u64::from(number(&tail[..4]));
        let start = self.size.saturating_sub(10).saturating_sub(length);
        let Some(footer) = self.bytes(start, length)? else {
            return Ok(None);
        };
        let Ok(footer) = root_as_footer(&footer) else {
            return Ok(None);
        };
        let blocks = footer.dictionaries().into_iter().flatten();
        let blocks = blocks.chain(footer.recordBatches().into_iter().flatten());
        for block in blocks {
            let damage = self.in_block(block)?;
            if damage.is_some() {
                return Ok(damage);
            }
        }
        Ok(None)
    }

    fn in_block(&mut self, block: &Block) -> io::Result<Option<Damage>> {
        let place = || {
            let start = u64::try_from(block.offset()).ok()?;
            let length = u64::try_from(block.metaDataLength()).ok()?;
            let body = u64::try_from(block.bodyLength()).ok()?;
            let end = start.checked_add(length)?.checked_add(body)?;
            (end <= self.size).then_some((start, length))
        };
        let Some((start, length)) = place() else {
            return Ok(Some(Damage::Block));
        };
        let Some(metadata) = self.bytes(start, length)? else {
            return Ok(Some(Damage::Block));
        };
        let prefix = match metadata.starts_with(&CONTINUATION) {
            true => 8,
            false => 4,
        };
        // Arrow looks for the metadata in all bytes of the block, and might find others there.
        match metadata.get(prefix..).map(root_as_message) {
            Some(Ok(message)) => self.in_message(message, start + length),
            _ => Ok(Some(Damage::Metadata)),
        }
    }

    fn in_stream(&mut self) -> io::Result<Option<Damage>> {
        let mut at = 0;
        while let Some(mut prefix) = self.bytes(at, 4)? {
            at += 4;
            if prefix == CONTINUATION {
                let Some(next) = self.bytes(at, 4)? else {
                    break;
                };
                (prefix, at) = (next, at + 4);
            }
            let length = u64::from(number(&prefix));
            let Some(metadata) = self.bytes(at, length)?.filter(|_| length > 0) else {
                break;
            };
            at += length;
            let Ok(message) = root_as_message(&metadata) else {
                break;
            };
            let damage = self.in_message(message, at)?;
            if damage.is_some() {
                return Ok(damage);
            }
            let Ok(body) = u64::try_from(message.bodyLength()) else {
                break;
            };
            at = at.saturating_add(body);
        }
        Ok(None)
    }

    /// `body` is where the buffers of the message begin.
    fn in_message(&mut self, message: Message, body: u64) -> io::Result<Option<Damage>> {
        let dictionary = || message.header_as_dictionary_batch()?.data();
        let batch: Option<RecordBatch> = message.header_as_record_batch().or_else(dictionary);
        let Some(batch) = batch else {
            return Ok(None);
        };
        let Some(compression) = batch.compression() else {
            return Ok(None);
        };
        // The most that the formats can do: a length of one more byte in LZ4, a block of one repeated byte in zstd.
        let ratio = match compression.codec() {
            CompressionType::LZ4_FRAME => 255,
            _ => 1 << 15,
        };
        for buffer in batch.buffers().into_iter().flatten() {
            let start = u64::try_from(buffer.offset()).ok();
            let Some((start, bytes)) = start.zip(u64::try_from(buffer.length()).ok()) else {
                continue;
            };
            // An empty buffer, such as that of the nulls of a column without any, declares nothing.
            if bytes == 0 {
                continue;
            }
            let Some(declared) = self.bytes(body.saturating_add(start), 8)? else {
                continue;
            };
            let declared: [u8; 8] = declared.try_into().expect("eight bytes");
            // -1 stands for a buffer that is not compressed; other negative numbers are refused by Arrow.
            let declared = u64::try_from(i64::from_le_bytes(declared)).unwrap_or_default();
            if declared > bytes.saturating_mul(ratio).saturating_add(SLACK) {
                return Ok(Some(Damage::Length { bytes, declared }));
            }
        }
        Ok(None)
    }

    /// Bytes of the file; `None` where it ends before.
    fn bytes(&mut self, start: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let end = start.checked_add(length);
        if end.is_none_or(|end| end > self.size) {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        self.file.take(length).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 == length).then_some(bytes))
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
    use std::sync::Arc;

    /// A compressed table of one column of equal texts, as a file or a stream.
    fn table(codec: CompressionType, is_file: bool) -> Vec<u8> {
        let column = StringArray::from(vec!["a long text of one value"; 20_000]);
        table_of(Arc::new(column), codec, is_file)
    }

    fn table_of(column: ArrayRef, codec: CompressionType, is_file: bool) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
        let options = IpcWriteOptions::default();
        let options = options.try_with_compression(Some(codec)).unwrap();
        let (schema, mut out) = (batch.schema(), Vec::new());
        if is_file {
            let mut writer = FileWriter::try_new_with_options(&mut out, &schema, options).unwrap();
            writer.write(&batch).unwrap();
            writer.finish().unwrap();
        } else {
            let mut writer =
                StreamWriter::try_new_with_options(&mut out, &schema, options).unwrap();
            writer.write(&batch).unwrap();
            writer.finish().unwrap();
        }
        out
    }

    fn found(bytes: &[u8], is_file: bool) -> Option<Damage> {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, bytes).unwrap();
        damage(&mut file, is_file).unwrap()
    }

    #[test]
    fn a_length_that_no_buffer_can_have_is_refused() {
        for codec in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
            for is_file in [true, false] {
                let mut bytes = table(codec, is_file);
                assert_eq!(found(&bytes, is_file), None);
                let declared = 480_000_u64.to_le_bytes();
                // The last offset of the texts is the same number, and stands before.
                let mut windows = bytes.windows(8);
                let at = windows.rposition(|window| window == declared).unwrap();
                bytes[at + 6] = 1;
                let found = found(&bytes, is_file);
                let declared = (1 << 48) + 480_000;
                assert!(matches!(found, Some(Damage::Length { declared: d, .. }) if d == declared));
            }
        }
    }

    #[test]
    fn an_empty_buffer_declares_nothing() {
        // The values begin where the empty buffer of the nulls would.
        let column = Float64Array::from_iter_values((0..100_000).map(f64::from));
        for is_file in [true, false] {
            let bytes = table_of(Arc::new(column.clone()), CompressionType::ZSTD, is_file);
            assert_eq!(found(&bytes, is_file), None);
        }
    }

    #[test]
    fn a_block_beyond_the_end_is_refused() {
        let mut bytes = table(CompressionType::ZSTD, true);
        let footer = number(&bytes[bytes.len() - 10..bytes.len() - 6]) as usize;
        let footer = bytes.len() - 10 - footer..bytes.len() - 10;
        let parsed = root_as_footer(&bytes[footer]).unwrap();
        let body = parsed.recordBatches().unwrap().get(0).bodyLength();
        let mut windows = bytes.windows(8);
        let at = windows.rposition(|window| window == body.to_le_bytes());
        bytes[at.unwrap() + 6] = 1;
        assert_eq!(found(&bytes, true), Some(Damage::Block));
    }

    #[test]
    fn other_damage_is_left_to_arrow() {
        let whole = table(CompressionType::ZSTD, true);
        for length in [0, 5, 12, whole.len() / 2, whole.len() - 3] {
            assert_eq!(found(&whole[..length], true), None);
            assert_eq!(found(&whole[..length], false), None);
        }
    }
}
