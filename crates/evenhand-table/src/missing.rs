//! Values that stand for a missing one.

/// Spellings of R, Python, SQL, Stata and of spreadsheets in English and German. Case counts: `none` may be
/// a category, and pandas, whose list this one follows, reads it as one.
const USUAL: [&str; 24] = [
    "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "-NaN", "-nan", "null", "NULL",
    "None", ".", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#NV", "#WERT!",
    "#BEZUG!", "#ZAHL!",
];

/// The values that are read as missing, compared letter by letter. The empty value always is.
///
/// ```
/// use evenhand_table::MissingValues;
/// assert!(MissingValues::default().contains("NA"));
/// let only = MissingValues::only(["-9", "refused"]);
/// assert!(only.contains("-9") && only.contains("") && !only.contains("NA"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingValues {
    /// Trimmed, all different, none empty.
    values: Vec<String>,
}

impl Default for MissingValues {
    fn default() -> Self {
        Self::only(USUAL)
    }
}

impl MissingValues {
    /// These values and the empty one. With none, or the empty one alone, every other value is literal.
    pub fn only<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Self {
        let mut distinct: Vec<String> = Vec::new();
        for value in values {
            let value = value.as_ref().trim();
            if !value.is_empty() && !distinct.iter().any(|known| known == value) {
                distinct.push(value.to_owned());
            }
        }
        Self { values: distinct }
    }

    /// All but the empty value.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether a trimmed value is missing.
    pub fn contains(&self, value: &str) -> bool {
        value.is_empty() || self.position(value).is_some()
    }

    /// The position among [`values`](Self::values) of a value that isn't empty.
    pub(crate) fn position(&self, value: &str) -> Option<usize> {
        self.values.iter().position(|known| known == value)
    }

    /// Whether a column of numbers can hold one of the values.
    pub(crate) fn has_numbers(&self) -> bool {
        let finite = |value: &String| value.parse().is_ok_and(f64::is_finite);
        self.values.iter().any(finite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_missing_and_categories_are_not() {
        let usual = MissingValues::default();
        for value in [
            "", "NA", "N/A", "NaN", "nan", "null", "None", ".", "#DIV/0!",
        ] {
            assert!(usual.contains(value), "{value}");
        }
        for value in ["none", "na", "Na", "0", "-", "unknown"] {
            assert!(!usual.contains(value), "{value}");
        }
    }

    #[test]
    fn a_list_of_ones_own_replaces_the_usual_one() {
        let literal = MissingValues::only([""]);
        assert!(literal.contains("") && !literal.contains("NA"));
        assert!(MissingValues::only([" 99 "]).contains("99"));
        assert!(MissingValues::only(["99"]).has_numbers());
        assert!(!MissingValues::default().has_numbers());
    }
}
