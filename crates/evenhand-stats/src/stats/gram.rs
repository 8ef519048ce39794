//! Gram matrices: sums of products of rows, in an order that neither threads nor the width of a processor's registers change.

use pulp::{Arch, NullaryFnOnce};

/// Columns are padded to a multiple of this.
pub const LANES: usize = 8;
/// Rows of a tile of a product.
const TILE: usize = 4;

/// What [`wide`] runs.
struct Wide<F>(F);

impl<F: FnMut()> NullaryFnOnce for Wide<F> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.0();
    }
}

/// Runs what is compiled for the registers that this processor has. It must be inlined, and must change something: a
/// closure that could be shared would be called through a function that is compiled for any processor.
#[inline(always)]
pub fn wide(run: impl FnMut()) {
    Arch::new().dispatch(Wide(run));
}

/// The number of columns with what pads them.
pub fn padded(columns: usize) -> usize {
    columns.next_multiple_of(LANES)
}

/// `Σ a b`, of slices whose length is a multiple of [`LANES`].
#[inline(always)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// `to += factor · of`.
#[inline(always)]
pub fn add(to: &mut [f64], factor: f64, of: &[f64]) {
    for (to, of) in to.iter_mut().zip(of) {
        *to += factor * of;
    }
}

/// Puts rows of `columns` columns, each times a factor, into panels: all rows of [`LANES`] columns behind each other, so
/// that a product reads memory in its order.
pub fn pack(z: &[f64], columns: usize, factors: impl Iterator<Item = f64>, panels: &mut [f64]) {
    let rows = z.len() / columns;
    for ((row, z), factor) in z.chunks_exact(columns).enumerate().zip(factors) {
        for (panel, z) in z.chunks_exact(LANES).enumerate() {
            let into = (panel * rows + row) * LANES;
            for (into, z) in panels[into..into + LANES].iter_mut().zip(z) {
                *into = factor * z;
            }
        }
    }
}

/// Adds the products `zᵀ z` of a packed block of rows to the upper triangle of a square matrix of `columns` columns. Below
/// the diagonal there are numbers without meaning.
#[inline(always)]
pub fn add_products(gram: &mut [f64], panels: &[f64], columns: usize) {
    let panel = panels.len() / (columns / LANES);
    for (j, right) in panels.chunks_exact(panel).enumerate() {
        for (i, left) in panels.chunks_exact(panel).take(j + 1).enumerate() {
            for half in (0..LANES).step_by(TILE) {
                let mut sums = [[0.0; LANES]; TILE];
                for (left, right) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
                    for (sums, left) in sums.iter_mut().zip(&left[half..half + TILE]) {
                        for lane in 0..LANES {
                            sums[lane] += left * right[lane];
                        }
                    }
                }
                for (at, sums) in sums.iter().enumerate() {
                    let start = (i * LANES + half + at) * columns + j * LANES;
                    add(&mut gram[start..start + LANES], 1.0, sums);
                }
            }
        }
    }
}
