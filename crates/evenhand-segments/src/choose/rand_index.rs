//! Agreement of two divisions of the same rows.

use std::collections::BTreeMap;

/// Adjusted Rand index of two labellings: 1 where they are the same up to the numbers of labels, 0 where they agree as much
/// as by chance.
///
/// # Formula
///
/// Hubert, L. and Arabie, P. (1985), Journal of Classification 2, 193-218.
///
/// # Panics
/// When they are not of the same rows.
pub fn adjusted_rand(a: &[usize], b: &[usize]) -> f64 {
    assert_eq!(a.len(), b.len(), "labels of the same rows");
    let mut cells = BTreeMap::new();
    let (mut of_a, mut of_b) = (BTreeMap::new(), BTreeMap::new());
    for (&a, &b) in a.iter().zip(b) {
        *cells.entry((a, b)).or_insert(0_u64) += 1;
        *of_a.entry(a).or_insert(0_u64) += 1;
        *of_b.entry(b).or_insert(0_u64) += 1;
    }
    let pairs = |n: u64| (n * n.saturating_sub(1) / 2) as f64;
    let both: f64 = cells.into_values().map(pairs).sum();
    let in_a: f64 = of_a.into_values().map(pairs).sum();
    let in_b: f64 = of_b.into_values().map(pairs).sum();
    let expected = in_a * in_b / pairs(a.len() as u64).max(1.0);
    let most = (in_a + in_b) / 2.0;
    // Both have one label, or a label for each row.
    if most == expected {
        return 1.0;
    }
    (both - expected) / (most - expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_matches_scikit_learn() {
        // sklearn.metrics.adjusted_rand_score(a, b)
        for (a, b, expected) in [
            (
                vec![0, 0, 1, 1, 2, 2],
                vec![0, 0, 1, 2, 2, 2],
                0.4444444444444444,
            ),
            (vec![0, 0, 1, 1], vec![1, 1, 0, 0], 1.0),
            (vec![0, 1, 0, 1], vec![0, 0, 1, 1], -0.5),
            (vec![0, 0, 0, 0], vec![0, 0, 0, 0], 1.0),
            (vec![0, 0, 0, 0], vec![0, 1, 2, 3], 0.0),
        ] {
            let found = adjusted_rand(&a, &b);
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }
}
