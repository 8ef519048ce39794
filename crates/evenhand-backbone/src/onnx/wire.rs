//! The protobuf wire format: varints, fixed-width numbers, and bytes with their length in front.
//! <https://protobuf.dev/programming-guides/encoding/> has the rules.

use bytes::Bytes;

/// How deep messages may lie in each other. A file of a few bytes must not exhaust the stack.
const DEEPEST: usize = 100;

/// Why bytes are not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the bytes end within a field")]
    Truncated,
    #[error("a number has more than ten bytes")]
    LongVarint,
    #[error("there is no field 0")]
    FieldZero,
    #[error("field {0} has another type than it should")]
    WrongType(u32),
    #[error("wire type {0} is not supported")]
    WireType(u32),
    #[error("a string is not UTF-8")]
    NotUtf8,
    #[error("messages lie more than {DEEPEST} deep in each other")]
    TooDeep,
}

/// How a value lies in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Varint,
    Eight,
    /// A length and as many bytes: strings, messages, packed numbers.
    Length,
    Four,
}

impl Wire {
    fn code(self) -> u32 {
        match self {
            Self::Varint => 0,
            Self::Eight => 1,
            Self::Length => 2,
            Self::Four => 5,
        }
    }
}

/// The bytes of one message, read from front to back.
pub struct Reader {
    bytes: Bytes,
    at: usize,
    depth: usize,
}

impl Reader {
    pub fn new(bytes: Bytes) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// The bytes that were read since a position.
    pub fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.at]
    }

    /// The number of the next field and how its value lies in the bytes.
    pub fn key(&mut self) -> Result<(u32, Wire), DecodeError> {
        let key = u32::try_from(self.varint()?).map_err(|_| DecodeError::LongVarint)?;
        let wire = match key & 7 {
            0 => Wire::Varint,
            1 => Wire::Eight,
            2 => Wire::Length,
            5 => Wire::Four,
            other => return Err(DecodeError::WireType(other)),
        };
        match key >> 3 {
            0 => Err(DecodeError::FieldZero),
            number => Ok((number, wire)),
        }
    }

    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(DecodeError::Truncated)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(DecodeError::LongVarint)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let rest = &self.bytes[self.at..];
        let array = *rest.first_chunk().ok_or(DecodeError::Truncated)?;
        self.at += N;
        Ok(array)
    }

    /// Bytes with their length in front, shared with the file that they are read from.
    pub fn bytes(&mut self) -> Result<Bytes, DecodeError> {
        let length = usize::try_from(self.varint()?).map_err(|_| DecodeError::Truncated)?;
        if length > self.bytes.len() - self.at {
            return Err(DecodeError::Truncated);
        }
        let bytes = self.bytes.slice(self.at..self.at + length);
        self.at += length;
        Ok(bytes)
    }

    /// A reader of the message that comes next.
    pub fn inner(&mut self) -> Result<Self, DecodeError> {
        if self.depth == DEEPEST {
            return Err(DecodeError::TooDeep);
        }
        Ok(Self {
            bytes: self.bytes()?,
            at: 0,
            depth: self.depth + 1,
        })
    }

    /// Passes over a value.
    pub fn skip(&mut self, wire: Wire) -> Result<(), DecodeError> {
        match wire {
            Wire::Varint => self.varint().map(drop),
            Wire::Eight => self.array::<8>().map(drop),
            Wire::Length => self.bytes().map(drop),
            Wire::Four => self.array::<4>().map(drop),
        }
    }
}

/// How many bytes [`write_varint`] writes.
pub fn varint_size(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

pub fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`write_key`] writes.
pub fn key_size(number: u32) -> usize {
    varint_size(u64::from(number) << 3)
}

pub fn write_key(number: u32, wire: Wire, out: &mut Vec<u8>) {
    write_varint(u64::from(number << 3 | wire.code()), out);
}
