//! What a row or a cluster moves coefficients by, if they are estimated without it.

use crate::estimate::inverse;

/// How far a row moves a coefficient: `base + λ slope`.
pub(super) type Moves = (f64, f64);

/// Of a row that determines a coefficient by itself, this little is left of the information on it.
const NOTHING_LEFT: f64 = 1e-9;

/// The information of some rows: `Σ factor · x xᵀ`.
#[derive(Debug, Clone, Default)]
pub(super) struct Information {
    /// Of rows that are all alike.
    factor: f64,
    x: Vec<f64>,
    /// Of others.
    dense: Vec<Vec<f64>>,
}

impl Information {
    pub fn add(&mut self, factor: f64, x: &[f64]) {
        if self.x.is_empty() {
            self.x = x.to_vec();
        }
        if self.dense.is_empty() && self.x == x {
            self.factor += factor;
            return;
        }
        if self.dense.is_empty() {
            self.dense = vec![vec![0.0; x.len()]; x.len()];
            add_to(&mut self.dense, self.factor, &self.x);
        }
        add_to(&mut self.dense, factor, x);
    }

    /// Turns `J⁻¹ s` into `(J - own)⁻¹ s`, where `J⁻¹` is the inverse of all information. Where nothing is left without
    /// these rows, as of a category that no other row has, they stay as they are.
    pub fn without(&self, all: &[Vec<f64>], moves: &mut [Moves]) {
        match self.dense.is_empty() {
            true => self.without_one(all, moves),
            false => self.without_many(all, moves),
        }
    }

    /// Sherman and Morrison: `v + J⁻¹x f (x·v) / (1 - f x·J⁻¹x)`.
    fn without_one(&self, all: &[Vec<f64>], moves: &mut [Moves]) {
        let pull: Vec<f64> = all.iter().map(|row| dot(row, &self.x)).collect();
        let left = 1.0 - self.factor * dot(&self.x, &pull);
        if left.abs() < NOTHING_LEFT {
            return;
        }
        let along = |of: fn(&Moves) -> f64| {
            let products = self.x.iter().zip(&*moves).map(|(x, by)| x * of(by));
            self.factor * products.sum::<f64>() / left
        };
        let (base, slope) = (along(|by| by.0), along(|by| by.1));
        for (by, pull) in moves.iter_mut().zip(pull) {
            *by = (by.0 + base * pull, by.1 + slope * pull);
        }
    }

    /// `(I - J⁻¹ own)⁻¹ v`, with coefficients in units of their size.
    fn without_many(&self, all: &[Vec<f64>], moves: &mut [Moves]) {
        let k = moves.len();
        let size: Vec<f64> = (0..k).map(|i| all[i][i].abs().sqrt()).collect();
        let left = (0..k).map(|i| {
            let row = (0..k).map(|j| {
                let product: f64 = (0..k).map(|at| all[i][at] * self.dense[at][j]).sum();
                f64::from(u8::from(i == j)) - product * size[j] / size[i]
            });
            row.collect()
        });
        let Some(found) = inverse(&left.collect::<Vec<_>>()) else {
            return;
        };
        let scaled: Vec<Moves> = (moves.iter().zip(&size))
            .map(|(by, size)| (by.0 / size, by.1 / size))
            .collect();
        for ((by, row), size) in moves.iter_mut().zip(&found).zip(&size) {
            let of = |of: fn(&Moves) -> f64| {
                size * row.iter().zip(&scaled).map(|(a, b)| a * of(b)).sum::<f64>()
            };
            *by = (of(|by| by.0), of(|by| by.1));
        }
    }
}

fn add_to(information: &mut [Vec<f64>], factor: f64, x: &[f64]) {
    for (row, xi) in information.iter_mut().zip(x).filter(|(_, x)| **x != 0.0) {
        let scaled = factor * xi;
        row.iter_mut()
            .zip(x)
            .for_each(|(to, xj)| *to += scaled * xj);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[[2, 1], [1, 3]]` inverted.
    const ALL: [[f64; 2]; 2] = [[0.6, -0.2], [-0.2, 0.4]];

    fn without(rows: &[(f64, [f64; 2])]) -> Vec<Moves> {
        let mut information = Information::default();
        rows.iter()
            .for_each(|(factor, x)| information.add(*factor, x));
        let mut moves = vec![(1.0, 0.5), (-2.0, 0.0)];
        information.without(&ALL.map(|row| row.to_vec()), &mut moves);
        moves
    }

    #[test]
    fn information_is_taken_out_as_numpy_does() {
        // J = np.array([[2, 1], [1, 3.]]); v = np.array([[1, .5], [-2, 0]]); own = f * np.outer(x, x), summed
        // np.linalg.solve(J - own, J @ v)
        let one = without(&[(0.25, [1.0, 1.0]), (0.25, [1.0, 1.0])]);
        let two = without(&[(0.5, [1.0, 0.0]), (0.25, [1.0, 2.0])]);
        for (found, expected) in [
            (
                one,
                [
                    [0.7142857142857143, 0.6428571428571429],
                    [-2.142857142857143, 0.07142857142857144],
                ],
            ),
            (
                two,
                [
                    [1.1111111111111112, 0.7777777777777778],
                    [-2.7777777777777777, 0.055555555555555546],
                ],
            ),
        ] {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found.0 - expected[0]).abs() < 1e-12, "{found:?}");
                assert!((found.1 - expected[1]).abs() < 1e-12, "{found:?}");
            }
        }
    }

    #[test]
    fn rows_that_are_all_there_is_stay_as_they_are() {
        // 5/3 (1, 0) is all information on the first coefficient: 1 - 5/3 · 0.6 = 0
        let moves = vec![(1.0, 0.5), (-2.0, 0.0)];
        assert_eq!(without(&[(1.0 / 0.6, [1.0, 0.0])]), moves);
        let both = [(1.0, [1.0, 0.0]), (2.0, [0.0, 1.0]), (1.0, [1.0, 1.0])];
        assert_eq!(without(&both), moves);
    }
}
