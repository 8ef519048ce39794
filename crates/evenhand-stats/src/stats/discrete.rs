//! Distributions of a count, walked outwards from their likeliest value: nothing overflows, and
//! the cost is that of the values that can happen, not that of the people counted.

use rand::{Rng, RngExt};
use statrs::function::factorial::ln_binomial;

/// A distribution on `low..=high` that rises to `mode` and then falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peaked<R> {
    low: u64,
    high: u64,
    mode: u64,
    ln_peak: f64,
    /// How many times as likely `x + 1` is as `x`.
    ratio: R,
}

/// Hits among `drawn` people out of `n`, of whom `hits` are hits.
pub(super) fn hypergeometric(hits: u64, n: u64, drawn: u64) -> Peaked<impl Fn(u64) -> f64 + Copy> {
    let low = (hits + drawn).saturating_sub(n);
    let high = hits.min(drawn);
    let product = u128::from(hits + 1) * u128::from(drawn + 1) / u128::from(n + 2);
    let mode = (product as u64).clamp(low, high);
    let ln_peak =
        ln_binomial(hits, mode) + ln_binomial(n - hits, drawn - mode) - ln_binomial(n, drawn);
    let ratio = move |x: u64| {
        (hits - x) as f64 / (x + 1) as f64 * (drawn - x) as f64 / (n - hits + x + 1 - drawn) as f64
    };
    Peaked {
        low,
        high,
        mode,
        ln_peak,
        ratio,
    }
}

/// Hits among `n` people, each one with probability `p`, more than 0 and less than 1.
pub(super) fn binomial(n: u64, p: f64) -> Peaked<impl Fn(u64) -> f64 + Copy> {
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let ln_peak = ln_binomial(n, mode) + mode as f64 * p.ln() + (n - mode) as f64 * (-p).ln_1p();
    let odds = p / (1.0 - p);
    let ratio = move |x: u64| (n - x) as f64 / (x + 1) as f64 * odds;
    Peaked {
        low: 0,
        high: n,
        mode,
        ln_peak,
        ratio,
    }
}

impl<R: Fn(u64) -> f64 + Copy> Peaked<R> {
    /// Every value with its weight, 1 for the mode, as long as weights are normal floats: the
    /// smallest of the others stay what they are when multiplied, and the walk would go on and on.
    pub(super) fn weights(self) -> impl Iterator<Item = (u64, f64)> {
        std::iter::once((self.mode, 1.0))
            .chain(self.upwards())
            .chain(self.downwards())
    }

    /// One draw.
    ///
    /// Kemp, A. W. (1986), Communications in Statistics: Theory and Methods 15, 805-813: inversion
    /// from the mode, in about as many steps as the standard deviation.
    pub(super) fn draw(self, rng: &mut impl Rng) -> u64 {
        let mut left = rng.random::<f64>() / self.ln_peak.exp() - 1.0;
        if left < 0.0 {
            return self.mode;
        }
        let (mut up, mut down) = (self.upwards(), self.downwards());
        loop {
            let pair = [up.next(), down.next()];
            if pair == [None, None] {
                // What rounding left over.
                return self.mode;
            }
            for (x, weight) in pair.into_iter().flatten() {
                left -= weight;
                if left < 0.0 {
                    return x;
                }
            }
        }
    }

    fn upwards(self) -> impl Iterator<Item = (u64, f64)> {
        std::iter::successors(Some((self.mode, 1.0)), move |&(x, weight)| {
            (x < self.high).then(|| (x + 1, weight * (self.ratio)(x)))
        })
        .skip(1)
        .take_while(|&(_, weight)| weight >= f64::MIN_POSITIVE)
    }

    fn downwards(self) -> impl Iterator<Item = (u64, f64)> {
        std::iter::successors(Some((self.mode, 1.0)), move |&(x, weight)| {
            (x > self.low).then(|| (x - 1, weight / (self.ratio)(x - 1)))
        })
        .skip(1)
        .take_while(|&(_, weight)| weight >= f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    /// Pearson's statistic of 20,000 draws, less its degrees of freedom, in standard deviations.
    fn misfit<R: Fn(u64) -> f64 + Copy>(of: Peaked<R>, seed: u64) -> f64 {
        const DRAWS: usize = 20_000;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let draws: Vec<u64> = (0..DRAWS).map(|_| of.draw(&mut rng)).collect();
        let total: f64 = of.weights().map(|(_, w)| w).sum();
        let (mut statistic, mut cells) = (0.0, 0.0);
        for (x, weight) in of.weights() {
            let expected = weight / total * DRAWS as f64;
            if expected >= 5.0 {
                let seen = draws.iter().filter(|&&d| d == x).count() as f64;
                statistic += (seen - expected).powi(2) / expected;
                cells += 1.0;
            }
        }
        (statistic - cells) / f64::sqrt(2.0 * cells)
    }

    #[test]
    fn draws_follow_the_distribution() {
        for (hits, n, drawn) in [(5, 20, 8), (18, 20, 15), (300, 1000, 70), (1, 9, 3)] {
            let misfit = misfit(hypergeometric(hits, n, drawn), 3);
            assert!(misfit.abs() < 3.0, "{hits} of {n}, {drawn} drawn: {misfit}");
        }
        for (n, p) in [(1, 0.3), (10, 0.02), (200, 0.5), (1000, 0.99)] {
            let misfit = misfit(binomial(n, p), 4);
            assert!(misfit.abs() < 3.0, "{n} at {p}: {misfit}");
        }
    }

    #[test]
    fn draws_from_millions_have_the_right_mean_and_spread() {
        let of = hypergeometric(3_000_000, 10_000_000, 2_000_000);
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let draws: Vec<f64> = (0..2000).map(|_| of.draw(&mut rng) as f64).collect();
        let mean = draws.iter().sum::<f64>() / 2000.0;
        let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 1999.0;
        // drawn·p·(1 - p)·(n - drawn)/(n - 1)
        let expected: f64 = 2e6 * 0.3 * 0.7 * 0.8;
        assert!(
            (mean - 600_000.0).abs() < 3.0 * (expected / 2000.0).sqrt(),
            "{mean}"
        );
        assert!((variance / expected - 1.0).abs() < 0.1, "{variance}");
    }

    #[test]
    fn the_peak_is_the_inverse_of_the_sum_of_weights() {
        let of = hypergeometric(40, 100, 30);
        let total: f64 = of.weights().map(|(_, w)| w).sum();
        assert!((of.ln_peak.exp() * total - 1.0).abs() < 1e-12);
        let of = binomial(57, 0.83);
        let total: f64 = of.weights().map(|(_, w)| w).sum();
        assert!((of.ln_peak.exp() * total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_certain_is_always_drawn() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for (hits, n, drawn, certain) in [(0, 9, 4, 0), (9, 9, 4, 4), (5, 9, 9, 5), (5, 9, 0, 0)] {
            assert_eq!(hypergeometric(hits, n, drawn).draw(&mut rng), certain);
        }
    }
}
