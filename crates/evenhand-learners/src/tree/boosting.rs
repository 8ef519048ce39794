//! Gradient boosting: trees that each correct the sum of those before.

use super::bins::Bins;
use super::gradient::{Limits, Newton};
use super::grow::Grower;
use super::histogram::Layout;
use super::loss::{Loss, log_loss};
use super::model::{Link, Tree, TreeEnsemble};
use super::node::{View, views};
use crate::error::LearnerError;
use crate::examples::Examples;
use crate::frame::Values;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a column may move a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The second class never gets less likely when the number grows.
    Increasing,
    /// The second class never gets more likely when the number grows.
    Decreasing,
}

/// Settings of gradient boosting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// The most rounds, each of which adds a tree an output.
    pub rounds: usize,
    /// What leaf values are multiplied by.
    pub learning_rate: f64,
    /// The most leaves of a tree.
    pub leaves: usize,
    /// Added to the second derivative of a leaf, which shrinks its value.
    pub l2: f64,
    /// The fewest training rows of a leaf.
    pub min_rows: usize,
    /// The least sum of second derivatives of a leaf.
    pub min_hessian: f64,
    /// Rounds without a lower loss on the validation rows after which training stops.
    pub patience: usize,
    /// By the name of a column of numbers. Of two classes only.
    pub monotone: BTreeMap<String, Direction>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            rounds: 500,
            learning_rate: 0.1,
            leaves: 31,
            l2: 1.0,
            min_rows: 20,
            min_hessian: 1e-3,
            patience: 20,
            monotone: BTreeMap::new(),
        }
    }
}

/// When to stop adding trees.
#[derive(Debug, Clone, Copy)]
pub enum Stop<'a> {
    /// These rows, which are not learned from: no lower loss on them for `patience` rounds. The rounds with the lowest
    /// loss are kept.
    Validation(&'a [usize]),
    /// The number of rounds.
    After(usize),
}

/// A boosted ensemble with its learning curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub model: TreeEnsemble,
    /// The rounds that are kept: 0 where trees only made it worse.
    pub rounds: usize,
    /// Weighted mean log loss of the validation rows after 0, 1, ... rounds; empty without such rows.
    pub curve: Vec<f64>,
}

/// Fits boosted trees to `rows`.
///
/// With [`Examples::margins`] trees are added to those, and the model holds what they add, without a constant of its
/// own: so boosting is continued from a source.
///
/// # Formula
///
/// Newton boosting (Chen, T. and Guestrin, C. (2016), KDD, 785-794) of the log loss, by leaf-wise growth on
/// histograms (Ke, G. et al. (2017), NeurIPS, 3146-3154). For K > 2 classes the second derivative is
/// `K / (K - 1) p (1 - p)` (Friedman, J. (2001), Ann. Stat. 29, 1189-1232).
///
/// # Errors
/// As [`Examples::check`], and for a monotone column that is not one of numbers, or of more than two classes.
pub fn fit(
    examples: &Examples,
    rows: &[usize],
    stop: Stop,
    params: &Params,
) -> Result<Fitted, LearnerError> {
    examples.check(rows, "gradient boosting")?;
    let bins = Bins::new(examples.frame, rows);
    let mut loss = Loss::new(examples, rows);
    let base = loss.base();
    let newton = Newton {
        units: loss.units(),
        l2: params.l2,
        least_rows: params.min_rows.max(1),
        least_second: params.min_hessian,
        limits: Limits::NONE,
        direction: 0,
        levels_l2: 0.0,
    };
    let directions = directions(examples, params)?;
    let mut grower = Grower::new(Layout::new(&bins), params.leaves, directions);
    let (most, mut validation) = match stop {
        Stop::After(rounds) => (rounds, None),
        Stop::Validation(rows) => {
            let validation = Validation::new(examples, rows, &base);
            (params.rounds, Some(validation))
        }
    };
    let mut trees: Vec<Tree> = Vec::new();
    for _ in 0..most {
        let first = trees.len();
        loss.start_round();
        for output in 0..base.len() {
            loss.gradients(output, grower.packed());
            trees.push(loss.add(grower.grow(newton, params.learning_rate, output)));
        }
        if trees[first..].iter().all(|tree| tree.nodes.is_empty()) {
            trees.truncate(first);
            break;
        }
        if let Some(validation) = &mut validation
            && validation.is_over(&trees[first..], params.patience)
        {
            break;
        }
    }
    Ok(Fitted::new(trees, base, validation))
}

