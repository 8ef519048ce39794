//! Histograms: sums of gradients by column and bin.

use super::bins::{Bins, Block, MISSING, WIDEST};
use super::gradient::Packed;
use rayon::prelude::*;
use std::ops::Range;

/// Additions that are worth more than one thread.
const MANY: usize = 40_000;

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

/// Sums of a block by code, in places that are known when code is compiled.
type Scratch = [[[i64; 2]; 256]; WIDEST];

/// Where columns lie in histograms of binned rows.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) bins: &'a Bins,
    /// By column, the words in its block's part.
    spans: Vec<Range<usize>>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(bins: &'a Bins) -> Self {
        let mut spans = Vec::with_capacity(bins.scales.len());
        for block in &bins.blocks {
            let mut start = 0;
            for scale in &bins.scales[block.first..block.first + block.width] {
                let end = start + 2 * (scale.bins() + 1);
                spans.push(start..end);
                start = end;
            }
        }
        Self { bins, spans }
    }

    /// The bins of a column, the last of which is that of gaps.
    pub(super) fn column<'h>(&self, histogram: &'h Histogram, column: usize) -> &'h [i64] {
        let width = self.bins.blocks[0].width;
        &histogram.blocks[column / width][self.spans[column].clone()]
    }

    /// The bytes of one histogram.
    pub(super) fn bytes(&self) -> usize {
        self.spans.iter().map(|span| span.len() * 8).sum()
    }

    /// The histogram of rows, each of which counts as `one` above its second derivative.
    pub(super) fn histogram(&self, rows: &[u32], packed: &[Packed], one: i64) -> Histogram {
        let start = || Box::new([[[0; 2]; 256]; WIDEST]);
        let block = |scratch: &mut Box<Scratch>, block: &Block| {
            self.block(scratch, block, rows, packed, one)
        };
        let blocks = &self.bins.blocks;
        let blocks = match rows.len() * blocks.len() * WIDEST < MANY {
            true => {
                let mut scratch = start();
                let blocks = blocks.iter().map(|at| block(&mut scratch, at));
                blocks.collect()
            }
            false => blocks.par_iter().map_init(start, block).collect(),
        };
        Histogram { blocks }
    }

    fn block(
        &self,
        scratch: &mut Scratch,
        block: &Block,
        rows: &[u32],
        packed: &[Packed],
        one: i64,
    ) -> Vec<i64> {
        match block.width {
            1 => add::<1>(scratch, block, rows, packed, one),
            2 => add::<2>(scratch, block, rows, packed, one),
            3 => add::<3>(scratch, block, rows, packed, one),
            4 => add::<4>(scratch, block, rows, packed, one),
            5 => add::<5>(scratch, block, rows, packed, one),
            6 => add::<6>(scratch, block, rows, packed, one),
            width => unreachable!("a block of {width} columns"),
        }
        let spans = &self.spans[block.first..block.first + block.width];
        let mut sums = Vec::with_capacity(spans[spans.len() - 1].end);
        for (span, cells) in spans.iter().zip(scratch) {
            let bins = span.len() / 2 - 1;
            let gaps = usize::from(MISSING);
            sums.extend_from_slice(cells[..bins].as_flattened());
            sums.extend_from_slice(&cells[gaps]);
            cells[..bins].fill([0; 2]);
            cells[gaps] = [0; 2];
        }
        sums
    }
}

fn add<const WIDTH: usize>(
    scratch: &mut Scratch,
    block: &Block,
    rows: &[u32],
    packed: &[Packed],
    one: i64,
) {
    let columns: &mut [[[i64; 2]; 256]; WIDTH] = scratch.first_chunk_mut().expect("it is wider");
    let (codes, _) = block.codes.as_chunks::<WIDTH>();
    for (&row, packed) in rows.iter().zip(packed) {
        let first = i64::from(packed.first);
        let second = one + i64::from(packed.second);
        let codes = &codes[row as usize];
        for (column, &code) in columns.iter_mut().zip(codes) {
            let cell = &mut column[usize::from(code)];
            cell[0] += first;
            cell[1] += second;
        }
    }
}
