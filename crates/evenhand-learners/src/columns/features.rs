//! Features: which columns of which kinds and levels a classifier was trained with, and how rows become them.

use super::codebook::{Codebook, CodebookColumn};
use super::error::ColumnsError;
use super::gaps::code_of;
use super::kind::Kind;
use super::levels::Levels;
use super::problem::{Problem, RowProblem};
use super::selection::{LeftOut, Selection};
use crate::frame::{Column, Frame, NO_LEVEL, Values};
use evenhand_stats::text::quoted;
use evenhand_table::{Number, Table, TextColumn};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Features in their order. Part of a trained classifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSpec {
    pub features: Vec<Feature>,
    /// Columns of the training table that are no features, and why.
    pub left_out: Vec<LeftOut>,
    /// Features of a source that the training table did not have: gaps in all rows, of new tables too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub absent: Vec<String>,
}

/// A column that is a feature, as the training rows had it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The name of the column.
    pub name: String,
    /// Number, category, code, ordered, or yes or no.
    pub kind: Kind,
    /// Levels: of categories and codes the most frequent first; from low to high of ordered ones; no and yes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub levels: Vec<String>,
    /// Gap codes of the training rows. Of categories and codes they are levels behind the others; else each is a
    /// column of the frame with 1 where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub gaps: Vec<String>,
    /// Gap codes that were named, and that the training rows do not have.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub other_gaps: Vec<String>,
}

impl FeatureSpec {
    /// The features that a selection makes of a codebook's columns.
    ///
    /// # Errors
    /// Names of no column; a named column of a kind that cannot be a feature; nothing is left.
    ///
    /// ```
    /// use evenhand_learners::columns::{Codebook, CodebookConfig, FeatureSpec, Selection};
    /// use evenhand_table::Table;
    /// let column = |values: [&str; 4]| values.map(|value| Some(value.to_owned())).to_vec();
    /// let train = Table::from_columns(vec![("income".to_owned(), column(["1.5", "N", "", "2"]))])?;
    /// let config = CodebookConfig { gaps: "N".parse()?, ..Default::default() };
    /// let spec = FeatureSpec::of(&Codebook::of(&train, &config)?, &Selection::default())?;
    /// let names: Vec<String> = spec.columns().into_iter().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["income", "income: N"]);
    ///
    /// let new = Table::from_columns(vec![("income".to_owned(), column(["7", "much", "N", ""]))])?;
    /// let (frame, problems) = spec.frame(&new)?;
    /// assert_eq!((frame.rows(), problems[0].row), (4, 1));
    /// # Ok::<(), evenhand_learners::columns::ColumnsError>(())
    /// ```
    pub fn of(codebook: &Codebook, selection: &Selection) -> Result<Self, ColumnsError> {
        let (columns, left_out) = selection.of(codebook)?;
        Ok(Self {
            features: columns.into_iter().map(Feature::of).collect(),
            left_out,
            absent: Vec::new(),
        })
    }

