//! Coefficients by each method.

use super::design::Design;
use super::glm::{Block, Solution, solve};
use super::units::CodedBlocks;
use super::variance::{Variances, variances};
use super::{Coefficient, NotEstimable, Params, RegressInputs};
use crate::estimate::Rows;
use crate::stats::{Interval, Level, two_sided_p_of_t};
use std::collections::HashMap;

type Fit = Result<Vec<Coefficient>, NotEstimable>;

/// The corpus and its coded rows, by prediction and by code.
struct Blocks<'a> {
    /// Predicted classes.
    classes: Block<'a>,
    /// Probabilities, or predicted classes.
    proxies: Block<'a>,
    coded: Block<'a>,
    coded_proxies: Block<'a>,
    inclusion: Vec<f64>,
    positions: Option<Vec<usize>>,
}

/// Fits of all methods, in their order.
pub(super) fn all(inputs: &RegressInputs, design: &Design, params: Params) -> Vec<Fit> {
    let weights = Weights::new(inputs, design);
    let blocks = Blocks::new(inputs, design, &weights, params);
    let naive = naive(inputs, &blocks);
    let start = naive
        .as_ref()
        .map_or_else(|_| vec![0.0; design.len()], |(of, _)| of.theta.clone());
    let corrected = |lambda: f64, start: &[f64]| {
        let (n, coefficients) = (design.coded.len(), design.len());
        match n > coefficients {
            true => blocks.solve(lambda, start),
            false => Err(NotEstimable::FewCoded { n, coefficients }),
        }
    };
    let of = |solution: Solution, lambda: f64| {
        let variances = blocks.variances(inputs, (&solution, lambda))?;
        Ok((solution, variances, lambda))
    };
    let coded = corrected(0.0, &vec![0.0; design.len()]).and_then(|solution| of(solution, 0.0));
    let dsl = corrected(1.0, &start).and_then(|solution| of(solution, 1.0));
    let powered = powered(inputs, &blocks, &dsl, params.level);
    let shown = |found: Result<(Solution, Variances, f64), NotEstimable>| {
        found.and_then(|(solution, variances, lambda)| {
            let each = solution.theta.iter().enumerate().map(|(column, &value)| {
                coefficient(value, (&variances, column), lambda, params.level)
                    .ok_or_else(|| no_variation(design, column))
            });
            each.collect()
        })
    };
    let naive = naive.map(|(solution, variances)| (solution, variances, 1.0));
    vec![shown(naive), shown(coded), shown(dsl), powered]
}

fn naive(inputs: &RegressInputs, blocks: &Blocks) -> Result<(Solution, Variances), NotEstimable> {
    let (n, coefficients) = (blocks.classes.len(), blocks.classes.design.len());
    if n <= coefficients {
        return Err(NotEstimable::FewRows { n, coefficients });
    }
    let solution = solve(&[(&blocks.classes, 1.0)], &vec![0.0; coefficients])?;
    let variances = variances(inputs, &blocks.classes, None, (&solution, 1.0))?;
    Ok((solution, variances))
}

/// PPI++: each coefficient with the λ that makes its variance least where λ is 1.
fn powered(
    inputs: &RegressInputs,
    blocks: &Blocks,
    dsl: &Result<(Solution, Variances, f64), NotEstimable>,
    level: Level,
) -> Fit {
    let (start, variances, _) = dsl.as_ref().map_err(Clone::clone)?;
    let each = variances.each.iter().enumerate().map(|(column, of)| {
        let lambda = of.least();
        let solution = blocks.solve(lambda, &start.theta)?;
        let variances = blocks.variances(inputs, (&solution, lambda))?;
        let found = coefficient(solution.theta[column], (&variances, column), lambda, level);
        let found = found.ok_or_else(|| no_variation(blocks.classes.design, column))?;
        Ok(Coefficient {
            lambda: Some(lambda),
            ..found
        })
    });
    each.collect()
}

/// A coefficient with the variance of its column at a λ. `None` where nothing varies.
fn coefficient(
    value: f64,
    (variances, column): (&Variances, usize),
    lambda: f64,
    level: Level,
) -> Option<Coefficient> {
    let se = variances.each[column].at(lambda).max(0.0).sqrt();
    let reach = level.t(variances.degrees) * se;
    (se > 0.0).then(|| Coefficient {
        value,
        se,
        interval: Interval {
            low: value - reach,
            high: value + reach,
        },
        p: two_sided_p_of_t(value / se, variances.degrees),
        lambda: None,
    })
}

