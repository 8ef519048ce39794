//! How many cases are still missing: "not enough to tell" is of use when it says how many would be.

use super::counts::{Counts, EffectiveCounts};
use super::proportion::wilson_of;
use super::{Interval, Level};

/// How many more cases it takes until [Wilson's interval](super::proportion::wilson) is at most
/// `2 · half_width` wide, if the rate stays the one seen; 0 where it is already so narrow.
///
/// Where nobody was seen, the rate is taken to be a half, which takes the most cases. So many
/// cases again of people who are in already tell less: see [`clustered`](super::clustered).
///
/// # Panics
///
/// When hits exceed `n`, or the half width is not positive.
pub fn more_for(counts: Counts, half_width: f64, level: Level) -> u64 {
    let Counts { hits, n } = counts;
    assert!(hits <= n, "{hits} hits of {n}");
    assert!(half_width > 0.0, "a half width of {half_width}");
    let rate = if n == 0 { 0.5 } else { counts.rate() };
    let of = |n: u64| EffectiveCounts::of_rate(rate, n as f64);
    // Wilson's interval gets narrower with every case at the same rate.
    least_from(n, |n| is_narrow(of(n), half_width, level)) - n
}

/// True if Wilson's interval is at most `2 · half_width` wide.
pub(crate) fn is_narrow(counts: EffectiveCounts, half_width: f64, level: Level) -> bool {
    let interval = wilson_of(counts, level);
    interval.is_some_and(|Interval { low, high }| high - low <= 2.0 * half_width)
}

/// The least number from `n` that is enough, where all above it are, too; the largest number there is if none is.
pub(crate) fn least_from(n: u64, is_enough: impl Fn(u64) -> bool) -> u64 {
    if is_enough(n) {
        return n;
    }
    let (mut few, mut enough) = (n, n.saturating_mul(2).max(1));
    while enough < u64::MAX && !is_enough(enough) {
        (few, enough) = (enough, enough.saturating_mul(2));
    }
    while enough - few > 1 {
        let middle = few + (enough - few) / 2;
        if is_enough(middle) {
            enough = middle;
        } else {
            few = middle;
        }
    }
    enough
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_more_as_statsmodels_needs() {
        // The least n for which low, high = proportion_confint(k / seen * n, n, 1 - level, "wilson")
        // has (high - low) / 2 <= half_width, less those seen. Half widths at n and n - 1:
        let cases = [
            // 0.04995479, 0.05001982
            (5, 10, 0.05, 0.95, 381 - 10),
            // 0.01999749, 0.02000384
            (56, 271, 0.02, 0.95, 1573 - 271),
            // 0.00999962, 0.01000008
            (56, 271, 0.01, 0.99, 10_875 - 271),
            // 0.04945050, 0.05075708
            (0, 10, 0.05, 0.95, 35 - 10),
            // 0.00996015, 0.01001207
            (38, 38, 0.01, 0.95, 189 - 38),
            // 0.0000999996, 0.0001000001
            (1, 10_000, 0.0001, 0.95, 46_361 - 10_000),
        ];
        for (hits, n, half_width, level, more) in cases {
            let found = more_for(Counts { hits, n }, half_width, Level::new(level).unwrap());
            assert_eq!(found, more, "{hits}/{n} to {half_width}");
        }
    }

    #[test]
    fn a_perfect_group_needs_as_many_as_by_hand() {
        // Wilson's interval of n hits is [n / (n + z²), 1]: n >= z²(1 / 2w - 1) = 3.8415 · 9 = 34.57.
        let level = Level::new(0.95).unwrap();
        assert_eq!(more_for(Counts { hits: 20, n: 20 }, 0.05, level), 15);
    }

    #[test]
    fn what_is_narrow_enough_needs_no_more() {
        let level = Level::new(0.95).unwrap();
        for (hits, n, half_width) in [(500, 1000, 0.05), (3, 4, 0.5), (56, 271, 0.05)] {
            assert_eq!(more_for(Counts { hits, n }, half_width, level), 0);
        }
    }

    #[test]
    fn nobody_seen_needs_as_many_as_an_even_rate() {
        let level = Level::new(0.95).unwrap();
        assert_eq!(more_for(Counts { hits: 0, n: 0 }, 0.05, level), 381);
        // One case has a half width of 0.397, at any rate.
        assert_eq!(more_for(Counts { hits: 0, n: 0 }, 0.45, level), 1);
    }

    #[test]
    fn a_width_that_no_count_reaches_needs_as_many_as_there_can_be() {
        let level = Level::new(0.95).unwrap();
        let found = more_for(Counts { hits: 1, n: 2 }, 1e-300, level);
        assert_eq!(found, u64::MAX - 2);
    }

    #[test]
    #[should_panic(expected = "a half width of 0")]
    fn a_width_of_nothing_is_refused() {
        more_for(Counts { hits: 1, n: 2 }, 0.0, Level::new(0.95).unwrap());
    }
}
