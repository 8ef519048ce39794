//! Rows that tests of this folder fit to, without chance: the values that they are held to come from Python.

use super::{LogisticParams, Stop};
use crate::examples::{Examples, mean_one};
use crate::frame::{Column, Frame, Values};

/// Fits that are held to the last digits of other programs.
pub fn exact() -> LogisticParams {
    LogisticParams {
        stop: Stop {
            tolerance: 1e-9,
            most_steps: 200,
        },
        ..LogisticParams::default()
    }
}

pub const ROWS: usize = 240;

pub struct Toy {
    pub frame: Frame,
    pub weights: Vec<f64>,
    pub labels: Vec<usize>,
    /// Of three classes.
    pub labels3: Vec<usize>,
    pub rows: Vec<usize>,
}

/// `((i * a) % b) / b` of row i.
pub fn part(row: usize, a: usize, b: usize) -> f64 {
    ((row * a) % b) as f64 / b as f64
}

impl Toy {
    /// ```python
    /// i = np.arange(240); u = lambda a, b: ((i * a) % b) / b
    /// a, b, c = [np.float32(x).astype(float) for x in (u(37, 101) * 10, u(53, 97) * 4 - 2, u(29, 83))]
    /// w = 1 + (i * 7) % 5; w = w * 240 / w.sum(); X = np.c_[a, b, c]
    /// y = 0.4 * (a - 5) + 0.8 * b + 3 * (u(71, 127) - 0.5) > 0
    /// y3 = np.where(0.4 * (a - 5) + 3 * (u(71, 127) - .5) > 0.6, 2, np.where(b + 2 * (u(61, 113) - .5) > 0, 1, 0))
    /// Z = X less its weighted mean, by its weighted standard deviation
    /// ```
    pub fn new() -> Self {
        let column = |of: fn(usize) -> f64| (0..ROWS).map(|row| of(row) as f32).collect();
        let a: Vec<f32> = column(|row| part(row, 37, 101) * 10.0);
        let b: Vec<f32> = column(|row| part(row, 53, 97) * 4.0 - 2.0);
        let c: Vec<f32> = column(|row| part(row, 29, 83));
        let by_a = |row: usize| 0.4 * (f64::from(a[row]) - 5.0) + 3.0 * (part(row, 71, 127) - 0.5);
        let label = |row: usize| usize::from(by_a(row) + 0.8 * f64::from(b[row]) > 0.0);
        let label3 = |row: usize| match by_a(row) > 0.6 {
            true => 2,
            false => usize::from(f64::from(b[row]) + 2.0 * (part(row, 61, 113) - 0.5) > 0.0),
        };
        let rows: Vec<usize> = (0..ROWS).collect();
        let weights: Vec<f64> = (0..ROWS).map(|row| (1 + (row * 7) % 5) as f64).collect();
        Self {
            labels: rows.iter().copied().map(label).collect(),
            labels3: rows.iter().copied().map(label3).collect(),
            weights: mean_one(&weights, &rows),
            rows,
            frame: Frame::new(vec![
                Column::new("a", Values::Numbers(a)),
                Column::new("b", Values::Numbers(b)),
                Column::new("c", Values::Numbers(c)),
            ]),
        }
    }

    /// Of two classes, weighted.
    pub fn examples(&self) -> Examples<'_> {
        Examples {
            frame: &self.frame,
            labels: &self.labels,
            classes: 2,
            weights: &self.weights,
            margins: None,
        }
    }

    /// Of three classes, weighted.
    pub fn examples3(&self) -> Examples<'_> {
        Examples {
            labels: &self.labels3,
            classes: 3,
            ..self.examples()
        }
    }
}

pub fn assert_near(found: impl IntoIterator<Item = f64>, expected: &[f64], within: f64) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() < within, "{found:?} {expected:?}");
    }
}
