//! The little linear algebra that the adjusted count needs, of as many rows as there are classes.

/// Pivots below this are rounding, or error rates that say nothing.
const SMALLEST_PIVOT: f64 = 1e-9;

/// Steps of [`nearest_shares`]; it is done long before, unless classes are all but alike.
const MOST_STEPS: usize = 20_000;

/// The inverse of a square matrix by Gauss and Jordan with partial pivoting; `None` of a singular
/// one.
pub(crate) fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let k = matrix.len();
    let mut left = matrix.to_vec();
    let unit = |row: usize| (0..k).map(|at| f64::from(u8::from(at == row))).collect();
    let mut right: Vec<Vec<f64>> = (0..k).map(unit).collect();
    for step in 0..k {
        let largest = |&a: &usize, &b: &usize| left[a][step].abs().total_cmp(&left[b][step].abs());
        let pivot = (step..k).max_by(largest)?;
        left.swap(step, pivot);
        right.swap(step, pivot);
        let scale = left[step][step];
        if scale.abs() < SMALLEST_PIVOT {
            return None;
        }
        for side in [&mut left, &mut right] {
            side[step].iter_mut().for_each(|value| *value /= scale);
        }
        for row in (0..k).filter(|&row| row != step) {
            let factor = left[row][step];
            for side in [&mut left, &mut right] {
                let pivot = side[step].clone();
                let values = side[row].iter_mut().zip(pivot);
                values.for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
    }
    Some(right)
}

/// The shares, none below 0 and 1 in all, whose predictions `ratesᵀ · shares` are nearest to those
/// observed, by least squares.
///
/// By projected gradients with momentum: Beck, A. and Teboulle, M. (2009), SIAM J. Imaging Sci. 2,
/// 183-202.
pub(super) fn nearest_shares(rates: &[Vec<f64>], observed: &[f64]) -> Vec<f64> {
    let k = observed.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // No eigenvalue of rates · ratesᵀ is above its trace.
    let trace: f64 = rates.iter().map(|row| dot(row, row)).sum();
    let mut shares = vec![1.0 / k as f64; k];
    let mut ahead = shares.clone();
    let mut momentum = 1.0_f64;
    for _ in 0..MOST_STEPS {
        let mut missed: Vec<f64> = observed.iter().map(|share| -share).collect();
        for (row, share) in rates.iter().zip(&ahead) {
            let pairs = missed.iter_mut().zip(row);
            pairs.for_each(|(missed, rate)| *missed += share * rate);
        }
        let step = ahead.iter().zip(rates);
        let step = step.map(|(share, row)| share - dot(row, &missed) / trace);
        let next = onto_simplex(&step.collect::<Vec<_>>());
        let moved = next.iter().zip(&shares);
        let moved: f64 = moved.clone().map(|(a, b)| (a - b).abs()).sum();
        let faster = (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt()) / 2.0;
        let push = (momentum - 1.0) / faster;
        let pairs = next.iter().zip(&shares);
        ahead = pairs.map(|(a, b)| a + push * (a - b)).collect();
        (shares, momentum) = (next, faster);
        if moved < 1e-14 {
            break;
        }
    }
    shares
}

/// The nearest point of the simplex: Duchi, J. et al. (2008), ICML, algorithm 1.
fn onto_simplex(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut excess) = (0.0, 0.0);
    for (at, value) in sorted.iter().enumerate() {
        sum += value;
        let shift = (sum - 1.0) / (at + 1) as f64;
        if value - shift > 0.0 {
            excess = shift;
        }
    }
    point
        .iter()
        .map(|value| (value - excess).max(0.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_times_its_matrix_is_the_unit_matrix() {
        let matrix = [[0.0, 0.3, 0.1], [0.15, 0.6, 0.2], [0.85, 0.1, 0.7]].map(|row| row.to_vec());
        let found = inverse(&matrix).unwrap();
        for (i, row) in matrix.iter().enumerate() {
            let column = |j: usize| found.iter().map(move |row| row[j]);
            let product = |j: usize| row.iter().zip(column(j)).map(|(a, b)| a * b).sum::<f64>();
            for (j, product) in [0, 1, 2].map(product).into_iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((product - expected).abs() < 1e-12, "{i} {j}: {product}");
            }
        }
        assert_eq!(inverse(&[vec![0.5, 0.5], vec![0.5, 0.5]]), None);
    }

    #[test]
    fn shares_on_the_simplex_match_scipy() {
        // minimize(|rates.T @ x - q|², bounds 0 to 1, sum 1, method="SLSQP"), ftol 1e-18
        let counts = [[40.0, 6.0, 4.0], [7.0, 30.0, 8.0], [2.0, 5.0, 48.0]];
        let rates = counts.map(|row| row.map(|n| n / row.iter().sum::<f64>()).to_vec());
        let found = nearest_shares(&rates, &[0.02, 0.38, 0.60]);
        for (found, expected) in found.iter().zip([0.0, 0.42722984, 0.57277016]) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
        let inside = nearest_shares(&rates, &[0.3, 0.5, 0.2]);
        for (found, expected) in inside.iter().zip([0.23619859, 0.69859207, 0.06520934]) {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
    }
}
