//! Bands: a number such as an age becomes the range it falls in, a group large enough to measure.

use crate::error::TableError;
use crate::numbers::Number;
use crate::table::Table;
use arrow_array::LargeStringArray;
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::counted;
use std::str::FromStr;
use std::sync::Arc;

/// The most bad rows that a message names.
const EXAMPLES: usize = 3;

/// A column, and the lower ends of the bands that its numbers fall in: `age=0,18,30`.
///
/// ```
/// use evenhand_table::Bands;
/// let bands: Bands = "age=0,18,30".parse()?;
/// assert_eq!((bands.of(17.9), bands.of(30.0), bands.of(-1.0)), (Some("0-17"), Some("30+"), None));
/// # Ok::<(), evenhand_table::BandsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    pub column: String,
    ends: Vec<f64>,
    names: Vec<String>,
}

impl Bands {
    /// # Errors
    /// No ends, or ends that don't ascend.
    pub fn new(column: &str, ends: &[f64]) -> Result<Self, BandsError> {
        let ascending = ends.windows(2).all(|pair| pair[0] < pair[1]);
        if ends.is_empty() || !ends.iter().all(|end| end.is_finite()) || !ascending {
            let ends: Vec<String> = ends.iter().map(f64::to_string).collect();
            return Err(BandsError::Form {
                bands: format!("{column}={}", ends.join(",")),
                problem: "the lower ends must be numbers that ascend".to_owned(),
            });
        }
        Ok(Self {
            column: column.to_owned(),
            ends: ends.to_vec(),
            names: names(ends),
        })
    }

    /// The lower ends.
    pub fn ends(&self) -> &[f64] {
        &self.ends
    }

    /// The band of a number; `None` below the first.
    pub fn of(&self, number: f64) -> Option<&str> {
        let band = self.ends.iter().rposition(|end| *end <= number)?;
        Some(&self.names[band])
    }
}

impl FromStr for Bands {
    type Err = BandsError;

    fn from_str(text: &str) -> Result<Self, BandsError> {
        let bad = |problem: String| BandsError::Form {
            bands: text.to_owned(),
            problem,
        };
        let parts = text.split_once('=');
        let (column, ends) = parts.ok_or_else(|| bad("it has no `=`".to_owned()))?;
        let number = |end: &str| {
            let number = end.trim().parse::<f64>();
            number.map_err(|_| bad(format!("`{}` is not a number", end.trim())))
        };
        let ends = ends.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
        Self::new(column.trim(), &ends)
    }
}

/// Bands that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum BandsError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("bands `{bands}`: {problem}")]
    Form { bands: String, problem: String },
    /// `examples` are places with their values.
    #[error("`{column}` has no number in any band: {examples}")]
    NotNumeric { column: String, examples: String },
}

impl Hint for BandsError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(error) => return error.hint(),
            Self::Form { .. } => "write the lower end of each band: {bands} age=0,18,30,45,60",
            Self::NotNumeric { .. } => "bands are for numbers; leave them out for other columns",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        match self {
            Self::Table(error) => error.is_usage(),
            Self::Form { .. } => true,
            Self::NotNumeric { .. } => false,
        }
    }
}

impl Table {
    /// Replaces the numbers of a column by their bands, where there is such a column. A value that is no number, or
    /// lies below the first band, becomes a missing one, and a note says so.
    ///
    /// # Errors
    /// No such column, decimal commas beside decimal points, or not a single value in a band.
    pub fn band(&mut self, bands: &Bands) -> Result<(), BandsError> {
        let column = self.column(&bands.column)?;
        let (numbers, text) = (self.each_number(column)?, self.text(column));
        let (mut banded, mut bad) = (0_usize, Vec::new());
        let values = numbers.iter().enumerate().map(|(row, number)| {
            let band = match number {
                Number::Missing => return None,
                Number::Value(number) => bands.of(*number),
                Number::Other => None,
            };
            match band {
                Some(_) => banded += 1,
                None => bad.push(row),
            }
            band
        });
        let values: LargeStringArray = values.collect();
        let named = bad.iter().take(EXAMPLES).map(|&row| {
            let value = text.get(row).unwrap_or_default();
            format!("{}: `{value}`", self.place(row))
        });
        let examples = named.collect::<Vec<_>>().join(", ");
        if banded == 0 {
            let column = bands.column.clone();
            return Err(BandsError::NotNumeric { column, examples });
        }
        self.replace(column, Arc::new(values));
        if !bad.is_empty() {
            let more = if bad.len() > EXAMPLES { ", ..." } else { "" };
            self.shared.notes.say(Message::plain(format!(
                "{}: {} in no band taken as missing ({examples}{more})",
                bands.column,
                counted(bad.len(), "value")
            )));
        }
        Ok(())
    }
}

/// `0-17`, `18-29`, `60+` for whole numbers; `0.5 to 1.5` for others.
fn names(ends: &[f64]) -> Vec<String> {
    let whole = ends.iter().all(|end| end.fract() == 0.0);
    let name = |(band, low): (usize, &f64)| match ends.get(band + 1) {
        None => format!("{low}+"),
        Some(next) if whole && next - low == 1.0 => format!("{low}"),
        Some(next) if whole => format!("{low}-{}", next - 1.0),
        Some(next) => format!("{low} to {next}"),
    };
    ends.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(values: &[&str]) -> Table {
        let values = values.iter().map(|value| Some((*value).to_owned()));
        Table::from_columns(vec![("age".to_owned(), values.collect())]).unwrap()
    }

    #[test]
    fn a_number_falls_in_the_band_that_starts_at_or_below_it() {
        let mut ages = table(&["0", "17.9", "18", "116", "-1", "old", ""]);
        ages.band(&"age=0,18,60".parse().unwrap()).unwrap();
        let text = ages.text(0);
        let banded: Vec<_> = text.iter().map(Option::unwrap_or_default).collect();
        assert_eq!(banded, ["0-17", "0-17", "18-59", "60+", "", "", ""]);
        assert_eq!(
            ages.notes()[0].to_string(),
            "age: 2 values in no band taken as missing (row 5: `-1`, row 6: `old`)"
        );
    }

    #[test]
    fn a_column_without_numbers_names_its_first_rows() {
        let bands: Bands = "age=0,18".parse().unwrap();
        let error = table(&["20-29", "", "30-39"]).band(&bands).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`age` has no number in any band: row 1: `20-29`, row 3: `30-39`"
        );
        assert!(table(&["1"]).band(&"years=0".parse().unwrap()).is_err());
    }

    #[test]
    fn bands_are_read_from_the_command_line_and_checked() {
        let bands: Bands = "age = 0, 18".parse().unwrap();
        assert_eq!(
            (bands.column.as_str(), bands.ends()),
            ("age", &[0.0, 18.0][..])
        );
        for text in ["age", "age=", "age=0,x", "age=18,0", "age=0,0", "age=NaN"] {
            assert!(text.parse::<Bands>().is_err(), "{text}");
        }
        assert_eq!(names(&[0.0, 1.0, 5.0]), ["0", "1-4", "5+"]);
        assert_eq!(names(&[0.5, 1.5]), ["0.5 to 1.5", "1.5+"]);
    }
}
