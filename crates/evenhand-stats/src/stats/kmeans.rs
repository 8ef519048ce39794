//! K-means: rows into clusters of the nearest centre.
//!
//! Our own, because `linfa-clustering` 0.8 reports the counts of another restart than the one whose
//! centres it returns, and because this file is less than what it depends on.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

/// How clusters are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    pub clusters: usize,
    /// Searches from other first centres, of which the best is kept.
    pub restarts: usize,
    /// The most rounds of one search, which ends before when no row changes its cluster.
    pub iterations: usize,
    pub seed: u64,
}

/// Centres of clusters, and how well they fit the rows they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// [clusters, dims], row by row.
    pub centres: Vec<f32>,
    pub dims: usize,
    /// Rows of each cluster. 0 only where fewer rows differ than there are clusters, or where the
    /// iterations ran out.
    pub counts: Vec<usize>,
    /// The sum over rows of the squared distance to the nearest centre.
    pub inertia: f64,
}

/// Why rows have no clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KMeansError {
    #[error("no clusters are asked for: at least 1 is needed")]
    NoClusters,
    #[error("{rows} rows are too few for {clusters} clusters")]
    TooFewRows { rows: usize, clusters: usize },
    #[error("row {row} has a value that is no finite number")]
    NotFinite { row: usize },
}

/// The nearest centre of each row, and the squared distance to it.
type Nearest = Vec<(usize, f32)>;

impl KMeans {
    /// Finds clusters of `rows`, [rows, dims] row by row. The same seed gives the same clusters on
    /// any number of threads.
    ///
    /// A cluster that loses all its rows starts again from the row that is farthest from its centre.
    ///
    /// # Formula
    ///
    /// Lloyd, S. P. (1982), IEEE Trans. Inf. Theory 28, 129-137, from first centres as Arthur, D. and
    /// Vassilvitskii, S. (2007), SODA, 1027-1035: each is a row, drawn with a probability in
    /// proportion to its squared distance to the nearest one drawn before. Of `2 + ln(clusters)`
    /// such draws the one that leaves the least inertia is taken, as in scikit-learn.
    ///
    /// # Errors
    ///
    /// Without clusters, with fewer rows than clusters, and with values that are not finite.
    ///
    /// # Panics
    ///
    /// When `rows` is not of whole rows, or without restarts.
    pub fn fit(rows: &[f32], dims: usize, params: Params) -> Result<Self, KMeansError> {
        let Params {
            clusters,
            restarts,
            iterations,
            seed,
        } = params;
        assert!(restarts > 0, "no restarts");
        let rows = Rows::new(rows, dims);
        if clusters == 0 {
            return Err(KMeansError::NoClusters);
        }
        if rows.len() < clusters {
            let rows = rows.len();
            return Err(KMeansError::TooFewRows { rows, clusters });
        }
        if let Some(at) = rows.values.iter().position(|value| !value.is_finite()) {
            return Err(KMeansError::NotFinite { row: at / dims });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut best = rows.search(clusters, iterations, &mut rng);
        for _ in 1..restarts {
            let other = rows.search(clusters, iterations, &mut rng);
            if other.inertia < best.inertia {
                best = other;
            }
        }
        Ok(best)
    }

    /// The cluster of each row, [rows, dims]: of centres equally near, the first.
    ///
    /// # Panics
    ///
    /// When `rows` is not of whole rows.
    pub fn assign(&self, rows: &[f32]) -> Vec<usize> {
        let nearest = Rows::new(rows, self.dims).nearest(&self.centres);
        nearest.into_iter().map(|(cluster, _)| cluster).collect()
    }
}

#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [f32],
    dims: usize,
}

impl<'a> Rows<'a> {
    fn new(values: &'a [f32], dims: usize) -> Self {
        assert!(dims > 0, "rows without dimensions");
        let len = values.len();
        assert!(
            len.is_multiple_of(dims),
            "{len} values are no rows of {dims}"
        );
        Self { values, dims }
    }

    fn len(self) -> usize {
        self.values.len() / self.dims
    }

