//! Element types of tensors, by their numbers in the format.

pub const UNDEFINED: i32 = 0;
pub const FLOAT: i32 = 1;
pub const UINT8: i32 = 2;
pub const INT8: i32 = 3;
pub const UINT16: i32 = 4;
pub const INT16: i32 = 5;
pub const INT32: i32 = 6;
pub const INT64: i32 = 7;
pub const STRING: i32 = 8;
pub const BOOL: i32 = 9;
pub const FLOAT16: i32 = 10;
pub const DOUBLE: i32 = 11;
pub const UINT32: i32 = 12;
pub const UINT64: i32 = 13;
pub const COMPLEX64: i32 = 14;
pub const COMPLEX128: i32 = 15;
pub const BFLOAT16: i32 = 16;
pub const FLOAT8E4M3FN: i32 = 17;
pub const FLOAT8E4M3FNUZ: i32 = 18;
pub const FLOAT8E5M2: i32 = 19;
pub const FLOAT8E5M2FNUZ: i32 = 20;
pub const UINT4: i32 = 21;
pub const INT4: i32 = 22;
pub const FLOAT4E2M1: i32 = 23;
pub const FLOAT8E8M0: i32 = 24;
pub const UINT2: i32 = 25;
pub const INT2: i32 = 26;

/// How many bits a value takes in `raw_data`; `None` for text and for types that are not known.
pub fn bits(element: i32) -> Option<u64> {
    Some(match element {
        COMPLEX128 => 128,
        INT64 | UINT64 | DOUBLE | COMPLEX64 => 64,
        FLOAT | INT32 | UINT32 => 32,
        INT16 | UINT16 | FLOAT16 | BFLOAT16 => 16,
        INT8 | UINT8 | BOOL | FLOAT8E4M3FN..=FLOAT8E5M2FNUZ | FLOAT8E8M0 => 8,
        INT4 | UINT4 | FLOAT4E2M1 => 4,
        INT2 | UINT2 => 2,
        _ => return None,
    })
}

/// Whether an engine here reads them as floats.
pub fn is_float(element: i32) -> bool {
    matches!(element, FLOAT | FLOAT16 | DOUBLE | BFLOAT16)
}
