//! How Rust types lie in protobuf messages, and the macros that declare a message.
//!
//! Fields are written in the order in which they are declared, which is the order of `onnx.proto3`
//! and not that of the field numbers; digests of prepared graphs depend on it. Values that equal
//! their default are left out, numbers in lists are packed, and the variants of a `oneof` come last.

use super::wire::{DecodeError, Reader, Wire, key_size, varint_size, write_key, write_varint};
use bytes::Bytes;

/// A type whose values lie in the bytes one at a time.
pub trait Value: Default {
    const WIRE: Wire;
    fn size(&self) -> usize;
    fn write(&self, out: &mut Vec<u8>);
    /// Reads a value; a message takes over what is new in it.
    fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError>;
}

/// A type of a message's field.
pub trait Field {
    fn size(&self, number: u32) -> usize;
    fn write(&self, number: u32, out: &mut Vec<u8>);
    fn merge(&mut self, number: u32, wire: Wire, input: &mut Reader) -> Result<(), DecodeError>;
}

/// A choice between fields.
pub trait OneOf: Sized {
    fn size(&self) -> usize;
    fn write(&self, out: &mut Vec<u8>);
    /// `false` if the field is none of its own.
    fn merge(
        chosen: &mut Option<Self>,
        number: u32,
        wire: Wire,
        input: &mut Reader,
    ) -> Result<bool, DecodeError>;
}

/// A message: its fields without a length in front.
pub trait Message: Default {
    fn fields_size(&self) -> usize;
    fn write_fields(&self, out: &mut Vec<u8>);
    fn merge_fields(&mut self, input: &mut Reader) -> Result<(), DecodeError>;
}

pub fn size_of_value<V: Value>(number: u32, value: &V) -> usize {
    key_size(number) + value.size()
}

pub fn write_value<V: Value>(number: u32, value: &V, out: &mut Vec<u8>) {
    write_key(number, V::WIRE, out);
    value.write(out);
}

pub fn merge_value<V: Value>(
    value: &mut V,
    number: u32,
    wire: Wire,
    input: &mut Reader,
) -> Result<(), DecodeError> {
    if wire != V::WIRE {
        return Err(DecodeError::WrongType(number));
    }
    value.merge(input)
}

/// The size of bytes with their length in front.
fn delimited(length: usize) -> usize {
    varint_size(length as u64) + length
}

/// Numbers that lie in the bytes as varints.
macro_rules! varints {
    ($($kind:ty),*) => {$(
        impl Value for $kind {
            const WIRE: Wire = Wire::Varint;

            // Negative numbers of 32 bits, too, are extended to 64.
            fn size(&self) -> usize {
                varint_size(*self as i64 as u64)
            }

            fn write(&self, out: &mut Vec<u8>) {
                write_varint(*self as i64 as u64, out);
            }

            fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
                *self = input.varint()? as Self;
                Ok(())
            }
        }
    )*};
}

varints!(i32, i64, u64);

macro_rules! floats {
    ($($kind:ty: $wire:expr),*) => {$(
        impl Value for $kind {
            const WIRE: Wire = $wire;

            fn size(&self) -> usize {
                size_of::<Self>()
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
                *self = Self::from_le_bytes(input.array()?);
                Ok(())
            }
        }
    )*};
}

floats!(f32: Wire::Four, f64: Wire::Eight);

impl Value for String {
    const WIRE: Wire = Wire::Length;

    fn size(&self) -> usize {
        delimited(self.len())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_varint(self.len() as u64, out);
        out.extend(self.as_bytes());
    }

    fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
        *self = Self::from_utf8(input.bytes()?.to_vec()).map_err(|_| DecodeError::NotUtf8)?;
        Ok(())
    }
}

impl Value for Bytes {
    const WIRE: Wire = Wire::Length;

    fn size(&self) -> usize {
        delimited(self.len())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_varint(self.len() as u64, out);
        out.extend_from_slice(self);
    }

    fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
        *self = input.bytes()?;
        Ok(())
    }
}

impl<M: Message> Value for M {
    const WIRE: Wire = Wire::Length;

    fn size(&self) -> usize {
        delimited(self.fields_size())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_varint(self.fields_size() as u64, out);
        self.write_fields(out);
    }

    fn merge(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
        self.merge_fields(&mut input.inner()?)
    }
}

