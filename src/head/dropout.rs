//! Dropout masks from one generator that belongs to the training: Burn's is global to the process,
//! and two trainings side by side would disturb each other's draws.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt};

/// Places at which a mask can begin.
const STARTS: usize = 1 << 16;

/// A long random row of zeros and `1 / (1 - p)`. A mask is a window of it, which costs one random
/// number instead of one a unit: at 6,000 features that is a fifth of a training's time.
pub(super) struct MaskPool {
    keep: Vec<f32>,
    width: usize,
}

impl MaskPool {
    /// Masks of `width` units, each dropped with probability `p`.
    pub fn new(width: usize, p: f64, rng: &mut ChaCha8Rng) -> Self {
        let kept = (1.0 / (1.0 - p)) as f32;
        let keep = (0..STARTS + width).map(|_| if rng.random_bool(p) { 0.0 } else { kept });
        Self {
            keep: keep.collect(),
            width,
        }
    }

    /// The next masks.
    pub fn windows(&self, count: usize, rng: &mut impl Rng) -> Vec<&[f32]> {
        let window = |start| &self.keep[start..start + self.width];
        (0..count)
            .map(|_| window(rng.random_range(0..STARTS)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn every_unit_is_dropped_at_the_rate_asked_for_and_keeps_its_mean() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let pool = MaskPool::new(8, 0.3, &mut rng);
        let mut sums = [0.0_f64; 8];
        for window in pool.windows(20_000, &mut rng) {
            for (sum, keep) in sums.iter_mut().zip(window) {
                assert!(*keep == 0.0 || (keep - 1.0 / 0.7).abs() < 1e-6);
                *sum += f64::from(*keep);
            }
        }
        // Four standard errors of a mean over 20,000 draws.
        let error = 4.0 * (0.3_f64 / 0.7 / 20_000.0).sqrt();
        for sum in sums {
            assert!(
                (sum / 20_000.0 - 1.0).abs() < error,
                "mean {}",
                sum / 20_000.0
            );
        }
    }
}
