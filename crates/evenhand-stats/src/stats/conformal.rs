//! Thresholds with a promise, from held-out rows that are kept from a threshold up and errors among them.
//!
//! Steps go from the strictest threshold to the one that keeps all rows. They must not depend on which
//! rows are wrong.

use super::counts::Counts;
use super::{Level, beta_quantile};
use statrs::function::beta::checked_beta_reg;

/// Last step at which a row is kept and wrong with a chance of at most `risk`, on average over the
/// held-out rows that there might have been and for a new row drawn like them. `None` if no step is.
///
/// `errors` of each step are wrong rows among those kept, of `n` rows.
///
/// # Formula
///
/// Conformal risk control (Angelopoulos, A. N., Bates, S., Fisch, A., Lei, L. and Schuster, T. (2024),
/// ICLR, theorem 1). The loss of a row is 1 if it is kept and wrong, which falls with the threshold, and
/// at most `B = 1`. With `R = errors / n`:
///
/// ```text
/// n / (n + 1) · R + B / (n + 1) = (errors + 1) / (n + 1) <= risk
/// ```
pub fn controlled(errors: &[u64], n: u64, risk: f64) -> Option<usize> {
    let is_within = |errors: &u64| (errors + 1) as f64 <= risk * (n + 1) as f64;
    errors.partition_point(is_within).checked_sub(1)
}

/// Last step of which one can say, with confidence `level`: at most a share `risk` of the rows kept are
/// wrong, in every group. `None` if there is none.
///
/// The error among kept rows need not fall with the threshold. So steps are tested one after the other,
/// from the strictest that keeps [`first_kept`] rows of every group, up to the first that fails. The
/// chance of a wrong promise is at most `1 - level` for independent rows whose errors become rarer with
/// confidence. Where they do not, it is so at each threshold that keeps that many rows.
///
/// `groups` are one or more, each with hits (errors) among the rows kept at each step, and all of its rows
/// at the last. With several groups, a step fails if any group does: this needs no correction
/// (intersection-union test; Berger, R. L. (1982), Technometrics 24, 295-300).
///
/// # Formula
///
/// Fixed-sequence testing (Angelopoulos, A. N., Bates, S., Candès, E. J., Jordan, M. I. and Lei, L. (2021),
/// Learn then Test, arXiv:2110.01052) with the exact binomial bound of Geifman, Y. and El-Yaniv, R. (2017),
/// NeurIPS 30: a step passes if `P(Binomial(kept, risk) <= errors) <= 1 - level`.
///
/// # Panics
///
/// When groups have different numbers of steps.
pub fn selective(groups: &[Vec<Counts>], risk: f64, level: Level) -> Option<usize> {
    let steps = groups.first()?.len();
    assert!(groups.iter().all(|group| group.len() == steps));
    let starts = groups.iter().map(|group| {
        let needed = first_kept(group.last()?.n, risk, level);
        Some(group.partition_point(|step| step.n < needed))
    });
    let start = starts.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    let passes = |&step: &usize| {
        let mut steps = groups.iter().map(|group| group[step]);
        steps.all(|step| at_most(step, risk) <= 1.0 - level.value())
    };
    (start..steps).take_while(passes).last()
}

/// Highest share of errors that `level` allows for (Clopper and Pearson's one-sided bound); 1 of no rows.
pub fn highest(kept: Counts, level: Level) -> f64 {
    match kept.hits == kept.n {
        true => 1.0,
        false => beta_quantile(
            (kept.hits + 1) as f64,
            (kept.n - kept.hits) as f64,
            level.value(),
        ),
    }
}

/// Fewest rows that [`selective`] can say anything of: none of them wrong. 59 for 5 % at a level of 95 %.
pub fn fewest(risk: f64, level: Level) -> u64 {
    ((1.0 - level.value()).ln() / (-risk).ln_1p()).ceil() as u64
}

/// Rows that the first step of [`selective`] keeps of a group of `n`: as many as pass with half the
/// errors that are promised, so that one wrong label among the most certain rows does not end the sequence
/// at once. Not more than half of the rows, unless fewer than [`fewest`] are left.
pub fn first_kept(n: u64, risk: f64, level: Level) -> u64 {
    let with_half = (1..).map(|errors: u64| Counts {
        hits: errors,
        n: (2.0 * errors as f64 / risk).ceil() as u64,
    });
    let mut enough = with_half.filter(|&kept| at_most(kept, risk) <= 1.0 - level.value());
    let enough = enough.next().map_or(n, |kept| kept.n);
    fewest(risk, level).max(enough.min(n.div_ceil(2)))
}