fn no_variation(design: &Design, column: usize) -> NotEstimable {
    NotEstimable::NoVariation {
        column: design.names().swap_remove(column),
    }
}

/// Weights of the rows that take part.
struct Weights {
    /// What rows of the corpus stand for; empty where all count alike.
    corpus: Vec<f64>,
    /// Of coded rows; they sum to what the rows of the corpus stand for.
    coded: Vec<f64>,
}

impl Weights {
    fn new(inputs: &RegressInputs, design: &Design) -> Self {
        let of_corpus = &inputs.rows.corpus.weights;
        let corpus: Vec<f64> = match of_corpus.is_empty() {
            true => Vec::new(),
            false => (design.corpus.iter())
                .map(|&row| of_corpus[row as usize])
                .collect(),
        };
        let total = match corpus.is_empty() {
            true => design.corpus.len() as f64,
            false => corpus.iter().sum(),
        };
        let raw = design.coded.iter().map(|&row| inputs.rows.weight(row));
        let raw: Vec<f64> = raw.collect();
        let scale = total / raw.iter().sum::<f64>();
        Self {
            corpus,
            coded: raw.iter().map(|weight| scale * weight).collect(),
        }
    }
}

impl<'a> Blocks<'a> {
    fn new(
        inputs: &'a RegressInputs,
        design: &'a Design,
        weights: &'a Weights,
        params: Params,
    ) -> Self {
        let (target, rows) = (inputs.target, &inputs.rows);
        let class = rows.targets[target];
        let predicted = |of: &Rows, row: u32| {
            f64::from(u8::from(usize::from(of.predicted[row as usize]) == class))
        };
        let proxy = |of: &Rows, row: u32| match inputs.uses_scores() {
            true => rows.score(of, target, row),
            false => predicted(of, row),
        };
        let block =
            |of: &'a Rows, at: &'a [u32], weights: &'a [f64], class: &dyn Fn(u32) -> f64| Block {
                design,
                rows: of,
                at,
                class: at.iter().map(|&row| class(row)).collect(),
                weights,
                family: params.family,
            };
        let (corpus, coded) = (&rows.corpus, &rows.coded.rows);
        let is = |row: u32| f64::from(u8::from(rows.coded.is(row, class)));
        let place: HashMap<u32, usize> = match inputs.of_corpus {
            Some(_) => design
                .corpus
                .iter()
                .enumerate()
                .map(|(at, &row)| (row, at))
                .collect(),
            None => HashMap::new(),
        };
        let position = |of: &Vec<u32>| {
            design
                .coded
                .iter()
                .map(|&row| place[&of[row as usize]])
                .collect()
        };
        let inclusion = (design.coded.iter()).map(|&row| 1.0 / rows.drawn_for(row));
        Self {
            classes: block(corpus, &design.corpus, &weights.corpus, &|row| {
                predicted(corpus, row)
            }),
            proxies: block(corpus, &design.corpus, &weights.corpus, &|row| {
                proxy(corpus, row)
            }),
            coded: block(coded, &design.coded, &weights.coded, &is),
            coded_proxies: block(coded, &design.coded, &weights.coded, &|row| {
                proxy(coded, row)
            }),
            inclusion: match rows.coded.weights.is_empty() {
                true => Vec::new(),
                false => inclusion.collect(),
            },
            positions: inputs.of_corpus.as_ref().map(position),
        }
    }

    /// Solves the equations at a λ.
    fn solve(&self, lambda: f64, start: &[f64]) -> Result<Solution, NotEstimable> {
        let coded = (&self.coded, 1.0);
        match lambda == 0.0 {
            true => solve(&[coded], start),
            false => solve(
                &[
                    coded,
                    (&self.proxies, lambda),
                    (&self.coded_proxies, -lambda),
                ],
                start,
            ),
        }
    }

    fn variances(
        &self,
        inputs: &RegressInputs,
        solution: (&Solution, f64),
    ) -> Result<Variances, NotEstimable> {
        let coded = CodedBlocks {
            truth: &self.coded,
            proxy: &self.coded_proxies,
            inclusion: &self.inclusion,
            positions: self.positions.as_deref(),
        };
        variances(inputs, &self.proxies, Some(coded), solution)
    }
}