    fn row(self, index: usize) -> &'a [f32] {
        &self.values[index * self.dims..(index + 1) * self.dims]
    }

    /// One search, whose parts all tell of the same centres.
    fn search(self, clusters: usize, iterations: usize, rng: &mut ChaCha8Rng) -> KMeans {
        let mut centres = self.first_centres(clusters, rng);
        let mut nearest = self.nearest(&centres);
        for _ in 0..iterations {
            fill_empty(&mut nearest, clusters);
            self.move_centres(&mut centres, &nearest);
            let before = std::mem::replace(&mut nearest, self.nearest(&centres));
            if nearest.iter().map(cluster).eq(before.iter().map(cluster)) {
                break;
            }
        }
        KMeans {
            counts: counts(&nearest, clusters),
            inertia: nearest.iter().map(|&(_, away)| f64::from(away)).sum(),
            dims: self.dims,
            centres,
        }
    }

    fn first_centres(self, clusters: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let candidates = 2 + (clusters as f64).ln() as usize;
        let mut centres = Vec::with_capacity(clusters * self.dims);
        let first = self.row(rng.random_range(0..self.len()));
        let mut away = self.nearer(&vec![f32::INFINITY; self.len()], first);
        centres.extend_from_slice(first);
        for _ in 1..clusters {
            let drawn: Vec<usize> = (0..candidates).map(|_| draw(&away, rng)).collect();
            let choices = drawn.into_iter().map(|row| {
                let away = self.nearer(&away, self.row(row));
                (row, sum(&away), away)
            });
            let best = choices.reduce(|best, other| if other.1 < best.1 { other } else { best });
            if let Some((row, _, left)) = best {
                centres.extend_from_slice(self.row(row));
                away = left;
            }
        }
        centres
    }

    /// How far rows are `away`, with one more centre.
    fn nearer(self, away: &[f32], centre: &[f32]) -> Vec<f32> {
        let rows = self.values.par_chunks(self.dims);
        rows.zip(away)
            .map(|(row, away)| away.min(squared_distance(row, centre)))
            .collect()
    }

    fn nearest(self, centres: &[f32]) -> Nearest {
        let nearest_of = |row: &[f32]| {
            let away = centres
                .chunks(self.dims)
                .map(|centre| squared_distance(row, centre));
            let nearer = |best: (usize, f32), other: (usize, f32)| {
                if other.1 < best.1 { other } else { best }
            };
            away.enumerate().fold((0, f32::INFINITY), nearer)
        };
        self.values.par_chunks(self.dims).map(nearest_of).collect()
    }

    /// To the means of their rows. A centre without rows stays where it is.
    fn move_centres(self, centres: &mut [f32], nearest: &Nearest) {
        let mut members = vec![Vec::new(); centres.len() / self.dims];
        for (row, &(cluster, _)) in nearest.iter().enumerate() {
            members[cluster].push(row);
        }
        let moved = centres.par_chunks_mut(self.dims).zip(members);
        moved.for_each(|(centre, members)| {
            if members.is_empty() {
                return;
            }
            // A sum in a fixed order: the same on any number of threads.
            let mut sum = vec![0.0; self.dims];
            for &row in &members {
                for (sum, &value) in sum.iter_mut().zip(self.row(row)) {
                    *sum += f64::from(value);
                }
            }
            for (centre, sum) in centre.iter_mut().zip(sum) {
                *centre = (sum / members.len() as f64) as f32;
            }
        });
    }
}

/// A row, drawn in proportion to how far `away` it is: any, where none is.
fn draw(away: &[f32], rng: &mut ChaCha8Rng) -> usize {
    let any = rng.random_range(0..away.len());
    let mut left = rng.random::<f64>() * sum(away);
    let passed = away.iter().position(|&away| {
        left -= f64::from(away);
        left < 0.0
    });
    // What rounding left over falls to any row, too.
    passed.unwrap_or(any)
}

/// Gives each empty cluster the row that is farthest from its centre, unless all rows are on theirs.
fn fill_empty(nearest: &mut Nearest, clusters: usize) {
    let mut counts = counts(nearest, clusters);
    for empty in 0..clusters {
        if counts[empty] > 0 {
            continue;
        }
        // A cluster's only row would leave that one empty.
        let farthest = nearest
            .iter_mut()
            .filter(|(cluster, away)| counts[*cluster] > 1 && *away > 0.0)
            .reduce(|best, other| if other.1 > best.1 { other } else { best });
        if let Some(farthest) = farthest {
            counts[farthest.0] -= 1;
            counts[empty] += 1;
            *farthest = (empty, 0.0);
        }
    }
}

fn sum(away: &[f32]) -> f64 {
    away.iter().map(|&away| f64::from(away)).sum()
}

fn counts(nearest: &Nearest, clusters: usize) -> Vec<usize> {
    let mut counts = vec![0; clusters];
    for &(cluster, _) in nearest {
        counts[cluster] += 1;
    }
    counts
}

fn cluster(&(cluster, _): &(usize, f32)) -> usize {
    cluster
}

/// Eight sums at a time: what a processor adds at once.
fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            let away = a[lane] - b[lane];
            sums[lane] += away * away;
        }
    }
    let rest: f32 = a_rest
        .iter()
        .zip(b_rest)
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests;
