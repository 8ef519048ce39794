//! Units that chance chooses: rows, rows within strata, or whole clusters of rows. The variance of a sum
//! over rows follows from them, and who is drawn again in a resample, as counts of each row.

use super::discrete;
use super::linearised::Spread;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;

/// Units whose counts are drawn together: they stay in the fastest cache.
const BLOCK: usize = 2048;

/// Parts of the [`Plan::jackknife`].
pub const JACKKNIFE_BLOCKS: usize = 200;

/// Sampling plan: which rows are independent units. A resample draws as many units as there are, with
/// replacement.
#[derive(Debug, Clone)]
pub struct Plan {
    rows: usize,
    units: Units,
}

#[derive(Debug, Clone)]
enum Units {
    /// Each row is a unit.
    Rows,
    /// Each row is a unit, drawn in the place of rows of its own stratum only.
    Strata(Parts),
    /// All rows of a cluster are one unit.
    Clusters(Parts),
}

/// Rows by part: those of part `i` are `rows[starts[i]..starts[i + 1]]`.
#[derive(Debug, Clone)]
struct Parts {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Parts {
    /// The ids need not be dense.
    fn new(part_of: &[u32]) -> Self {
        let keyed = part_of.iter().zip(0_u64..);
        let mut keyed: Vec<u64> = keyed
            .map(|(&part, row)| u64::from(part) << 32 | row)
            .collect();
        keyed.par_sort_unstable();
        let mut starts = vec![0];
        for (at, pair) in keyed.windows(2).enumerate() {
            if pair[0] >> 32 != pair[1] >> 32 {
                starts.push(at + 1);
            }
        }
        if !keyed.is_empty() {
            starts.push(keyed.len());
        }
        let rows = keyed.into_iter().map(|keyed| keyed as u32).collect();
        Self { starts, rows }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn part(&self, index: usize) -> &[u32] {
        &self.rows[self.starts[index]..self.starts[index + 1]]
    }
}

impl Plan {
    /// Every row by itself.
    pub fn rows(rows: usize) -> Self {
        let units = Units::Rows;
        Self { rows, units }
    }

    /// Rows within strata, whose sizes stay as they are: positives and negatives apart, say.
    pub fn within(stratum_of: &[u32]) -> Self {
        Self {
            rows: stratum_of.len(),
            units: Units::Strata(Parts::new(stratum_of)),
        }
    }

    /// Clusters of rows that are not independent, such as the photographs of one person.
    pub fn clusters(cluster_of: &[u32]) -> Self {
        Self {
            rows: cluster_of.len(),
            units: Units::Clusters(Parts::new(cluster_of)),
        }
    }

    /// The rows of each stratum or cluster; none where rows come in neither.
    pub fn parts(&self) -> impl Iterator<Item = &[u32]> {
        let parts = match &self.units {
            Units::Rows => None,
            Units::Strata(parts) | Units::Clusters(parts) => Some(parts),
        };
        parts
            .into_iter()
            .flat_map(|parts| (0..parts.len()).map(|index| parts.part(index)))
    }

    /// The rows of each cluster; `None` where rows are drawn by themselves, or each is a cluster.
    pub fn cluster_rows(&self) -> Option<impl Iterator<Item = &[u32]>> {
        match &self.units {
            Units::Clusters(clusters) if clusters.len() < self.rows => {
                Some((0..clusters.len()).map(|index| clusters.part(index)))
            }
            Units::Rows | Units::Strata(_) | Units::Clusters(_) => None,
        }
    }

    /// Sampling variance of an estimate that each row moves by so much; these numbers sum to 0.
    ///
    /// # Panics
    ///
    /// When there is not one number a row.
    pub fn spread(&self, influence: &[f64]) -> Spread {
        assert_eq!(influence.len(), self.rows, "one number a row");
        let of = |&row: &u32| influence[row as usize];
        match &self.units {
            Units::Rows => Spread::of_units(influence.iter().copied()),
            Units::Strata(strata) => {
                let strata = (0..strata.len()).map(|index| strata.part(index));
                Spread::of_strata(strata.map(|rows| rows.iter().map(move |row| (of(row), 1.0))))
            }
            Units::Clusters(clusters) => {
                let clusters = (0..clusters.len()).map(|index| clusters.part(index));
                let sums: Vec<f64> = clusters.map(|rows| rows.iter().map(of).sum()).collect();
                Spread::of_units(sums.iter().copied())
            }
        }
    }

    /// Counts of every row in one resample: multinomial, exactly.
    ///
    /// # Panics
    ///
    /// When there is not one weight a row.
    pub fn draw(&self, rng: &mut impl Rng, weights: &mut [u32]) {
        assert_eq!(weights.len(), self.rows, "one weight a row");
        match &self.units {
            Units::Rows => multinomial(rng, 0, self.rows, self.rows, &mut |start, counts| {
                weights[start..start + counts.len()].copy_from_slice(counts);
            }),
            Units::Strata(strata) => {
                for stratum in (0..strata.len()).map(|index| strata.part(index)) {
                    let n = stratum.len();
                    multinomial(rng, 0, n, n, &mut |start, counts| {
                        for (&row, &count) in stratum[start..].iter().zip(counts) {
                            weights[row as usize] = count;
                        }
                    });
                }
            }
            Units::Clusters(clusters) => {
                let n = clusters.len();
                multinomial(rng, 0, n, n, &mut |start, counts| {
                    for (cluster, &count) in (start..).zip(counts) {
                        for &row in clusters.part(cluster) {
                            weights[row as usize] = count;
                        }
                    }
                });
            }
        }
    }

