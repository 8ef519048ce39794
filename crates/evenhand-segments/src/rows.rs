//! Rows of numbers by named column, with weights.

use crate::error::SegmentError;
use evenhand_stats::stats::kmeans::Points;
use std::collections::BTreeSet;

/// Finite numbers, row by row, in named columns. Gaps have been dealt with before.
///
/// ```
/// use evenhand_segments::Rows;
/// let columns = vec!["income".to_owned(), "age".to_owned()];
/// let rows = Rows::new(columns, vec![31.0, 40.0, 28.0, 52.0])?;
/// assert_eq!((rows.len(), rows.row(1)), (2, &[28.0, 52.0][..]));
/// # Ok::<(), evenhand_segments::SegmentError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    columns: Vec<String>,
    values: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Rows {
    /// `values` are [rows, columns], row by row.
    ///
    /// # Errors
    /// Without columns, with two of one name, and with a value that is no finite number.
    ///
    /// # Panics
    /// When the values are no whole rows.
    pub fn new(columns: Vec<String>, values: Vec<f64>) -> Result<Self, SegmentError> {
        if columns.is_empty() {
            return Err(SegmentError::NoColumns);
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|name| !names.insert(name.as_str())) {
            return Err(SegmentError::DuplicateColumn(twice.clone()));
        }
        let whole = values.len().is_multiple_of(columns.len());
        assert!(whole, "{} values are no rows", values.len());
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(SegmentError::NotFinite {
                row: at / columns.len(),
                column: columns[at % columns.len()].clone(),
            });
        }
        Ok(Self {
            columns,
            values,
            weights: None,
        })
    }

    /// The same rows with weights.
    ///
    /// # Errors
    /// When a weight is not above 0, or there is not one a row.
    pub fn weighted(self, weights: Vec<f64>) -> Result<Self, SegmentError> {
        if weights.len() != self.len() {
            return Err(SegmentError::WeightCount {
                weights: weights.len(),
                rows: self.len(),
            });
        }
        let positive = |weight: &f64| weight.is_finite() && *weight > 0.0;
        if let Some(row) = weights.iter().position(|weight| !positive(weight)) {
            let weight = weights[row];
            return Err(SegmentError::Weight { row, weight });
        }
        let weights = Some(weights);
        Ok(Self { weights, ..self })
    }

    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// [rows, columns], row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn row(&self, row: usize) -> &[f64] {
        let width = self.columns.len();
        &self.values[row * width..(row + 1) * width]
    }

    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + Clone + '_ {
        let values = self.values.iter().skip(column);
        values.step_by(self.columns.len()).copied()
    }

    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    pub fn points(&self) -> Points<'_> {
        Points::new(&self.values, self.columns.len()).weighted(self.weights())
    }

    /// Some columns, by name and in this order.
    ///
    /// # Errors
    /// When one is not there.
    pub fn select(&self, names: &[String]) -> Result<Self, SegmentError> {
        let place = |name: &String| self.columns.iter().position(|other| other == name);
        let missing = names.iter().filter(|name| place(name).is_none());
        let missing: Vec<String> = missing.cloned().collect();
        if !missing.is_empty() {
            return Err(SegmentError::MissingColumns(missing));
        }
        let places: Vec<usize> = names.iter().filter_map(place).collect();
        let rows = self.values.chunks_exact(self.columns.len());
        let values = rows.flat_map(|row| places.iter().map(|&at| row[at]));
        let selected = Self::new(names.to_vec(), values.collect())?;
        let weights = self.weights.clone();
        Ok(Self {
            weights,
            ..selected
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn columns_are_selected_by_name() {
        let rows = Rows::new(names(&["a", "b", "c"]), vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        let rows = rows.weighted(vec![1.0, 2.0]).unwrap();
        let selected = rows.select(&names(&["c", "a"])).unwrap();
        assert_eq!(selected.values(), [3.0, 1.0, 6.0, 4.0]);
        assert_eq!(selected.weights(), Some(&[1.0, 2.0][..]));
        assert_eq!(rows.column(1).collect::<Vec<_>>(), [2.0, 5.0]);
        let missing = rows.select(&names(&["c", "d"])).unwrap_err();
        assert_eq!(missing.to_string(), "no column `d`");
    }

    #[test]
    fn what_is_no_table_of_numbers_says_why() {
        let error = |columns: &[&str], values| Rows::new(names(columns), values).unwrap_err();
        assert_eq!(error(&[], vec![]), SegmentError::NoColumns);
        let twice = error(&["a", "a"], vec![]);
        assert_eq!(twice.to_string(), "two columns are named `a`");
        let gap = error(&["a", "b"], vec![1.0, 2.0, 3.0, f64::NAN]);
        assert_eq!(gap.to_string(), "row 1 has no finite number in `b`");
        let rows = Rows::new(names(&["a"]), vec![1.0, 2.0]).unwrap();
        let weight = rows.clone().weighted(vec![1.0, 0.0]).unwrap_err();
        assert_eq!(
            weight.to_string(),
            "the weight of row 1 is 0: weights are above 0"
        );
        let few = rows.weighted(vec![1.0]).unwrap_err();
        assert_eq!(few.to_string(), "1 weights for 2 rows: every row has one");
    }
}
