//! Rows with weights.

use super::KMeansError;

/// Rows to find clusters of, of equal weight or not.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    values: &'a [f64],
    dims: usize,
    weights: Option<&'a [f64]>,
}

impl<'a> Points<'a> {
    /// `values` are [rows, dims], row by row.
    ///
    /// # Panics
    ///
    /// When they are not whole rows.
    pub fn new(values: &'a [f64], dims: usize) -> Self {
        assert!(dims > 0, "rows without dimensions");
        let len = values.len();
        assert!(
            len.is_multiple_of(dims),
            "{len} values are no rows of {dims}"
        );
        Self {
            values,
            dims,
            weights: None,
        }
    }

    /// The same rows with weights; `None` are equal weights.
    ///
    /// # Panics
    ///
    /// When there is not one a row.
    pub fn weighted(self, weights: Option<&'a [f64]>) -> Self {
        let fit = weights.is_none_or(|weights| weights.len() == self.len());
        assert!(fit, "one weight a row");
        Self { weights, ..self }
    }

    pub fn len(self) -> usize {
        self.values.len() / self.dims
    }

    pub fn is_empty(self) -> bool {
        self.values.is_empty()
    }

    pub fn dims(self) -> usize {
        self.dims
    }

    /// [rows, dims], row by row.
    pub fn values(self) -> &'a [f64] {
        self.values
    }

    pub fn row(self, index: usize) -> &'a [f64] {
        &self.values[index * self.dims..(index + 1) * self.dims]
    }

    pub fn weight(self, index: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[index])
    }

    /// `None` are equal weights.
    pub fn weights(self) -> Option<&'a [f64]> {
        self.weights
    }

    pub(super) fn check(self, clusters: usize) -> Result<(), KMeansError> {
        if clusters == 0 {
            return Err(KMeansError::NoClusters);
        }
        if self.len() < clusters {
            let rows = self.len();
            return Err(KMeansError::TooFewRows { rows, clusters });
        }
        if let Some(at) = self.values.iter().position(|value| !value.is_finite()) {
            return Err(KMeansError::NotFinite {
                row: at / self.dims,
            });
        }
        let positive = |&weight: &f64| weight.is_finite() && weight > 0.0;
        let wrong = self.weights.unwrap_or_default().iter();
        match wrong.clone().position(|weight| !positive(weight)) {
            Some(row) => Err(KMeansError::Weight { row }),
            None => Ok(()),
        }
    }

    /// The mean over columns of the variance of their values.
    pub(super) fn mean_variance(self) -> f64 {
        let (mut means, mut squares, mut sum) = (vec![0.0; self.dims], 0.0, 0.0);
        for index in 0..self.len() {
            let weight = self.weight(index);
            sum += weight;
            for (mean, &value) in means.iter_mut().zip(self.row(index)) {
                let away = value - *mean;
                *mean += away * weight / sum;
                squares += weight * away * (value - *mean);
            }
        }
        squares / (sum * self.dims as f64)
    }
}
