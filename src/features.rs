//! Features: what the backbone makes of images and all that a head ever sees of them.

use half::f16;

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

    /// All values, row-major, `[rows, dim]`.
    pub fn values(&self) -> &[f16] {
        &self.values
    }
}
