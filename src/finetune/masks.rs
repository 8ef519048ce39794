//! Dropout masks and mixup of a step.

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use statrs::distribution::{Beta, ContinuousCDF};

/// `count` numbers: 0 with probability `p`, else what keeps the mean at 1.
pub fn dropout(count: usize, p: f64, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let kept = (1.0 / (1.0 - p)) as f32;
    let limit = (p * f64::from(u32::MAX)) as u32;
    let mut mask = || if rng.next_u32() < limit { 0.0 } else { kept };
    (0..count).map(|_| mask()).collect()
}

/// Whom each row of a batch is mixed with, and how much of itself it keeps: a draw from
/// Beta(α, α), the same for all rows.
pub fn mixture(rows: usize, alpha: f64, rng: &mut ChaCha8Rng) -> Option<(Vec<usize>, f32)> {
    let beta = Beta::new(alpha, alpha).ok()?;
    let mut partners: Vec<usize> = (0..rows).collect();
    partners.shuffle(rng);
    let share = beta.inverse_cdf(rng.random::<f64>());
    Some((partners, share.max(1.0 - share) as f32))
}

/// Each row of `width` values becomes `share` of itself and the rest of its partner's.
pub fn mix(values: &mut Vec<f32>, width: usize, partners: &[usize], share: f32) {
    let row = |at: usize| &values[at * width..(at + 1) * width];
    let mixed = partners.iter().enumerate().flat_map(|(at, &partner)| {
        let pairs = row(at).iter().zip(row(partner));
        pairs.map(|(own, other)| share * own + (1.0 - share) * other)
    });
    *values = mixed.collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn dropout_keeps_the_mean() {
        let mask = dropout(100_000, 0.3, &mut ChaCha8Rng::seed_from_u64(1));
        let mean = mask.iter().sum::<f32>() / 1e5;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        let dropped = mask.iter().filter(|&&value| value == 0.0).count();
        assert!((29_500..30_500).contains(&dropped), "{dropped}");
    }

    #[test]
    fn a_row_keeps_its_share_of_itself() {
        let mut values = vec![0.0, 1.0, 10.0, 20.0];
        mix(&mut values, 2, &[1, 1], 0.75);
        assert_eq!(values, [2.5, 5.75, 10.0, 20.0]);
        let (partners, share) = mixture(8, 0.2, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
        assert!(partners.len() == 8 && (0.5..=1.0).contains(&share));
    }
}
