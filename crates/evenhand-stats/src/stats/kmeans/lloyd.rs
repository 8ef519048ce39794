//! One start: rows to their nearest centres, centres to the means of their rows, until nothing changes.

use super::Points;
use super::centres::{Centres, nearest, squared_distance};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Rows that are summed together. Sums of chunks are added in their order: the same on any number of threads.
const CHUNK: usize = 8_192;

/// The cluster of a row that has none yet.
const NONE: u32 = u32::MAX;

/// Where a start ended. Counts, weights and inertia are of the nearest of these centres.
#[derive(Debug, Clone)]
pub(super) struct Optimum {
    pub centres: Vec<f64>,
    pub counts: Vec<usize>,
    pub weights: Vec<f64>,
    pub inertia: f64,
}

impl Optimum {
    /// The cluster of each row.
    pub fn labels(&self, points: Points) -> Vec<usize> {
        let nearest = nearest(&self.centres, points.dims(), points.values());
        nearest.iter().map(|nearest| nearest.cluster).collect()
    }
}

/// When a start ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub iterations: usize,
    /// Squared distances that the centres move, summed.
    pub moved: f64,
}

/// Lloyd's algorithm from these centres, [clusters, dims].
pub(super) fn search(points: Points, first: Vec<f64>, end: End) -> Optimum {
    let mut state = State::new(points, first);
    for _ in 0..end.iterations {
        if state.assign() == 0 {
            break;
        }
        state.fill_empty();
        if state.move_centres() <= end.moved {
            break;
        }
    }
    optimum(points, state.centres)
}

/// Sums over the rows of clusters.
#[derive(Debug, Clone)]
struct Sums {
    /// Rows that came, less those that left.
    rows: Vec<i64>,
    weights: Vec<f64>,
    /// [clusters, dims].
    values: Vec<f64>,
    changed: usize,
}

impl Sums {
    fn new(clusters: usize, dims: usize) -> Self {
        Self {
            rows: vec![0; clusters],
            weights: vec![0.0; clusters],
            values: vec![0.0; clusters * dims],
            changed: 0,
        }
    }

    /// Takes a row out of its cluster, if it has one, and into another.
    fn relabel(&mut self, points: Points, row: usize, label: &mut u32, to: u32) {
        if *label == to {
            return;
        }
        let (values, weight) = (points.row(row), points.weight(row));
        if *label != NONE {
            self.add(*label as usize, values, weight, -1);
        }
        self.add(to as usize, values, weight, 1);
        self.changed += 1;
        *label = to;
    }

    /// Adds a row to a cluster, or takes it away with a `sign` of -1.
    fn add(&mut self, cluster: usize, row: &[f64], weight: f64, sign: i8) {
        let signed = weight * f64::from(sign);
        self.rows[cluster] += i64::from(sign);
        self.weights[cluster] += signed;
        let values = &mut self.values[cluster * row.len()..][..row.len()];
        for (sum, value) in values.iter_mut().zip(row) {
            *sum += signed * value;
        }
    }

    fn add_all(&mut self, other: &Self) {
        let add = |a: &mut [f64], b: &[f64]| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        add(&mut self.weights, &other.weights);
        add(&mut self.values, &other.values);
        let rows = self.rows.iter_mut().zip(&other.rows);
        rows.for_each(|(a, b)| *a += b);
        self.changed += other.changed;
    }
}

struct State<'a> {
    points: Points<'a>,
    centres: Vec<f64>,
    labels: Vec<u32>,
    /// How much farther the second nearest centre was than the nearest when the row was last looked at, plus
    /// `drift` of its cluster at that time. No row changes its cluster while this exceeds the drift.
    slack: Vec<f64>,
    /// For each cluster, how far its centre has moved so far, plus the farthest that any other one has in each round.
    drift: Vec<f64>,
    sums: Sums,
}

impl<'a> State<'a> {
    fn new(points: Points<'a>, centres: Vec<f64>) -> Self {
        let clusters = centres.len() / points.dims();
        Self {
            points,
            centres,
            labels: vec![NONE; points.len()],
            slack: vec![f64::NEG_INFINITY; points.len()],
            drift: vec![0.0; clusters],
            sums: Sums::new(clusters, points.dims()),
        }
    }

    /// Rows to their nearest centres; gives how many changed their cluster.
    fn assign(&mut self) -> usize {
        let (points, drift) = (self.points, &self.drift[..]);
        let centres = Centres::new(&self.centres, points.dims());
        let labels = self.labels.par_chunks_mut(CHUNK);
        let chunks = labels.zip(self.slack.par_chunks_mut(CHUNK)).enumerate();
        let changes = chunks.map(|(chunk, (labels, slack))| {
            let chunk = Chunk {
                points,
                first: chunk * CHUNK,
                centres: &centres,
                drift,
                labels,
                slack,
            };
            Arch::new().dispatch(chunk)
        });
        let changes: Vec<Sums> = changes.collect();
        self.sums.changed = 0;
        for change in &changes {
            self.sums.add_all(change);
        }
        self.sums.changed
    }

    /// Gives each empty cluster the row that is farthest from its centre, unless all rows are on theirs.
    fn fill_empty(&mut self) {
        for empty in 0..self.drift.len() {
            if self.sums.rows[empty] > 0 {
                continue;
            }
            let Some(row) = self.farthest() else { return };
            let (values, weight) = (self.points.row(row), self.points.weight(row));
            self.sums.add(self.labels[row] as usize, values, weight, -1);
            self.sums.add(empty, values, weight, 1);
            self.labels[row] = empty as u32;
            self.slack[row] = f64::NEG_INFINITY;
        }
    }

