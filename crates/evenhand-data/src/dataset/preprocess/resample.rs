//! Resampling of 8-bit RGB, bit for bit as Pillow 13 does it.
//!
//! Weights are computed as `f64` and rounded to integers of 22 fractional bits. Across and down are two passes, and
//! the levels between them are rounded to bytes. An image that loses more than twice as many rows as columns is
//! resampled down first, which also bounds the memory: the image between the passes is never larger than the source
//! or the target.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;
mod weights;

use super::Filter;
use weights::{PRECISION, Weights};

const CHANNELS: usize = 3;

/// Half of a level, which a sum begins with.
const HALF: i32 = 1 << (PRECISION - 1);

/// RGB pixels, row by row.
pub(super) struct Pixels<'a> {
    pub(super) levels: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The part of an image to resample, in pixels and fractions of them, in single precision as Pillow has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

/// Resamples a region to a size.
pub(super) fn resample(
    source: &Pixels,
    region: Region,
    (width, height): (usize, usize),
    filter: Filter,
) -> Vec<u8> {
    let same = |from: f32, to: f32, source: usize, target: usize| {
        source == target && from == 0.0 && to == target as f32
    };
    let across = (!same(region.left, region.right, source.width, width))
        .then(|| Weights::new(source.width, region.left..region.right, width, filter));
    let down = (!same(region.top, region.bottom, source.height, height))
        .then(|| Weights::new(source.height, region.top..region.bottom, height, filter));
    let lost = |source: usize, target: usize| source as i64 - target as i64;
    let rows_lost = lost(source.height, height);
    let passes = Passes {
        source,
        across,
        down,
        down_first: rows_lost > 0 && rows_lost > 2 * lost(source.width, width),
    };
    #[cfg(target_arch = "x86_64")]
    if let Some(kernel) = avx2::Avx2::try_new() {
        return passes.run(&kernel);
    }
    passes.run(&portable::Portable)
}

/// One pass along either axis. All kernels give the same bytes.
trait Kernel {
    /// Resamples every row to as many pixels as there are windows.
    fn across(&self, levels: &[u8], width: usize, weights: &Weights) -> Vec<u8>;

    /// Resamples every column to as many pixels as there are windows; `first` is the row that `levels` begins with.
    fn down(&self, levels: &[u8], width: usize, first: usize, weights: &Weights) -> Vec<u8>;
}

/// The passes that are needed.
struct Passes<'a> {
    source: &'a Pixels<'a>,
    across: Option<Weights>,
    down: Option<Weights>,
    down_first: bool,
}

impl Passes<'_> {
    fn run(&self, kernel: &impl Kernel) -> Vec<u8> {
        let Pixels { levels, width, .. } = *self.source;
        match (&self.across, &self.down) {
            (None, None) => levels.to_vec(),
            (Some(across), None) => kernel.across(levels, width, across),
            (None, Some(down)) => kernel.down(levels, width, 0, down),
            (Some(across), Some(down)) if self.down_first => {
                let between = kernel.down(levels, width, 0, down);
                kernel.across(&between, width, across)
            }
            (Some(across), Some(down)) => {
                let rows = down.reach();
                let bytes = width * CHANNELS;
                let needed = &levels[rows.start * bytes..rows.end * bytes];
                let between = kernel.across(needed, width, across);
                kernel.down(&between, across.windows.len(), rows.start, down)
            }
        }
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILTERS: [Filter; 3] = [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos];

    proptest! {
        #[test]
        fn kernels_give_the_same_bytes(
            (width, height) in (1..90_usize, 1..90_usize),
            (wide, high) in (1..90_usize, 1..90_usize),
            filter in 0..FILTERS.len(),
            seed in any::<u32>(),
        ) {
            let Some(kernel) = avx2::Avx2::try_new() else { return Ok(()) };
            let noise = |at: usize| (at as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 24;
            let levels: Vec<u8> = (0..width * height * CHANNELS).map(|at| noise(at) as u8).collect();
            let whole = |source: usize| 0.0..source as f32;
            let across = Weights::new(width, whole(width), wide, FILTERS[filter]);
            let down = Weights::new(height, whole(height), high, FILTERS[filter]);
            let portable = portable::Portable;
            prop_assert_eq!(kernel.across(&levels, width, &across), portable.across(&levels, width, &across));
            prop_assert_eq!(kernel.down(&levels, width, 0, &down), portable.down(&levels, width, 0, &down));
        }
    }
}
