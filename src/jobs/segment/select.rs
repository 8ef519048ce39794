//! The columns that segments are made of, and those that only describe them.

use super::config::SegmentConfig;
use super::error::SegmentTableError;
use super::numbers::NumberColumn;
use crate::error::Error;
use crate::learners::columns::{Codebook, CodebookColumn, FeatureSpec, Kind, LeftOut};
use crate::segments::SegmentError;
use crate::table::{Number, Table};

/// Columns of a table by what they are for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The columns that segments are made of.
    pub used: Vec<NumberColumn>,
    /// Columns of numbers that took no part.
    pub other: Vec<NumberColumn>,
    /// Columns that took no part, and why. Those that name or weight rows are not among them.
    pub left_out: Vec<LeftOut>,
}

impl Selected {
    /// # Errors
    /// Columns that are not there or have no numbers; texts in a column of numbers; no column of numbers.
    pub fn new(table: &Table, config: &SegmentConfig) -> Result<Self, Error> {
        let known = config.codebook();
        for id in &config.id {
            table.column(id)?;
        }
        let codebook = Codebook::of(table, &known)?;
        let named = &config.columns.named;
        for column in &codebook.columns {
            let may_be_taken = match column.role {
                None => config.columns.all && !config.columns.left_out.contains(&column.name),
                Some(_) => false,
            };
            if may_be_taken || named.contains(&column.name) {
                check_texts(table, column)?;
            }
        }
        let spec = FeatureSpec::of(&codebook, &config.columns)?;
        let mut left_out = spec.left_out;
        let mut used = Vec::new();
        for feature in spec.features {
            let column = codebook.column(&feature.name);
            let Some(column) = column.filter(|column| column.kind != Kind::Number) else {
                used.push(number_column(&feature.name, feature.gaps));
                continue;
            };
            let is_named = named.contains(&column.name);
            match column.numbers {
                // Codes that somebody wants to be numbers.
                Some(_) if is_named && has_no_text(table, column)? => {
                    used.push(number_column(&column.name, codes(column)));
                }
                _ if is_named => return Err(no_numbers(column).into()),
                _ => left_out.push(LeftOut {
                    column: column.name.clone(),
                    why: format!("{}: {}", column.kind.words(), column.why),
                }),
            }
        }
        if used.is_empty() {
            return Err(SegmentError::NoColumns.into());
        }
        let is_other = |column: &&CodebookColumn| {
            column.kind == Kind::Number && used.iter().all(|used| used.name != column.name)
        };
        let other = codebook.columns.iter().filter(is_other);
        let other = other.map(|column| number_column(&column.name, codes(column)));
        let other = other.collect();
        left_out.retain(|of| {
            let is_role =
                config.id.contains(&of.column) || config.weights.as_ref() == Some(&of.column);
            !is_role
        });
        Ok(Self {
            used,
            other,
            left_out,
        })
    }
}

fn number_column(name: &str, gaps: Vec<String>) -> NumberColumn {
    let name = name.to_owned();
    NumberColumn { name, gaps }
}

fn codes(column: &CodebookColumn) -> Vec<String> {
    column.gaps.iter().map(|gap| gap.code.clone()).collect()
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
    let (mut first, mut numbers, mut texts) = (None, 0, 0);
    for (row, number) in table.each_number(at)?.into_iter().enumerate() {
        match number {
            Number::Missing => {}
            Number::Value(_) => numbers += 1,
            Number::Other => {
                let value = text.get(row).unwrap_or_default();
                if column.gaps.iter().all(|gap| gap.code != value) {
                    first = first.or(Some(row));
                    texts += 1;
                }
            }
        }
    }
    Ok((first, numbers, texts))
}

fn has_no_text(table: &Table, column: &CodebookColumn) -> Result<bool, Error> {
    Ok(texts(table, column)?.0.is_none())
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
