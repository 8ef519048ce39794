//! Tests that a sample is like the population it is said to be from. Its rows may carry weights;
//! then as many rows count as tell as much.

use super::kolmogorov::survival;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Categories that fewer are expected of are taken together (Cochran 1954, Biometrics 10, 417-451).
const LEAST_EXPECTED: f64 = 5.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    pub statistic: f64,
    pub p: f64,
}

/// Kolmogorov's and Smirnov's test on two samples; of the first, values with weights that tell as
/// much as `effective` rows do.
///
/// `None` where either is empty. Ties make the test conservative.
///
/// # Formula
///
/// With `D` the largest distance of the distribution functions, `m` rows of the second and
/// `r = sqrt(effective·m / (effective + m))`,
///
/// ```text
/// p = 2 Σ (-1)^(j-1) exp(-2 j² x²),  x = (r + 0.12 + 0.11 / r) D
/// ```
///
/// Stephens, M. A. (1970), J. R. Stat. Soc. B 32, 115-122.
///
/// # Panics
/// When a value is not a number.
pub fn kolmogorov_smirnov(
    mut weighted: Vec<(f64, f64)>,
    effective: f64,
    mut plain: Vec<f64>,
) -> Option<Test> {
    if weighted.is_empty() || plain.is_empty() {
        return None;
    }
    let order = |a: &f64, b: &f64| a.partial_cmp(b).expect("values are numbers");
    weighted.sort_unstable_by(|a, b| order(&a.0, &b.0));
    plain.sort_unstable_by(order);
    let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
    let m = plain.len() as f64;
    let (mut at, mut below, mut statistic) = (0, 0.0, 0.0_f64);
    let mut rest = weighted.as_slice();
    // The distance is largest at a value of the weighted sample, or just below one.
    while let Some(&(value, _)) = rest.first() {
        at += plain[at..].partition_point(|other| *other < value);
        statistic = statistic.max((below / total - at as f64 / m).abs());
        let tied = rest.partition_point(|(other, _)| *other <= value);
        below += rest[..tied].iter().map(|(_, weight)| weight).sum::<f64>();
        rest = &rest[tied..];
        at += plain[at..].partition_point(|other| *other <= value);
        statistic = statistic.max((below / total - at as f64 / m).abs());
    }
    let r = (effective * m / (effective + m)).sqrt();
    let p = survival((r + 0.12 + 0.11 / r) * statistic);
    Some(Test { statistic, p })
}

/// Pearson's test that two samples have the same shares of categories; of the first, weights that
/// tell as much as `effective` rows do.
///
/// `None` where either is empty, or everything is of one category.
///
/// # Panics
/// When there are not as many categories of both.
pub fn shares_alike(weights: &[f64], effective: f64, counts: &[f64]) -> Option<Test> {
    assert_eq!(weights.len(), counts.len());
    let (total, m): (f64, f64) = (weights.iter().sum(), counts.iter().sum());
    if total <= 0.0 || m <= 0.0 {
        return None;
    }
    let share_of_all = effective / (effective + m);
    let mut pairs: Vec<[f64; 2]> = Vec::new();
    let mut rare = [0.0; 2];
    for (weight, count) in weights.iter().zip(counts) {
        let pair = [weight / total * effective, *count];
        let expected = (pair[0] + pair[1]) * share_of_all.min(1.0 - share_of_all);
        match expected < LEAST_EXPECTED {
            true => rare = [rare[0] + pair[0], rare[1] + pair[1]],
            false => pairs.push(pair),
        }
    }
    if rare[0] + rare[1] > 0.0 {
        pairs.push(rare);
    }
    if pairs.len() < 2 {
        return None;
    }
    let of_pair = |[a, b]: &[f64; 2]| {
        let (of_a, of_b) = ((a + b) * share_of_all, (a + b) * (1.0 - share_of_all));
        (a - of_a).powi(2) / of_a + (b - of_b).powi(2) / of_b
    };
    let statistic = pairs.iter().map(of_pair).sum();
    let freedom = (pairs.len() - 1) as f64;
    let distribution = ChiSquared::new(freedom).expect("more than one category");
    Some(Test {
        statistic,
        p: distribution.sf(statistic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_match_scipy() {
        // ks_2samp(x, y).statistic; kstwobign.sf((r + 0.12 + 0.11 / r) * statistic)
        let x = (1..=30).map(|i| (f64::from(i).powf(1.3)).round() / 100.0);
        let y = || {
            (0..200)
                .map(|i| f64::from(i) / 199.0 * 0.9)
                .collect::<Vec<_>>()
        };
        let found = kolmogorov_smirnov(x.map(|x| (x, 2.0)).collect(), 30.0, y()).unwrap();
        assert!((found.statistic - 0.125).abs() < 1e-12, "{found:?}");
        assert!((found.p - 0.7824502487636361).abs() < 1e-9, "{found:?}");
        assert_eq!(kolmogorov_smirnov(Vec::new(), 0.0, y()), None);
    }

    #[test]
    fn weights_undo_what_they_came_from() {
        // Every tenth of the lower half, and every second of the upper.
        let plain: Vec<f64> = (0..1000).map(f64::from).collect();
        let lower = (0..500).step_by(10).map(|x| (f64::from(x), 10.0));
        let upper = (500..1000).step_by(2).map(|x| (f64::from(x), 2.0));
        let weighted: Vec<_> = lower.chain(upper).collect();
        let found = kolmogorov_smirnov(weighted.clone(), 150.0, plain.clone()).unwrap();
        assert!(found.p > 0.9, "{found:?}");
        let unweighted = weighted.into_iter().map(|(x, _)| (x, 1.0)).collect();
        let found = kolmogorov_smirnov(unweighted, 300.0, plain).unwrap();
        assert!(found.p < 1e-9, "{found:?}");
    }

    #[test]
    fn shares_match_scipy() {
        // chi2_contingency([[30, 50, 20], [400, 350, 250]], correction=False)
        let counts = [400.0, 350.0, 250.0];
        let found = shares_alike(&[0.3, 0.5, 0.2], 100.0, &counts).unwrap();
        assert!(
            (found.statistic - 8.876507321274758).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.p - 0.011816556229026479).abs() < 1e-9, "{found:?}");
        assert_eq!(shares_alike(&[1.0, 0.0], 100.0, &[10.0, 0.0]), None);
    }
}