    /// The feature of a column.
    pub fn feature(&self, column: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.name == column)
    }

    /// The features that a table with these columns has no column for, but for those that are gaps anyway.
    pub fn missing(&self, columns: &[String]) -> Vec<String> {
        let names = self.features.iter().map(|feature| &feature.name);
        let missing = names.filter(|name| !columns.contains(name) && !self.absent.contains(name));
        missing.cloned().collect()
    }

    /// Checks that a table with these columns has all that features are made from.
    ///
    /// # Errors
    /// All that are missing. `table` is what to put in front, as in `people.csv: `.
    pub fn check(&self, table: &str, columns: &[String]) -> Result<(), ColumnsError> {
        let missing = self.missing(columns);
        match missing.is_empty() {
            true => Ok(()),
            false => Err(ColumnsError::Missing {
                table: table.to_owned(),
                missing,
                known: columns.to_vec(),
            }),
        }
    }

    /// Features of the rows of a table, or of one chunk of a large one, and the values that the training did not
    /// have, by row. Columns are found by name, in whatever order they stand.
    ///
    /// # Errors
    /// Columns that are missing; decimal commas beside decimal points.
    pub fn frame(&self, table: &Table) -> Result<(Frame, Vec<RowProblem>), ColumnsError> {
        let prefix = table.path().map(|path| format!("{}: ", path.display()));
        self.check(&prefix.unwrap_or_default(), table.columns())?;
        let made =
            self.features
                .par_iter()
                .map(|feature| match self.absent.contains(&feature.name) {
                    true => Ok(feature.gaps(table.rows())),
                    false => feature.columns(table),
                });
        let made = made.collect::<Result<Vec<_>, _>>()?;
        let (mut columns, mut problems) = (Vec::new(), Vec::new());
        for (of_feature, found) in made {
            columns.extend(of_feature);
            problems.extend(found);
        }
        // Stable: within a row in the order of the features.
        problems.sort_by_key(|problem| problem.row);
        Ok((Frame::new(columns), problems))
    }

    /// The names of the frame's columns with their sources, in order.
    pub fn columns(&self) -> Vec<(String, String)> {
        let names = self.features.iter().flat_map(|feature| {
            let indicators = feature
                .indicators()
                .iter()
                .map(|gap| feature.indicator(gap));
            let names = [feature.name.clone()].into_iter().chain(indicators);
            names.map(|name| (name, feature.name.clone()))
        });
        names.collect()
    }
}

/// Columns of the frame that a feature becomes, and its problems.
type Made = (Vec<Column>, Vec<RowProblem>);

impl Feature {
    fn of(column: &CodebookColumn) -> Self {
        let gaps: Vec<String> = column.gaps.iter().map(|gap| gap.code.clone()).collect();
        let levels = column.levels.iter().map(|level| level.level.clone());
        Self {
            name: column.name.clone(),
            kind: column.kind,
            levels: match column.kind.has_order() {
                true => column.order.clone(),
                false => levels.collect(),
            },
            other_gaps: column.other_gaps.clone(),
            gaps,
        }
    }

    /// Whether the frame has its levels, not numbers.
    pub fn is_category(&self) -> bool {
        matches!(self.kind, Kind::Category | Kind::Code)
    }

    /// The gap codes that have a column of their own.
    fn indicators(&self) -> &[String] {
        match self.is_category() {
            true => &[],
            false => &self.gaps,
        }
    }

    fn indicator(&self, gap: &str) -> String {
        format!("{}: {gap}", self.name)
    }

    fn columns(&self, table: &Table) -> Result<Made, ColumnsError> {
        let column = table.column(&self.name)?;
        match self.kind {
            Kind::Number => self.numbers(table, column),
            _ => Ok(self.levels(&table.text(column))),
        }
    }

    /// So many rows of which each has a gap.
    fn gaps(&self, rows: usize) -> Made {
        match self.is_category() {
            true => (vec![self.category(vec![NO_LEVEL; rows])], Vec::new()),
            false => Rows::new(self, rows).finish(),
        }
    }

    fn category(&self, codes: Vec<u32>) -> Column {
        let values = Values::Levels {
            codes,
            levels: self.levels.iter().chain(&self.gaps).cloned().collect(),
        };
        Column::new(&self.name, values)
    }

    fn numbers(&self, table: &Table, column: usize) -> Result<Made, ColumnsError> {
        let numbers = table.each_number(column)?;
        let is_text = |number: &Number| matches!(number, Number::Other);
        let text = numbers.iter().any(is_text).then(|| table.text(column));
        let codes: Vec<&String> = self.gaps.iter().chain(&self.other_gaps).collect();
        let code_numbers: Vec<Option<f64>> = codes.iter().map(|code| code.parse().ok()).collect();
        let mut rows = Rows::new(self, numbers.len());
        for (row, number) in numbers.into_iter().enumerate() {
            let value = || {
                text.as_ref()
                    .and_then(|text| text.get(row))
                    .unwrap_or_default()
            };
            match number {
                Number::Missing => {}
                Number::Value(number) => {
                    match code_numbers.iter().position(|code| *code == Some(number)) {
                        Some(code) => rows.gap(row, code),
                        None if (number as f32).is_finite() => rows.values[row] = number as f32,
                        None => rows.problem(row, number.to_string(), Problem::TooLarge),
                    }
                }
                Number::Other => match codes.iter().position(|code| *code == value()) {
                    Some(code) => rows.gap(row, code),
                    None => rows.problem(row, value().to_owned(), Problem::NotNumber),
                },
            }
        }
        Ok(rows.finish())
    }

