//! Eigenvalues and eigenvectors of a symmetric matrix.

/// Rounds over all pairs of columns; convergence is quadratic and takes about eight.
const ROUNDS: usize = 60;

/// Sum of squares off the diagonal, as a share of all, that is rounding.
const ROUNDING: f64 = 1e-30;

/// The eigenvalues of a symmetric matrix, [n, n], the largest first, and their eigenvectors, one a row.
///
/// # Formula
///
/// Cyclic Jacobi rotations: Golub, G. H. and Van Loan, C. F. (2013), Matrix Computations, 4th ed., section 8.5.
pub fn symmetric_eigen(mut matrix: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors = vec![0.0; n * n];
    (0..n).for_each(|i| vectors[i * n + i] = 1.0);
    let norm: f64 = matrix.iter().map(|value| value * value).sum();
    for _ in 0..ROUNDS {
        let pairs = (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q)));
        let off: f64 = pairs.clone().map(|(p, q)| matrix[p * n + q].powi(2)).sum();
        if off <= norm * ROUNDING {
            break;
        }
        for (p, q) in pairs {
            let apq = matrix[p * n + q];
            if apq != 0.0 {
                let (c, s) = rotation(matrix[p * n + p], matrix[q * n + q], apq);
                rotate_columns(&mut matrix, n, (p, q), (c, s));
                rotate_rows(&mut matrix, n, (p, q), (c, s));
                rotate_rows(&mut vectors, n, (p, q), (c, s));
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| matrix[b * n + b].total_cmp(&matrix[a * n + a]));
    let values = order.iter().map(|&at| matrix[at * n + at]).collect();
    let rows = order.iter().flat_map(|&at| &vectors[at * n..(at + 1) * n]);
    (values, rows.copied().collect())
}

/// Cosine and sine of the angle that makes an element off the diagonal 0.
fn rotation(app: f64, aqq: f64, apq: f64) -> (f64, f64) {
    let theta = (aqq - app) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    (c, t * c)
}

fn rotate_columns(matrix: &mut [f64], n: usize, (p, q): (usize, usize), (c, s): (f64, f64)) {
    for row in matrix.chunks_exact_mut(n) {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

fn rotate_rows(matrix: &mut [f64], n: usize, (p, q): (usize, usize), (c, s): (f64, f64)) {
    let (upper, lower) = matrix.split_at_mut(q * n);
    let rows = upper[p * n..(p + 1) * n].iter_mut().zip(&mut lower[..n]);
    for (a, b) in rows {
        (*a, *b) = (c * *a - s * *b, s * *a + c * *b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::dot;

    #[test]
    fn eigenvalues_match_numpy() {
        // a = 1 / (np.arange(4)[:, None] + np.arange(4) + 1); np.linalg.eigvalsh(a)[::-1]
        let hilbert: Vec<f64> = (0..16)
            .map(|at| 1.0 / f64::from(at / 4 + at % 4 + 1))
            .collect();
        let expected = [
            1.5002142800592426,
            0.16914122022144978,
            0.006738273605760774,
            9.670230402258716e-05,
        ];
        let (values, vectors) = symmetric_eigen(hilbert.clone(), 4);
        for (value, expected) in values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-14, "{value}, not {expected}");
        }
        for (value, vector) in values.iter().zip(vectors.chunks(4)) {
            for (row, entry) in hilbert.chunks(4).zip(vector) {
                assert!((dot(row, vector) - value * entry).abs() < 1e-14);
            }
            assert!((dot(vector, vector) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn equal_eigenvalues_and_zeros_are_no_harm() {
        let (values, _) = symmetric_eigen(vec![2.0, 0.0, 0.0, 2.0], 2);
        assert_eq!(values, [2.0, 2.0]);
        let (values, _) = symmetric_eigen(vec![1.0, 1.0, 1.0, 1.0], 2);
        assert!((values[0] - 2.0).abs() < 1e-15 && values[1].abs() < 1e-15);
        assert_eq!(symmetric_eigen(vec![0.0; 4], 2).0, [0.0, 0.0]);
    }
}
