//! Coefficients with standard errors: model-based, or design-based for weights, strata and clusters.

use super::cholesky::Factor;
use super::problem::Problem;
use super::{Logistic, problem};
use crate::examples::Examples;
use evenhand_stats::stats::gram;
use evenhand_stats::stats::linearised::Spread;
use evenhand_stats::stats::{Interval, Level, two_sided_p, two_sided_p_of_t};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// No table of more coefficients is made: it would take minutes, and nobody reads it.
const MOST_COEFFICIENTS: usize = 2_000;

/// What standard errors are told by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Errors<'a> {
    /// The curvature of the penalised loss: of independent rows that the model describes, whose weights are numbers of
    /// rows.
    Model,
    /// The sandwich: of rows that were drawn with weights, by stratum and by cluster, whether or not the model describes
    /// them. Strata and clusters are by row of the frame; empty where there were none.
    Design {
        strata: &'a [u32],
        clusters: &'a [u32],
    },
}

/// An estimate with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub se: f64,
    pub interval: Interval,
}

/// A row of a table of coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// `(intercept)`, or the name of a column of the design matrix.
    pub name: String,
    /// The column of the data; `None` of the intercept.
    pub source: Option<String>,
    /// The class whose log-odds against the first class it is about.
    pub class: usize,
    /// Of the column at mean 0 and standard deviation 1.
    pub standardised: Estimate,
    /// Of the column as it is.
    pub raw: Estimate,
    /// The estimate of the column as it is by its standard error.
    pub statistic: f64,
    /// Of the test that the coefficient of the column as it is is 0: two-sided.
    pub p: f64,
    /// True if the column follows from others, and no penalty decides between them.
    pub is_dependent: bool,
}

/// Coefficients of a logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct CoefficientTable {
    pub rows: Vec<Coefficient>,
    /// Degrees of freedom of Student's t; `None` where the statistic is normal.
    pub degrees: Option<f64>,
}

impl Logistic {
    /// The table of coefficients of a model that was fitted to these rows. `None` of an L1 penalty, which
    /// chooses by the rows what stays, of more than 2,000 coefficients, and of one independent unit.
    ///
    /// # Formula
    ///
    /// With `H` the curvature of the penalised loss, `H = Σ w p (1 - p) z zᵀ + penalty`, and `u_c` the sum of the scores
    /// `w (y - p) z` of the rows of cluster `c` of `n_h` in stratum `h`, the variances are the diagonal of
    ///
    /// ```text
    /// H⁻¹                                                                     model
    /// H⁻¹ (Σ_h n_h / (n_h - 1) Σ_c (u_c - mean of u)(u_c - mean of u)ᵀ) H⁻¹     design
    /// ```
    ///
    /// The second is R's `survey::svyglm` (Binder, D. A. (1983), Int. Stat. Rev. 51, 279-292), with clusters less strata
    /// degrees of freedom, and as many fewer as there are slopes that no penalty holds. A penalty draws coefficients to 0
    /// (or to the source's): intervals are about what the penalised fit estimates.
    pub fn table(
        &self,
        examples: &Examples,
        rows: &[usize],
        errors: Errors,
        level: Level,
    ) -> Option<CoefficientTable> {
        let design = self.training_design(examples, rows);
        let problem = problem(examples, rows, &design);
        let size = problem.size();
        if self.l1_share > 0.0 || problem.outputs * size > MOST_COEFFICIENTS {
            return None;
        }
        let theta = self.theta(problem.stride());
        let probabilities = problem.slopes(&theta).probabilities;
        let factor = self.curvature(&problem, &probabilities);
        let variances = Variances::new(&problem, &probabilities, &factor, rows, errors)?;
        let free = match self.penalty > 0.0 {
            true => 0,
            false => size - 1 - factor.dependent.len().min(size - 1),
        };
        let degrees = variances.degrees(free);
        let fit = Fit {
            problem: &problem,
            theta: &theta,
            variances: &variances,
            quantile: degrees.map_or(level.z(), |degrees| level.t(degrees)),
        };
        let classes = usize::from(problem.outputs > 1)..problem.outputs;
        let all = classes.flat_map(|output| (0..size).map(move |at| (output, at)));
        let all: Vec<(usize, usize)> = all.collect();
        let of = |&(output, at): &(usize, usize)| {
            let raw = fit.estimate(output, &self.as_it_is(at));
            let statistic = raw.value / raw.se;
            let column = at.checked_sub(1).map(|at| &self.encoder.design_columns[at]);
            Coefficient {
                name: column.map_or("(intercept)".into(), |column| column.name.clone()),
                source: column.map(|column| column.source.clone()),
                class: output + usize::from(problem.outputs == 1),
                standardised: fit.estimate(output, &[(at, 1.0)]),
                raw,
                statistic,
                p: match degrees {
                    Some(degrees) => two_sided_p_of_t(statistic, degrees),
                    None => two_sided_p(statistic),
                },
                is_dependent: factor.dependent.contains(&(output * size + at)),
            }
        };
        Some(CoefficientTable {
            rows: all.par_iter().map(of).collect(),
            degrees,
        })
    }

