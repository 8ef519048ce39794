//! Columns of Parquet and Arrow: which can be columns of a table, and their values as text.

use crate::cells::Cells;
use crate::missing::MissingValues;
use crate::notes::Tally;
use crate::number_text;
use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime;
use arrow_array::types::{
    ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, BooleanArray, LargeStringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use arrow_select::nullif::nullif;

/// What a column holds that has no text for each row; `None` for one that has.
pub(crate) fn other_kind(data: &DataType) -> Option<&'static str> {
    match data {
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => Some("bytes"),
        DataType::Struct(_) | DataType::Map(..) | DataType::Union(..) => Some("records"),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => Some("lists"),
        DataType::RunEndEncoded(..) => Some("runs"),
        DataType::Dictionary(_, value) => other_kind(value),
        _ => None,
    }
}

/// The type that a column of this type has in a table.
pub(crate) fn table_type(data: &DataType) -> DataType {
    match data {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
            DataType::LargeUtf8
        }
        DataType::Dictionary(_, value) => table_type(value),
        other => other.clone(),
    }
}

/// A column with text trimmed, and missing values and NaN as nulls. Marks in `trimmed` the rows of which spaces
/// were taken off.
///
/// # Errors
/// Arrow can't convert the array.
pub(crate) fn normalized(
    array: &ArrayRef,
    column: usize,
    missing: &MissingValues,
    (tally, trimmed): (&mut Tally, &mut [bool]),
) -> Result<ArrayRef, ArrowError> {
    let array = arrow_cast::cast(array, &table_type(array.data_type()))?;
    if let Some(values) = array.as_string_opt::<i64>() {
        return Ok(normalized_text(values, column, missing, (tally, trimmed)));
    }
    let array = match array.data_type() {
        DataType::Float16 => without_nan::<Float16Type>(&array, |value| value.is_nan())?,
        DataType::Float32 => without_nan::<Float32Type>(&array, f32::is_nan)?,
        DataType::Float64 => without_nan::<Float64Type>(&array, f64::is_nan)?,
        _ => array,
    };
    if !missing.has_numbers() || array.data_type() == &DataType::Boolean {
        return Ok(array);
    }
    let text = text(&array);
    let mut is_missing = |value: Option<&str>| {
        let position = value.and_then(|value| missing.position(value));
        if let Some(position) = position {
            *tally.missing.entry((column, position)).or_default() += 1;
        }
        position.is_some()
    };
    let mask: Vec<bool> = text.iter().map(&mut is_missing).collect();
    nullif(&array, &BooleanArray::from(mask))
}

fn normalized_text(
    values: &LargeStringArray,
    column: usize,
    missing: &MissingValues,
    (tally, trimmed): (&mut Tally, &mut [bool]),
) -> ArrayRef {
    let mut cells = Cells::new(1, missing);
    for (row, value) in values.iter().enumerate() {
        match value {
            Some(value) => cells.push(0, value),
            None => cells.push_missing(0),
        }
        let before = cells.tally.trimmed;
        cells.end_row(0);
        trimmed[row] |= cells.tally.trimmed > before;
    }
    let mut chunk = cells.finish_all();
    for ((_, position), n) in chunk.tally.missing {
        *tally.missing.entry((column, position)).or_default() += n;
    }
    chunk.columns.swap_remove(0)
}

fn without_nan<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    is_nan: impl Fn(T::Native) -> bool,
) -> Result<ArrayRef, ArrowError> {
    let mask = array
        .as_primitive::<T>()
        .values()
        .iter()
        .map(|&value| is_nan(value));
    let mask: Vec<bool> = mask.collect();
    if mask.contains(&true) {
        nullif(array, &BooleanArray::from(mask))
    } else {
        Ok(array.clone())
    }
}

/// The values of a column of a table as text.
pub(crate) fn text(array: &ArrayRef) -> LargeStringArray {
    match array.data_type() {
        DataType::LargeUtf8 => array.as_string::<i64>().clone(),
        DataType::Boolean => {
            let name = |value| if value { "True" } else { "False" };
            array
                .as_boolean()
                .iter()
                .map(|value| value.map(name))
                .collect()
        }
        DataType::Float16 => {
            written::<Float16Type>(array, |value| number_text::single(value.to_f32()))
        }
        DataType::Float32 => written::<Float32Type>(array, number_text::single),
        DataType::Float64 => written::<Float64Type>(array, number_text::float),
        DataType::Timestamp(unit, zone) => {
            let zone = if zone.is_some() { "Z" } else { "" };
            match unit {
                TimeUnit::Second => {
                    written::<TimestampSecondType>(array, instant::<TimestampSecondType>(zone))
                }
                TimeUnit::Millisecond => written::<TimestampMillisecondType>(
                    array,
                    instant::<TimestampMillisecondType>(zone),
                ),
                TimeUnit::Microsecond => written::<TimestampMicrosecondType>(
                    array,
                    instant::<TimestampMicrosecondType>(zone),
                ),
                TimeUnit::Nanosecond => written::<TimestampNanosecondType>(
                    array,
                    instant::<TimestampNanosecondType>(zone),
                ),
            }
        }
        _ => formatted(array),
    }
}

fn written<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    text: impl Fn(T::Native) -> String,
) -> LargeStringArray {
    let values = array.as_primitive::<T>().iter();
    values.map(|value| value.map(&text)).collect()
}

/// ISO 8601, in UTC where there is a time zone, without a time at midnight.
fn instant<T: ArrowPrimitiveType<Native = i64>>(zone: &str) -> impl Fn(i64) -> String {
    move |value| match as_datetime::<T>(value) {
        None => value.to_string(),
        Some(datetime) => {
            let text = datetime.format("%Y-%m-%dT%H:%M:%S%.f").to_string();
            match text.strip_suffix("T00:00:00") {
                Some(date) if zone.is_empty() => date.to_owned(),
                _ => text + zone,
            }
        }
    }
}

/// The text of integers, decimals, dates, times and durations.
fn formatted(array: &ArrayRef) -> LargeStringArray {
    let options = FormatOptions::default();
    let Ok(formatter) = ArrayFormatter::try_new(array, &options) else {
        return LargeStringArray::new_null(array.len());
    };
    let value = |row| {
        array
            .is_valid(row)
            .then(|| formatter.value(row).to_string())
    };
    (0..array.len()).map(value).collect()
}
