//! Many tests at once: with 20 of them, one "significant" gap is what chance alone brings.

/// P-values adjusted so that, when those up to `α` are called significant, any false one among
/// them has a probability of at most `α`. Holds however the tests depend on each other.
///
/// In the order given, as many as given.
///
/// # Formula
///
/// Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70: from the smallest of `m`, the
/// greatest so far of `(m - i)·p[i]`, `i` from 0, and at most 1.
///
/// # Panics
///
/// When a p-value is not from 0 to 1. A test that could not be made has none: leave it out.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![0.0; p.len()];
    let mut greatest: f64 = 0.0;
    for (rank, &i) in order.iter().enumerate() {
        greatest = greatest.max((p.len() - rank) as f64 * p[i]).min(1.0);
        adjusted[i] = greatest;
    }
    adjusted
}

/// [`holm`] for tests of which some matter more: `p` and positive weights. Equal weights give the same.
///
/// # Formula
///
/// Benjamini, Y. and Hochberg, Y. (1997), Scandinavian Journal of Statistics 24, 407-418: from the
/// smallest `p / weight`, the greatest so far of that times the sum of the weights from here on.
///
/// # Panics
///
/// When a p-value is not from 0 to 1, or a weight not positive.
pub fn weighted_holm(tests: &[(f64, f64)]) -> Vec<f64> {
    for &(p, weight) in tests {
        assert!((0.0..=1.0).contains(&p), "a p-value of {p}");
        assert!(weight > 0.0, "a weight of {weight}");
    }
    let ratio = |at: usize| tests[at].0 / tests[at].1;
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by(|&i, &j| ratio(i).total_cmp(&ratio(j)));
    let mut adjusted = vec![0.0; tests.len()];
    let mut left: f64 = tests.iter().map(|(_, weight)| weight).sum();
    let mut greatest: f64 = 0.0;
    for at in order {
        greatest = greatest.max(ratio(at) * left).min(1.0);
        adjusted[at] = greatest;
        left -= tests[at].1;
    }
    adjusted
}

/// P-values adjusted so that, when those up to `α` are called significant, a share of at most `α`
/// of them is expected to be false. Holds for tests that are independent or positively dependent.
///
/// In the order given, as many as given.
///
/// # Formula
///
/// Benjamini, Y. and Hochberg, Y. (1995), J. R. Stat. Soc. B 57, 289-300: from the largest of `m`,
/// the least so far of `p[i]·m / i`, `i` from 1, and at most 1.
///
/// # Panics
///
/// When a p-value is not from 0 to 1. A test that could not be made has none: leave it out.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let mut adjusted = vec![0.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, &i) in order.iter().enumerate().rev() {
        // The share first: the same bits as statsmodels.
        least = least.min(p[i] / ((rank + 1) as f64 / p.len() as f64));
        adjusted[i] = least;
    }
    adjusted
}

/// The places of the p-values, smallest first.
fn ascending(p: &[f64]) -> Vec<usize> {
    for &p in p {
        assert!((0.0..=1.0).contains(&p), "a p-value of {p}");
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    // Shuffled; statsmodels.stats.multitest.multipletests(p, method="holm" / "fdr_bh")[1]
    const CASES: [(f64, f64, f64); 12] = [
        (
            0.014709159545326386,
            0.13238243590793747,
            0.035808810185414215,
        ),
        (
            3.4172774422800536e-05,
            0.00041007329307360646,
            0.00041007329307360646,
        ),
        (0.07601318172899595, 0.3055228294516749, 0.07601318172899595),
        (
            0.013140405524752116,
            0.13140405524752116,
            0.035808810185414215,
        ),
        (
            0.014920337577255924,
            0.13238243590793747,
            0.035808810185414215,
        ),
        (0.06656423541718197, 0.3055228294516749, 0.07601318172899595),
        (0.02863012361484514, 0.200410865303916, 0.05726024722969028),
        (
            0.00955913007125965,
            0.10515043078385615,
            0.035808810185414215,
        ),
        (
            0.061104565890334986,
            0.3055228294516749,
            0.07601318172899595,
        ),
        (
            0.04420429997334877,
            0.26522579984009265,
            0.07577879995431218,
        ),
        (0.07302628621164715, 0.3055228294516749, 0.07601318172899595),
        (0.06364865370643882, 0.3055228294516749, 0.07601318172899595),
    ];

    #[test]
    fn holm_matches_statsmodels() {
        assert_eq!(holm(&CASES.map(|c| c.0)), CASES.map(|c| c.1));
    }

    #[test]
    fn benjamini_hochberg_matches_statsmodels() {
        assert_eq!(benjamini_hochberg(&CASES.map(|c| c.0)), CASES.map(|c| c.2));
    }

    #[test]
    fn no_adjusted_p_value_exceeds_1() {
        let p = [0.9, 0.6, 1.0, 0.6];
        assert_eq!(holm(&p), [1.0; 4]);
        assert_eq!(benjamini_hochberg(&p), [1.0; 4]);
    }

    #[test]
    fn equal_weights_are_no_weights_and_others_divide_the_level() {
        let p = CASES.map(|case| case.0);
        for (found, expected) in weighted_holm(&p.map(|p| (p, 0.3))).iter().zip(holm(&p)) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
        // 0.02 / 0.75 comes before 0.01 / 0.25, and a later one is never smaller.
        let found = weighted_holm(&[(0.02, 0.75), (0.01, 0.25)]);
        assert!((found[0] - 0.02 / 0.75).abs() < 1e-12, "{found:?}");
        assert!((found[1] - 0.02 / 0.75).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn no_tests_and_one_test_need_no_adjustment() {
        for adjust in [holm, benjamini_hochberg] {
            assert_eq!(adjust(&[]), [0.0; 0]);
            assert_eq!(adjust(&[0.03]), [0.03]);
        }
    }

    #[test]
    #[should_panic(expected = "a p-value of NaN")]
    fn a_p_value_that_is_not_a_number_is_refused() {
        holm(&[0.1, f64::NAN]);
    }
}
