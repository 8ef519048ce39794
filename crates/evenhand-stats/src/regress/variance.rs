//! Sandwich variances of coefficients that predictions and coded rows make together.
//!
//! With `a` the score of a row by its prediction and `s` by its code, `w` the weights of the coded rows and λ what
//! predictions count, coefficients solve `Σ λ a + Σ w (s - λ a) = 0`: the first sum over the corpus, the second over
//! the coded rows. To first order they move by a sum of one vector a row, linear in λ (Taylor linearisation, as in
//! `estimate`), so their variances are quadratic in λ.
//!
//! A row pulls coefficients towards itself, so that its residual is too small. What it moves them by is therefore
//! found as if they were estimated without it (`removed.rs`), and likewise for clusters.

use super::glm::{Block, Solution};
use super::removed::{Information, Moves};
use super::units::{CodedBlocks, Unit, Units};
use super::{NotEstimable, RegressInputs};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Units that one thread sums up at a time: few, since a cluster may be large. Sums are added in the order of the units,
/// whoever made them.
const CHUNK: usize = 32;

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

    fn plus(&mut self, other: Self) {
        self.base += other.base;
        self.mixed += other.mixed;
        self.slope += other.slope;
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
    /// Degrees of freedom of Student's t.
    pub degrees: f64,
}

/// Variances of all coefficients at a solution for a λ.
///
/// # Formula
///
/// With `J` the information, and `s_u` and `J_u` the parts of the scores and of the information that a unit has, a row
/// or a cluster, `d_u = (J - J_u)⁻¹ s_u` is how far coefficients move without it, to first order (exactly, if the model
/// is linear and weights are fixed). The variance is `Σ d_u²`: of rows HC3 (MacKinnon, J. G. and White, H. (1985),
/// J. Econometrics 29, 305-325); of clusters `(G - 1)/G Σ d_u²`, CV3 (MacKinnon, J. G., Nielsen, M. Ø. and Webb, M. D.
/// (2023), J. Appl. Econometrics 38, 671-694). `G` is the number of clusters, those with coded rows where coded rows
/// count. Degrees of freedom are (coded) rows less coefficients, or `G - 1`. Rows of a stratum were drawn without
/// replacement.
pub(super) fn variances(
    inputs: &RegressInputs,
    corpus: &Block,
    coded: Option<CodedBlocks>,
    (solution, lambda): (&Solution, f64),
) -> Result<Variances, NotEstimable> {
    let (k, rows) = (
        solution.theta.len(),
        coded.map_or(corpus.len(), |coded| coded.truth.len()),
    );
    let units = Units::new(inputs, corpus, coded.as_ref());
    let (of_coded, centre) = coded.map_or_else(
        || (Vec::new(), vec![(0.0, 0.0); k]),
        |coded| coded_moves(&coded, solution),
    );
    let moved = Moved {
        corpus,
        coded,
        solution,
        lambda,
        of_coded: &of_coded,
        centre: &centre,
    };
    let mut each = moved.squares(&units);
    if inputs.rows.clusters == 0 {
        moved.by_strata(inputs, &units, &mut each);
        let degrees = (rows - k) as f64;
        return Ok(Variances { each, degrees });
    }
    let groups = units.count(coded.is_some()) as f64;
    if groups < 2.0 {
        return Err(NotEstimable::OneCluster);
    }
    let degrees = groups - 1.0;
    let each = each.into_iter().map(|of| of.times(degrees / groups));
    Ok(Variances {
        each: each.collect(),
        degrees,
    })
}

/// What is needed to find how far units move the coefficients.
struct Moved<'a> {
    corpus: &'a Block<'a>,
    coded: Option<CodedBlocks<'a>>,
    solution: &'a Solution,
    lambda: f64,
    of_coded: &'a [Vec<Moves>],
    centre: &'a [Moves],
}

