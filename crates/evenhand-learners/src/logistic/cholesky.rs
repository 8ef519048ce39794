//! Cholesky's decomposition of a symmetric positive matrix.

use evenhand_stats::stats::gram::{LANES, dot, wide};
use rayon::prelude::*;

/// Columns that are found together, from those before them.
const BLOCK: usize = 64;

/// Where less than this share of a diagonal entry is left, a column follows from those before it.
const SMALLEST: f64 = 1e-12;

/// `L` with `L Lᵀ` the matrix.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Row-major, the lower triangle; columns are padded with zeros.
    lower: Vec<f64>,
    /// Of the matrix.
    diagonal: Vec<f64>,
    size: usize,
    stride: usize,
    /// Columns that follow from those before them; they have 0 in a solution.
    pub dependent: Vec<usize>,
}

impl Factor {
    /// From the entries of the lower triangle, `at(row, column)`.
    ///
    /// The pivot of a column that follows from those before it is infinite, so that there is always a factor.
    pub fn new(size: usize, at: impl Fn(usize, usize) -> f64) -> Self {
        let stride = size.next_multiple_of(LANES);
        let mut lower = vec![0.0; size * stride];
        for (i, row) in lower.chunks_exact_mut(stride).enumerate() {
            (0..=i).for_each(|j| row[j] = at(i, j));
        }
        let mut found = Self {
            diagonal: (0..size).map(|i| lower[i * stride + i]).collect(),
            lower,
            size,
            stride,
            dependent: Vec::new(),
        };
        (0..size)
            .step_by(BLOCK)
            .for_each(|start| found.factor_block(start));
        found
    }

    /// Finds the columns of a block, of which all before it are known.
    fn factor_block(&mut self, start: usize) {
        let end = self.size.min(start + BLOCK);
        let stride = self.stride;
        let own = start * stride..end * stride;
        let known = self.lower[own.clone()].to_vec();
        let rows = self.lower[own.start..].par_chunks_exact_mut(stride);
        rows.enumerate().with_min_len(BLOCK).for_each(|(at, row)| {
            wide(
                #[inline(always)]
                || subtract(row, &known, start, (at + 1).min(end - start)),
            );
        });
        for column in start..end {
            let diagonal = self.diagonal[column];
            let before = &self.row(column)[start..column];
            let left = self.row(column)[column] - inner(before, before);
            let root = match left > SMALLEST * diagonal.abs() {
                true => left.sqrt(),
                false => {
                    self.dependent.push(column);
                    f64::INFINITY
                }
            };
            self.lower[column * stride + column] = root;
            for row in column + 1..end {
                let shared = inner(
                    &self.row(row)[start..column],
                    &self.row(column)[start..column],
                );
                let entry = &mut self.lower[row * stride + column];
                *entry = (*entry - shared) / root;
            }
        }
        let known = self.lower[own.clone()].to_vec();
        let rows = self.lower[own.end..].par_chunks_exact_mut(stride);
        rows.with_min_len(BLOCK).for_each(|row| {
            for (column, known) in (start..end).zip(known.chunks_exact(stride)) {
                let shared = inner(&row[start..column], &known[start..column]);
                row[column] = (row[column] - shared) / known[column];
            }
        });
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.lower[row * self.stride..(row + 1) * self.stride]
    }

    /// The solution of `L Lᵀ x = b` in the place of `b`.
    pub fn solve(&self, b: &mut [f64]) {
        for i in 0..self.size {
            let row = self.row(i);
            b[i] = (b[i] - inner(&row[..i], &b[..i])) / row[i];
        }
        for i in (0..self.size).rev() {
            let row = self.row(i);
            b[i] /= row[i];
            let (head, tail) = b.split_at_mut(i);
            for (x, l) in head.iter_mut().zip(row) {
                *x -= l * tail[0];
            }
        }
    }

    /// The inverse of the matrix, row by row.
    pub fn inverse(&self) -> Vec<Vec<f64>> {
        let column = |at: usize| {
            let mut unit = vec![0.0; self.size];
            unit[at] = 1.0;
            self.solve(&mut unit);
            unit
        };
        (0..self.size).into_par_iter().map(column).collect()
    }
}

/// Subtracts from the first entries of a block of a row what the columns before it, from 0 to `start`, give.
#[inline(always)]
fn subtract(row: &mut [f64], known: &[f64], start: usize, entries: usize) {
    let (before, block) = row.split_at_mut(start);
    let known = known.chunks_exact(before.len() + block.len());
    for (entry, known) in block[..entries].iter_mut().zip(known) {
        *entry -= dot(before, &known[..start]);
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_solves_and_names_columns_that_follow_from_others() {
        // numpy: A = np.array([[4, 2, 1], [2, 5, 3], [1, 3, 6.]]); np.linalg.solve(A, [1, 2, 3])
        let matrix = [[4.0, 2.0, 1.0], [2.0, 5.0, 3.0], [1.0, 3.0, 6.0]];
        let factor = Factor::new(3, |i, j| matrix[i][j]);
        let mut b = [1.0, 2.0, 3.0];
        factor.solve(&mut b);
        for (found, expected) in b.iter().zip([
            0.08955223880597016,
            0.10447761194029853,
            0.43283582089552236,
        ]) {
            assert!((found - expected).abs() < 1e-14, "{found} {expected}");
        }
        let inverse = factor.inverse();
        let first: f64 = (0..3).map(|j| inverse[0][j] * [1.0, 2.0, 3.0][j]).sum();
        assert!((first - b[0]).abs() < 1e-14 && factor.dependent.is_empty());
        let twice = Factor::new(2, |_, _| 1.0);
        assert_eq!(twice.dependent, [1]);
        let mut b = [2.0, 2.0];
        twice.solve(&mut b);
        assert_eq!(b, [2.0, 0.0]);
    }

    #[test]
    fn a_large_matrix_is_solved_as_a_small_one() {
        let size = 300;
        let entry = |i: usize, j: usize| {
            let near = 1.0 / (1.0 + i.abs_diff(j) as f64);
            near + if i == j { 3.0 } else { 0.0 }
        };
        let factor = Factor::new(size, entry);
        let expected: Vec<f64> = (0..size).map(|i| (i % 7) as f64 - 3.0).collect();
        let product = |i: usize| (0..size).map(|j| entry(i, j) * expected[j]).sum();
        let mut b: Vec<f64> = (0..size).map(product).collect();
        factor.solve(&mut b);
        for (found, expected) in b.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-10, "{found} {expected}");
        }
    }
}
