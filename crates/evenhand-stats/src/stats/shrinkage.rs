//! Rates of many small groups, each pulled towards what groups are like: the worst of a hundred
//! raw rates is mostly the smallest group.

use statrs::function::gamma::{digamma, ln_gamma};

use super::counts::Counts;
use super::proportion::wilson;
use super::{Interval, Level, beta_quantile, bisect};

/// A group's rate after shrinkage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    pub mean: f64,
    /// Central credible interval.
    pub interval: Interval,
}

/// Each group's rate by empirical Bayes, in the order given: true rates are taken as drawn from
/// one beta distribution, which is fitted to all groups. A group with nobody in it gets what the
/// distribution says. `None` where nobody is in any.
///
/// The interval takes the fitted distribution as known, so with few groups it's too narrow
/// (Morris, C. N. (1983), J. Am. Stat. Assoc. 78, 47-55). Where the groups differ no more than
/// chance would make them, all get the rate of everyone, with its Wilson interval.
///
/// # Formula
///
/// Skellam, J. G. (1948), J. R. Stat. Soc. B 10, 257-261: `a` and `b` are where the beta-binomial
/// likelihood is largest, but `a + b` is not less than 1, the weight of Jeffreys' prior: far below,
/// a perfect group of two people would have an interval of next to no width.
///
/// ```text
/// rate of a group ~ Beta(a + hits, b + n - hits),  mean (a + hits) / (a + b + n)
/// ```
///
/// # Panics
///
/// When hits exceed `n`.
pub fn shrink(groups: &[Counts], level: Level) -> Option<Vec<Shrunk>> {
    for Counts { hits, n } in groups {
        assert!(hits <= n, "{hits} hits of {n}");
    }
    let hits: u64 = groups.iter().map(|g| g.hits).sum();
    let n: u64 = groups.iter().map(|g| g.n).sum();
    let together = Shrunk {
        interval: wilson(hits, n, level)?,
        mean: hits as f64 / n as f64,
    };
    let Some(prior) = fit(groups, together.mean) else {
        return Some(vec![together; groups.len()]);
    };
    let tail = (1.0 - level.value()) / 2.0;
    let shrunk = groups.iter().map(|group| {
        let a = prior.a + group.hits as f64;
        let b = prior.b + (group.n - group.hits) as f64;
        Shrunk {
            mean: a / (a + b),
            interval: Interval {
                low: beta_quantile(a, b, tail),
                high: beta_quantile(a, b, 1.0 - tail),
            },
        }
    });
    Some(shrunk.collect())
}

#[derive(Debug, Clone, Copy)]
struct Prior {
    a: f64,
    b: f64,
}

/// The likeliest prior, or `None` where that is the one rate `overall` for all groups.
fn fit(groups: &[Counts], overall: f64) -> Option<Prior> {
    const STEP: f64 = 0.5;
    /// `a + b` up to e²¹, a spread of rates of a few per 100,000.
    const STEPS: u32 = 42;
    if overall == 0.0 || overall == 1.0 {
        return None;
    }
    let gain = |ln_weight: f64| gain(groups, likeliest(groups, ln_weight.exp()), overall);
    let (start, _) = (0..=STEPS)
        .map(|i| f64::from(i) * STEP)
        .map(|ln_weight| (ln_weight, gain(ln_weight)))
        .max_by(|x, y| x.1.total_cmp(&y.1))?;
    let best = golden(f64::max(start - STEP, 0.0), start + STEP, gain);
    // Less than that is rounding.
    (gain(best) > 1e-6).then(|| likeliest(groups, best.exp()))
}

/// The likeliest prior with this `a + b`. The likelihood is concave in its mean.
fn likeliest(groups: &[Counts], weight: f64) -> Prior {
    let at = |logit: f64| Prior {
        a: weight / (1.0 + (-logit).exp()),
        b: weight / (1.0 + logit.exp()),
    };
    let slope = |Prior { a, b }| {
        let of = |x: f64, count: u64| digamma(x + count as f64) - digamma(x);
        let sum = |g: &Counts| of(a, g.hits) - of(b, g.n - g.hits);
        groups.iter().map(sum).sum::<f64>()
    };
    at(bisect(-40.0, 40.0, |logit| slope(at(logit)) > 0.0))
}

/// The logarithm of how many times as likely the counts are under the prior as under one rate.
fn gain(groups: &[Counts], Prior { a, b }: Prior, overall: f64) -> f64 {
    let mean = a / (a + b);
    let other = b / (a + b);
    let (for_hit, for_miss) = ((mean / overall).ln(), (other / (1.0 - overall)).ln());
    let of = |g: &Counts| {
        let misses = g.n - g.hits;
        g.hits as f64 * for_hit + misses as f64 * for_miss + excess(a, g.hits) + excess(b, misses)
            - excess(a + b, g.n)
    };
    groups.iter().map(of).sum()
}

/// `ln(Γ(x + count) / (Γ(x)·x^count))`, which is `Σ ln(1 + j/x)` for `j` from 0 to `count - 1`.
fn excess(x: f64, count: u64) -> f64 {
    let count = count as f64;
    if x < 20.0 {
        return ln_gamma(x + count) - ln_gamma(x) - count * x.ln();
    }
    // By Stirling's series: the gamma functions themselves would cancel.
    let rest = |x: f64| (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x * x)) / (x * x)) / x;
    (x + count - 0.5) * (count / x).ln_1p() - count + rest(x + count) - rest(x)
}

