//! Bands: a number such as an age becomes the range it falls in, a group large enough to measure.

use super::DatasetError;
use super::table::Table;
use evenhand_stats::text::counted;
use evenhand_table::{Bands, BandsError};

/// The most bad rows that an error names.
const EXAMPLES: usize = 3;

/// Reads `age=0,18,30`: a column and the lower ends of its bands.
///
/// # Errors
/// No `=`, or something that is not a number, or ends that do not ascend.
pub fn parse_bands(text: &str) -> Result<(String, Vec<f64>), DatasetError> {
    let bands: Bands = text.parse().map_err(DatasetError::Bands)?;
    Ok((bands.column.clone(), bands.ends().to_vec()))
}

/// Replaces the numbers of a column by their bands. A value that is no number, or lies below the first band,
/// becomes a missing one. Returns notes on those, and on a decimal comma.
///
/// # Errors
/// Ends that do not ascend, or a column without a single value in a band.
pub(super) fn apply(
    table: &mut Table,
    column: usize,
    ends: &[f64],
) -> Result<Vec<String>, DatasetError> {
    let bands = Bands::new(&table.columns[column], ends).map_err(DatasetError::Bands)?;
    let comma = decimal_comma(table.values(column)).map(str::to_owned);
    let (mut banded, mut bad) = (0, 0);
    let mut examples = Vec::new();
    for row in &mut table.rows {
        let value = &mut row.values[column];
        if value.is_empty() {
            continue;
        }
        let number = match comma {
            Some(_) => number(&value.replacen(',', ".", 1)),
            None => number(value),
        };
        match number.and_then(|number| bands.of(number)) {
            Some(band) => {
                banded += 1;
                band.clone_into(value);
            }
            None => {
                bad += 1;
                if examples.len() < EXAMPLES {
                    examples.push(format!("{}: `{value}`", row.place));
                }
                value.clear();
            }
        }
    }
    let column = &table.columns[column];
    let examples = examples.join(", ");
    match (banded, bad) {
        (0, _) => Err(DatasetError::Bands(BandsError::NotNumeric {
            column: column.clone(),
            examples,
        })),
        _ => {
            let comma = comma
                .map(|example| format!("{column}: the comma in `{example}` is a decimal sign"));
            let missing = (bad > 0).then(|| {
                format!(
                    "{column}: {} in no band taken as missing ({examples}{})",
                    counted(bad, "value"),
                    if bad > EXAMPLES { ", ..." } else { "" }
                )
            });
            Ok(comma.into_iter().chain(missing).collect())
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number that shows the comma to be the column's decimal sign, `31,5`. There is none if a value has a decimal
/// point, or if each comma may separate thousands, as in `45,000`.
fn decimal_comma<'a>(values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut shown = None;
    for value in values {
        match value.split_once(',') {
            None if value.contains('.') && number(value).is_some() => return None,
            None => {}
            Some((whole, fraction)) => {
                let is_decimal = number(&format!("{whole}.{fraction}")).is_some();
                let may_be_thousands =
                    fraction.len() == 3 && !whole.trim_start_matches('-').starts_with('0');
                if is_decimal && !may_be_thousands && !whole.contains('.') {
                    shown = shown.or(Some(value));
                }
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::row::Row;
    use crate::record::Location;

    fn table(values: &[&str]) -> Table {
        let row = |(i, value): (usize, &&str)| Row {
            place: format!("t.csv:{}", i + 2),
            path: String::new(),
            image: Location::File(Default::default()),
            values: vec![(*value).to_owned()],
        };
        Table {
            path: Default::default(),
            columns: vec!["age".to_owned()],
            rows: values.iter().enumerate().map(row).collect(),
            skipped: Vec::new(),
            notes: Vec::new(),
            warnings: Vec::new(),
            split: None,
            left_out: None,
        }
    }

    #[test]
    fn a_number_falls_in_the_band_that_starts_at_or_below_it() {
        let mut ages = table(&["0", "17", "17.9", "18", "29", "60", "116", "-1", "old", ""]);
        let notes = apply(&mut ages, 0, &[0.0, 18.0, 30.0, 45.0, 60.0]).unwrap();
        let banded: Vec<_> = ages.rows.iter().map(|row| row.values[0].as_str()).collect();
        let expected = [
            "0-17", "0-17", "0-17", "18-29", "18-29", "60+", "60+", "", "", "",
        ];
        assert_eq!(banded, expected);
        assert_eq!(
            notes,
            ["age: 2 values in no band taken as missing (t.csv:9: `-1`, t.csv:10: `old`)"]
        );
    }

    #[test]
    fn a_comma_is_a_decimal_sign_where_the_column_shows_it() {
        let mut ages = table(&["17,5", "18", "30,125", "1.5,2"]);
        let notes = apply(&mut ages, 0, &[0.0, 18.0]).unwrap();
        let banded: Vec<_> = ages.rows.iter().map(|row| row.values[0].as_str()).collect();
        assert_eq!(banded, ["0-17", "18+", "18+", ""]);
        assert_eq!(notes[0], "age: the comma in `17,5` is a decimal sign");
        for other in [&["45,000", "18"][..], &["17,5", "18.5"], &["17,5,1"]] {
            assert_eq!(decimal_comma(other.iter().copied()), None, "{other:?}");
        }
        assert_eq!(decimal_comma(["0,345"].into_iter()), Some("0,345"));
    }

    #[test]
    fn a_column_without_numbers_names_its_first_rows() {
        let error = apply(&mut table(&["20-29", "", "30-39"]), 0, &[0.0, 18.0]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("t.csv:2: `20-29`, t.csv:4: `30-39`"),
            "{error}"
        );
    }

    #[test]
    fn bands_are_read_from_the_command_line_and_checked() {
        assert_eq!(
            parse_bands("age = 0, 18").unwrap(),
            ("age".to_owned(), vec![0.0, 18.0])
        );
        for text in ["age", "age=", "age=0,x", "age=18,0", "age=0,0", "age=NaN"] {
            assert!(parse_bands(text).is_err(), "{text}");
        }
    }
}
