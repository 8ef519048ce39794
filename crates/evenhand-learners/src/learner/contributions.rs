//! What each column of the data adds to the margins of rows: SHAP values of trees, of logistic regressions, and of their
//! sums.

use super::fold::narrowed;
use super::model::Model;
use super::nested::{FoldModel, Nested};
use crate::examples::Examples;
use crate::frame::Frame;
use crate::importance::sample;
use crate::logistic::Logistic;
use crate::tree::model::{Link, TreeEnsemble};
use crate::tree::shap;

/// The most rows that are looked into, and the fewest of a model that takes long.
const ROWS: (usize, usize) = (500, 40);
/// Steps through trees that are taken for all rows together, about.
const STEPS: f64 = 1e9;

/// The unit of what columns add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Log-odds of the second class of two, or scores of more whose exponentials are in proportion to probabilities.
    LogOdds,
    /// Of forests and single trees, which average probabilities.
    Probability,
}

/// What columns of the data add to the margins of rows, beside a mean margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// Rows of the frame.
    pub rows: Vec<usize>,
    /// Columns of the data, in the order of the frame.
    pub sources: Vec<String>,
    pub outputs: usize,
    pub scale: Scale,
    /// `[rows, outputs, sources]`.
    pub values: Vec<f64>,
    /// The largest distance of a margin from the mean margin and all that columns add to it: rounding, and no more.
    pub largest_error: f64,
}

impl Contributions {
    fn new(frame: &Frame, rows: &[usize], outputs: usize, scale: Scale) -> Self {
        let sources = frame.sources();
        Self {
            values: vec![0.0; rows.len() * outputs * sources.len()],
            rows: rows.to_vec(),
            sources,
            outputs,
            scale,
            largest_error: 0.0,
        }
    }

    /// What columns add to all outputs of a row, by its place in `rows`: `[outputs, sources]`.
    pub fn of(&self, place: usize) -> &[f64] {
        let width = self.outputs * self.sources.len();
        &self.values[place * width..(place + 1) * width]
    }

    /// By column, the mean size of what it adds, with one weight for each of `rows`, over the outputs alike. NaN where
    /// the weights are 0.
    pub fn mean_absolute(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.sources.len()];
        for (place, weight) in weights.iter().enumerate() {
            for of_output in self.of(place).chunks_exact(self.sources.len()) {
                let pairs = sums.iter_mut().zip(of_output);
                pairs.for_each(|(sum, value)| *sum += weight * value.abs());
            }
        }
        let all = weights.iter().sum::<f64>() * self.outputs as f64;
        sums.into_iter().map(|sum| sum / all).collect()
    }

    /// Checks what columns add against the margins of the model, beside a mean margin for each output.
    fn check(&mut self, margins: &[f64], expected: &[f64]) {
        let of_outputs = self.values.chunks_exact(self.sources.len());
        let sums = of_outputs.map(|of| of.iter().sum::<f64>());
        let rest = sums.zip(margins).zip(expected.iter().cycle());
        let errors = rest.map(|((sum, margin), expected)| (margin - expected - sum).abs());
        self.largest_error = errors.fold(0.0, f64::max);
    }

    /// The same among more columns, of which the others add nothing.
    fn among(self, sources: &[String]) -> Self {
        let places = self.sources.iter().map(|source| place(sources, source));
        let places: Vec<usize> = places.collect();
        let mut values = vec![0.0; self.rows.len() * self.outputs * sources.len()];
        let of_outputs = self.values.chunks_exact(self.sources.len());
        for (into, of) in values.chunks_exact_mut(sources.len()).zip(of_outputs) {
            for (&place, value) in places.iter().zip(of) {
                into[place] = *value;
            }
        }
        Self {
            sources: sources.to_vec(),
            values,
            ..self
        }
    }

    /// Adds the rows of another model.
    fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.values.extend(other.values);
        self.largest_error = self.largest_error.max(other.largest_error);
    }
}

impl Model {
    /// What columns add to the margins of rows; `weights` are by row of the frame. `None` of models whose margins are no
    /// sum: a correction of a forest, or of the scores of more than two classes.
    ///
    /// # Formula
    ///
    /// Of trees, see [`shap::contributions`]. Of a logistic regression the coefficient times how far the column is from
    /// its weighted mean over `rows`: Shapley values where columns are independent (Lundberg, S. M. and Lee, S.-I. (2017),
    /// Advances in Neural Information Processing Systems 30, corollary 1). Those of a column's features are added up.
    pub fn contributions(
        &self,
        frame: &Frame,
        rows: &[usize],
        weights: &[f64],
    ) -> Option<Contributions> {
        let (mut found, expected) = self.parts(frame, rows, weights)?;
        let margins = match (self, found.scale) {
            (Self::Trees(_, trees), Scale::Probability) => {
                let averages = trees.margins(frame, rows).into_iter();
                averages.map(f64::from).collect()
            }
            _ => self.margins(frame, rows),
        };
        found.check(&margins, &expected);
        Some(found)
    }

    /// What columns add, and by output the mean margin that they add to.
    fn parts(
        &self,
        frame: &Frame,
        rows: &[usize],
        weights: &[f64],
    ) -> Option<(Contributions, Vec<f64>)> {
        match self {
            Self::Logistic(model) => Some(of_logistic(model, frame, rows, weights)),
            Self::Trees(_, trees) => Some(of_trees(trees, frame, rows)),
            Self::Sum(model, correction) => {
                let (mut found, mut expected) = model.log_odds(frame, rows, weights)?;
                let (added, shift) = correction.log_odds(frame, rows, weights)?;
                add(&mut found.values, &added.values);
                add(&mut expected, &shift);
                Some((found, expected))
            }
            Self::Recalibrated(model, correction) => {
                let (mut found, mut expected) = model.log_odds(frame, rows, weights)?;
                let (intercepts, slopes) = correction.unstandardised();
                let ([intercept], [slope]) = (&intercepts[..], &slopes[..]) else {
                    return None;
                };
                let numbers = found.values.iter_mut().chain(&mut expected);
                numbers.for_each(|number| *number *= 1.0 + slope);
                add(&mut expected, &[*intercept]);
                Some((found, expected))
            }
        }
    }

