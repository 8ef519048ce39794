//! How the coded rows were drawn: weights and strata of those that take part.

use super::{CodedItems, EstimateError};
use evenhand_stats::estimate::{CodedDesign, Design};
use evenhand_stats::hint::Message;
use evenhand_table::schema;
use std::collections::{HashMap, HashSet};

/// Weights that differ by a smaller ratio are the same: probabilities are written with so many digits.
const ROUNDING: f64 = 1e-6;

/// Coded items, and the rows that they stand for.
pub(crate) struct Sampled<'a> {
    pub coded: &'a CodedItems,
    /// Items that take part, in order.
    pub used: &'a [usize],
    /// Items that are rows of the corpus, with a label or without.
    pub within: &'a HashSet<usize>,
    /// Coded items that the classifier abstained from.
    pub abstained: HashSet<usize>,
    /// Rows of the corpus with a prediction.
    pub judged: usize,
    /// Rows that the classifier abstained from.
    pub left: usize,
}

/// What became of a sample of which a part is coded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleUse {
    /// True if probabilities are not the planned ones: not all drawn rows are coded.
    pub recomputed: bool,
    /// True if they are, and the file does not say how many rows its strata have.
    pub without_strata: bool,
    /// Strata with fewer than two coded rows, which were joined with a neighbour.
    pub joined: usize,
    /// Rows of the corpus that the classifier abstained from and that take part, and the coded ones of them.
    pub abstained: usize,
    pub abstained_coded: usize,
}

/// Rows of a sample that are rows of the corpus.
struct DrawnItems {
    items: Vec<usize>,
    design: Design,
}