/// Maximum of `f`, which rises and then falls, between `low` and `high` (golden section).
fn golden(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let share = (5.0_f64.sqrt() - 1.0) / 2.0;
    let inner = |low: f64, high: f64| (high - share * (high - low), low + share * (high - low));
    let (mut left, mut right) = inner(low, high);
    let (mut at_left, mut at_right) = (f(left), f(right));
    while high - low > 1e-8 {
        if at_left < at_right {
            (low, left, at_left) = (left, right, at_right);
            right = inner(low, high).1;
            at_right = f(right);
        } else {
            (high, right, at_right) = (right, left, at_left);
            left = inner(low, high).0;
            at_left = f(left);
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Level {
        Level::new(0.95).unwrap()
    }

    fn counts<const K: usize>(groups: [(u64, u64); K]) -> [Counts; K] {
        groups.map(|(hits, n)| Counts { hits, n })
    }

    type Row = (u64, u64, f64, f64, f64);

    /// scipy.optimize.minimize(.., method="Nelder-Mead", xatol=1e-11, fatol=1e-14) of the sum of
    /// -betaln(a + hits, b + n - hits) + betaln(a, b) over (logit(a / (a + b)), ln(a + b)), then
    /// scipy.stats.beta.ppf([0.025, 0.975], a + hits, b + n - hits): hits, n, mean, low, high.
    const SCIPY: [&[Row]; 4] = [
        &[
            (12, 40, 0.306493406, 0.194360968, 0.431609256),
            (3, 25, 0.200292729, 0.0947344597, 0.333148483),
            (30, 60, 0.461748902, 0.351990462, 0.57340394),
            (7, 18, 0.357076229, 0.208381263, 0.521489024),
            (22, 90, 0.256475588, 0.178490123, 0.343124349),
            (1, 9, 0.247617869, 0.104034391, 0.428631734),
            (15, 31, 0.427837493, 0.292079779, 0.569360436),
        ],
        &[
            (56, 271, 0.203773679, 0.158496448, 0.253104935),
            (19, 318, 0.0598966495, 0.0367667211, 0.088161844),
            (5, 296, 0.017864838, 0.00616004216, 0.0355423334),
            (0, 385, 0.000999062442, 1.48777133e-07, 0.00561278876),
        ],
        &[
            (2, 5, 0.431225869, 0.117620431, 0.782315444),
            (0, 3, 0.197356925, 0.00546790009, 0.604400701),
            (4, 4, 0.845824886, 0.492322916, 0.996676717),
            (1, 6, 0.249229645, 0.0354742879, 0.58064234),
            (7, 9, 0.732687945, 0.448277387, 0.936953581),
            (0, 2, 0.248432184, 0.00735552876, 0.713007691),
            (5, 8, 0.604209973, 0.301346307, 0.867258744),
            (3, 3, 0.814127971, 0.410936926, 0.995829735),
        ],
        &[
            (300_000, 1_000_000, 0.300065763, 0.299173623, 0.300958652),
            (310_000, 1_000_000, 0.309939037, 0.309038733, 0.310840051),
            (305_500, 1_000_000, 0.305496064, 0.304599374, 0.306393481),
            (3, 7, 0.305256635, 0.297321119, 0.313249603),
        ],
    ];

    #[test]
    fn shrunk_rates_match_scipy() {
        for cases in SCIPY {
            let groups: Vec<Counts> = cases.iter().map(|c| Counts { hits: c.0, n: c.1 }).collect();
            let found = shrink(&groups, level()).unwrap();
            for (found, &(hits, n, mean, low, high)) in found.iter().zip(cases) {
                let Interval { low: l, high: h } = found.interval;
                for (found, expected) in [(found.mean, mean), (l, low), (h, high)] {
                    assert!(
                        (found - expected).abs() < 2e-6 * expected + 1e-9,
                        "{hits}/{n}: {found}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn groups_that_do_not_differ_share_the_rate_of_everyone() {
        for groups in [
            [(3, 10), (6, 20), (9, 30)],
            [(0, 4), (0, 9), (0, 1)],
            [(2, 2), (9, 9), (0, 0)],
        ] {
            let groups = counts(groups);
            let hits = groups.iter().map(|g| g.hits).sum();
            let n = groups.iter().map(|g| g.n).sum();
            for found in shrink(&groups, level()).unwrap() {
                assert_eq!(found.mean, hits as f64 / n as f64);
                assert_eq!(Some(found.interval), wilson(hits, n, level()));
            }
        }
    }

    #[test]
    fn opposite_groups_keep_an_interval_with_a_width() {
        let found = shrink(&counts([(0, 3), (3, 3), (0, 0)]), level()).unwrap();
        assert!((found[2].mean - 0.5).abs() < 1e-9, "{found:?}");
        assert!(found[0].interval.high > 0.3, "{found:?}");
        assert!(found[1].interval.low < 0.7, "{found:?}");
    }

    #[test]
    fn nobody_in_any_group_is_not_estimable() {
        assert_eq!(shrink(&[], level()), None);
        assert_eq!(shrink(&counts([(0, 0), (0, 0)]), level()), None);
    }
}
