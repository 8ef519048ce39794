//! The passes with AVX2, which multiplies levels by 16-bit weights and adds neighbours in one instruction.

use super::portable::Portable;
use super::weights::{PRECISION, Weights};
use super::{CHANNELS, HALF, Kernel};
use pulp::x86::V3;
use pulp::{NullaryFnOnce, cast};
use std::arch::x86_64::{__m128i, __m256i};
use std::ops::Range;

/// Bits of the lower part of a weight. Both parts have 16 bits, with the sign.
const LOW: u32 = 11;

/// Positions whose weights are read at the same time.
const GROUP: usize = 4;

/// Rows that are resampled across at the same time.
const ROWS: usize = 4;

/// Levels of a row that are summed at the same time when resampling down.
const BLOCK: usize = 32;

/// A processor that has the instructions.
#[derive(Clone, Copy)]
pub struct Avx2(V3);

impl Avx2 {
    pub fn try_new() -> Option<Self> {
        V3::try_new().map(Self)
    }
}

impl Kernel for Avx2 {
    fn across(&self, levels: &[u8], width: usize, weights: &Weights) -> Vec<u8> {
        match Split::new(weights) {
            Some(weights) => self.0.vectorize(Across {
                simd: self.0,
                levels,
                width,
                weights,
            }),
            None => Portable.across(levels, width, weights),
        }
    }

    fn down(&self, levels: &[u8], width: usize, first: usize, weights: &Weights) -> Vec<u8> {
        match Split::new(weights) {
            // Rows of a few pixels have no whole block.
            Some(weights) if width * CHANNELS >= BLOCK => self.0.vectorize(Down {
                simd: self.0,
                levels,
                width,
                first,
                weights,
            }),
            _ => Portable.down(levels, width, first, weights),
        }
    }
}

/// Weights of two neighbouring positions, each in two parts of 16 bits.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    low: i32,
    high: i32,
}

impl Pair {
    /// `None` for a weight that has more bits.
    fn new(weights: &[i32]) -> Option<Self> {
        let (mut low, mut high) = ([0_i16; 2], [0_i16; 2]);
        for (at, weight) in weights.iter().enumerate() {
            low[at] = (weight & ((1 << LOW) - 1)) as i16;
            high[at] = i16::try_from(weight >> LOW).ok()?;
        }
        Some(Self {
            low: cast(low),
            high: cast(high),
        })
    }
}

/// Weights in pairs. Windows are filled up to whole groups with weights of zero.
struct Split<'a> {
    windows: &'a [Range<usize>],
    pairs: Vec<[Pair; GROUP / 2]>,
}

impl<'a> Split<'a> {
    fn new(weights: &'a Weights) -> Option<Self> {
        let mut pairs = Vec::new();
        for (_, values) in weights.iter() {
            for values in values.chunks(GROUP) {
                let mut group = [Pair::default(); GROUP / 2];
                for (pair, values) in group.iter_mut().zip(values.chunks(2)) {
                    *pair = Pair::new(values)?;
                }
                pairs.push(group);
            }
        }
        Some(Self {
            windows: &weights.windows,
            pairs,
        })
    }

    #[inline(always)]
    fn iter(&self) -> impl Iterator<Item = (&Range<usize>, &[[Pair; GROUP / 2]])> {
        let mut rest = &self.pairs[..];
        self.windows.iter().map(move |window| {
            let (pairs, behind) = rest.split_at(window.len().div_ceil(GROUP));
            rest = behind;
            (window, pairs)
        })
    }
}

/// Eight weighted sums.
#[derive(Clone, Copy)]
struct Sums {
    low: __m256i,
    high: __m256i,
}

impl Sums {
    #[inline(always)]
    fn new(simd: V3) -> Self {
        Self {
            low: simd.avx._mm256_set1_epi32(HALF),
            high: simd.avx._mm256_setzero_si256(),
        }
    }

    /// Adds eight pairs of levels of 16 bits.
    #[inline(always)]
    fn add(&mut self, simd: V3, levels: __m256i, pair: Pair) {
        let low = simd.avx._mm256_set1_epi32(pair.low);
        let high = simd.avx._mm256_set1_epi32(pair.high);
        let low = simd.avx2._mm256_madd_epi16(levels, low);
        let high = simd.avx2._mm256_madd_epi16(levels, high);
        self.low = simd.avx2._mm256_add_epi32(self.low, low);
        self.high = simd.avx2._mm256_add_epi32(self.high, high);
    }

    /// The levels, of 32 bits and not yet held to 0 to 255.
    #[inline(always)]
    fn levels(self, simd: V3) -> __m256i {
        let high = simd.avx2._mm256_slli_epi32::<{ LOW as i32 }>(self.high);
        let sum = simd.avx2._mm256_add_epi32(high, self.low);
        simd.avx2._mm256_srai_epi32::<{ PRECISION as i32 }>(sum)
    }
}

struct Across<'a> {
    simd: V3,
    levels: &'a [u8],
    width: usize,
    weights: Split<'a>,
}