impl Sampled<'_> {
    /// Weights and strata of the items that take part. Both are empty where all count alike.
    ///
    /// Abstained rows without a planned probability are a stratum of their own, of which people coded all or some.
    ///
    /// # Errors
    /// A coded row has no probability, while the file has a column of these.
    pub fn design(self) -> Result<(CodedDesign, SampleUse), EstimateError> {
        let weights_at = self.coded.column(schema::INCLUSION);
        let has_weight =
            |item: &usize| weights_at.is_some_and(|at| self.coded.weight(*item, at).is_ok());
        let mut found = SampleUse {
            abstained: self.left,
            abstained_coded: self.abstained.len(),
            ..SampleUse::default()
        };
        if self.coded.has_predictions() {
            return Ok((self.as_planned(weights_at)?, found));
        }
        let apart = match self.abstained.iter().any(has_weight) {
            true => HashSet::new(),
            false => self.abstained.clone(),
        };
        if weights_at.is_none() && apart.is_empty() {
            return Ok((CodedDesign::default(), found));
        }
        let DrawnItems { items, design } = self.drawn(weights_at, &apart)?;
        let of_coded = design.of_coded();
        let planned = design.weights.iter().zip(&design.is_coded);
        let planned = planned.filter(|(_, is_coded)| **is_coded);
        let mut pairs = planned.zip(&of_coded.weights);
        let changed = pairs.any(|((planned, _), now)| (now / planned - 1.0).abs() > ROUNDING);
        found.recomputed = weights_at.is_some() && changed;
        found.joined = of_coded.joined;
        found.without_strata = !design.strata.is_empty() && of_coded.strata.is_empty();
        let coded = items.iter().zip(&design.is_coded);
        let coded = coded
            .filter(|(_, is_coded)| **is_coded)
            .map(|(item, _)| *item);
        Ok((self.with_apart(coded, of_coded, &apart), found))
    }

    /// Rows beside predictions of their own are not drawn from the corpus.
    fn as_planned(&self, weights_at: Option<usize>) -> Result<CodedDesign, EstimateError> {
        let weights = weights_at.map(|at| {
            let weights = self.used.iter().map(|&item| self.coded.weight(item, at));
            weights.collect()
        });
        Ok(CodedDesign {
            weights: weights.transpose()?.unwrap_or_default(),
            strata: self.coded.strata(self.used),
            joined: 0,
        })
    }

    fn drawn(
        &self,
        weights_at: Option<usize>,
        apart: &HashSet<usize>,
    ) -> Result<DrawnItems, EstimateError> {
        let (mut items, mut weights) = (Vec::new(), Vec::new());
        let mut is_coded = Vec::new();
        let inside = (0..self.coded.majority.len()).filter(|item| self.within.contains(item));
        for item in inside.filter(|item| !apart.contains(item)) {
            let is_used = self.used.binary_search(&item).is_ok();
            let weight = weights_at.map_or(Ok(1.0), |at| self.coded.weight(item, at));
            match (weight, is_used) {
                (Err(reason), true) => return Err(reason),
                // A row that was added to the sample, and not coded.
                (Err(_), false) => {}
                (Ok(weight), _) => {
                    items.push(item);
                    weights.push(weight);
                    is_coded.push(is_used);
                }
            }
        }
        let corpus = match apart.is_empty() {
            true => self.judged + self.left,
            false => self.judged,
        };
        let (strata, sizes) = match weights_at {
            Some(_) => (self.coded.strata(&items), self.sizes(&items)?),
            None => (vec![0; items.len()], vec![corpus as f64; items.len()]),
        };
        let design = Design {
            weights,
            strata,
            sizes,
            is_coded,
            corpus: corpus as f64,
        };
        Ok(DrawnItems { items, design })
    }

    /// For each item the rows of the corpus in its stratum, if the file says so. If some rows of the stratum's sample are
    /// not in this corpus, as many of its other rows are not.
    fn sizes(&self, drawn: &[usize]) -> Result<Vec<f64>, EstimateError> {
        let columns = [schema::STRATUM, schema::STRATUM_ROWS].map(|name| self.coded.column(name));
        let [Some(stratum_at), Some(rows_at)] = columns else {
            return Ok(Vec::new());
        };
        let stratum = |item: usize| self.coded.item(item).attributes[stratum_at].as_str();
        let mut counts: HashMap<&str, [f64; 2]> = HashMap::new();
        for item in 0..self.coded.majority.len() {
            let [all, within] = counts.entry(stratum(item)).or_default();
            *all += 1.0;
            *within += f64::from(u8::from(self.within.contains(&item)));
        }
        let size = |&item: &usize| {
            let [all, within] = counts[stratum(item)];
            Ok(self.coded.stratum_rows(item, rows_at)? * within / all)
        };
        drawn.iter().map(size).collect()
    }

    /// The design of all items that take part, in order: of `coded` ones by the sample, of those `apart` by themselves.
    fn with_apart(
        &self,
        coded: impl Iterator<Item = usize>,
        design: CodedDesign,
        apart: &HashSet<usize>,
    ) -> CodedDesign {
        let CodedDesign {
            weights,
            strata,
            joined,
        } = design;
        let has_strata = !strata.is_empty() || !apart.is_empty();
        let next = strata.iter().max().map_or(1, |last| last + 1);
        let strata = strata.into_iter().chain(std::iter::repeat(0));
        let sampled: HashMap<usize, (f64, u32)> =
            coded.zip(weights.into_iter().zip(strata)).collect();
        let own = (self.left as f64 / apart.len() as f64, next);
        let all = self
            .used
            .iter()
            .map(|item| *sampled.get(item).unwrap_or(&own));
        let (weights, strata): (Vec<f64>, Vec<u32>) = all.unzip();
        CodedDesign {
            weights,
            strata: if has_strata { strata } else { Vec::new() },
            joined,
        }
    }
}

impl SampleUse {
    /// What was decided about the rows of a table, in sentences.
    pub(crate) fn notes(&self, table: &str) -> Vec<Message> {
        let mut notes = Vec::new();
        if self.recomputed {
            let joined = match self.joined {
                0 => String::new(),
                joined => format!(
                    "; strata with fewer than two coded rows, joined with a neighbour: {joined}"
                ),
            };
            let how = match self.without_strata {
                true => {
                    "the table does not say how many rows each stratum has (`stratum_rows`), so that strata do not \
                         count"
                }
                false => "the probability of a row is the share of its stratum that is coded",
            };
            notes.push(format!(
                "{table}a part of the sample is coded: {how}{joined}"
            ));
        }
        if self.abstained > 0 {
            notes.push(format!(
                "rows that the classifier abstained from: {}, of which people coded {}; they are a stratum of their own, \
                 and the class with the highest probability counts as predicted",
                self.abstained, self.abstained_coded
            ));
        }
        notes.into_iter().map(Message::plain).collect()
    }
}