/// By column of the frame: 1, -1 or 0 as [`Grower`] takes them.
fn directions(examples: &Examples, params: &Params) -> Result<Vec<i8>, LearnerError> {
    let columns = examples.frame.columns();
    let mut directions = vec![0; columns.len()];
    for (name, direction) in &params.monotone {
        let no = |reason| LearnerError::Monotone {
            column: name.clone(),
            reason,
        };
        let at = columns.iter().position(|column| column.name == *name);
        let at = at.ok_or_else(|| no("there is no such column"))?;
        if !matches!(columns[at].values, Values::Numbers(_)) {
            return Err(no("it is a category"));
        }
        if examples.classes > 2 {
            return Err(no("there are more than two labels"));
        }
        directions[at] = match direction {
            Direction::Increasing => 1,
            Direction::Decreasing => -1,
        };
    }
    Ok(directions)
}

impl Fitted {
    fn new(mut trees: Vec<Tree>, base: Vec<f32>, validation: Option<Validation>) -> Self {
        let curve = validation.map_or_else(Vec::new, |validation| validation.curve);
        if let Some(best) = best(&curve) {
            trees.truncate(best * base.len());
        }
        Self {
            rounds: trees.len() / base.len(),
            model: TreeEnsemble {
                trees,
                link: if base.len() == 1 {
                    Link::Logistic
                } else {
                    Link::Softmax
                },
                base,
            },
            curve,
        }
    }
}

/// The first of the least.
fn best(curve: &[f64]) -> Option<usize> {
    (0..curve.len()).reduce(|best, at| if curve[at] < curve[best] { at } else { best })
}

/// Rows that are not learned from, with their margins.
struct Validation<'a> {
    examples: &'a Examples<'a>,
    rows: &'a [usize],
    views: Vec<View<'a>>,
    /// [rows, outputs].
    margins: Vec<f64>,
    curve: Vec<f64>,
}

impl<'a> Validation<'a> {
    fn new(examples: &'a Examples, rows: &'a [usize], base: &[f32]) -> Self {
        let outputs = base.len();
        let start = |&row: &usize| {
            let margin = move |output: usize| match examples.margins {
                Some(margins) => margins[row * outputs + output],
                None => f64::from(base[output]),
            };
            (0..outputs).map(margin)
        };
        let mut validation = Self {
            examples,
            rows,
            views: views(examples.frame),
            margins: rows.iter().flat_map(start).collect(),
            curve: Vec::new(),
        };
        validation.curve.push(validation.loss());
        validation
    }

    /// Adds the trees of a round; whether the loss has not come down for as many rounds.
    fn is_over(&mut self, trees: &[Tree], patience: usize) -> bool {
        for tree in trees {
            let margins = self.margins[tree.output..].iter_mut().step_by(trees.len());
            for (margin, &row) in margins.zip(self.rows) {
                *margin += f64::from(tree.leaf_values(tree.leaf(&self.views, row))[0]);
            }
        }
        self.curve.push(self.loss());
        let best = best(&self.curve).expect("it has a loss");
        self.curve.len() - 1 - best >= patience
    }

    /// The weighted mean log loss.
    fn loss(&self) -> f64 {
        let outputs = self.examples.outputs();
        let (mut sum, mut weights) = (0.0, 0.0);
        for (margins, &row) in self.margins.chunks_exact(outputs).zip(self.rows) {
            let weight = self.examples.weights[row];
            sum += weight * log_loss(margins, self.examples.labels[row]);
            weights += weight;
        }
        sum / weights
    }
}

#[cfg(test)]
mod tests;
