//! How often a tensor has which values, and from where to where it is worth being exact.

use crate::graph::quantize::Affine;

/// Bins on each side of 0.
const SIDE: usize = 2048;
/// The steps from the smallest to the largest integer.
const STEPS: f64 = 255.0;

/// Counts in bins of equal width around 0; what does not fit makes the bins twice as wide.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    width: f64,
    least: f32,
    most: f32,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; 2 * SIDE],
            width: 1e-6,
            least: 0.0,
            most: 0.0,
        }
    }
}

impl Histogram {
    /// Values that are not finite are left out.
    pub fn add(&mut self, values: &[f32]) {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        self.least = finite().fold(self.least, f32::min);
        self.most = finite().fold(self.most, f32::max);
        while f64::from(self.most.max(-self.least)) >= self.width * SIDE as f64 {
            self.widen();
        }
        let scale = 1.0 / self.width;
        for value in finite() {
            let bin = (f64::from(value) * scale).floor() as isize + SIDE as isize;
            self.counts[bin.clamp(0, 2 * SIDE as isize - 1) as usize] += 1;
        }
    }

    fn widen(&mut self) {
        let mut wider = vec![0; 2 * SIDE];
        for (pair, counts) in self.counts.chunks_exact(2).enumerate() {
            wider[SIDE / 2 + pair] = counts.iter().sum();
        }
        self.counts = wider;
        self.width *= 2.0;
    }

    /// The range without what lies beyond `percentile`, from 50 to 100, and its mirror image, mapped
    /// to integers; 0 is always exact.
    pub fn affine(&self, percentile: f64) -> Affine {
        let (low, high) = self.quantiles(percentile / 100.0);
        affine(
            low.clamp(f64::from(self.least), 0.0),
            high.clamp(0.0, f64::from(self.most)),
        )
    }

    /// The edges of the bins in which the quantile `share` and its mirror image lie.
    fn quantiles(&self, share: f64) -> (f64, f64) {
        let total: u64 = self.counts.iter().sum();
        let outside = ((1.0 - share) * total as f64) as u64;
        let reach = |bins: &mut dyn Iterator<Item = &u64>| {
            let mut passed = 0;
            let mut past = |&count: &u64| {
                passed += count;
                passed <= outside
            };
            bins.copied().take_while(|count| past(count)).count()
        };
        let below = reach(&mut self.counts.iter());
        let above = reach(&mut self.counts.iter().rev());
        let edge = |bin: usize| (bin as f64 - SIDE as f64) * self.width;
        (edge(below), edge(2 * SIDE - above))
    }
}

/// From `low` (at most 0) to `high` (at least 0) in 255 steps.
fn affine(low: f64, high: f64) -> Affine {
    let mut scale = ((high - low) / STEPS) as f32;
    if scale < f32::MIN_POSITIVE {
        return Affine {
            scale: 1.0,
            zero: 0,
        };
    }
    // A rectifier that cuts off at `high` has nothing left to do when no integer is above it, which
    // rounding the scale up would spoil.
    while low == 0.0 && f64::from(scale * STEPS as f32) > high {
        scale = scale.next_down();
    }
    let zero = (-low / f64::from(scale)).round().clamp(0.0, STEPS) as u8;
    Affine { scale, zero }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32]) -> Histogram {
        let mut histogram = Histogram::default();
        values.chunks(7).for_each(|part| histogram.add(part));
        histogram
    }

    #[test]
    fn a_full_percentile_keeps_the_whole_range() {
        let histogram = of(&[-1.0, 0.25, 3.0, 0.0]);
        let Affine { scale, zero } = histogram.affine(100.0);
        assert!((scale - 4.0 / 255.0).abs() < 1e-7);
        assert_eq!(zero, 64);
        assert_eq!(
            histogram.counts.iter().sum::<u64>(),
            4,
            "widening loses nothing"
        );
    }

    #[test]
    fn a_percentile_cuts_off_what_is_rare() {
        let mut values: Vec<f32> = (0..10_000).map(|at| at as f32 / 10_000.0).collect();
        values.push(1000.0);
        let whole = of(&values).affine(100.0);
        let cut = of(&values).affine(99.9);
        assert!(whole.scale > 3.9);
        // The bins are 1000/2048 wide, so this is as near to 1 as they can say.
        assert!(cut.scale * 255.0 < 2.0, "{cut:?}");
        assert_eq!(cut.zero, 0);
    }

    #[test]
    fn no_integer_is_above_the_end_of_a_rectified_range() {
        for high in [6.0, 0.1, 1.7, 255.3] {
            let Affine { scale, .. } = affine(0.0, high);
            assert!(f64::from(scale * 255.0) <= high);
        }
        assert_eq!(affine(0.0, 0.0).scale, 1.0, "nothing but zeros");
    }
}
