//! Sums of products of rows, in an order that neither threads nor the width of a processor's registers change.

/// Columns are padded to a multiple of this.
pub const LANES: usize = 8;
/// Rows of a tile of a product.
const TILE: usize = 4;

/// `z` without what is behind its last whole [`LANES`].
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

/// Adds the products `zᵀ z` of a block of rows to the upper triangle of a square matrix. Both have `columns` columns, a
/// multiple of [`LANES`]. Below the diagonal, within a tile, there are numbers without meaning.
#[inline(always)]
pub fn add_products(gram: &mut [f64], z: &[f64], columns: usize) {
    for i in (0..columns).step_by(TILE) {
        for j in (i / LANES * LANES..columns).step_by(LANES) {
            let mut sums = [[0.0; LANES]; TILE];
            for row in z.chunks_exact(columns) {
                let left: &[f64; TILE] = row[i..i + TILE].try_into().expect("a tile");
                let right: &[f64; LANES] = row[j..j + LANES].try_into().expect("all lanes");
                for (sums, left) in sums.iter_mut().zip(left) {
                    for lane in 0..LANES {
                        sums[lane] += left * right[lane];
                    }
                }
            }
            for (at, sums) in sums.iter().enumerate() {
                let start = (i + at) * columns + j;
                add(&mut gram[start..start + LANES], 1.0, sums);
            }
        }
    }
}
