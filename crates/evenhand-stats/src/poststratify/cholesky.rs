//! Cholesky's decomposition of a small symmetric matrix.

/// The lower triangle `L` of `L Lᵀ`, row by row.
#[derive(Debug, Clone)]
pub(super) struct Cholesky(Vec<Vec<f64>>);

impl Cholesky {
    /// Of a matrix whose lower triangle is read; `None` if it is not positive definite.
    pub fn new(matrix: &[Vec<f64>]) -> Option<Self> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
        for (i, row) in matrix.iter().enumerate() {
            let mut new = vec![0.0; i + 1];
            for j in 0..=i {
                let before = if j < i { &lower[j] } else { &new };
                let shared: f64 = new[..j].iter().zip(before).map(|(a, b)| a * b).sum();
                let left = row[j] - shared;
                new[j] = match i == j {
                    true if left.is_nan() || left <= 0.0 => return None,
                    true => left.sqrt(),
                    false => left / lower[j][j],
                };
            }
            lower.push(new);
        }
        Some(Self(lower))
    }

    /// The logarithm of the determinant of `L Lᵀ`.
    pub fn ln_determinant(&self) -> f64 {
        let diagonal = self.0.iter().enumerate().map(|(i, row)| row[i].ln());
        2.0 * diagonal.sum::<f64>()
    }

    /// Solves `L Lᵀ x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        self.back(&self.forward(b))
    }

    /// Solves `L x = b`.
    pub fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(b.len());
        for (i, row) in self.0.iter().enumerate() {
            let shared: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            x.push((b[i] - shared) / row[i]);
        }
        x
    }

    /// Solves `Lᵀ x = b`.
    pub fn back(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        for (i, row) in self.0.iter().enumerate().rev() {
            x[i] /= row[i];
            let (before, at) = x.split_at_mut(i);
            for (value, factor) in before.iter_mut().zip(row) {
                *value -= factor * at[0];
            }
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_times_the_matrix_is_the_right_side() {
        let matrix = [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]];
        let of = Cholesky::new(&matrix.map(|row| row.to_vec())).unwrap();
        let b = [1.0, 2.0, 3.0];
        let x = of.solve(&b);
        for (row, b) in matrix.iter().zip(b) {
            let found: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
            assert!((found - b).abs() < 1e-12, "{x:?}");
        }
        assert!((of.ln_determinant() - 16.25_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_none() {
        assert!(Cholesky::new(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        assert!(Cholesky::new(&[vec![f64::NAN]]).is_none());
    }
}
