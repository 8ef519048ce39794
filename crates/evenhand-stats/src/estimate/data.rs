//! What estimates are made from: a corpus that a classifier judged, and the few rows of which
//! people said what they are.

use super::bounds::Missing;
use crate::record::Classes;

/// Judged rows, column by column: ten million of them must fit into memory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Indices into [`EstimateInputs::classes`].
    pub predicted: Vec<u16>,
    /// `[rows, targets]`: the probability of each class of [`EstimateInputs::targets`]. Empty where the
    /// classifier gave none.
    pub scores: Vec<f32>,
    /// For each of [`EstimateInputs::attributes`] the domain of every row; empty where these rows do not
    /// have the attribute.
    pub domains: Vec<Vec<u32>>,
    /// Rows with the same number are no independent evidence. Empty where every row is.
    pub clusters: Vec<u32>,
    /// What each row stands for, in a corpus that is a survey; above 0. Empty where all stand for one.
    pub weights: Vec<f64>,
}

impl Rows {
    pub fn len(&self) -> usize {
        self.predicted.len()
    }

    pub fn is_empty(&self) -> bool {
        self.predicted.is_empty()
    }

    pub(super) fn weight(&self, row: u32) -> f64 {
        self.weights.get(row as usize).copied().unwrap_or(1.0)
    }
}

/// The rows of which the truth is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coded {
    pub rows: Rows,
    /// Indices into [`EstimateInputs::classes`].
    pub labels: Vec<u16>,
    /// One by the probability of being drawn. Empty where all had the same.
    pub weights: Vec<f64>,
    /// The stratum that each was drawn from. Empty where there were none.
    pub strata: Vec<u32>,
}

impl Coded {
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    pub(crate) fn is(&self, row: u32, class: usize) -> bool {
        usize::from(self.labels[row as usize]) == class
    }
}

/// A column that divides the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub domains: Vec<String>,
}

/// Everything that shares are estimated from.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateInputs {
    pub classes: Classes,
    /// The classes whose shares are asked for.
    pub targets: Vec<usize>,
    pub attributes: Vec<Attribute>,
    pub corpus: Rows,
    /// True if a row of the corpus is among the coded ones.
    pub is_coded: Vec<bool>,
    pub coded: Coded,
    pub missing: Missing,
    /// How many clusters there are; 0 where rows are independent.
    pub clusters: usize,
    /// True if shares of exactly these rows are asked for, rather than of the population that they are from. Only of
    /// coded rows among them, and not in clusters.
    pub finite: bool,
}

/// How the coded rows came to be, as far as variances must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    /// As if each were drawn for itself from the same population as the corpus.
    Rows,
    /// Drawn from the corpus with known probabilities.
    Designed,
    Clusters,
}

/// Some of the corpus, with those of the coded rows that are like it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub inputs: &'a EstimateInputs,
    /// Rows of the corpus.
    pub all: &'a [u32],
    /// Those of them that stand for what is not coded: where all were as likely to be drawn, the
    /// rows that were not; else all, for what an uneven sample leaves is not like the corpus.
    pub uncoded: &'a [u32],
    /// Coded rows.
    pub coded: &'a [u32],
}

impl Part<'_> {
    /// What the classifier says of a row of the corpus, as a number for one of the targets.
    pub fn score(&self, target: usize, row: u32) -> f64 {
        self.inputs.score(&self.inputs.corpus, target, row)
    }

    /// The same of a coded row.
    pub fn coded_score(&self, target: usize, row: u32) -> f64 {
        self.inputs.score(&self.inputs.coded.rows, target, row)
    }
}

impl EstimateInputs {
    /// True if both sets of rows have probabilities; else scores are 0 and 1.
    pub fn has_scores(&self) -> bool {
        !self.corpus.scores.is_empty() && !self.coded.rows.scores.is_empty()
    }

    pub(super) fn sampling(&self) -> Sampling {
        match (
            self.clusters > 0,
            self.is_drawn() && self.is_coded.contains(&true),
        ) {
            (true, _) => Sampling::Clusters,
            (false, true) => Sampling::Designed,
            (false, false) => Sampling::Rows,
        }
    }

    /// True if coded rows have probabilities of being drawn.
    pub(super) fn is_drawn(&self) -> bool {
        self.finite || !self.coded.weights.is_empty()
    }

    /// What a coded row counts for: what it stands for as a row of a survey, by the probability of being drawn.
    pub(crate) fn weight(&self, coded: u32) -> f64 {
        self.drawn_for(coded) * self.coded.rows.weight(coded)
    }

    /// One by the probability that a coded row was drawn. Of exactly these rows all were as likely, where nothing else
    /// is known.
    pub(crate) fn drawn_for(&self, coded: u32) -> f64 {
        let alike = match self.finite {
            true => self.is_coded.len() as f64 / self.coded.labels.len() as f64,
            false => 1.0,
        };
        let weights = &self.coded.weights;
        weights.get(coded as usize).copied().unwrap_or(alike)
    }

    pub(crate) fn score(&self, rows: &Rows, target: usize, row: u32) -> f64 {
        let row = row as usize;
        match self.has_scores() {
            true => f64::from(rows.scores[row * self.targets.len() + target]),
            false => f64::from(u8::from(
                usize::from(rows.predicted[row]) == self.targets[target],
            )),
        }
    }
}
