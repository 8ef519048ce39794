//! The columns that segments are made of, and those that only describe them.

use super::config::SegmentConfig;
use super::error::SegmentTableError;
use super::numbers::NumberColumn;
use crate::error::Error;
use crate::learners::columns::{Codebook, CodebookColumn, FeatureSpec, Kind, LeftOut, Selection};
use crate::segments::SegmentError;
use crate::table::{Number, Table};
use crate::text::quoted;

/// Columns of a table by what they are for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The columns that segments are made of.
    pub used: Vec<NumberColumn>,
    /// Columns of numbers that took no part.
    pub other: Vec<NumberColumn>,
    /// Columns that took no part, and why. Those that name or weight rows are not among them.
    pub left_out: Vec<LeftOut>,
    /// Numbers that nobody named and that are taken for gap codes, a sentence each.
    pub found_gaps: Vec<String>,
}

impl Selected {
    /// # Errors
    /// Columns that are not there or have no numbers; texts in a column of numbers; no column of numbers.
    pub fn new(table: &Table, config: &SegmentConfig) -> Result<Self, Error> {
        let codebook = codebook(table, config)?;
        let spec = FeatureSpec::of(&codebook, &config.columns)?;
        let mut left_out = spec.left_out;
        let has_role =
            |name: &String| config.id.contains(name) || config.weights.as_ref() == Some(name);
        left_out.retain(|of| !has_role(&of.column));
        let features = spec.features.iter();
        let features = features.filter_map(|feature| codebook.column(&feature.name));
        let (numbers, others): (Vec<_>, Vec<_>) =
            features.partition(|column| column.kind == Kind::Number);
        left_out.extend(others.iter().map(|column| LeftOut {
            column: column.name.clone(),
            why: format!("{}: {}", column.kind.words(), column.why),
        }));
        if numbers.is_empty() {
            return Err(SegmentError::NoColumns.into());
        }
        let used: Vec<NumberColumn> = numbers.iter().map(|column| number_column(column)).collect();
        let is_other = |column: &&CodebookColumn| {
            let is_used = used.iter().any(|used| used.name == column.name);
            column.kind == Kind::Number && !is_used && !config.id.contains(&column.name)
        };
        let other = codebook.columns.iter().filter(is_other);
        Ok(Self {
            other: other.map(number_column).collect(),
            found_gaps: numbers
                .iter()
                .filter_map(|column| found_gaps(column))
                .collect(),
            used,
            left_out,
        })
    }
}

/// What columns hold. One that is named is taken for numbers where it has some and no text.
///
/// # Errors
/// Columns that are not there, or are named and have no numbers; texts in a column of numbers.
fn codebook(table: &Table, config: &SegmentConfig) -> Result<Codebook, Error> {
    for id in &config.id {
        table.column(id)?;
    }
    let mut codebook = Codebook::of(table, &config.codebook())?;
    let Selection {
        all,
        named,
        left_out,
    } = &config.columns;
    for column in &mut codebook.columns {
        let is_named = named.contains(&column.name);
        let may_be_taken = *all && column.role.is_none() && !left_out.contains(&column.name);
        if is_named || may_be_taken {
            check_texts(table, column)?;
        }
        if is_named {
            if column.numbers.is_none() || texts(table, column)?.0.is_some() {
                return Err(no_numbers(column).into());
            }
            column.kind = Kind::Number;
        }
    }
    Ok(codebook)
}

/// Numbers of a column that nobody named as gap codes and that are taken for some, in a sentence.
fn found_gaps(column: &CodebookColumn) -> Option<String> {
    let codes = number_column(column).gaps;
    let found = column
        .gaps
        .iter()
        .filter(|gap| gap.found && codes.contains(&gap.code));
    let found: Vec<&String> = found.map(|gap| &gap.code).collect();
    let text = || format!("{} of `{}` is taken for a gap", quoted(&found), column.name);
    (!found.is_empty()).then(text)
}

/// The column with its gap codes: those that somebody named, and numbers such as -9 that were found. A word that nobody named
/// is a mistake.
fn number_column(column: &CodebookColumn) -> NumberColumn {
    let gaps = column.gaps.iter();
    let gaps = gaps.filter(|gap| !gap.found || gap.code.parse::<f64>().is_ok());
    NumberColumn {
        name: column.name.clone(),
        gaps: gaps.map(|gap| gap.code.clone()).collect(),
    }
}

fn no_numbers(column: &CodebookColumn) -> SegmentTableError {
    SegmentTableError::NoNumbers {
        column: column.name.clone(),
        kind: column.kind.words(),
        why: column.why.clone(),
    }
}

/// The first text of a column that is no gap code, and how many of its values are numbers and how many texts.
fn texts(table: &Table, column: &CodebookColumn) -> Result<(Option<usize>, usize, usize), Error> {
    let at = table.column(&column.name)?;
    let text = table.text(at);
    let codes = number_column(column).gaps;
    let (mut first, mut numbers, mut texts) = (None, 0, 0);
    for (row, number) in table.each_number(at)?.into_iter().enumerate() {
        match number {
            Number::Missing => {}
            Number::Value(_) => numbers += 1,
            Number::Other => {
                let value = text.get(row).unwrap_or_default();
                if codes.iter().all(|code| code != value) {
                    first = first.or(Some(row));
                    texts += 1;
                }
            }
        }
    }
    Ok((first, numbers, texts))
}

/// # Errors
/// Most values are numbers, and one is a text: a column of numbers with a mistake, which would pass for names.
fn check_texts(table: &Table, column: &CodebookColumn) -> Result<(), Error> {
    if column.numbers.is_none() {
        return Ok(());
    }
    let (Some(row), numbers, texts) = texts(table, column)? else {
        return Ok(());
    };
    if numbers <= texts {
        return Ok(());
    }
    let text = table.text(table.column(&column.name)?);
    Err(SegmentTableError::NotNumber {
        place: table.place(row),
        column: column.name.clone(),
        value: text.get(row).unwrap_or_default().to_owned(),
    }
    .into())
}
