//! Resampling of 8-bit RGB, bit for bit as Pillow 13 does it.
//!
//! Weights are computed as `f64` and rounded to integers of 22 fractional bits. Across and down are two passes, and
//! the levels between them are rounded to bytes. An image that loses more than twice as many rows as columns is
//! resampled down first, which also bounds the memory: the image between the passes is never larger than the source
//! or the target.

use super::Filter;
use pulp::{Simd, WithSimd};
use std::f64::consts::PI;
use std::ops::Range;

const CHANNELS: usize = 3;

/// Fractional bits of a weight. Ten of 32 bits are left, for 8 bits of a level and for weights outside of 0 to 1.
const PRECISION: u32 = 22;
const HALF: i32 = 1 << (PRECISION - 1);

/// Rows that are resampled across at the same time, four lanes for a pixel of each.
const ROWS: usize = 4;
const LANES: usize = ROWS * 4;

/// Levels of a row that are summed at the same time when resampling down.
const BLOCK: usize = 32;

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
    pulp::Arch::new().dispatch(passes)
}

/// The passes that are needed. Their loops are compiled for each set of vector instructions, and the best that the
/// processor has is taken; hence all that they call is inlined.
struct Passes<'a> {
    source: &'a Pixels<'a>,
    across: Option<Weights>,
    down: Option<Weights>,
    down_first: bool,
}

impl WithSimd for Passes<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<u8> {
        self.run()
    }
}

impl Passes<'_> {
    #[inline(always)]
    fn run(self) -> Vec<u8> {
        let Pixels { levels, width, .. } = *self.source;
        match (&self.across, &self.down) {
            (None, None) => levels.to_vec(),
            (Some(across), None) => resample_across(levels, width, across),
            (None, Some(down)) => resample_down(levels, width, 0, down),
            (Some(across), Some(down)) if self.down_first => {
                let between = resample_down(levels, width, 0, down);
                resample_across(&between, width, across)
            }
            (Some(across), Some(down)) => {
                let rows = down.reach();
                let bytes = width * CHANNELS;
                let needed = &levels[rows.start * bytes..rows.end * bytes];
                let between = resample_across(needed, width, across);
                resample_down(&between, across.windows.len(), rows.start, down)
            }
        }
    }
}

/// Weights of one axis.
struct Weights {
    /// The source positions that make up each target position.
    windows: Vec<Range<usize>>,
    /// Their weights, one window behind the other.
    values: Vec<i32>,
}

impl Weights {
    /// Of a region of `source` positions that becomes `target` positions. When shrinking, the filter grows with the
    /// scale.
    fn new(source: usize, region: Range<f32>, target: usize, filter: Filter) -> Self {
        let scale = f64::from(region.end - region.start) / target as f64;
        let stretch = scale.max(1.0);
        let reach = support(filter) * stretch;
        let start = f64::from(region.start);
        let mut windows = Vec::with_capacity(target);
        let mut values = Vec::new();
        let mut exact = Vec::new();
        for position in 0..target {
            let centre = start + (position as f64 + 0.5) * scale;
            // A cast cuts off at zero.
            let first = (centre - reach + 0.5) as usize;
            let end = ((centre + reach + 0.5) as usize).min(source);
            let window = first..end.max(first);
            let distance = |at: usize| (at as f64 - centre + 0.5) * (1.0 / stretch);
            exact.clear();
            exact.extend(window.clone().map(|at| weight(filter, distance(at))));
            let mut sum = 0.0;
            exact.iter().for_each(|weight| sum += weight);
            values.extend(exact.iter().map(|weight| match sum == 0.0 {
                true => fixed_point(*weight),
                false => fixed_point(weight / sum),
            }));
            windows.push(window);
        }
        Self { windows, values }
    }

    /// The source positions that are needed.
    fn reach(&self) -> Range<usize> {
        let first = self.windows.first().map_or(0, |window| window.start);
        let end = self.windows.last().map_or(0, |window| window.end);
        first..end
    }

    /// The windows with their weights.
    fn iter(&self) -> impl Iterator<Item = (&Range<usize>, &[i32])> {
        let mut rest = &self.values[..];
        self.windows.iter().map(move |window| {
            let (weights, behind) = rest.split_at(window.len());
            rest = behind;
            (window, weights)
        })
    }
}

/// Rounds halves away from zero.
fn fixed_point(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION);
    (scaled + if weight < 0.0 { -0.5 } else { 0.5 }) as i32
}

/// How far from its centre a filter is not zero.
fn support(filter: Filter) -> f64 {
    match filter {
        Filter::Bilinear => 1.0,
        Filter::Bicubic => 2.0,
        Filter::Lanczos => 3.0,
    }
}

/// The filter at a distance from its centre.
fn weight(filter: Filter, x: f64) -> f64 {
    let far = x.abs();
    match filter {
        Filter::Bilinear if far < 1.0 => 1.0 - far,
        // Cubic convolution with a = -0.5, which others call Catmull-Rom.
        Filter::Bicubic if far < 1.0 => (1.5 * far - 2.5) * far * far + 1.0,
        Filter::Bicubic if far < 2.0 => (((far - 5.0) * far + 8.0) * far - 4.0) * -0.5,
        Filter::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
        _ => 0.0,
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let angle = x * PI;
    angle.sin() / angle
}

#[inline(always)]
fn level_of(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// Resamples every row to as many pixels as there are windows. Rows are taken some at a time, their pixels beside each
/// other in lanes, so that one weight goes to all of them.
#[inline(always)]
fn resample_across(source: &[u8], width: usize, weights: &Weights) -> Vec<u8> {
    let bytes = width * CHANNELS;
    let target = weights.windows.len() * CHANNELS;
    let mut out = vec![0; source.len() / bytes * target];
    let mut columns = vec![[0_u8; LANES]; width];
    let groups = source.chunks(bytes * ROWS);
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

/// Resamples every column to as many pixels as there are windows; `first` is the row that `source` begins with.
#[inline(always)]
fn resample_down(source: &[u8], width: usize, first: usize, weights: &Weights) -> Vec<u8> {
    let bytes = width * CHANNELS;
    let mut out = vec![0; weights.windows.len() * bytes];
    for ((window, weights), out) in weights.iter().zip(out.chunks_exact_mut(bytes)) {
        let rows = &source[(window.start - first) * bytes..(window.end - first) * bytes];
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

/// The weighted sums of `N` columns from `at` on.
#[inline(always)]
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