    /// The same where margins are log-odds.
    fn log_odds(
        &self,
        frame: &Frame,
        rows: &[usize],
        weights: &[f64],
    ) -> Option<(Contributions, Vec<f64>)> {
        let found = self.parts(frame, rows, weights)?;
        (found.0.scale == Scale::LogOdds).then_some(found)
    }

    /// How many steps it takes to look into one row, about.
    fn steps(&self) -> f64 {
        match self {
            Self::Logistic(_) => 0.0,
            Self::Trees(_, trees) => shap::steps(trees),
            Self::Sum(model, correction) => model.steps() + correction.steps(),
            Self::Recalibrated(model, _) => model.steps(),
        }
    }
}

impl Nested {
    /// What columns add to the margins of some held-out rows, each by the model that had not seen it, in the folds that
    /// chose as the final choice is. Rows are drawn by chance, fewer where the model has large trees. `None` where no fold
    /// chose the same, and of a model whose margins are no sum.
    pub fn contributions(&self, examples: &Examples, seed: u64) -> Option<Contributions> {
        let folds = self.fold_models.iter().zip(&self.chosen_in_folds);
        let same = folds.filter(|(_, chosen)| **chosen == self.chosen);
        let same: Vec<&FoldModel> = same.map(|(fold, _)| fold).collect();
        let steps = same.iter().map(|fold| fold.model.steps());
        let rows = STEPS / steps.fold(1.0, f64::max);
        let rows = (rows as usize).clamp(ROWS.1, ROWS.0);
        let all = same.iter().flat_map(|fold| &fold.held_out).copied();
        let drawn = sample(&all.collect::<Vec<_>>(), rows, seed);
        let sources = examples.frame.sources();
        let mut found: Option<Contributions> = None;
        for fold in same {
            let own = fold.held_out.iter().copied();
            let own: Vec<usize> = own.filter(|row| drawn.binary_search(row).is_ok()).collect();
            if own.is_empty() {
                continue;
            }
            let frame = narrowed(examples.frame, fold.selected.as_deref());
            let of_fold = fold.model.contributions(&frame, &own, examples.weights)?;
            let of_fold = of_fold.among(&sources);
            match &mut found {
                Some(found) => found.extend(of_fold),
                None => found = Some(of_fold),
            }
        }
        found
    }
}

/// The place of a column of the data.
fn place(sources: &[String], source: &str) -> usize {
    let place = sources.iter().position(|of| of == source);
    place.expect("a column of the frame is of a column of the data")
}

fn add(numbers: &mut [f64], others: &[f64]) {
    let pairs = numbers.iter_mut().zip(others);
    pairs.for_each(|(number, other)| *number += other);
}

fn of_trees(trees: &TreeEnsemble, frame: &Frame, rows: &[usize]) -> (Contributions, Vec<f64>) {
    let scale = match trees.link {
        Link::Logistic | Link::Softmax => Scale::LogOdds,
        Link::Identity => Scale::Probability,
    };
    let shap = shap::contributions(trees, frame, rows);
    let mut found = Contributions::new(frame, rows, trees.outputs(), scale);
    let columns = frame.columns().iter();
    let places: Vec<usize> = columns
        .map(|column| place(&found.sources, &column.source))
        .collect();
    let width = found.sources.len();
    let of_outputs = found.values.chunks_exact_mut(width);
    for (into, of) in of_outputs.zip(shap.values.chunks_exact(shap.columns)) {
        for (&place, value) in places.iter().zip(of) {
            into[place] += value;
        }
    }
    (found, shap.expected)
}

fn of_logistic(
    model: &Logistic,
    frame: &Frame,
    rows: &[usize],
    weights: &[f64],
) -> (Contributions, Vec<f64>) {
    let encoder = &model.encoder;
    let (design, width) = (encoder.design(frame, rows), encoder.width());
    let all: f64 = rows.iter().map(|&row| weights[row]).sum();
    let mean = |column: usize| {
        let terms = rows.iter().enumerate();
        let terms = terms.map(|(at, &row)| weights[row] * design.at(at, column));
        terms.sum::<f64>() / all
    };
    let means: Vec<f64> = (0..width).map(mean).collect();
    let mut found = Contributions::new(frame, rows, model.intercepts.len(), Scale::LogOdds);
    let columns = encoder.design_columns.iter();
    let places: Vec<usize> = columns
        .map(|column| place(&found.sources, &column.source))
        .collect();
    let outputs = found.outputs;
    let of_outputs = found.values.chunks_exact_mut(found.sources.len());
    for (at, into) in of_outputs.enumerate() {
        let (row, output) = (at / outputs, at % outputs);
        for (column, &place) in places.iter().enumerate() {
            let coefficient = model.coefficients[output * width + column];
            into[place] += coefficient * (design.at(row, column) - means[column]);
        }
    }
    let expected = |(output, intercept): (usize, &f64)| {
        let coefficients = model.coefficients[output * width..].iter();
        intercept
            + coefficients
                .zip(&means)
                .map(|(of, mean)| of * mean)
                .sum::<f64>()
    };
    let expected = model.intercepts.iter().enumerate().map(expected).collect();
    (found, expected)
}

#[cfg(test)]
mod tests;