impl Moved<'_> {
    /// For each coefficient the sum of squares over units.
    fn squares(&self, units: &Units) -> Vec<Quadratic> {
        let k = self.solution.theta.len();
        let starts: Vec<usize> = (0..units.len()).step_by(CHUNK).collect();
        let sums = starts.into_par_iter().map(|start| {
            let mut sums = vec![Quadratic::default(); k];
            for unit in (start..units.len().min(start + CHUNK)).map(|at| units.unit(at)) {
                let (mut moves, information) = self.by_unit(unit);
                information.without(&self.solution.inverse, &mut moves);
                let pairs = sums.iter_mut().zip(moves);
                pairs.for_each(|(sum, moves)| sum.add(1.0, moves));
            }
            sums
        });
        let mut all = vec![Quadratic::default(); k];
        for sums in sums.collect::<Vec<_>>() {
            all.iter_mut().zip(sums).for_each(|(to, of)| to.plus(of));
        }
        all
    }

    /// Adds the rows of a unit: those of the corpus by their predictions, and coded ones by their codes.
    fn by_unit(&self, unit: Unit) -> (Vec<Moves>, Information) {
        let k = self.solution.theta.len();
        let (mut moves, mut x) = (vec![(0.0, 0.0); k], vec![0.0; k]);
        let mut information = Information::default();
        for &at in unit.corpus {
            let weight = self.corpus.weight(at as usize);
            let (by, slope) = influence(self.corpus, at as usize, self.solution, &mut x);
            information.add(self.lambda * weight * slope, &x);
            let pairs = moves.iter_mut().zip(by).zip(self.centre);
            pairs.for_each(|((to, by), centre)| {
                *to = (to.0 + weight * centre.0, to.1 + weight * (by + centre.1));
            });
        }
        if let Some(coded) = self.coded {
            for at in unit.coded.iter().map(|&at| at as usize) {
                let weight = coded.truth.weight(at);
                let blocks = [(coded.truth, weight), (coded.proxy, -self.lambda * weight)];
                for (block, factor) in blocks {
                    let (_, slope) = block.residual(at, &self.solution.theta, &mut x);
                    information.add(factor * slope, &x);
                }
                let pairs = moves.iter_mut().zip(&self.of_coded[at]);
                pairs.for_each(|(to, own)| *to = (to.0 + own.0, to.1 + own.1));
            }
        }
        (moves, information)
    }

    /// Puts the variance within strata in the place of that between all coded rows.
    ///
    /// Independent draws with probabilities π add `Σ (1 - π) z²` to the variance; draws of fixed numbers without
    /// replacement add `Σ (1 - π) (z - mean of the stratum)² n/(n - 1)`: Cochran, W. G. (1977), Sampling Techniques,
    /// section 5.6.
    fn by_strata(&self, inputs: &RegressInputs, units: &Units, found: &mut [Quadratic]) {
        let strata = &inputs.rows.coded.strata;
        let Some(coded) = self
            .coded
            .filter(|of| !strata.is_empty() && !of.inclusion.is_empty())
        else {
            return;
        };
        let mut each: BTreeMap<u32, Vec<(f64, Vec<Moves>)>> = BTreeMap::new();
        for unit in (0..units.len()).map(|at| units.unit(at)) {
            for at in unit.coded.iter().map(|&at| at as usize) {
                let mut own = self.of_coded[at].clone();
                let (_, information) = self.by_unit(unit);
                information.without(&self.solution.inverse, &mut own);
                let stratum = strata[coded.truth.at[at] as usize];
                let rows = each.entry(stratum).or_default();
                rows.push((1.0 - coded.inclusion[at], own));
            }
        }
        for rows in each.values().filter(|rows| rows.len() > 1) {
            let n = rows.len() as f64;
            for (column, of) in found.iter_mut().enumerate() {
                let mean = |part: fn(&Moves) -> f64| {
                    rows.iter().map(|(_, own)| part(&own[column])).sum::<f64>() / n
                };
                let mean = (mean(|of| of.0), mean(|of| of.1));
                for (left, own) in rows {
                    let own = own[column];
                    of.add(-left, own);
                    of.add(left * n / (n - 1.0), (own.0 - mean.0, own.1 - mean.1));
                }
            }
        }
    }
}

/// How far a row that stands for itself moves the coefficients by its score, and the slope of the mean; `x` becomes its
/// row of the design matrix.
fn influence(block: &Block, at: usize, solution: &Solution, x: &mut [f64]) -> (Vec<f64>, f64) {
    let (residual, slope) = block.residual(at, &solution.theta, x);
    let moves = solution.inverse.iter().map(|row| {
        let product: f64 = row.iter().zip(&*x).map(|(a, b)| a * b).sum();
        residual * product
    });
    (moves.collect(), slope)
}

/// How far coded rows move the coefficients, each less the weighted mean, which comes second.
fn coded_moves(coded: &CodedBlocks, solution: &Solution) -> (Vec<Vec<Moves>>, Vec<Moves>) {
    let k = solution.theta.len();
    let mut x = vec![0.0; k];
    let mut both = |at: usize| -> Vec<Moves> {
        let (truth, _) = influence(coded.truth, at, solution, &mut x);
        let (proxy, _) = influence(coded.proxy, at, solution, &mut x);
        let pairs = truth.into_iter().zip(proxy);
        pairs.map(|(truth, proxy)| (truth, -proxy)).collect()
    };
    let mut moves: Vec<Vec<Moves>> = (0..coded.truth.len()).map(&mut both).collect();
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
