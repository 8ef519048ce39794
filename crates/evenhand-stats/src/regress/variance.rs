//! Sandwich variances of coefficients that predictions and coded rows make together.
//!
//! With `a` the score of a row by its prediction and `s` by its code, `w` the weights of the coded rows and λ what
//! predictions count, coefficients solve `Σ λ a + Σ w (s - λ a) = 0`: the first sum over the corpus, the second over
//! the coded rows. To first order they move by a sum of one vector a row, linear in λ (Taylor linearisation, as in
//! `estimate`), so their variances are quadratic in λ.

use super::glm::{Block, Solution};
use super::{NotEstimable, RegressInputs};
use rayon::prelude::*;

/// Rows that are worked out at a time.
const CHUNK: usize = 65_536;

/// The variance of a coefficient, `base + 2 λ mixed + λ² slope`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Quadratic {
    pub base: f64,
    pub mixed: f64,
    pub slope: f64,
}

impl Quadratic {
    pub fn at(self, lambda: f64) -> f64 {
        self.base + 2.0 * lambda * self.mixed + lambda * lambda * self.slope
    }

    /// The λ from 0 to 1 that makes it least.
    pub fn least(self) -> f64 {
        match self.slope > 0.0 {
            true => (-self.mixed / self.slope).clamp(0.0, 1.0),
            false => 0.0,
        }
    }

    fn times(self, factor: f64) -> Self {
        Self {
            base: factor * self.base,
            mixed: factor * self.mixed,
            slope: factor * self.slope,
        }
    }

    fn add(&mut self, factor: f64, (base, slope): (f64, f64)) {
        self.base += factor * base * base;
        self.mixed += factor * base * slope;
        self.slope += factor * slope * slope;
    }
}

/// Variances of all coefficients.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variances {
    pub each: Vec<Quadratic>,
    /// Degrees of freedom of Student's t; `None` of independent rows, which are many.
    pub degrees: Option<f64>,
}

/// How far a row moves a coefficient: `base + λ slope`.
type Moves = (f64, f64);

/// Coded rows by their codes and by their predictions.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodedBlocks<'a> {
    pub truth: &'a Block<'a>,
    pub proxy: &'a Block<'a>,
    /// Inclusion probabilities; empty where all are alike.
    pub inclusion: &'a [f64],
    /// For each the position in the corpus; `None` of rows from elsewhere.
    pub positions: Option<&'a [usize]>,
}

/// Variances of all coefficients at a solution.
///
/// Of independent rows times n/(n - p), as HC1; of clusters times G/(G - 1) · (n - 1)/(n - p), as statsmodels has it,
/// with the numbers of coded rows and of clusters with coded rows; there are G - 1 degrees of freedom then. Rows of a
/// stratum were drawn without replacement.
pub(super) fn variances(
    inputs: &RegressInputs,
    corpus: &Block,
    coded: Option<CodedBlocks>,
    solution: &Solution,
) -> Result<Variances, NotEstimable> {
    let k = solution.theta.len();
    let rows = coded.map_or(corpus.len(), |coded| coded.truth.len()) as f64;
    let (of_coded, centre) = coded.map_or_else(
        || (Vec::new(), vec![(0.0, 0.0); k]),
        |coded| coded_moves(&coded, solution),
    );
    let mut sums = Accumulator::new(inputs, k);
    let mut at_position = vec![u32::MAX; if of_coded.is_empty() { 0 } else { corpus.len() }];
    if let Some(coded) = coded {
        for (at, moves) in of_coded.iter().enumerate() {
            sums.note_coded(&inputs.rows.coded.rows.clusters, coded.truth.at[at]);
            match coded.positions {
                Some(positions) => at_position[positions[at]] = at as u32,
                None => sums.add(&inputs.rows.coded.rows.clusters, coded.truth.at[at], moves),
            }
        }
    }
    let own = |at: usize| {
        let own = *at_position.get(at)?;
        of_coded.get(own as usize)
    };
    sums.add_corpus(inputs, corpus, solution, &centre, own);
    if inputs.rows.clusters > 0 {
        return sums.of_clusters(rows, k, coded.is_some());
    }
    let mut each = sums.rows;
    if let Some(coded) = coded {
        by_strata(inputs, &coded, &of_coded, &mut each);
    }
    let scale = rows / (rows - k as f64);
    Ok(Variances {
        each: each.into_iter().map(|of| of.times(scale)).collect(),
        degrees: None,
    })
}

/// How far a row that stands for itself moves the coefficients by its score, as a slope.
fn influence(block: &Block, at: usize, solution: &Solution) -> Vec<Moves> {
    let mut x = vec![0.0; solution.theta.len()];
    let (residual, _) = block.residual(at, &solution.theta, &mut x);
    let moves = solution.inverse.iter().map(|row| {
        let product: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
        (0.0, residual * product)
    });
    moves.collect()
}

/// How far coded rows move the coefficients, each less the weighted mean, which comes second.
fn coded_moves(coded: &CodedBlocks, solution: &Solution) -> (Vec<Vec<Moves>>, Vec<Moves>) {
    let k = solution.theta.len();
    let both = |at: usize| -> Vec<Moves> {
        let truth = influence(coded.truth, at, solution);
        let proxy = influence(coded.proxy, at, solution);
        let pairs = truth.iter().zip(proxy);
        pairs.map(|(truth, proxy)| (truth.1, -proxy.1)).collect()
    };
    let mut moves: Vec<Vec<Moves>> = (0..coded.truth.len()).map(both).collect();
    let mut centre = vec![(0.0, 0.0); k];
    let total: f64 = (0..moves.len()).map(|at| coded.truth.weight(at)).sum();
    for (at, of) in moves.iter().enumerate() {
        let share = coded.truth.weight(at) / total;
        centre
            .iter_mut()
            .zip(of)
            .for_each(|(to, of)| *to = (to.0 + share * of.0, to.1 + share * of.1));
    }
    for (at, of) in moves.iter_mut().enumerate() {
        let weight = coded.truth.weight(at);
        of.iter_mut().zip(&centre).for_each(|(to, centre)| {
            *to = (weight * (to.0 - centre.0), weight * (to.1 - centre.1));
        });
    }
    (moves, centre)
}