    /// A coefficient of the columns as they are, from those of the standardised columns.
    fn as_it_is(&self, at: usize) -> Vec<(usize, f64)> {
        let design = &self.encoder.design_columns;
        if at > 0 {
            return vec![(at, design[at - 1].scale.recip())];
        }
        let shifts = (1..).zip(design);
        let shifts = shifts.map(|(at, column)| (at, -column.centre / column.scale));
        std::iter::once((0, 1.0)).chain(shifts).collect()
    }

    /// The curvature of the penalised loss.
    fn curvature(&self, problem: &Problem, probabilities: &[f64]) -> Factor {
        let (outputs, size, stride) = (problem.outputs, problem.size(), problem.stride());
        let mut blocks = Vec::new();
        for k in 0..outputs {
            for l in 0..=k {
                blocks.push(problem.gram(|row| {
                    let p = &probabilities[row * outputs..(row + 1) * outputs];
                    let other = if k == l { 1.0 - p[k] } else { p[l] };
                    problem.weights[row] * p[k] * other
                }));
            }
        }
        let mean = |gram: &Vec<f64>| (0..size).map(|i| gram[i * stride + i]).sum::<f64>();
        let steady = mean(&blocks[0]) / size as f64;
        Factor::new(outputs * size, |i, j| {
            let ((k, i), (l, j)) = ((i / size, i % size), (j / size, j % size));
            // Of two outputs of a pair only the upper triangle is known.
            let (first, last) = (i.min(j), i.max(j));
            let product = blocks[k * (k + 1) / 2 + l][first * stride + last];
            let ridge = if k == l && i == j && i > 0 {
                self.penalty
            } else {
                0.0
            };
            // Only differences between classes are told by the data; what all have in common is held in place.
            let common = if outputs > 1 && i == j { steady } else { 0.0 };
            (if k == l { product } else { -product }) + ridge + common
        })
    }
}

/// A fit, and what its uncertainty is told by.
struct Fit<'a> {
    problem: &'a Problem<'a>,
    theta: &'a [f64],
    variances: &'a Variances,
    quantile: f64,
}

impl Fit<'_> {
    /// A sum of coefficients of an output, each times a factor; of more than one output less that of the first.
    fn estimate(&self, output: usize, of: &[(usize, f64)]) -> Estimate {
        let size = self.problem.size();
        let own = of.iter().map(|(at, by)| (output * size + at, *by));
        let first = of.iter().filter(|_| output > 0);
        let first = first.map(|(at, by)| (*at, -by));
        let contrast: Vec<(usize, f64)> = own.chain(first).collect();
        let stride = self.problem.stride();
        let coefficient = |at: usize| self.theta[at / size * stride + at % size];
        let terms = contrast.iter().map(|(at, by)| by * coefficient(*at));
        let (value, se) = (terms.sum::<f64>(), self.variances.of(&contrast).sqrt());
        Estimate {
            value,
            se,
            interval: Interval {
                low: value - self.quantile * se,
                high: value + self.quantile * se,
            },
        }
    }
}

/// What variances are computed from.
enum Variances {
    Model(Vec<Vec<f64>>),
    Design {
        inverse: Vec<Vec<f64>>,
        units: Units,
        /// `[units, coefficients]`.
        scores: Vec<f64>,
    },
}

