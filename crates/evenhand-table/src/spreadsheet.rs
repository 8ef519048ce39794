//! Tables that people open in a spreadsheet, which computes a cell that begins as a formula: text from strangers could
//! fetch pages or start programs. An apostrophe in front makes text of it, and is taken off when the table is read.

use crate::csv_bytes::csv_bytes;
use crate::missing::MissingValues;
use arrow_array::builder::LargeStringBuilder;
use arrow_array::{Array, ArrayRef, LargeStringArray};
use std::borrow::Cow;
use std::sync::Arc;

/// What becomes of text that a spreadsheet would compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formulas {
    /// It is written as it is.
    #[default]
    Kept,
    /// An apostrophe is put in front.
    Neutralised,
}

impl Formulas {
    /// The bytes of a CSV file, the header first.
    ///
    /// # Panics
    /// A row is not as long as the header.
    pub fn csv_bytes<R>(self, header: R, rows: impl IntoIterator<Item = R>) -> Vec<u8>
    where
        R: IntoIterator,
        R::Item: AsRef<str>,
    {
        let row = |row: R| {
            let cells = row
                .into_iter()
                .map(|cell| self.cell(cell.as_ref()).into_owned());
            cells.collect::<Vec<String>>()
        };
        csv_bytes(row(header), rows.into_iter().map(row))
    }

    fn cell(self, text: &str) -> Cow<'_, str> {
        match self == Self::Neutralised && begins_formula(text) {
            true => Cow::Owned(format!("'{text}")),
            false => Cow::Borrowed(text),
        }
    }
}

/// Whether a spreadsheet would compute the text, with or without the apostrophes in front of it. A number is what it
/// is, and one sign alone computes nothing.
fn begins_formula(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    let is_start = |c| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    let mut chars = bare.chars();
    chars.next().is_some_and(is_start) && chars.next().is_some() && !is_number(bare)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    begins && digits.replacen(',', ".", 1).parse::<f64>().is_ok()
}

/// A cell as it was before it was neutralised.
pub(crate) fn restored(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(before) if begins_formula(text) => before,
        _ => text,
    }
}

/// A column as it was before, and how many of its values were neutralised; `None` where none was. What stands for a
/// missing value is missing behind an apostrophe too.
pub(crate) fn restored_column(
    column: &ArrayRef,
    missing: &MissingValues,
) -> Option<(ArrayRef, u64)> {
    let texts = column.as_any().downcast_ref::<LargeStringArray>()?;
    let is_changed = |text: &&str| restored(text).len() != text.len();
    let count = texts.iter().flatten().filter(is_changed).count();
    if count == 0 {
        return None;
    }
    let mut builder = LargeStringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for text in texts {
        let text = text.map(restored);
        builder.append_option(text.filter(|text| missing.position(text).is_none()));
    }
    Some((Arc::new(builder.finish()), count as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        let neutral = |text| Formulas::Neutralised.cell(text).into_owned();
        for formula in [
            "=HYPERLINK(\"http://x.invalid\",\"i\")",
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-0-2",
            "＝1+1",
            "-inf",
            "'=1+1",
        ] {
            assert_eq!(neutral(formula), format!("'{formula}"));
            assert_eq!(Formulas::Kept.cell(formula), formula);
        }
        for text in [
            "-3.5", "+4", "-1e-5", "-3,5", "-5%", "-", "@", "a=b", "'", "'s", "10-19", "",
        ] {
            assert_eq!(neutral(text), text);
            assert_eq!(restored(text), text);
        }
    }

    #[test]
    fn a_missing_value_is_missing_behind_an_apostrophe() {
        let column: ArrayRef = Arc::new(LargeStringArray::from(vec!["'--", "'=1", "a"]));
        let missing = MissingValues::only(["--"]);
        let (column, count) = restored_column(&column, &missing).unwrap();
        let whole = LargeStringArray::from(vec![None, Some("=1"), Some("a")]);
        assert_eq!((column.as_ref(), count), (&whole as &dyn Array, 2));
        let plain: ArrayRef = Arc::new(LargeStringArray::from(vec!["'s", "'-3"]));
        assert!(restored_column(&plain, &missing).is_none());
    }

    #[test]
    fn headers_are_cells_too() {
        let bytes = Formulas::Neutralised.csv_bytes(["=a", "b"], [["=1+1", "-3"]]);
        assert_eq!(bytes, b"'=a,b\n'=1+1,-3\n");
    }

    proptest! {
        #[test]
        fn a_table_is_read_as_it_was(text in "['=+@\\-0-9.,a%]{0,6}") {
            let written = Formulas::Neutralised.cell(&text).into_owned();
            prop_assert_eq!(restored(&written), text);
            let bare = written.trim_start_matches('\'');
            prop_assert!(written.starts_with('\'') || !begins_formula(bare));
        }
    }
}
