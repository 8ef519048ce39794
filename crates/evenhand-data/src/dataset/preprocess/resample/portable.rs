//! The passes for any processor.

use super::weights::{PRECISION, Weights};
use super::{CHANNELS, HALF, Kernel};

/// Rows that are resampled across at the same time, four lanes for a pixel of each.
const ROWS: usize = 4;
const LANES: usize = ROWS * 4;

/// Levels of a row that are summed at the same time when resampling down.
const BLOCK: usize = 32;

/// Loops that a compiler makes vector instructions of.
pub struct Portable;

impl Kernel for Portable {
    /// Rows are taken some at a time, their pixels beside each other in lanes, so that one weight goes to all of
    /// them.
    fn across(&self, levels: &[u8], width: usize, weights: &Weights) -> Vec<u8> {
        let bytes = width * CHANNELS;
        let target = weights.windows.len() * CHANNELS;
        let mut out = vec![0; levels.len() / bytes * target];
        let mut columns = vec![[0_u8; LANES]; width];
        let groups = levels.chunks(bytes * ROWS);
        for (rows, out) in groups.zip(out.chunks_mut(target * ROWS)) {
            for (row, levels) in rows.chunks_exact(bytes).enumerate() {
                let (pixels, _) = levels.as_chunks::<CHANNELS>();
                for (lanes, pixel) in columns.iter_mut().zip(pixels) {
                    lanes[row * 4..row * 4 + CHANNELS].copy_from_slice(pixel);
                }
            }
            for (at, (window, weights)) in weights.iter().enumerate() {
                let mut sums = [HALF; LANES];
                for (lanes, weight) in columns[window.clone()].iter().zip(weights) {
                    for lane in 0..LANES {
                        let product = i32::from(lanes[lane]).wrapping_mul(*weight);
                        sums[lane] = sums[lane].wrapping_add(product);
                    }
                }
                let mut levels = [0_u8; LANES];
                for lane in 0..LANES {
                    levels[lane] = level_of(sums[lane]);
                }
                let at = at * CHANNELS;
                for (row, out) in out.chunks_exact_mut(target).enumerate() {
                    let pixel = &levels[row * 4..row * 4 + CHANNELS];
                    out[at..at + CHANNELS].copy_from_slice(pixel);
                }
            }
        }
        out
    }

    fn down(&self, levels: &[u8], width: usize, first: usize, weights: &Weights) -> Vec<u8> {
        let bytes = width * CHANNELS;
        let mut out = vec![0; weights.windows.len() * bytes];
        for ((window, weights), out) in weights.iter().zip(out.chunks_exact_mut(bytes)) {
            let rows = &levels[(window.start - first) * bytes..(window.end - first) * bytes];
            let Some(last) = bytes.checked_sub(BLOCK) else {
                for (at, pixel) in out.chunks_exact_mut(CHANNELS).enumerate() {
                    let sums = sums_down::<CHANNELS>(rows, bytes, at * CHANNELS, weights);
                    pixel.copy_from_slice(&sums);
                }
                continue;
            };
            for at in (0..bytes).step_by(BLOCK) {
                // The last block overlaps the one before.
                let at = at.min(last);
                out[at..at + BLOCK].copy_from_slice(&sums_down::<BLOCK>(rows, bytes, at, weights));
            }
        }
        out
    }
}

fn level_of(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// The weighted sums of `N` columns from `at` on.
fn sums_down<const N: usize>(rows: &[u8], bytes: usize, at: usize, weights: &[i32]) -> [u8; N] {
    let mut sums = [HALF; N];
    for (row, weight) in rows.chunks_exact(bytes).zip(weights) {
        let levels = &row[at..at + N];
        for (sum, level) in sums.iter_mut().zip(levels) {
            *sum = sum.wrapping_add(i32::from(*level).wrapping_mul(*weight));
        }
    }
    let mut levels = [0; N];
    for (level, sum) in levels.iter_mut().zip(sums) {
        *level = level_of(sum);
    }
    levels
}
