//! Encoder: from a frame to a dense design matrix, for learners that need numbers without gaps.
//!
//! Everything that it knows comes from the rows that it was fitted to, their weights too: fitted inside a fold, it
//! knows nothing of the rows that are held out.

mod fit;
mod levels;
mod numbers;
mod target;

#[cfg(test)]
mod tests;

use crate::error::LearnerError;
use crate::examples::Examples;
use crate::frame::{Frame, NO_LEVEL, Values};
use fit::Crossed;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that one thread encodes at a time.
const BLOCK: usize = 1024;

/// How columns become numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodeParams {
    /// Levels of fewer training rows are pooled as [`OTHER`].
    pub min_rows: usize,
    /// A category of more levels becomes the mean label of its level (target encoding).
    pub max_levels: usize,
    /// Folds that training rows get their own target encoding by: each from the rows of the other folds.
    pub folds: usize,
    /// For the folds.
    pub seed: u64,
}

impl Default for EncodeParams {
    fn default() -> Self {
        Self {
            min_rows: 10,
            max_levels: 50,
            folds: 5,
            seed: 0,
        }
    }
}

/// The name of the levels of few rows.
pub const OTHER: &str = "(other)";
/// The name of the indicator of gaps.
pub const GAP: &str = "(gap)";

/// A column of the design matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignColumn {
    /// As in `income`, `income=(gap)` or `state=Ohio`.
    pub name: String,
    /// The column of the data that it was made from.
    pub source: String,
    /// What is subtracted: the mean of a number, 0 of an indicator.
    pub centre: f64,
    /// What is divided by: the standard deviation of a number, 1 of an indicator.
    pub scale: f64,
}

/// Levels of a category that are one column of the design matrix, for their few rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pooled {
    pub column: String,
    /// With their number of training rows.
    pub levels: Vec<(String, usize)>,
}

/// What one column of the frame becomes. Places are columns of the design matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Encoding {
    Number {
        /// `None` of a constant.
        place: Option<usize>,
        /// Takes the place of a gap.
        mean: f32,
        /// The indicator of gaps, where training rows have some.
        gap: Option<usize>,
    },
    /// One-hot.
    Levels {
        levels: Vec<String>,
        /// By code; `None` of a level that no training row has.
        places: Vec<Option<usize>>,
        /// For gaps and unseen levels, where training rows have gaps; otherwise these are all zeros.
        gap: Option<usize>,
    },
    /// Shrunk mean labels.
    Target {
        levels: Vec<String>,
        /// The first place, of as many as there are outputs.
        first: usize,
        /// By code, last of gaps and unseen levels: one number an output.
        values: Vec<Vec<f32>>,
    },
}

/// A column of the frame, and what it becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncodedColumn {
    pub name: String,
    pub encoding: Encoding,
}

/// Turns rows of a frame into rows of a design matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    pub params: EncodeParams,
    /// One for each column of the frame.
    pub columns: Vec<EncodedColumn>,
    pub design_columns: Vec<DesignColumn>,
    /// Categories with levels of few rows.
    pub pooled: Vec<Pooled>,
    /// Columns of the frame that are the same in all training rows.
    pub constant: Vec<String>,
}

/// A design matrix: rows of numbers, to be centred and scaled by who computes with them. Numbers stay as they were in
/// the frame, so that standardising costs no precision.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Row-major, `[rows, width]`.
    pub values: Vec<f32>,
    pub width: usize,
    /// By column: see [`DesignColumn`].
    pub centre: Vec<f64>,
    pub scale: Vec<f64>,
}

impl Design {
    pub fn rows(&self) -> usize {
        self.values.len() / self.width
    }

    /// A standardised number.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        let value = f64::from(self.values[row * self.width + column]);
        (value - self.centre[column]) / self.scale[column]
    }
}