impl<M: Message> Message for Box<M> {
    fn fields_size(&self) -> usize {
        M::fields_size(self)
    }

    fn write_fields(&self, out: &mut Vec<u8>) {
        M::write_fields(self, out);
    }

    fn merge_fields(&mut self, input: &mut Reader) -> Result<(), DecodeError> {
        M::merge_fields(self, input)
    }
}

/// Types that are left out where they have their default value.
macro_rules! plain {
    ($($kind:ty: $is_default:expr),* $(,)?) => {$(
        impl Field for $kind {
            fn size(&self, number: u32) -> usize {
                if $is_default(self) { 0 } else { size_of_value(number, self) }
            }

            fn write(&self, number: u32, out: &mut Vec<u8>) {
                if !$is_default(self) {
                    write_value(number, self, out);
                }
            }

            fn merge(
                &mut self,
                number: u32,
                wire: Wire,
                input: &mut Reader,
            ) -> Result<(), DecodeError> {
                merge_value(self, number, wire, input)
            }
        }
    )*};
}

plain! {
    i32: |value: &i32| *value == 0,
    i64: |value: &i64| *value == 0,
    f32: |value: &f32| *value == 0.0,
    String: String::is_empty,
    Bytes: Bytes::is_empty,
}

/// A message that is always there, and left out where it is as good as missing.
impl<M: Message + PartialEq> Field for M {
    fn size(&self, number: u32) -> usize {
        match *self == M::default() {
            true => 0,
            false => size_of_value(number, self),
        }
    }

    fn write(&self, number: u32, out: &mut Vec<u8>) {
        if *self != M::default() {
            write_value(number, self, out);
        }
    }

    fn merge(&mut self, number: u32, wire: Wire, input: &mut Reader) -> Result<(), DecodeError> {
        merge_value(self, number, wire, input)
    }
}

impl<M: Message> Field for Option<M> {
    fn size(&self, number: u32) -> usize {
        let value = self.as_ref();
        value.map_or(0, |value| size_of_value(number, value))
    }

    fn write(&self, number: u32, out: &mut Vec<u8>) {
        if let Some(value) = self {
            write_value(number, value, out);
        }
    }

    fn merge(&mut self, number: u32, wire: Wire, input: &mut Reader) -> Result<(), DecodeError> {
        merge_value(self.get_or_insert_default(), number, wire, input)
    }
}

/// Lists whose entries each have the field's number in front.
macro_rules! repeated {
    ($([$($generic:tt)*] $kind:ty),*) => {$(
        impl $($generic)* Field for Vec<$kind> {
            fn size(&self, number: u32) -> usize {
                self.iter().map(|value| size_of_value(number, value)).sum()
            }

            fn write(&self, number: u32, out: &mut Vec<u8>) {
                for value in self {
                    write_value(number, value, out);
                }
            }

            fn merge(
                &mut self,
                number: u32,
                wire: Wire,
                input: &mut Reader,
            ) -> Result<(), DecodeError> {
                let mut value = <$kind>::default();
                merge_value(&mut value, number, wire, input)?;
                self.push(value);
                Ok(())
            }
        }
    )*};
}

repeated!([] String, [] Bytes, [<M: Message>] M);

/// Lists of numbers, which are packed when written; read they are either way.
macro_rules! packed {
    ($($kind:ty),*) => {$(
        impl Field for Vec<$kind> {
            fn size(&self, number: u32) -> usize {
                match self.is_empty() {
                    true => 0,
                    false => key_size(number) + delimited(self.iter().map(<$kind as Value>::size).sum()),
                }
            }

            fn write(&self, number: u32, out: &mut Vec<u8>) {
                if self.is_empty() {
                    return;
                }
                write_key(number, Wire::Length, out);
                write_varint(self.iter().map(<$kind as Value>::size).sum::<usize>() as u64, out);
                self.iter().for_each(|value| Value::write(value, out));
            }

            fn merge(
                &mut self,
                number: u32,
                wire: Wire,
                input: &mut Reader,
            ) -> Result<(), DecodeError> {
                let mut value = <$kind>::default();
                if wire != Wire::Length {
                    merge_value(&mut value, number, wire, input)?;
                    self.push(value);
                    return Ok(());
                }
                let mut values = Reader::new(input.bytes()?);
                while !values.is_at_end() {
                    Value::merge(&mut value, &mut values)?;
                    self.push(value);
                }
                Ok(())
            }
        }
    )*};
}

