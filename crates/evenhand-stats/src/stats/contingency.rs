//! Exact tests that two rates are the same: of two groups, of two models on the same people.

use super::counts::Counts;
use super::discrete::{binomial, hypergeometric};

/// Fisher's exact test that two groups have one rate, two-sided: the probability, given how many
/// hits there are in all, of a table no likelier than this one. 1 where a group is empty.
///
/// Fisher, R. A. (1935), J. R. Stat. Soc. 98, 39-54. Tables whose probabilities differ by less
/// than a ten millionth count as equally likely, as in R.
///
/// # Panics
///
/// When hits exceed `n`.
pub fn fisher(a: Counts, b: Counts) -> f64 {
    for Counts { hits, n } in [a, b] {
        assert!(hits <= n, "{hits} hits of {n}");
    }
    let tables = hypergeometric(a.hits + b.hits, a.n + b.n, a.n);
    // Weights too small for a float aren't walked to: the p-value is then 0 but for rounding.
    let observed = tables
        .weights()
        .find(|&(hits, _)| hits == a.hits)
        .map_or(0.0, |(_, weight)| weight);
    share(tables.weights(), |_, weight| {
        weight <= observed * (1.0 + 1e-7)
    })
}

/// McNemar's exact test that two models err equally often on the same people: `b` people only the
/// first is right about, `c` only the second. Two-sided.
///
/// # Formula
///
/// McNemar, Q. (1947), Psychometrika 12, 153-157, with the binomial distribution itself:
///
/// ```text
/// min(1, 2·P(X <= min(b, c))),  X ~ Binomial(b + c, 1/2)
/// ```
pub fn mcnemar(b: u64, c: u64) -> f64 {
    let tail = share(binomial(b + c, 0.5).weights(), |x, _| x <= b.min(c));
    (2.0 * tail).min(1.0)
}

/// The share of all weight that is on the values `of`.
fn share(weights: impl Iterator<Item = (u64, f64)>, of: impl Fn(u64, f64) -> bool) -> f64 {
    let (mut part, mut all) = (0.0, 0.0);
    for (x, weight) in weights {
        all += weight;
        if of(x, weight) {
            part += weight;
        }
    }
    part / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts<const K: usize>(groups: [(u64, u64); K]) -> [Counts; K] {
        groups.map(|(hits, n)| Counts { hits, n })
    }

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-10 * expected
    }

    #[test]
    fn fisher_matches_scipy() {
        // scipy.stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])[1]
        let cases = [
            ((56, 271), (19, 318), 1.0000327578944997e-07),
            ((94, 271), (1, 385), 6.03528269633099e-40),
            ((0, 40), (3, 50), 0.25093632958801504),
            ((12, 12), (11, 12), 1.0),
            ((5, 1000), (9, 1200), 0.5936160361292966),
            ((0, 0), (3, 5), 1.0),
            ((0, 4), (0, 5), 1.0),
            ((3, 10), (7, 10), 0.1788954079975752),
            ((1, 4), (3, 4), 0.48571428571428565),
            (
                (500_000, 1_000_000),
                (501_000, 1_000_000),
                0.1577145048697666,
            ),
            ((100, 1_000_000), (150, 1_000_000), 0.0018820696519863665),
            (
                (5_000_000, 10_000_000),
                (5_000_500, 10_000_000),
                0.8234113069830103,
            ),
        ];
        for (a, b, p) in cases {
            let [a, b] = counts([a, b]);
            // At a million scipy's own logarithms keep 9 digits.
            let tolerance = if a.n > 10_000 { 1e-7 } else { 1e-10 };
            for found in [fisher(a, b), fisher(b, a)] {
                assert!((found - p).abs() <= tolerance * p, "{a:?} {b:?}: {found}");
            }
        }
    }

    #[test]
    fn fisher_of_the_most_extreme_millions_is_0() {
        let [a, b] = counts([(0, 1_000_000), (1_000_000, 1_000_000)]);
        assert_eq!(fisher(a, b), 0.0);
    }

    #[test]
    fn mcnemar_matches_statsmodels() {
        // statsmodels.stats.contingency_tables.mcnemar([[0, b], [c, 0]], exact=True).pvalue
        let cases = [
            (0, 0, 1.0),
            (0, 5, 0.0625),
            (5, 5, 1.0),
            (10, 25, 0.016673847800120715),
            (121, 59, 4.4344492637551645e-06),
            (1, 30, 2.9802322387695312e-08),
            (1000, 1100, 0.03072070786424249),
            (5_000_000, 5_003_000, 0.34301500080841996),
        ];
        for (b, c, p) in cases {
            assert!(close(mcnemar(b, c), p), "{b} {c}: {}", mcnemar(b, c));
            assert_eq!(mcnemar(b, c), mcnemar(c, b));
        }
    }
}