    /// The row that is farthest from its centre, of clusters that keep a row without it.
    fn farthest(&self) -> Option<usize> {
        let dims = self.points.dims();
        let away = |row: usize| {
            let cluster = self.labels[row] as usize;
            let centre = &self.centres[cluster * dims..(cluster + 1) * dims];
            let may_leave = self.sums.rows[cluster] > 1 && self.slack[row].is_finite();
            may_leave.then(|| squared_distance(self.points.row(row), centre))
        };
        let rows = (0..self.labels.len()).filter_map(|row| Some((row, away(row)?)));
        let farthest = rows.reduce(|best, other| if other.1 > best.1 { other } else { best });
        farthest.filter(|(_, away)| *away > 0.0).map(|(row, _)| row)
    }

    /// To the means of their rows; gives the sum of the squared distances. A centre without rows stays where it is.
    fn move_centres(&mut self) -> f64 {
        let dims = self.points.dims();
        let centres = self.centres.chunks_mut(dims).zip(&self.sums.rows);
        let sums = self.sums.values.chunks(dims).zip(&self.sums.weights);
        let moved = centres.zip(sums).map(|((centre, &rows), (sum, weight))| {
            if rows == 0 {
                return 0.0;
            }
            let mut squared = 0.0;
            for (value, sum) in centre.iter_mut().zip(sum) {
                let mean = sum / weight;
                squared += (*value - mean) * (*value - mean);
                *value = mean;
            }
            squared
        });
        let moved: Vec<f64> = moved.collect();
        for (at, drift) in self.drift.iter_mut().enumerate() {
            let others = moved.iter().enumerate().filter(|(other, _)| *other != at);
            let farthest = others.map(|(_, moved)| *moved).fold(0.0, f64::max);
            *drift += moved[at].sqrt() + farthest.sqrt();
        }
        moved.iter().sum()
    }
}

/// Rows of a chunk to their nearest centres.
struct Chunk<'a> {
    points: Points<'a>,
    /// The first row of the chunk.
    first: usize,
    centres: &'a Centres,
    drift: &'a [f64],
    labels: &'a mut [u32],
    slack: &'a mut [f64],
}

/// Compiled for the registers that this processor has.
impl NullaryFnOnce for Chunk<'_> {
    /// What changes.
    type Output = Sums;

    #[inline(always)]
    fn call(self) -> Sums {
        let mut sums = Sums::new(self.drift.len(), self.points.dims());
        let rows = self.labels.iter_mut().zip(self.slack).enumerate();
        for (at, (label, slack)) in rows {
            if *label != NONE && *slack > self.drift[*label as usize] {
                continue;
            }
            let row = self.first + at;
            let nearest = self.centres.nearest(self.points.row(row));
            let margin = nearest.second_squared.sqrt() - nearest.squared.sqrt();
            *slack = margin + self.drift[nearest.cluster];
            sums.relabel(self.points, row, label, nearest.cluster as u32);
        }
        sums
    }
}

/// What these centres are to the rows.
pub(super) fn optimum(points: Points, centres: Vec<f64>) -> Optimum {
    let clusters = centres.len() / points.dims();
    let nearest = nearest(&centres, points.dims(), points.values());
    let mut found = Optimum {
        centres,
        counts: vec![0; clusters],
        weights: vec![0.0; clusters],
        inertia: 0.0,
    };
    for (row, nearest) in nearest.iter().enumerate() {
        let weight = points.weight(row);
        found.counts[nearest.cluster] += 1;
        found.weights[nearest.cluster] += weight;
        found.inertia += weight * nearest.squared;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    const TO_THE_END: End = End {
        iterations: 1_000,
        moved: 0.0,
    };

    /// Without bounds.
    fn plain(rows: &[f64], dims: usize, mut centres: Vec<f64>) -> Vec<f64> {
        loop {
            let before = centres.clone();
            let nearest = nearest(&centres, dims, rows);
            for (at, centre) in centres.chunks_mut(dims).enumerate() {
                let members = nearest.iter().zip(rows.chunks(dims));
                let members: Vec<&[f64]> = members
                    .filter_map(|(nearest, row)| (nearest.cluster == at).then_some(row))
                    .collect();
                for (dim, value) in centre.iter_mut().enumerate() {
                    *value = members.iter().map(|row| row[dim]).sum::<f64>() / members.len() as f64;
                }
            }
            let moved = squared_distance(&centres, &before);
            if moved < 1e-24 {
                return centres;
            }
        }
    }

    #[test]
    fn bounds_change_nothing() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let rows: Vec<f64> = (0..3_000).map(|_| rng.random_range(-1.0..1.0)).collect();
        for (dims, clusters) in [(2, 3), (3, 10), (1, 2), (10, 17)] {
            let first = rows[..clusters * dims].to_vec();
            let found = search(Points::new(&rows, dims), first.clone(), TO_THE_END);
            for (found, expected) in found.centres.iter().zip(plain(&rows, dims, first)) {
                assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
            }
        }
    }

    #[test]
    fn an_empty_cluster_is_given_the_farthest_row_of_a_cluster_that_keeps_one() {
        let rows = [0.0, 1.0, 5.0, -2.0];
        // The last two are nearest to no row.
        let mut state = State::new(Points::new(&rows, 1), vec![0.0, 5.0, 100.0, 200.0]);
        assert_eq!(state.assign(), 4);
        state.fill_empty();
        assert_eq!(state.labels, [0, 3, 1, 2]);
        assert_eq!(state.sums.rows, [1, 1, 1, 1]);
        assert_eq!(state.sums.values, [0.0, 5.0, -2.0, 1.0]);
    }
}
