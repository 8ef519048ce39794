//! The columns that segments are made of, and those that only describe them.

use super::config::SegmentConfig;
use super::error::SegmentTableError;
use super::numbers::NumberColumn;
use crate::error::Error;
use crate::learners::columns::{Codebook, CodebookColumn, FeatureSpec, Kind, LeftOut};
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
        let features = spec.features.iter();
        for column in features.filter_map(|feature| codebook.column(&feature.name)) {
            if column.kind == Kind::Number {
                used.push(number_column(column));
                continue;
            }
            let is_named = named.contains(&column.name);
            match column.numbers {
                // Codes that somebody wants to be numbers.
                Some(_) if is_named && has_no_text(table, column)? => {
                    used.push(number_column(column));
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
        let other = other.map(number_column).collect();
        left_out.retain(|of| {
            let is_role =
                config.id.contains(&of.column) || config.weights.as_ref() == Some(&of.column);
            !is_role
        });
        let found_gaps = codebook.columns.iter().filter_map(|column| {
            let own = used.iter().find(|used| used.name == column.name)?;
            let found = column
                .gaps
                .iter()
                .filter(|gap| gap.found && own.gaps.contains(&gap.code));
            let found: Vec<&String> = found.map(|gap| &gap.code).collect();
            let text = || format!("{} of `{}` is taken for a gap", quoted(&found), column.name);
            (!found.is_empty()).then(text)
        });
        Ok(Self {
            found_gaps: found_gaps.collect(),
            used,
            other,
            left_out,
        })
    }
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
