//! Weights of the rows of a corpus that is a survey: a column, adjusted to known margins.

use super::rows::CorpusRow;
use super::{EstimateError, EstimateOptions};
use crate::coding::Coding;
use crate::margins::Margins;
use crate::predictions::{PredictionError, PredictionTable};
use evenhand_table::{Number, TextColumn};

/// Weights and categories of margins, row by row.
#[derive(Debug, Default)]
pub(super) struct RowWeights<'a> {
    /// The column of weights.
    at: Option<usize>,
    margins: Option<&'a Margins>,
    /// The columns of the margins' variables.
    columns: Vec<usize>,
    weights: Vec<f64>,
    categories: Vec<Coding>,
}

/// Weights and variables of a chunk.
pub(super) struct ChunkWeights {
    numbers: Option<Vec<Number>>,
    variables: Vec<TextColumn>,
}

impl<'a> RowWeights<'a> {
    /// `first` has the columns of all chunks; `table` is its prefix of messages.
    pub fn new(
        first: &PredictionTable,
        table: &str,
        options: &'a EstimateOptions,
    ) -> Result<Self, EstimateError> {
        let column = |name: &str| first.table().first_column(&[name]);
        let at = options.weights.as_ref().map(|name| {
            column(name).ok_or_else(|| EstimateError::NoWeights {
                table: table.to_owned(),
                column: name.clone(),
            })
        });
        let margins = options.margins.as_ref();
        let variables = margins.into_iter().flat_map(|margins| {
            let names = margins.columns();
            names.map(|name| column(name).ok_or_else(|| margins.no_column(name)))
        });
        let columns: Vec<usize> = variables.collect::<Result<_, _>>()?;
        Ok(Self {
            at: at.transpose()?,
            margins,
            categories: columns.iter().map(|_| Coding::default()).collect(),
            columns,
            weights: Vec::new(),
        })
    }

    pub fn of_chunk(&self, chunk: &PredictionTable) -> Result<ChunkWeights, PredictionError> {
        let numbers = self.at.map(|at| chunk.numbers(at)).transpose()?;
        let columns = self.columns.iter();
        Ok(ChunkWeights {
            numbers,
            variables: columns.map(|&at| chunk.table().text(at)).collect(),
        })
    }

    /// Puts the weight and the categories of a row of a chunk into `into`.
    ///
    /// # Errors
    /// The weight is no number above 0.
    pub fn read(
        &mut self,
        chunk: &PredictionTable,
        of: &ChunkWeights,
        row: usize,
        into: &mut CorpusRow,
    ) -> Result<(), PredictionError> {
        if let (Some(at), Some(numbers)) = (self.at, &of.numbers) {
            into.weight = match numbers[row] {
                Number::Value(weight) if weight > 0.0 && weight.is_finite() => weight,
                _ => return Err(chunk.bad_value(row, at, "a number above 0")),
            };
        }
        into.categories.clear();
        for (coding, text) in self.categories.iter_mut().zip(&of.variables) {
            into.categories
                .push(coding.code(text.get(row).unwrap_or_default()));
        }
        Ok(())
    }

    pub fn push(&mut self, row: &CorpusRow) {
        if self.at.is_some() {
            self.weights.push(row.weight);
        }
        for (coding, &code) in self.categories.iter_mut().zip(&row.categories) {
            coding.of.push(code);
        }
    }

    /// The weights of all rows, in their order; empty where all count alike.
    ///
    /// # Errors
    /// Margins cannot be met.
    pub fn finish(self, rows: usize) -> Result<Vec<f64>, EstimateError> {
        let Some(margins) = self.margins else {
            return Ok(self.weights);
        };
        let weights = match self.at {
            Some(_) => self.weights,
            None => vec![1.0; rows],
        };
        let values = self.categories.iter().map(|coding| {
            let names = coding.names();
            let codes = coding.of.iter();
            codes.map(|&code| names[code as usize]).collect()
        });
        let values: Vec<Vec<&str>> = values.collect();
        let (weights, _) = margins.weigh(&weights, &values)?;
        Ok(weights)
    }
}
