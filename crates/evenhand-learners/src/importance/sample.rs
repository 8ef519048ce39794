//! Some rows of many, so that looking into a model takes no longer for more rows.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

/// At most so many of some rows, drawn by chance and without replacement, in ascending order.
pub fn sample(rows: &[usize], most: usize, seed: u64) -> Vec<usize> {
    let mut drawn = rows.to_vec();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (drawn, _) = drawn.partial_shuffle(&mut rng, most);
    drawn.sort_unstable();
    drawn.to_vec()
}
