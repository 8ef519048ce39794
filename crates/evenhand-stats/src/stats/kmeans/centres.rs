//! Distances of rows to centres.

use super::{Nearest, Points};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Centres whose distances are computed at once: what a processor's registers hold.
const LANES: usize = 8;

/// Rows that a thread looks at in turn.
const ROWS: usize = 1_024;

/// Centres by blocks of eight, and by dimension within these.
pub(super) struct Centres {
    /// [blocks, dims]. Lanes without a centre are infinitely far.
    blocks: Vec<[f64; LANES]>,
    dims: usize,
}

impl Centres {
    /// `centres` are [clusters, dims], row by row.
    pub fn new(centres: &[f64], dims: usize) -> Self {
        let blocks = (centres.len() / dims).div_ceil(LANES);
        let mut by_dimension = vec![[f64::INFINITY; LANES]; blocks * dims];
        for (at, centre) in centres.chunks(dims).enumerate() {
            for (dim, &value) in centre.iter().enumerate() {
                by_dimension[at / LANES * dims + dim][at % LANES] = value;
            }
        }
        Self {
            blocks: by_dimension,
            dims,
        }
    }

    /// The two nearest centres of a row.
    #[inline(always)]
    pub fn nearest(&self, row: &[f64]) -> Nearest {
        let mut found = Nearest::NONE;
        for (block, centres) in self.blocks.chunks_exact(self.dims).enumerate() {
            let mut sums = [0.0; LANES];
            for (value, centre) in row.iter().zip(centres) {
                for lane in 0..LANES {
                    let away = value - centre[lane];
                    sums[lane] += away * away;
                }
            }
            for (lane, &squared) in sums.iter().enumerate() {
                // Without branches, which would be mispredicted.
                let is_nearer = squared < found.squared;
                let farther = if is_nearer { found.squared } else { squared };
                found.squared = if is_nearer { squared } else { found.squared };
                found.second_squared = if farther < found.second_squared {
                    farther
                } else {
                    found.second_squared
                };
                found.cluster = if is_nearer {
                    block * LANES + lane
                } else {
                    found.cluster
                };
            }
        }
        found
    }
}

/// The nearest of `centres` of each of `rows`, both row by row.
///
/// # Panics
///
/// When one of them is not of whole rows, or there is no centre.
pub fn nearest(centres: &[f64], dims: usize, rows: &[f64]) -> Vec<Nearest> {
    assert!(!centres.is_empty(), "no centres");
    let centres = Centres::new(Points::new(centres, dims).values(), dims);
    let rows = Points::new(rows, dims).values();
    let mut found = vec![Nearest::NONE; rows.len() / dims];
    let into = found.par_chunks_mut(ROWS);
    into.zip(rows.par_chunks(ROWS * dims))
        .for_each(|(into, rows)| {
            Arch::new().dispatch(Chunk {
                centres: &centres,
                rows,
                into,
            });
        });
    found
}

/// Rows and where their nearest centres go.
struct Chunk<'a> {
    centres: &'a Centres,
    rows: &'a [f64],
    into: &'a mut [Nearest],
}

/// Compiled for the registers that this processor has.
impl NullaryFnOnce for Chunk<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let rows = self.rows.chunks_exact(self.centres.dims);
        for (into, row) in self.into.iter_mut().zip(rows) {
            *into = self.centres.nearest(row);
        }
    }
}

/// Eight sums at a time: what a processor adds at once.
#[inline(always)]
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            let away = a[lane] - b[lane];
            sums[lane] += away * away;
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b));
    sums.iter().sum::<f64>() + rest.sum::<f64>()
}