impl NullaryFnOnce for Across<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn call(self) -> Vec<u8> {
        let Self {
            simd,
            levels,
            width,
            weights,
        } = self;
        let bytes = width * CHANNELS;
        let target = weights.windows.len() * CHANNELS;
        let mut out = vec![0; levels.len() / bytes * target];
        // A group of four pixels is read as 16 bytes, the last one from beyond the end of its row.
        let stride = bytes + 16;
        let mut padded = vec![0_u8; stride * ROWS];
        let pairs_of = |first: u8| -> __m256i {
            let zero = 128;
            let [a, b] = [first, first + CHANNELS as u8];
            let lanes: [u8; 16] = [
                a,
                zero,
                b,
                zero,
                a + 1,
                zero,
                b + 1,
                zero,
                a + 2,
                zero,
                b + 2,
                zero,
                zero,
                zero,
                zero,
                zero,
            ];
            cast([lanes; 2])
        };
        let orders = [pairs_of(0), pairs_of(2 * CHANNELS as u8)];
        let groups = levels.chunks(bytes * ROWS);
        for (rows, out) in groups.zip(out.chunks_mut(target * ROWS)) {
            for (padded, row) in padded
                .chunks_exact_mut(stride)
                .zip(rows.chunks_exact(bytes))
            {
                padded[..bytes].copy_from_slice(row);
            }
            let (a, rest) = padded.split_at(stride);
            let (b, rest) = rest.split_at(stride);
            let (c, d) = rest.split_at(stride);
            for (at, (window, groups)) in weights.iter().enumerate() {
                let (mut upper, mut lower) = (Sums::new(simd), Sums::new(simd));
                let mut from = window.start * CHANNELS;
                for group in groups {
                    let ab = both(simd, &a[from..], &b[from..]);
                    let cd = both(simd, &c[from..], &d[from..]);
                    for (order, pair) in orders.iter().zip(group) {
                        upper.add(simd, simd.avx2._mm256_shuffle_epi8(ab, *order), *pair);
                        lower.add(simd, simd.avx2._mm256_shuffle_epi8(cd, *order), *pair);
                    }
                    from += GROUP * CHANNELS;
                }
                let words = simd
                    .avx2
                    ._mm256_packs_epi32(upper.levels(simd), lower.levels(simd));
                let pixels: [[u8; 4]; 8] = cast(simd.avx2._mm256_packus_epi16(words, words));
                let [a, c, _, _, b, d, _, _] = pixels;
                for (row, pixel) in out.chunks_exact_mut(target).zip([a, b, c, d]) {
                    put(row, at * CHANNELS, pixel);
                }
            }
        }
        out
    }
}

/// The first 16 bytes of two rows.
#[inline(always)]
fn both(simd: V3, upper: &[u8], lower: &[u8]) -> __m256i {
    let upper: __m128i = cast(*upper.first_chunk::<16>().expect("rows are padded"));
    let lower: __m128i = cast(*lower.first_chunk::<16>().expect("rows are padded"));
    let upper = simd.avx._mm256_castsi128_si256(upper);
    simd.avx2._mm256_inserti128_si256::<1>(upper, lower)
}

/// Writes a pixel, as four bytes where there is room: the next pixel replaces the last one.
#[inline(always)]
fn put(row: &mut [u8], at: usize, pixel: [u8; 4]) {
    match row[at..].first_chunk_mut::<4>() {
        Some(four) => *four = pixel,
        None => row[at..].copy_from_slice(&pixel[..CHANNELS]),
    }
}

struct Down<'a> {
    simd: V3,
    levels: &'a [u8],
    width: usize,
    first: usize,
    weights: Split<'a>,
}

impl NullaryFnOnce for Down<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn call(self) -> Vec<u8> {
        let Self {
            simd,
            levels,
            width,
            first,
            weights,
        } = self;
        let bytes = width * CHANNELS;
        let mut out = vec![0; weights.windows.len() * bytes];
        for ((window, groups), out) in weights.iter().zip(out.chunks_exact_mut(bytes)) {
            let rows = &levels[(window.start - first) * bytes..(window.end - first) * bytes];
            for at in (0..bytes).step_by(BLOCK) {
                // The last block overlaps the one before.
                let at = at.min(bytes - BLOCK);
                let block = sums_down(simd, rows, bytes, at, groups.as_flattened());
                out[at..at + BLOCK].copy_from_slice(&block);
            }
        }
        out
    }
}

/// The weighted sums of the columns from `at` on. Levels of two rows are put beside each other, those at even places
/// apart from those at odd ones, which costs the fewest instructions.
#[inline(always)]
fn sums_down(simd: V3, rows: &[u8], bytes: usize, at: usize, pairs: &[Pair]) -> [u8; BLOCK] {
    let avx2 = simd.avx2;
    let byte = simd.avx._mm256_set1_epi16(255);
    let mut sums = [Sums::new(simd); 4];
    for (pair, rows) in pairs.iter().zip(rows.chunks(2 * bytes)) {
        let upper = *rows[at..].first_chunk::<BLOCK>().expect("rows are whole");
        // The weight of a row that is missing is zero.
        let lower = rows.get(at + bytes..).and_then(|row| row.first_chunk());
        let lower: __m256i = cast(*lower.unwrap_or(&upper));
        let upper: __m256i = cast(upper);
        let even = [
            avx2._mm256_and_si256(upper, byte),
            avx2._mm256_and_si256(lower, byte),
        ];
        let odd = [
            avx2._mm256_srli_epi16::<8>(upper),
            avx2._mm256_srli_epi16::<8>(lower),
        ];
        sums[0].add(simd, avx2._mm256_unpacklo_epi16(even[0], even[1]), *pair);
        sums[1].add(simd, avx2._mm256_unpackhi_epi16(even[0], even[1]), *pair);
        sums[2].add(simd, avx2._mm256_unpacklo_epi16(odd[0], odd[1]), *pair);
        sums[3].add(simd, avx2._mm256_unpackhi_epi16(odd[0], odd[1]), *pair);
    }
    let even = avx2._mm256_packs_epi32(sums[0].levels(simd), sums[1].levels(simd));
    let odd = avx2._mm256_packs_epi32(sums[2].levels(simd), sums[3].levels(simd));
    let apart = avx2._mm256_packus_epi16(even, odd);
    let order: [u8; 16] = [0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15];
    cast(avx2._mm256_shuffle_epi8(apart, cast([order; 2])))
}