packed!(i32, i64, u64, f32, f64);

/// Declares messages: each field with its type and number, and after a semicolon a choice.
macro_rules! messages {
    ($(
        $(#[$about:meta])*
        pub struct $name:ident {
            $($(#[$about_field:meta])* $field:ident: $kind:ty = $number:literal,)*
            $(; $(#[$about_choice:meta])* $choice:ident: oneof $variants:ty)?
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name {
            $($(#[$about_field])* pub $field: $kind,)*
            $($(#[$about_choice])* pub $choice: Option<$variants>,)?
            /// Fields of other numbers, as they were read. They are written back at the end.
            pub unknown: Vec<u8>,
        }

        impl $crate::onnx::field::Message for $name {
            fn fields_size(&self) -> usize {
                use $crate::onnx::field::Field;
                self.unknown.len()
                    $(+ Field::size(&self.$field, $number))*
                    $(+ self.$choice.as_ref().map_or(0, $crate::onnx::field::OneOf::size))?
            }

            fn write_fields(&self, out: &mut Vec<u8>) {
                use $crate::onnx::field::Field;
                $(Field::write(&self.$field, $number, out);)*
                $(if let Some(choice) = &self.$choice {
                    $crate::onnx::field::OneOf::write(choice, out);
                })?
                out.extend(&self.unknown);
            }

            fn merge_fields(
                &mut self,
                input: &mut $crate::onnx::wire::Reader,
            ) -> Result<(), $crate::onnx::wire::DecodeError> {
                use $crate::onnx::field::Field;
                while !input.is_at_end() {
                    let start = input.position();
                    let (number, wire) = input.key()?;
                    match number {
                        $($number => Field::merge(&mut self.$field, number, wire, input)?,)*
                        $(_ if $crate::onnx::field::OneOf::merge(
                            &mut self.$choice, number, wire, input,
                        )? => {})?
                        _ => {
                            input.skip(wire)?;
                            self.unknown.extend(input.since(start));
                        }
                    }
                }
                Ok(())
            }
        }
    )*};
}

/// Declares a choice between fields of a message.
macro_rules! oneof {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$about_variant:meta])* $variant:ident($kind:ty) = $number:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $($(#[$about_variant])* $variant($kind),)*
        }

        impl $crate::onnx::field::OneOf for $name {
            fn size(&self) -> usize {
                match self {
                    $(Self::$variant(value) => {
                        $crate::onnx::field::size_of_value($number, value)
                    })*
                }
            }

            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(value) => {
                        $crate::onnx::field::write_value($number, value, out);
                    })*
                }
            }

            fn merge(
                chosen: &mut Option<Self>,
                number: u32,
                wire: $crate::onnx::wire::Wire,
                input: &mut $crate::onnx::wire::Reader,
            ) -> Result<bool, $crate::onnx::wire::DecodeError> {
                match number {
                    $($number => {
                        let mut value = match chosen.take() {
                            Some(Self::$variant(value)) => value,
                            _ => Default::default(),
                        };
                        $crate::onnx::field::merge_value(&mut value, number, wire, input)?;
                        *chosen = Some(Self::$variant(value));
                    })*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

/// Declares an enum that keeps numbers which it has no name for.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        pub enum $name:ident { $($variant:ident = $number:literal,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name(pub i32);

        impl $name {
            $(pub const $variant: Self = Self($number);)*
        }

        impl $crate::onnx::field::Field for $name {
            fn size(&self, number: u32) -> usize {
                $crate::onnx::field::Field::size(&self.0, number)
            }

            fn write(&self, number: u32, out: &mut Vec<u8>) {
                $crate::onnx::field::Field::write(&self.0, number, out);
            }

            fn merge(
                &mut self,
                number: u32,
                wire: $crate::onnx::wire::Wire,
                input: &mut $crate::onnx::wire::Reader,
            ) -> Result<(), $crate::onnx::wire::DecodeError> {
                $crate::onnx::field::Field::merge(&mut self.0, number, wire, input)
            }
        }
    };
}

pub(super) use {messages, oneof, open_enum};
