//! The ratio of two proportions: "three times as often", which a difference hides when both are rare.

use super::counts::Counts;
use super::{Interval, Level, bisect};

/// Koopman's score interval for the ratio `a / b` of the rates of two independent groups of people.
///
/// Works with any counts: a group `a` without hits makes the low end 0, a group `b` without hits
/// the high end infinite. `None` where either has nobody in it.
///
/// # Formula
///
/// Koopman, P. A. R. (1984), Biometrics 40, 513-517: the ratios `r` that a score test doesn't
/// reject, that is
///
/// ```text
/// |pa - r·pb| <= z·sqrt(qa(1 - qa)/n_a + r²·qb(1 - qb)/n_b)
/// ```
///
/// with `qa`, `qb` the most likely rates whose ratio is `r`, and no small-sample correction.
///
/// # Panics
///
/// When hits exceed `n`.
pub fn koopman(a: Counts, b: Counts, level: Level) -> Option<Interval> {
    rate(a)?;
    rate(b)?;
    let z = level.z();
    // The score falls as the ratio grows. No ratio of counts is beyond e^±50.
    let crossing = |score_at: f64| bisect(-50.0, 50.0, |ln| score(a, b, ln.exp()) > score_at).exp();
    Some(Interval {
        low: if a.hits == 0 { 0.0 } else { crossing(z) },
        high: if b.hits == 0 {
            f64::INFINITY
        } else {
            crossing(-z)
        },
    })
}

/// How far the counts are from rates whose ratio is `ratio`, in standard errors under that ratio.
fn score(a: Counts, b: Counts, ratio: f64) -> f64 {
    let (ka, na) = (a.hits as f64, a.n as f64);
    let (kb, nb) = (b.hits as f64, b.n as f64);
    let gap = ka / na - ratio * kb / nb;
    if gap == 0.0 {
        return 0.0;
    }
    // The smaller root of `square·q² - linear·q + hits = 0`, in the form that doesn't cancel.
    let (square, hits) = ((na + nb) * ratio, ka + kb);
    let linear = (na + kb) * ratio + ka + nb;
    let root = (linear * linear - 4.0 * square * hits).max(0.0).sqrt();
    let qb = (2.0 * hits / (linear + root)).min(1.0).min(1.0 / ratio);
    let qa = (ratio * qb).min(1.0);
    gap / (qa * (1.0 - qa) / na + ratio * ratio * qb * (1.0 - qb) / nb).sqrt()
}

fn rate(counts: Counts) -> Option<f64> {
    let Counts { hits, n } = counts;
    assert!(hits <= n, "{hits} hits of {n}");
    (n > 0).then(|| hits as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = ((u64, u64), (u64, u64), f64, (f64, f64));

    fn check(cases: &[Case]) {
        for &((k1, n1), (k2, n2), level, (low, high)) in cases {
            let (a, b) = (Counts { hits: k1, n: n1 }, Counts { hits: k2, n: n2 });
            let found = koopman(a, b, Level::new(level).unwrap()).unwrap();
            for (found, expected) in [(found.low, low), (found.high, high)] {
                assert!(
                    found == expected || (found / expected - 1.0).abs() < 1e-10,
                    "{a:?} {b:?}: {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn koopman_matches_statsmodels() {
        // confint_proportions_2indep(.., method="score", compare="ratio", correction=False)
        let cases = [
            (
                (56, 271),
                (19, 318),
                0.95,
                (2.1264745057037335, 5.658211229362046),
            ),
            (
                (94, 271),
                (1, 385),
                0.95,
                (23.691388397640367, 759.9334978865725),
            ),
            (
                (94, 271),
                (1, 385),
                0.99,
                (15.849303665701791, 1143.394079990749),
            ),
            ((0, 40), (3, 50), 0.95, (0.0, 1.5349819961035365)),
            ((3, 50), (0, 40), 0.95, (0.6514734391272644, f64::INFINITY)),
            (
                (5, 1000),
                (9, 1200),
                0.95,
                (0.23501665217831302, 1.8891497710399527),
            ),
            (
                (30, 30),
                (1, 200),
                0.95,
                (36.00527987458042, 1132.2864842642448),
            ),
        ];
        check(&cases);
    }

    #[test]
    fn koopman_of_a_perfect_group_inverts_the_score_test() {
        // The cubic that statsmodels solves has its low ends wrong here (1.043 for 12/12 to 11/12),
        // so: brentq on score_test_proportions_2indep(.., compare="ratio", correction=False)
        let cases = [
            (
                (12, 12),
                (11, 12),
                0.95,
                (0.817360851478008, 1.5476999047748332),
            ),
            (
                (12, 12),
                (12, 12),
                0.95,
                (0.7575059933447598, 1.3201215683911767),
            ),
            (
                (11, 12),
                (12, 12),
                0.95,
                (0.6461200888588827, 1.2234498363748785),
            ),
        ];
        check(&cases);
    }

    #[test]
    fn koopman_of_rare_events_keeps_its_digits() {
        // mpmath.findroot on the score, 40 digits; statsmodels keeps 9 of them here.
        let ends = (0.19524914234447564, 2.2762935512873783);
        check(&[((3, 10_000_000), (9, 20_000_000), 0.95, ends)]);
    }

    #[test]
    fn a_ratio_needs_people_and_no_hits() {
        let level = Level::new(0.95).unwrap();
        let [none, some, all, nobody] =
            [(0, 40), (3, 50), (40, 40), (0, 0)].map(|(hits, n)| Counts { hits, n });
        for (a, b) in [(none, some), (some, none), (none, none), (all, all)] {
            assert!(koopman(a, b, level).is_some());
        }
        let found = koopman(none, none, level).unwrap();
        assert_eq!((found.low, found.high), (0.0, f64::INFINITY));
        for (a, b) in [(nobody, some), (some, nobody)] {
            assert_eq!(koopman(a, b, level), None);
        }
    }
}
