//! Columns of a table as numbers, with what stands in place of one.

use crate::table::{Number, Table, TableError};
use crate::text::quoted;
use serde::{Deserialize, Serialize};

/// A column that segments are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberColumn {
    pub name: String,
    /// Values that say why there is no number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
}

/// A value that is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoNumber {
    pub row: usize,
    pub column: String,
    /// What stands there; `None` for a missing value or a gap code.
    pub text: Option<String>,
}

/// Numbers by column; NaN where there is none.
pub struct Numbers {
    pub columns: Vec<Vec<f64>>,
    /// By column, then by row.
    pub without: Vec<NoNumber>,
}

impl Numbers {
    /// The columns at these places of a table, or of one chunk of it.
    ///
    /// # Errors
    /// Decimal commas beside decimal points.
    pub fn read(
        table: &Table,
        columns: &[NumberColumn],
        places: &[usize],
    ) -> Result<Self, TableError> {
        let mut without = Vec::new();
        let pairs = columns.iter().zip(places);
        let columns = pairs.map(|(column, &at)| column.read(table, at, &mut without));
        Ok(Self {
            columns: columns.collect::<Result<_, _>>()?,
            without,
        })
    }

    /// For each of so many rows, why it has not all numbers.
    pub fn reasons(&self, rows: usize) -> Vec<Option<String>> {
        let mut gaps: Vec<Vec<&str>> = vec![Vec::new(); rows];
        let mut texts: Vec<Vec<String>> = vec![Vec::new(); rows];
        for NoNumber { row, column, text } in &self.without {
            match text {
                None => gaps[*row].push(column),
                Some(text) => {
                    texts[*row].push(format!("`{column}` is `{text}`, which is not a number"));
                }
            }
        }
        let reason = |(gaps, mut parts): (Vec<&str>, Vec<String>)| {
            if !gaps.is_empty() {
                parts.push(format!("no number in {}", quoted(gaps)));
            }
            (!parts.is_empty()).then(|| parts.join("; "))
        };
        gaps.into_iter().zip(texts).map(reason).collect()
    }

    /// The numbers of some rows, row by row.
    pub fn of_rows(&self, rows: &[usize]) -> Vec<f64> {
        let values = rows
            .iter()
            .flat_map(|&row| self.columns.iter().map(move |column| column[row]));
        values.collect()
    }
}

impl NumberColumn {
    fn read(
        &self,
        table: &Table,
        at: usize,
        without: &mut Vec<NoNumber>,
    ) -> Result<Vec<f64>, TableError> {
        let numbers = table.each_number(at)?;
        let is_text = |number: &Number| matches!(number, Number::Other);
        let text = numbers.iter().any(is_text).then(|| table.text(at));
        let codes: Vec<f64> = self
            .gaps
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        let mut no_number = |row: usize, text: Option<String>| {
            let column = self.name.clone();
            without.push(NoNumber { row, column, text });
            f64::NAN
        };
        let values = numbers.into_iter().enumerate();
        let values = values.map(|(row, number)| match number {
            Number::Value(value) if !codes.contains(&value) => value,
            Number::Value(_) | Number::Missing => no_number(row, None),
            Number::Other => {
                let found = text.as_ref().and_then(|text| text.get(row));
                let found = found.unwrap_or_default().to_owned();
                no_number(row, (!self.gaps.contains(&found)).then_some(found))
            }
        });
        Ok(values.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_all_numbers_says_why() {
        let column = |name: &str, values: [&str; 4]| {
            (
                name.to_owned(),
                values.map(|value| Some(value.to_owned())).to_vec(),
            )
        };
        let table = Table::from_columns(vec![
            column("income", ["31.5", "", "refused", "28"]),
            column("age", ["40", "-9", "high", "52"]),
        ])
        .unwrap();
        let columns = [("income", "refused"), ("age", "-9")].map(|(name, gap)| NumberColumn {
            name: name.to_owned(),
            gaps: vec![gap.to_owned()],
        });
        let numbers = Numbers::read(&table, &columns, &[0, 1]).unwrap();
        let reasons = numbers.reasons(4);
        assert_eq!(reasons[0], None);
        assert_eq!(reasons[1].as_deref(), Some("no number in `income`, `age`"));
        assert_eq!(
            reasons[2].as_deref(),
            Some("`age` is `high`, which is not a number; no number in `income`")
        );
        assert_eq!(numbers.of_rows(&[0, 3]), [31.5, 40.0, 28.0, 52.0]);
    }
}
