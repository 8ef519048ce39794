//! Gap codes: values that say why there is no answer, such as `N` for not applicable.

use super::error::ColumnsError;
use evenhand_table::same_value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::str::FromStr;

/// Texts that stand for a gap wherever they are. `N`, `-9` and the like are a matter of the survey.
const USUAL: [&str; 16] = [
    "?",
    "-",
    "--",
    "iap",
    "inap",
    "inapplicable",
    "not applicable",
    "dk",
    "don't know",
    "dont know",
    "refused",
    "no answer",
    "not stated",
    "not reported",
    "skipped",
    "unknown",
];

/// Gap codes as the user names them: of every column, and of single ones. They are kept apart from missing values,
/// because not applicable and missing are two things.
///
/// ```
/// use evenhand_learners::columns::Gaps;
/// let gaps: Gaps = "N,-9,INDP:0".parse()?;
/// assert_eq!(gaps.of("INDP"), ["N", "-9", "0"]);
/// assert_eq!(gaps.of("AGEP"), ["N", "-9"]);
/// # Ok::<(), evenhand_learners::columns::ColumnsError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gaps {
    /// Of every column.
    pub everywhere: Vec<String>,
    /// Of single columns, besides those of every column.
    pub of_column: BTreeMap<String, Vec<String>>,
}

impl Gaps {
    /// The gap codes of a column.
    pub fn of(&self, column: &str) -> Vec<&str> {
        let own = self.of_column.get(column).into_iter().flatten();
        let all = self.everywhere.iter().chain(own);
        all.map(String::as_str).collect()
    }

    /// The columns that have gap codes of their own.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.of_column.keys().map(String::as_str)
    }
}

impl FromStr for Gaps {
    type Err = ColumnsError;

    fn from_str(text: &str) -> Result<Self, ColumnsError> {
        let wrong = |problem| ColumnsError::Gaps {
            text: text.to_owned(),
            problem,
        };
        let mut gaps = Self::default();
        for item in text.split(',').map(str::trim) {
            let (column, code) = match item.split_once(':') {
                Some((column, code)) => (Some(column.trim()), code.trim()),
                None => (None, item),
            };
            let codes = match column {
                Some("") => return Err(wrong("no column stands before the colon")),
                Some(column) => gaps.of_column.entry(column.to_owned()).or_default(),
                None => &mut gaps.everywhere,
            };
            if code.is_empty() {
                return Err(wrong(
                    "a code is empty, and empty values are missing anyway",
                ));
            }
            if !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        }
        Ok(gaps)
    }
}

/// The code among `codes` that a value is, letter by letter or as the same number.
pub(super) fn code_of<'a, S: AsRef<str>>(value: &str, codes: &'a [S]) -> Option<&'a str> {
    let codes = || codes.iter().map(AsRef::as_ref);
    codes()
        .find(|code| *code == value)
        .or_else(|| codes().find(|code| same_value(code, value)))
}

/// Whether a text stands for a gap in any survey.
pub(super) fn is_usual(value: &str) -> bool {
    USUAL.contains(&value.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_all_columns_or_of_one() {
        let gaps: Gaps = "N, iap,-9, INDP: 0,N".parse().unwrap();
        assert_eq!(gaps.everywhere, ["N", "iap", "-9"]);
        assert_eq!(gaps.of("INDP"), ["N", "iap", "-9", "0"]);
        for (text, problem) in [
            ("N,,-9", "a code is empty"),
            (":N", "no column stands before the colon"),
        ] {
            let error = text.parse::<Gaps>().unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_code_is_the_same_number_however_it_is_written() {
        assert_eq!(code_of("-9.0", &["N", "-9"]), Some("-9"));
        assert_eq!(code_of("n", &["N", "-9"]), None);
        assert!(is_usual("Refused") && !is_usual("N"));
    }
}