impl Encoder {
    /// Learns means, levels and target encodings from rows, and gives the design matrix of these rows. A target
    /// encoding of a row in it comes from rows of other folds; [`Self::design`] of the same rows would tell the
    /// learner their labels.
    ///
    /// # Errors
    /// No column differs from row to row.
    pub fn fit(
        examples: &Examples,
        rows: &[usize],
        params: &EncodeParams,
    ) -> Result<(Self, Design), LearnerError> {
        let (encoder, crossed) = fit::fit(examples, rows, params);
        if encoder.design_columns.is_empty() {
            return Err(LearnerError::NoFeature);
        }
        let design = encoder.crossed(examples.frame, rows, crossed);
        Ok((encoder, design))
    }

    /// The design matrix of the rows that this encoder was fitted to, as [`Self::fit`] gave it.
    pub fn training_design(&self, examples: &Examples, rows: &[usize]) -> Design {
        let (_, crossed) = fit::fit(examples, rows, &self.params);
        self.crossed(examples.frame, rows, crossed)
    }

    /// The design matrix of training rows, with their own target encodings.
    fn crossed(&self, frame: &Frame, rows: &[usize], crossed: Vec<Crossed>) -> Design {
        let mut design = self.design(frame, rows);
        for (first, values) in crossed {
            for (row, values) in values.iter().enumerate() {
                let start = row * design.width + first;
                design.values[start..start + values.len()].copy_from_slice(values);
            }
        }
        design
    }

    /// The number of columns of the design matrix.
    pub fn width(&self) -> usize {
        self.design_columns.len()
    }

    /// The design matrix of rows that the encoder was not fitted to.
    ///
    /// # Panics
    /// If the frame has other columns than the one that the encoder was fitted to.
    pub fn design(&self, frame: &Frame, rows: &[usize]) -> Design {
        let width = self.width();
        let same = frame.columns().len() == self.columns.len();
        assert!(same, "a frame of the columns that the encoder knows");
        let mut values = vec![0.0; rows.len() * width];
        let blocks = values.par_chunks_mut(BLOCK * width);
        blocks
            .zip(rows.par_chunks(BLOCK))
            .for_each(|(block, rows)| {
                for (column, encoded) in frame.columns().iter().zip(&self.columns) {
                    assert_eq!(column.name, encoded.name, "columns in their order");
                    encoded.encoding.fill(&column.values, rows, block, width);
                }
            });
        let of =
            |number: fn(&DesignColumn) -> f64| self.design_columns.iter().map(number).collect();
        Design {
            values,
            width,
            centre: of(|column| column.centre),
            scale: of(|column| column.scale),
        }
    }
}

impl Encoding {
    /// Writes what rows have into a block of zeros.
    fn fill(&self, values: &Values, rows: &[usize], block: &mut [f32], width: usize) {
        let into = block.chunks_exact_mut(width).zip(rows);
        match (self, values) {
            (Self::Number { place, mean, gap }, Values::Numbers(numbers)) => {
                for (into, &row) in into {
                    let number = numbers[row];
                    let is_gap = !number.is_finite();
                    if let Some(place) = place {
                        into[*place] = if is_gap { *mean } else { number };
                    }
                    if let (Some(gap), true) = (gap, is_gap) {
                        into[*gap] = 1.0;
                    }
                }
            }
            (Self::Levels { places, gap, .. }, Values::Levels { codes, .. }) => {
                for (into, &row) in into {
                    let seen = places.get(codes[row] as usize).copied().flatten();
                    if let Some(place) = seen.or(*gap) {
                        into[place] = 1.0;
                    }
                }
            }
            (Self::Target { first, values, .. }, Values::Levels { codes, .. }) => {
                let last = values.len() - 1;
                for (into, &row) in into {
                    let values = &values[(codes[row] as usize).min(last)];
                    into[*first..*first + values.len()].copy_from_slice(values);
                }
            }
            _ => panic!("a column is of the kind that the encoder knows"),
        }
    }
}

/// The place of a code among levels and, last, gaps.
fn slot(code: u32, levels: usize) -> usize {
    match code {
        NO_LEVEL => levels,
        code => code as usize,
    }
}