/// Puts the variance within strata in the place of that between all coded rows.
///
/// Independent draws with probabilities π add `Σ (1 - π) z²` to the variance; draws of fixed numbers without
/// replacement add `Σ (1 - π) (z - mean of the stratum)² n/(n - 1)`: Cochran, W. G. (1977), Sampling Techniques,
/// section 5.6.
fn by_strata(
    inputs: &RegressInputs,
    coded: &CodedBlocks,
    moves: &[Vec<Moves>],
    found: &mut [Quadratic],
) {
    let strata = &inputs.rows.coded.strata;
    if strata.is_empty() || coded.inclusion.is_empty() {
        return;
    }
    let stratum = |at: usize| strata[coded.truth.at[at] as usize] as usize;
    let count = (0..moves.len())
        .map(|at| stratum(at) + 1)
        .max()
        .unwrap_or(0);
    for (column, of) in found.iter_mut().enumerate() {
        let mut sums = vec![(0.0, (0.0, 0.0)); count];
        for (at, moves) in moves.iter().enumerate() {
            let (n, sum) = &mut sums[stratum(at)];
            *n += 1.0;
            *sum = (sum.0 + moves[column].0, sum.1 + moves[column].1);
        }
        for (at, moves) in moves.iter().enumerate() {
            let left = 1.0 - coded.inclusion[at];
            let (n, sum) = sums[stratum(at)];
            if n > 1.0 {
                let own = moves[column];
                of.add(-left, own);
                of.add(left * n / (n - 1.0), (own.0 - sum.0 / n, own.1 - sum.1 / n));
            }
        }
    }
}

/// Sums of squares, over rows or over clusters.
struct Accumulator {
    rows: Vec<Quadratic>,
    /// `[cluster][coefficient]`; empty where rows are independent.
    clusters: Vec<Vec<Moves>>,
    has_coded: Vec<bool>,
}

impl Accumulator {
    fn new(inputs: &RegressInputs, k: usize) -> Self {
        Self {
            rows: vec![Quadratic::default(); k],
            clusters: vec![Vec::new(); inputs.rows.clusters],
            has_coded: vec![false; inputs.rows.clusters],
        }
    }

    fn note_coded(&mut self, clusters: &[u32], row: u32) {
        if let Some(&cluster) = clusters.get(row as usize) {
            self.has_coded[cluster as usize] = true;
        }
    }

    fn add(&mut self, clusters: &[u32], row: u32, moves: &[Moves]) {
        match clusters.get(row as usize) {
            None => {
                let pairs = self.rows.iter_mut().zip(moves);
                pairs.for_each(|(of, moves)| of.add(1.0, *moves));
            }
            Some(&cluster) => {
                let sums = &mut self.clusters[cluster as usize];
                sums.resize(moves.len(), (0.0, 0.0));
                sums.iter_mut()
                    .zip(moves)
                    .for_each(|(to, own)| *to = (to.0 + own.0, to.1 + own.1));
            }
        }
    }

    /// Adds all rows of the corpus: by their predictions, and by their codes where they are coded.
    fn add_corpus<'a>(
        &mut self,
        inputs: &RegressInputs,
        corpus: &Block,
        solution: &Solution,
        centre: &[Moves],
        own: impl Fn(usize) -> Option<&'a Vec<Moves>> + Sync,
    ) {
        for start in (0..corpus.len()).step_by(CHUNK) {
            let end = corpus.len().min(start + CHUNK);
            let moves = (start..end).into_par_iter().map(|at| {
                let weight = corpus.weight(at);
                let mut moves = influence(corpus, at, solution);
                moves.iter_mut().zip(centre).for_each(|(value, centre)| {
                    *value = (weight * centre.0, weight * (value.1 + centre.1));
                });
                let own = own(at).into_iter().flatten();
                let pairs = moves.iter_mut().zip(own);
                pairs.for_each(|(to, own)| *to = (to.0 + own.0, to.1 + own.1));
                moves
            });
            for (at, moves) in (start..end).zip(moves.collect::<Vec<_>>()) {
                self.add(&inputs.rows.corpus.clusters, corpus.at[at], &moves);
            }
        }
    }

    fn of_clusters(self, rows: f64, k: usize, is_coded: bool) -> Result<Variances, NotEstimable> {
        let used = self.clusters.iter().filter(|sums| !sums.is_empty()).count();
        let with_coded = self.has_coded.iter().filter(|has| **has).count();
        let groups = if is_coded { with_coded } else { used } as f64;
        if groups < 2.0 {
            return Err(NotEstimable::OneCluster);
        }
        let scale = groups / (groups - 1.0) * (rows - 1.0) / (rows - k as f64);
        let mut each = self.rows;
        for sums in &self.clusters {
            each.iter_mut()
                .zip(sums)
                .for_each(|(of, sums)| of.add(scale, *sums));
        }
        Ok(Variances {
            each,
            degrees: Some(groups - 1.0),
        })
    }
}
