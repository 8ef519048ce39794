//! Shares of a population by the cells of a census, from rows that people coded or answers of a survey.

mod census;
mod error;
mod result;
mod rows;
#[cfg(test)]
mod tests;

pub use census::Census;
pub use error::PoststratifyError;
pub use result::PoststratifyResult;

use crate::Error;
use crate::codes::{CodeColumns, CodeError};
use crate::estimate::{CodedItems, EstimateError, level};
use evenhand_stats::groups::Group;
use evenhand_stats::hint::SettingError;
use evenhand_stats::poststratify::{Params, poststratify as measure};
use evenhand_table::{ReadOptions, Recode, TableError};
use std::path::Path;

/// Options of a poststratification.
#[derive(Debug, Clone, PartialEq)]
pub struct PoststratifyOptions {
    /// What the classes are of: `gender`.
    pub label: Option<String>,
    /// The class whose share is estimated; every class if `None`.
    pub class: Option<String>,
    /// Columns of the rows and of the census, each with shares and random intercepts of its own.
    pub groups: Vec<Group>,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for PoststratifyOptions {
    fn default() -> Self {
        Self {
            label: None,
            class: None,
            groups: Vec::new(),
            level: 0.95,
            seed: 1,
        }
    }
}

/// The files of coded rows and of a census, whose counts are in the column `count`. A column that is called `label` has
/// the answers; without one, codes are found as for a corpus.
///
/// # Errors
/// One of them is no such table, or a value that is renamed is in none of the columns of the rows.
pub fn open(
    (coded, census): (&Path, &Path),
    columns: &CodeColumns,
    label: Option<&str>,
    count: Option<&str>,
    options: &ReadOptions,
) -> Result<(CodedItems, Census), Error> {
    let answers = CodeColumns {
        label: columns.label.clone().or(label.map(str::to_owned)),
        ..columns.clone()
    };
    let coded = match CodedItems::read(coded, &answers, None, options) {
        Err(EstimateError::Codes(CodeError::Table(TableError::UnknownColumn { .. }))) => {
            CodedItems::read(coded, columns, None, options)?
        }
        coded => coded?,
    };
    Recode::check(&columns.map, &[&coded.table.columns])?;
    Ok((coded, Census::read(census, count, options)?))
}

/// Estimates shares of a population by multilevel regression and poststratification.
///
/// # Errors
/// No groups, a column that one of the tables lacks, or rows in no cell of the census.
///
/// ```no_run
/// use evenhand_analysis::codes::CodeColumns;
/// use evenhand_analysis::poststratify::{PoststratifyOptions, open, poststratify};
/// use evenhand_stats::groups;
/// use evenhand_table::ReadOptions;
///
/// let files = ("coded.csv".as_ref(), "census.csv".as_ref());
/// let (coded, census) = open(files, &CodeColumns::default(), None, None, &ReadOptions::default())?;
/// let options = PoststratifyOptions { groups: groups::parse("born,gender")?, ..PoststratifyOptions::default() };
/// println!("{:#}", poststratify(&coded, &census, &options)?.to_json());
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn poststratify(
    coded: &CodedItems,
    census: &Census,
    options: &PoststratifyOptions,
) -> Result<PoststratifyResult, Error> {
    let params = Params {
        level: level(options.level)?,
        seed: options.seed,
    };
    if options.groups.is_empty() {
        let error = SettingError::new("groups", "", "cells are made of at least one column")
            .with_hint("name the columns of the census, as in born,gender");
        return Err(error.into());
    }
    let population = census.population(&options.groups)?;
    let rows = rows::sort(coded, &population, options.class.as_deref())?;
    let cells = population.cells(&options.groups, rows.by_cell);
    Ok(PoststratifyResult {
        coded: coded.clone(),
        census: census.name(),
        label: options.label.clone(),
        groups: options.groups.iter().map(Group::name).collect(),
        left_out: rows.left_out,
        notes: [coded.table.notes.clone(), population.notes].concat(),
        shares: measure(cells, &rows.hits, params),
    })
}
