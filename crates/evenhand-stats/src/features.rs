//! Features: what the backbone makes of images and all that a head ever sees of them.

use half::f16;
use std::ops::Range;

/// A matrix of features, `[rows, dim]`, row-major, in half precision as they are stored.
///
/// Whoever computes with features takes them from here, so that a value that came from the cache
/// and one that was computed a moment ago are the same number.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    dim: usize,
    values: Vec<f16>,
}

impl Features {
    pub fn new(dim: usize) -> Self {
        assert!(dim > 0, "features have at least one column");
        Self {
            dim,
            values: Vec::new(),
        }
    }

    pub fn with_capacity(dim: usize, rows: usize) -> Self {
        let mut features = Self::new(dim);
        features.values.reserve_exact(dim * rows);
        features
    }

    /// Appends one row of `dim` values.
    pub fn push(&mut self, row: &[f16]) {
        assert_eq!(row.len(), self.dim, "a row has one value a column");
        self.values.extend_from_slice(row);
    }

    pub fn dim(&self) -> usize {
        self.dim
    }

    pub fn rows(&self) -> usize {
        self.values.len() / self.dim
    }

    pub fn row(&self, row: usize) -> &[f16] {
        &self.values[row * self.dim..(row + 1) * self.dim]
    }

    /// The columns of these ranges of all rows, range after range.
    ///
    /// # Panics
    /// If the ranges are empty or go beyond the columns.
    pub fn columns(&self, ranges: &[Range<usize>]) -> Self {
        let dim = ranges.iter().map(|range| range.len()).sum();
        let mut selected = Self::with_capacity(dim, self.rows());
        for row in self.values.chunks_exact(self.dim) {
            for range in ranges {
                selected.values.extend_from_slice(&row[range.clone()]);
            }
        }
        selected
    }

    /// All values, row-major, `[rows, dim]`.
    pub fn values(&self) -> &[f16] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_taken_from_every_row() {
        let mut features = Features::new(5);
        for row in [[0, 1, 2, 3, 4], [10, 11, 12, 13, 14]] {
            features.push(&row.map(|value| f16::from_f32(value as f32)));
        }
        let selected = features.columns(&[1..2, 3..5]);
        assert_eq!((selected.rows(), selected.dim()), (2, 3));
        let values: Vec<f32> = selected
            .values()
            .iter()
            .map(|value| value.to_f32())
            .collect();
        assert_eq!(values, [1.0, 3.0, 4.0, 11.0, 13.0, 14.0]);
        assert_eq!(features.columns(&[0..3, 3..5]), features);
    }
}
