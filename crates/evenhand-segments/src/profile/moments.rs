//! Sums over the rows of segments, by column.

use crate::linalg::means_and_variances;
use crate::rows::Rows;
use evenhand_stats::stats::kmeans::Points;
use rayon::prelude::*;
use std::ops::AddAssign;

/// Rows whose sums are added together, in their order: the same on any number of threads.
const CHUNK: usize = 8_192;

/// A variance below this share of a column's own is rounding.
const ROUNDING: f64 = 1e-14;

/// Some rows' values of a column.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    pub rows: usize,
    /// `NaN` without rows.
    pub mean: f64,
    /// Variance of the mean.
    pub error_squared: f64,
}

/// Rows of a segment.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    rows: usize,
    weights: f64,
    squared_weights: f64,
}

/// Sums over rows of a segment of a column's value `x`, less its mean over all rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// `Σ w x`.
    values: f64,
    /// `Σ w² x`.
    squared_weights: f64,
    /// `Σ w² x²`.
    squares: f64,
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.weights += other.weights;
        self.squared_weights += other.squared_weights;
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.values += other.values;
        self.squared_weights += other.squared_weights;
        self.squares += other.squares;
    }
}

/// Means and variances of the columns of a table, for each segment and for the rows outside of it.
pub struct Moments {
    means: Vec<f64>,
    variances: Vec<f64>,
    sizes: Vec<Size>,
    /// [segments, columns].
    sums: Vec<Sums>,
}

impl Moments {
    /// Of rows with these weights and segments.
    pub fn of(table: &Rows, weights: Option<&[f64]>, of: &[usize], segments: usize) -> Self {
        assert_eq!(of.len(), table.len(), "a segment for every row");
        let dims = table.columns().len();
        let points = Points::new(table.values(), dims).weighted(weights);
        let (means, variances) = means_and_variances(points);
        let chunks = table.values().par_chunks(CHUNK * dims).enumerate();
        let parts = chunks.map(|(chunk, rows)| {
            let mut sizes = vec![Size::default(); segments];
            let mut sums = vec![Sums::default(); segments * dims];
            for (at, row) in rows.chunks_exact(dims).enumerate() {
                let at = chunk * CHUNK + at;
                let (segment, weight) = (of[at], points.weight(at));
                sizes[segment] += Size {
                    rows: 1,
                    weights: weight,
                    squared_weights: weight * weight,
                };
                let sums = &mut sums[segment * dims..(segment + 1) * dims];
                for (sums, (value, mean)) in sums.iter_mut().zip(row.iter().zip(&means)) {
                    let value = value - mean;
                    *sums += Sums {
                        values: weight * value,
                        squared_weights: weight * weight * value,
                        squares: weight * weight * value * value,
                    };
                }
            }
            (sizes, sums)
        });
        let mut sizes = vec![Size::default(); segments];
        let mut sums = vec![Sums::default(); segments * dims];
        for (of_sizes, of_sums) in parts.collect::<Vec<_>>() {
            sizes
                .iter_mut()
                .zip(of_sizes)
                .for_each(|(all, part)| *all += part);
            sums.iter_mut()
                .zip(of_sums)
                .for_each(|(all, part)| *all += part);
        }
        Self {
            means,
            variances,
            sizes,
            sums,
        }
    }

    /// Standard deviation of a column over all rows, with the sum of weights as its divisor.
    pub fn deviation(&self, column: usize) -> f64 {
        self.variances[column].sqrt()
    }

    /// A column's values in a segment, and in all other rows.
    pub fn sides(&self, segment: usize, column: usize) -> (Side, Side) {
        let dims = self.means.len();
        let own = self.side(
            self.sizes[segment],
            self.sums[segment * dims + column],
            column,
        );
        let (mut size, mut sums) = (Size::default(), Sums::default());
        let others = (0..self.sizes.len()).filter(|&other| other != segment);
        for other in others {
            size += self.sizes[other];
            sums += self.sums[other * dims + column];
        }
        (own, self.side(size, sums, column))
    }

    fn side(&self, size: Size, sums: Sums, column: usize) -> Side {
        let mean = sums.values / size.weights;
        let squares =
            sums.squares - 2.0 * mean * sums.squared_weights + mean * mean * size.squared_weights;
        let least = ROUNDING * size.squared_weights * self.variances[column];
        let squares = if squares > least { squares } else { 0.0 };
        let rows = size.rows as f64;
        Side {
            rows: size.rows,
            mean: mean + self.means[column],
            error_squared: squares / size.weights.powi(2) * rows / (rows - 1.0),
        }
    }
}