    /// The statistic of `count` resamples, in order. A resample depends on the seed and its place
    /// only, not on the number of threads.
    pub fn replicate<T: Send>(
        &self,
        count: usize,
        seed: u64,
        statistic: impl Fn(&[u32]) -> T + Sync,
    ) -> Vec<T> {
        (0..count as u64)
            .into_par_iter()
            .map_init(
                || vec![0; self.rows],
                |weights, place| {
                    let mut rng = Xoshiro256PlusPlus::seed_from_u64(mix(seed, place));
                    self.draw(&mut rng, weights);
                    statistic(weights)
                },
            )
            .collect()
    }

    /// The statistic without each block of units in turn.
    ///
    /// Up to [`JACKKNIFE_BLOCKS`] units, a block is one unit: the exact jackknife. Above, units
    /// are dealt at random into that many blocks (Shao and Tu 1995, The Jackknife and Bootstrap,
    /// 2.3), whose skewness estimates the same acceleration within about 0.003: too little to
    /// move an interval.
    pub fn jackknife<T: Send>(&self, statistic: impl Fn(&[u32]) -> T + Sync) -> Vec<T> {
        let units = match &self.units {
            Units::Clusters(clusters) => clusters.len(),
            Units::Rows | Units::Strata(_) => self.rows,
        };
        let mut dealt: Vec<u32> = (0..units as u32).collect();
        // Any fixed deal will do.
        dealt.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(1));
        let blocks = units.min(JACKKNIFE_BLOCKS);
        (0..blocks)
            .into_par_iter()
            .map_init(
                || vec![0; self.rows],
                |weights, block| {
                    weights.fill(1);
                    for &unit in &dealt[block * units / blocks..(block + 1) * units / blocks] {
                        match &self.units {
                            Units::Clusters(clusters) => {
                                for &row in clusters.part(unit as usize) {
                                    weights[row as usize] = 0;
                                }
                            }
                            Units::Rows | Units::Strata(_) => weights[unit as usize] = 0,
                        }
                    }
                    statistic(weights)
                },
            )
            .collect()
    }
}

/// Draws as many rows as there are from rows of which only the count of each kind is known:
/// multinomial, at the cost of the kinds and not of the rows.
pub fn counts(counts: &[u64], rng: &mut impl Rng) -> Vec<u64> {
    let mut rows: u64 = counts.iter().sum();
    let mut draws = rows;
    let draw = |&count: &u64| {
        let drawn = match count {
            0 => 0,
            _ if count == rows || draws == 0 => draws,
            _ => discrete::binomial(draws, count as f64 / rows as f64).draw(rng),
        };
        rows -= count;
        draws -= drawn;
        drawn
    };
    counts.iter().map(draw).collect()
}

/// The statistic of `count` resamples of such counts, in order; see [`Plan::replicate`].
pub fn replicate_counts<T>(
    count: usize,
    seed: u64,
    mut statistic: impl FnMut(&mut Xoshiro256PlusPlus) -> T,
) -> Vec<T> {
    (0..count as u64)
        .map(|place| statistic(&mut Xoshiro256PlusPlus::seed_from_u64(mix(seed, place))))
        .collect()
}

/// One seed from two numbers: SplitMix64's finalizer, Steele et al. (2014), OOPSLA, 453-472.
pub fn mix(seed: u64, place: u64) -> u64 {
    let mut z = seed.wrapping_add((place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Throws `draws` balls into `len` boxes and hands over the counts, block by block.
///
/// Halves split the balls binomially until they fit a block, so that counts are not scattered
/// over all memory.
fn multinomial(
    rng: &mut impl Rng,
    start: usize,
    len: usize,
    draws: usize,
    place: &mut impl FnMut(usize, &[u32]),
) {
    if len == 0 {
        return;
    }
    if len > BLOCK {
        let left = len.div_ceil(BLOCK) / 2 * BLOCK;
        let share = ((left as u128) << 64) / len as u128;
        let balls = binomial(rng, draws, share as u64);
        multinomial(rng, start, left, balls, place);
        multinomial(rng, start + left, len - left, draws - balls, place);
        return;
    }
    let mut counts = [0u32; BLOCK];
    let boxes = len as u32;
    // Lemire (2019), ACM Trans. Model. Comput. Simul. 29, 3, on 16 bits: below this, the lowest
    // boxes would be favoured.
    let refused = (1 << 16) % boxes;
    let mut throw = |bits: u16| {
        let product = u32::from(bits) * boxes;
        let thrown = u32::from(product & 0xffff >= refused);
        counts[(product >> 16) as usize % BLOCK] += thrown;
        thrown as usize
    };
    let mut left = draws;
    while left >= 4 {
        let bits = rng.next_u64();
        left -= [bits, bits >> 16, bits >> 32, bits >> 48]
            .map(|bits| throw(bits as u16))
            .iter()
            .sum::<usize>();
    }
    while left > 0 {
        left -= throw(rng.next_u64() as u16);
    }
    place(start, &counts[..len]);
}

/// How many of `trials` uniform numbers lie below `share / 2⁶⁴`.
///
/// All numbers are read at once, a bit at a time: those that differ from the share are decided,
/// those that agree go on, about half of them.
fn binomial(rng: &mut impl Rng, trials: usize, share: u64) -> usize {
    let (mut open, mut below, mut share) = (trials, 0, share);
    while open > 0 && share > 0 {
        let ones = heads(rng, open);
        if share >> 63 == 1 {
            below += open - ones;
            open = ones;
        } else {
            open -= ones;
        }
        share <<= 1;
    }
    below
}

/// Heads of that many fair coins.
fn heads(rng: &mut impl Rng, coins: usize) -> usize {
    let words: u32 = (0..coins / 64).map(|_| rng.next_u64().count_ones()).sum();
    let rest = rng.next_u64() & ((1 << (coins % 64)) - 1);
    (words + rest.count_ones()) as usize
}

#[cfg(test)]
mod tests;
