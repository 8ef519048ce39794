//! Histograms: sums of gradients by column and bin.
//!
//! The codes of a row lie beside each other, and those of some rows are copied before they are counted: so the memory
//! is asked for many rows at a time, and the sums stay in the first cache.

use super::bins::{Bins, MISSING};
use super::gradient::Packed;
use rayon::prelude::*;
use std::ops::Range;

/// Columns that are counted together.
const LANE: usize = 6;
/// The most lanes of a block.
const LANES: usize = 4;
/// Rows that are copied at a time.
const ROWS: usize = 256;
/// Rows that are worth a thread of their own.
const PART: usize = 50_000;

/// Sums of first and second derivatives by bin. A block's columns follow each other, the bin of gaps is a column's
/// last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histogram {
    blocks: Vec<Vec<i64>>,
}

impl Histogram {
    /// A parent's histogram without one child's: the other child's.
    pub(super) fn without(mut self, child: &Self) -> Self {
        for (own, others) in self.blocks.iter_mut().zip(&child.blocks) {
            for (own, other) in own.iter_mut().zip(others) {
                *own -= other;
            }
        }
        self
    }
}

/// Codes of neighbouring columns, row by row.
#[derive(Debug)]
struct Block {
    columns: Range<usize>,
    lanes: usize,
    /// [rows, lanes].
    codes: Vec<[u8; LANE]>,
}

impl Block {
    fn new(bins: &Bins, columns: Range<usize>) -> Self {
        let lanes = columns.len().div_ceil(LANE);
        let mut codes = vec![[MISSING; LANE]; bins.rows * lanes];
        for (at, column) in columns.clone().enumerate() {
            let (lane, place) = (at / LANE, at % LANE);
            let records = codes.chunks_exact_mut(lanes);
            for (record, &code) in records.zip(&bins.codes[column]) {
                record[lane][place] = code;
            }
        }
        Self {
            columns,
            lanes,
            codes,
        }
    }
}

/// Sums by code of the columns of a lane, in places that are known when this is compiled.
type Sums = [[[i64; 2]; 256]; LANE];

/// Codes of some rows, by lane.
type Copied = [[[u8; LANE]; ROWS]; LANES];

/// Where columns lie in histograms of binned rows.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) bins: &'a Bins,
    blocks: Vec<Block>,
    /// By column, the words in its block's part.
    spans: Vec<Range<usize>>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(bins: &'a Bins) -> Self {
        let columns = bins.scales.len();
        let width = columns.div_ceil(columns.div_ceil(LANE * LANES));
        let starts: Vec<usize> = (0..columns).step_by(width).collect();
        let block = |&start: &usize| Block::new(bins, start..(start + width).min(columns));
        let blocks: Vec<Block> = starts.par_iter().map(block).collect();
        let mut spans = Vec::with_capacity(columns);
        for block in &blocks {
            let mut start = 0;
            for scale in &bins.scales[block.columns.clone()] {
                let end = start + 2 * (scale.bins() + 1);
                spans.push(start..end);
                start = end;
            }
        }
        Self {
            bins,
            blocks,
            spans,
        }
    }

    /// The bins of a column, the last of which is that of gaps.
    pub(super) fn column<'h>(&self, histogram: &'h Histogram, column: usize) -> &'h [i64] {
        let width = self.blocks[0].columns.len();
        &histogram.blocks[column / width][self.spans[column].clone()]
    }

    /// The bytes of one histogram.
    pub(super) fn bytes(&self) -> usize {
        self.spans.iter().map(|span| span.len() * 8).sum()
    }

    /// The histogram of rows, each of which counts as `one` above its second derivative.
    pub(super) fn histogram(&self, rows: &[u32], packed: &[Packed], one: i64) -> Histogram {
        let part = |block: &Block| self.part(block, rows, packed, one);
        let blocks = match &self.blocks[..] {
            // Other threads would take longer to wake up.
            [block] => vec![part(block)],
            blocks => blocks.par_iter().map(part).collect(),
        };
        Histogram { blocks }
    }

    /// The sums of a block. Whole numbers may be added in any order.
    fn part(&self, block: &Block, rows: &[u32], packed: &[Packed], one: i64) -> Vec<i64> {
        if rows.len() < 2 * PART {
            return self.sums(block, rows, packed, one);
        }
        let middle = rows.len() / 2;
        let (rows, packed) = (rows.split_at(middle), packed.split_at(middle));
        let (mut first, second) = rayon::join(
            || self.part(block, rows.0, packed.0, one),
            || self.part(block, rows.1, packed.1, one),
        );
        for (sum, other) in first.iter_mut().zip(second) {
            *sum += other;
        }
        first
    }

    fn sums(&self, block: &Block, rows: &[u32], packed: &[Packed], one: i64) -> Vec<i64> {
        let mut copied: Copied = [[[0; LANE]; ROWS]; LANES];
        let mut sums: Vec<Sums> = vec![[[[0; 2]; 256]; LANE]; block.lanes];
        for (rows, packed) in rows.chunks(ROWS).zip(packed.chunks(ROWS)) {
            for (at, &row) in rows.iter().enumerate() {
                let start = row as usize * block.lanes;
                let record = &block.codes[start..start + block.lanes];
                for (lane, &codes) in copied.iter_mut().zip(record) {
                    lane[at] = codes;
                }
            }
            for (lane, sums) in sums.iter_mut().enumerate() {
                let codes = &copied[lane][..rows.len()];
                match block.columns.len() - lane * LANE {
                    1 => add::<1>(sums, codes, packed, one),
                    2 => add::<2>(sums, codes, packed, one),
                    3 => add::<3>(sums, codes, packed, one),
                    4 => add::<4>(sums, codes, packed, one),
                    5 => add::<5>(sums, codes, packed, one),
                    _ => add::<LANE>(sums, codes, packed, one),
                }
            }
        }
        let spans = &self.spans[block.columns.clone()];
        let mut bins = Vec::with_capacity(spans[spans.len() - 1].end);
        for (span, sums) in spans.iter().zip(sums.as_flattened()) {
            bins.extend_from_slice(sums[..span.len() / 2 - 1].as_flattened());
            bins.extend_from_slice(&sums[usize::from(MISSING)]);
        }
        bins
    }
}

fn add<const WIDTH: usize>(sums: &mut Sums, codes: &[[u8; LANE]], packed: &[Packed], one: i64) {
    for (codes, packed) in codes.iter().zip(packed) {
        let first = i64::from(packed.first);
        let second = one + i64::from(packed.second);
        for (sums, &code) in sums.iter_mut().zip(codes).take(WIDTH) {
            let sum = &mut sums[usize::from(code)];
            *sum = [sum[0] + first, sum[1] + second];
        }
    }
}
