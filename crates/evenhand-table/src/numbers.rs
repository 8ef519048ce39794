//! Columns as numbers.

use crate::error::TableError;
use crate::table::Table;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_schema::DataType;
use evenhand_stats::hint::Message;

impl Table {
    /// A column as numbers; `None` is a missing one. A decimal comma is read where commas don't separate values,
    /// and a note says so.
    ///
    /// # Errors
    /// The first value that is no finite number, with its place; decimal commas beside decimal points.
    pub fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, TableError> {
        let number = |(row, number): (usize, Number)| match number {
            Number::Missing => Ok(None),
            Number::Value(value) => Ok(Some(value)),
            Number::Other => Err(self.not_number(row, column)),
        };
        self.each_number(column)?
            .into_iter()
            .enumerate()
            .map(number)
            .collect()
    }

    /// A column of which not every value need be a number. Numbers of single precision are those of their
    /// shortest text: 0.1 is 0.1.
    ///
    /// # Errors
    /// Decimal commas beside decimal points.
    pub fn each_number(&self, column: usize) -> Result<Vec<Number>, TableError> {
        let array = self.batch().column(column);
        let is_single = matches!(array.data_type(), DataType::Float16 | DataType::Float32);
        if array.data_type().is_numeric() && !is_single {
            let cast = arrow_cast::cast(array, &DataType::Float64);
            let cast = cast.map_err(|source| TableError::Memory { source })?;
            let values = cast.as_primitive::<Float64Type>().iter();
            return Ok(values.map(Number::of).collect());
        }
        let text = self.text(column);
        let mut signs = DecimalSigns::default();
        let mut numbers = Vec::with_capacity(text.len());
        for (row, value) in text.iter().enumerate() {
            let number = value.map(|value| (value, parsed(value, self.shared.decimal_comma)));
            let (value, number) = match number {
                None => (None, Number::Missing),
                Some((_, None)) => (None, Number::Other),
                Some((value, Some(number))) => (Some(value), Number::Value(number)),
            };
            numbers.push(number);
            if let Some((value, other)) = value.and_then(|value| Some((value, signs.clash(value)?)))
            {
                return Err(TableError::TwoDecimalSigns {
                    place: self.place(row),
                    column: self.columns()[column].clone(),
                    value: value.to_owned(),
                    other: other.to_owned(),
                });
            }
        }
        if let Some(example) = signs.comma {
            self.shared.notes.decimal_comma(|| {
                let (table, name) = (self.shared.origin.prefix(), &self.columns()[column]);
                Message::plain(format!(
                    "{table}the comma in `{example}` of `{name}` is a decimal sign"
                ))
            });
        }
        Ok(numbers)
    }

    fn not_number(&self, row: usize, column: usize) -> TableError {
        TableError::NotNumber {
            place: self.place(row),
            column: self.columns()[column].clone(),
            value: self.text(column).get(row).unwrap_or_default().to_owned(),
        }
    }
}

/// A value of a column of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    Missing,
    Value(f64),
    /// Text, or a number that isn't finite.
    Other,
}

impl Number {
    fn of(value: Option<f64>) -> Self {
        match value {
            None => Self::Missing,
            Some(value) if value.is_finite() => Self::Value(value),
            Some(_) => Self::Other,
        }
    }
}

/// The first value with each decimal sign.
#[derive(Default)]
struct DecimalSigns<'a> {
    comma: Option<&'a str>,
    point: Option<&'a str>,
}

impl<'a> DecimalSigns<'a> {
    /// Takes note of a number; returns an earlier one that has the other sign.
    fn clash(&mut self, number: &'a str) -> Option<&'a str> {
        let (own, other) = match (number.contains(','), number.contains('.')) {
            (true, _) => (&mut self.comma, self.point),
            (false, true) => (&mut self.point, self.comma),
            (false, false) => return None,
        };
        own.get_or_insert(number);
        other
    }
}

fn parsed(text: &str, decimal_comma: bool) -> Option<f64> {
    let finite = |text: &str| text.parse().ok().filter(|value: &f64| value.is_finite());
    if decimal_comma && text.contains(',') && !text.contains('.') {
        return finite(&text.replacen(',', ".", 1));
    }
    finite(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, Float32Array, Int64Array, RecordBatch};
    use std::sync::Arc;

    #[test]
    fn a_number_is_a_finite_one_with_one_decimal_sign() {
        for (text, comma, number) in [
            ("0.75", false, Some(0.75)),
            ("0,75", true, Some(0.75)),
            ("-1,5e3", true, Some(-1500.0)),
            ("0,75", false, None),
            ("1,234,5", true, None),
            ("1.234,5", true, None),
            ("1e400", false, None),
            ("inf", false, None),
            ("nan", false, None),
            ("75 %", false, None),
            ("1e-05", false, Some(1e-5)),
        ] {
            assert_eq!(parsed(text, comma), number, "{text}");
        }
    }

    #[test]
    fn the_first_bad_value_is_named_with_its_place() {
        let values = ["1", "x", "y"].map(|value| Some(value.to_owned()));
        let table = Table::from_columns(vec![("p".to_owned(), values.to_vec())]).unwrap();
        let error = table.numbers(0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row 2: `p` is `x`, which is not a finite number"
        );
    }

    #[test]
    fn numbers_of_any_type_are_f64() {
        let columns: [(&str, ArrayRef); 2] = [
            ("n", Arc::new(Int64Array::from(vec![Some(3), None]))),
            (
                "p",
                Arc::new(Float32Array::from(vec![Some(0.5), Some(f32::NAN)])),
            ),
        ];
        let table = Table::from_batch(RecordBatch::try_from_iter(columns).unwrap()).unwrap();
        assert_eq!(table.numbers(0).unwrap(), [Some(3.0), None]);
        assert_eq!(table.numbers(1).unwrap(), [Some(0.5), None]);
    }
}