/// The chance of at most as many hits, where each of the `n` is one with chance `risk`.
fn at_most(Counts { hits, n }: Counts, risk: f64) -> f64 {
    match hits >= n {
        true => 1.0,
        false => checked_beta_reg((n - hits) as f64, (hits + 1) as f64, 1.0 - risk).unwrap_or(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Level {
        Level::new(0.95).unwrap()
    }

    fn steps(of: &[(u64, u64)]) -> Vec<Counts> {
        of.iter().map(|&(hits, n)| Counts { hits, n }).collect()
    }

    #[test]
    fn the_chance_of_few_errors_matches_scipy() {
        // scipy.stats.binom.cdf(hits, n, risk)
        for (hits, n, risk, expected) in [
            (0, 59, 0.05, 0.04849452524942322),
            (3, 200, 0.05, 0.009048376396101461),
            (6, 240, 0.05, 0.04201259328928962),
            (120, 3000, 0.05, 0.005509948138235142),
            (5, 5, 0.05, 1.0),
        ] {
            let found = at_most(Counts { hits, n }, risk);
            assert!((found - expected).abs() < 1e-9, "{hits} {n}: {found}");
        }
    }

    #[test]
    fn the_bound_matches_scipy_and_agrees_with_the_test() {
        // scipy.stats.beta.ppf(0.95, hits + 1, n - hits)
        for (hits, n, expected) in [
            (0, 59, 0.04950760988822693),
            (3, 200, 0.03830970849856934),
            (120, 3000, 0.04639438022658761),
        ] {
            let kept = Counts { hits, n };
            let found = highest(kept, level());
            assert!((found - expected).abs() < 1e-9, "{hits} {n}: {found}");
            assert!((at_most(kept, found) - 0.05).abs() < 1e-9);
        }
        assert_eq!(highest(Counts { hits: 0, n: 0 }, level()), 1.0);
    }

    #[test]
    fn as_many_rows_are_needed_as_pass_without_an_error() {
        for risk in [0.01, 0.02, 0.05, 0.1, 0.5] {
            let needed = fewest(risk, level());
            let without = |n: u64| at_most(Counts { hits: 0, n }, risk);
            assert!(
                without(needed) <= 0.05 && without(needed - 1) > 0.05,
                "{risk}"
            );
        }
        assert_eq!(fewest(0.05, level()), 59);
        let first = [40, 100, 300, 10_000].map(|n| first_kept(n, 0.05, level()));
        assert_eq!(first, [59, 59, 150, 240]);
    }

    #[test]
    fn a_sequence_ends_at_the_first_step_that_fails() {
        // scipy.stats.binom.cdf: 0.0004, 0.004, 0.312 and, were it asked, 0.011.
        let group = steps(&[(0, 30), (2, 240), (9, 400), (22, 500), (22, 700)]);
        assert_eq!(selective(&[group], 0.05, level()), Some(2));
        let fails_at_once = steps(&[(12, 240), (12, 1000)]);
        assert_eq!(selective(&[fails_at_once], 0.05, level()), None);
        assert_eq!(selective(&[], 0.05, level()), None);
        assert_eq!(selective(&[steps(&[(0, 58)])], 0.05, level()), None);
    }

    #[test]
    fn both_formulas_match_numpy() {
        // k = np.arange(1, 21); kept = 100 * k; errors = k * (k + 1) // 2
        // passes = scipy.stats.binom.cdf(errors, kept, risk) <= 0.05
        // e = np.arange(1, 50); half = np.ceil(2 * e / risk)
        // enough = half[scipy.stats.binom.cdf(e, half, risk) <= 0.05][0]
        // first = max(np.ceil(np.log(0.05) / np.log(1 - risk)), min(enough, np.ceil(kept[-1] / 2)))
        // start = np.flatnonzero(kept >= first)[0]; fails = np.flatnonzero(~passes[start:])
        // start + fails[0] - 1, or None where fails[0] == 0
        // np.flatnonzero(2000 / 2001 * errors / 2000 + 1 / 2001 <= risk)[-1]
        let errors: Vec<u64> = (1..=20).map(|k| k * (k + 1) / 2).collect();
        let kept = errors
            .iter()
            .zip(1..)
            .map(|(&hits, k)| Counts { hits, n: 100 * k });
        let kept: Vec<Counts> = kept.collect();
        for (risk, promised, on_average) in
            [(0.02, None, 7), (0.05, Some(4), 12), (0.1, Some(15), 18)]
        {
            let groups = std::slice::from_ref(&kept);
            assert_eq!(selective(groups, risk, level()), promised, "{risk}");
            assert_eq!(controlled(&errors, 2_000, risk), Some(on_average), "{risk}");
        }
    }

    #[test]
    fn a_promise_for_every_group_ends_with_the_first_that_fails() {
        let sure = steps(&[(0, 100), (0, 200), (0, 300)]);
        let unsure = steps(&[(0, 59), (0, 90), (9, 118)]);
        assert_eq!(
            selective(std::slice::from_ref(&sure), 0.05, level()),
            Some(2)
        );
        assert_eq!(selective(&[sure, unsure], 0.05, level()), Some(1));
    }

    #[test]
    fn errors_over_all_rows_match_numpy() {
        // risk = [1, 3, 4, 9, 12] / 100; the last with n / (n + 1) * risk + 1 / (n + 1) <= alpha:
        // np.flatnonzero(100 / 101 * np.array([1, 3, 4, 9, 12]) / 100 + 1 / 101 <= 0.05)[-1] -> 2
        let errors = [1, 3, 4, 9, 12];
        assert_eq!(controlled(&errors, 100, 0.05), Some(2));
        assert_eq!(controlled(&errors, 100, 0.1), Some(3));
        assert_eq!(controlled(&errors, 100, 0.01), None);
        assert_eq!(controlled(&[0, 0], 9, 0.1), Some(1));
        assert_eq!(controlled(&[0, 0], 8, 0.1), None);
    }
}