impl Variances {
    /// `None` of one independent unit.
    fn new(
        problem: &Problem,
        probabilities: &[f64],
        factor: &Factor,
        rows: &[usize],
        errors: Errors,
    ) -> Option<Self> {
        let inverse = factor.inverse();
        let Errors::Design { strata, clusters } = errors else {
            return Some(Self::Model(inverse));
        };
        let units = Units::new(rows, strata, clusters);
        (units.count > 1).then(|| Self::Design {
            inverse,
            scores: units.scores(problem, probabilities),
            units,
        })
    }

    /// The variance of a sum of coefficients.
    fn of(&self, contrast: &[(usize, f64)]) -> f64 {
        match self {
            Self::Model(inverse) => {
                let row = |at: usize| {
                    let terms = contrast.iter();
                    terms
                        .map(|(other, by)| by * inverse[at][*other])
                        .sum::<f64>()
                };
                contrast.iter().map(|(at, factor)| factor * row(*at)).sum()
            }
            Self::Design {
                inverse,
                units,
                scores,
            } => {
                let mut moves = vec![0.0; inverse.len()];
                for (at, factor) in contrast {
                    gram::add(&mut moves, *factor, &inverse[*at]);
                }
                let influence = scores.chunks_exact(inverse.len());
                let influence = influence.map(|scores| {
                    let terms = scores.iter().zip(&moves);
                    terms.map(|(score, by)| score * by).sum::<f64>()
                });
                units.spread(&influence.collect::<Vec<_>>()).variance
            }
        }
    }

    fn degrees(&self, slopes: usize) -> Option<f64> {
        match self {
            Self::Model(_) => None,
            Self::Design { units, .. } => {
                let of_design = units.spread(&vec![0.0; units.count]).degrees;
                Some((of_design - slopes as f64).max(1.0))
            }
        }
    }
}

/// Independent units: rows, or clusters of rows, ordered by stratum.
struct Units {
    /// By row.
    unit_of: Vec<usize>,
    /// The first unit of each stratum, and the number of all.
    starts: Vec<usize>,
    count: usize,
}

impl Units {
    fn new(rows: &[usize], strata: &[u32], clusters: &[u32]) -> Self {
        let key = |(at, &row): (usize, &usize)| {
            let stratum = strata.get(row).copied().unwrap_or(0);
            (stratum, clusters.get(row).map_or(at, |of| *of as usize))
        };
        let keys: Vec<(u32, usize)> = rows.iter().enumerate().map(key).collect();
        let mut places: BTreeMap<(u32, usize), usize> = keys.iter().map(|key| (*key, 0)).collect();
        let mut starts = Vec::new();
        let mut stratum = None;
        for (at, (key, place)) in places.iter_mut().enumerate() {
            *place = at;
            if stratum.replace(key.0) != Some(key.0) {
                starts.push(at);
            }
        }
        let count = places.len();
        starts.push(count);
        Self {
            unit_of: keys.iter().map(|key| places[key]).collect(),
            starts,
            count,
        }
    }

    /// Sums of scores by unit, `[units, coefficients]`.
    fn scores(&self, problem: &Problem, probabilities: &[f64]) -> Vec<f64> {
        let (outputs, size) = (problem.outputs, problem.size());
        let mut sums = vec![0.0; self.count * outputs * size];
        for (row, unit) in self.unit_of.iter().enumerate() {
            let sums = &mut sums[unit * outputs * size..(unit + 1) * outputs * size];
            let residuals = problem.residuals(row, &probabilities[row * outputs..]);
            for (output, residual) in residuals.enumerate() {
                let sums = &mut sums[output * size..(output + 1) * size];
                for (column, sum) in sums.iter_mut().enumerate() {
                    *sum -= residual * problem.at(row, column);
                }
            }
        }
        sums
    }

    fn spread(&self, influence: &[f64]) -> Spread {
        let strata = self.starts.windows(2);
        let strata = strata.map(|ends| &influence[ends[0]..ends[1]]);
        Spread::of_strata(strata.map(|of| of.iter().map(|influence| (*influence, 1.0))))
    }
}

#[cfg(test)]
mod tests;