    fn levels(&self, text: &TextColumn) -> Made {
        let known = self.levels.iter().chain(&self.gaps).map(String::as_str);
        let coded = Levels::new(&self.name, known).of(text);
        let mut rows = Rows::new(self, text.len());
        for &row in &coded.unseen {
            let value = text.get(row).unwrap_or_default();
            match code_of(value, &self.other_gaps) {
                Some(_) => rows.problem(row, value.to_owned(), Problem::UnseenGap),
                None => rows.problem(row, value.to_owned(), Problem::UnseenLevel),
            }
        }
        if self.is_category() {
            return (vec![self.category(coded.codes)], rows.problems);
        }
        for (row, &code) in coded
            .codes
            .iter()
            .enumerate()
            .filter(|(_, code)| **code != NO_LEVEL)
        {
            match (code as usize).checked_sub(self.levels.len()) {
                Some(gap) => rows.gap(row, gap),
                None => rows.values[row] = code as f32,
            }
        }
        rows.finish()
    }

    /// What is allowed, for a person.
    fn allowed(&self) -> String {
        let gaps = match self.gaps.len() {
            0 => String::new(),
            1 => format!(", the gap code {}", quoted(&self.gaps)),
            _ => format!(", one of the gap codes {}", quoted(&self.gaps)),
        };
        match self.kind {
            Kind::Number => format!("a number{gaps}, or an empty value"),
            _ => format!("{}{gaps}, or an empty value", quoted(&self.levels)),
        }
    }
}

/// Numbers and indicators of a feature, while its rows are read.
struct Rows<'a> {
    feature: &'a Feature,
    values: Vec<f32>,
    /// For each gap code of the training, 1 where it stands.
    indicators: Vec<Vec<f32>>,
    problems: Vec<RowProblem>,
    allowed: Option<Arc<str>>,
}

impl<'a> Rows<'a> {
    fn new(feature: &'a Feature, rows: usize) -> Self {
        Self {
            feature,
            values: vec![f32::NAN; rows],
            indicators: vec![vec![0.0; rows]; feature.indicators().len()],
            problems: Vec::new(),
            allowed: None,
        }
    }

    /// The row has the gap code of this position, of those of the training and the other ones.
    fn gap(&mut self, row: usize, code: usize) {
        match self.indicators.get_mut(code) {
            Some(indicator) => indicator[row] = 1.0,
            None => {
                let code = self.feature.other_gaps[code - self.indicators.len()].clone();
                self.problem(row, code, Problem::UnseenGap);
            }
        }
    }

    fn problem(&mut self, row: usize, value: String, problem: Problem) {
        let allowed = self
            .allowed
            .get_or_insert_with(|| self.feature.allowed().into());
        self.problems.push(RowProblem {
            row,
            column: self.feature.name.clone(),
            value,
            problem,
            allowed: allowed.clone(),
        });
    }

    fn finish(self) -> Made {
        let name = &self.feature.name;
        let mut columns = vec![Column::new(name, Values::Numbers(self.values))];
        let indicators = self.feature.gaps.iter().zip(self.indicators);
        columns.extend(indicators.map(|(gap, values)| Column {
            name: self.feature.indicator(gap),
            source: name.clone(),
            values: Values::Numbers(values),
        }));
        (columns, self.problems)
    }
}

#[cfg(test)]
mod tests;
