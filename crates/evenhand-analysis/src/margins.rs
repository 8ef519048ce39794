//! Known shares of a population, as a table has them: variable, value, share.

use crate::words::{counted, prefix};
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::stats::raking::{Margin, RakingError, rake};
use evenhand_stats::text::decimal;
use evenhand_table::{ReadOptions, Table, TableError};
use std::collections::BTreeMap;
use std::path::Path;

/// Known shares of the values of several variables.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Margins {
    /// By variable, in the order of the table, its values with their shares.
    pub variables: Vec<(String, Vec<(String, f64)>)>,
    /// `margins.csv: ` in front of a message.
    table: String,
}

/// Why rows cannot be weighted to margins. `table` is `margins.csv: `, and empty for margins from memory.
#[derive(Debug, thiserror::Error)]
pub enum MarginsError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{table}no row")]
    Empty { table: String },
    #[error("{place}: the share of `{value}` is `{share}`, not a number from 0 to 1")]
    BadShare {
        place: String,
        value: String,
        share: String,
    },
    #[error("{place}: a second row of `{variable}` = `{value}`")]
    Twice {
        place: String,
        variable: String,
        value: String,
    },
    #[error("{table}no column `{variable}` among the rows that are weighted")]
    NoColumn { table: String, variable: String },
    #[error("{table}no share of `{variable}` = `{value}`: {}", counted(*rows, "row"))]
    UnknownValue {
        table: String,
        variable: String,
        value: String,
        rows: usize,
    },
    #[error("{table}{reason}")]
    Raking { table: String, reason: RakingError },
}

impl Hint for MarginsError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(reason) => return reason.hint(),
            Self::Raking { reason, .. } => match reason {
                RakingError::Empty { .. } => {
                    "join the category with another one, in the table and in the margins, or code such rows"
                }
                RakingError::Impossible { .. } => {
                    "give the category a share, or join it with another one"
                }
                RakingError::Sum { .. } => {
                    "shares of a variable sum to 1: write 0.25 for 25 %, and all categories"
                }
                RakingError::NoConvergence { .. } => {
                    "join rare categories, or leave a variable out"
                }
            },
            Self::Empty { .. } | Self::BadShare { .. } => {
                "a table of margins has the columns variable, value and share, such as gender, Female, 0.51"
            }
            Self::Twice { .. } => "keep one of them",
            Self::NoColumn { .. } => "name variables as the columns are named",
            Self::UnknownValue { .. } => {
                "add the value to the margins, or join it with another one in the table"
            }
        };
        Some(hint.into())
    }
}

impl Margins {
    /// Reads a table with the columns `variable`, `value` and `share`.
    ///
    /// # Errors
    /// The file is no table, lacks a column, or has a share that is none.
    pub fn read(path: &Path, options: &ReadOptions) -> Result<Self, MarginsError> {
        Self::from_table(&Table::read(path, options)?)
    }

    /// From a table.
    ///
    /// # Errors
    /// It lacks a column, or has a share that is none.
    pub fn from_table(table: &Table) -> Result<Self, MarginsError> {
        let columns = ["variable", "value", "share"].map(|name| table.column(name));
        let [variables, values, shares] = columns.map(|at| at.map(|at| table.text(at)));
        let (variables, values, shares) = (variables?, values?, shares?);
        let mut found = Self {
            variables: Vec::new(),
            table: prefix(table.path()),
        };
        for row in 0..table.rows() {
            let text = |of: &evenhand_table::TextColumn| of.get(row).unwrap_or_default().to_owned();
            let (variable, value, share) = (text(&variables), text(&values), text(&shares));
            let place = || table.place(row);
            let number = decimal(&share).filter(|share| (0.0..=1.0).contains(share));
            let Some(number) = number else {
                return Err(MarginsError::BadShare {
                    place: place(),
                    value,
                    share,
                });
            };
            let at = found
                .variables
                .iter()
                .position(|(name, _)| *name == variable);
            let at = at.unwrap_or_else(|| {
                found.variables.push((variable.clone(), Vec::new()));
                found.variables.len() - 1
            });
            let known = &mut found.variables[at].1;
            if known.iter().any(|(other, _)| *other == value) {
                return Err(MarginsError::Twice {
                    place: place(),
                    variable,
                    value,
                });
            }
            known.push((value, number));
        }
        match found.variables.is_empty() {
            true => Err(MarginsError::Empty { table: found.table }),
            false => Ok(found),
        }
    }

    /// The names of the variables.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, _)| name.as_str())
    }

    /// In a sentence.
    pub(crate) fn names(&self) -> String {
        self.columns().collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn no_column(&self, variable: &str) -> MarginsError {
        MarginsError::NoColumn {
            table: self.table.clone(),
            variable: variable.to_owned(),
        }
    }

    /// Weights near to these that have the known shares, with the category of each row by variable. `values` are those of
    /// the rows, a list for each variable.
    ///
    /// # Errors
    /// A value has no share, or no weights have these shares.
    pub(crate) fn weigh<S: AsRef<str>>(
        &self,
        weights: &[f64],
        values: &[Vec<S>],
    ) -> Result<(Vec<f64>, Vec<Vec<u32>>), MarginsError> {
        let variables = self.variables.iter().zip(values);
        let margins: Vec<Margin> = variables
            .map(|((variable, shares), values)| {
                Ok(Margin {
                    variable: variable.clone(),
                    categories: shares.iter().map(|(value, _)| value.clone()).collect(),
                    shares: shares.iter().map(|(_, share)| *share).collect(),
                    of: self.categories(variable, shares, values)?,
                })
            })
            .collect::<Result<_, MarginsError>>()?;
        let raked = rake(weights, &margins).map_err(|reason| MarginsError::Raking {
            table: self.table.clone(),
            reason,
        })?;
        let categories = margins.into_iter().map(|margin| margin.of);
        Ok((raked, categories.collect()))
    }

    fn categories<S: AsRef<str>>(
        &self,
        variable: &str,
        shares: &[(String, f64)],
        values: &[S],
    ) -> Result<Vec<u32>, MarginsError> {
        let known: BTreeMap<&str, u32> = (shares.iter().map(|(value, _)| value.as_str()))
            .zip(0u32..)
            .collect();
        let category = |value: &S| {
            let value = value.as_ref();
            known
                .get(value)
                .copied()
                .ok_or_else(|| MarginsError::UnknownValue {
                    table: self.table.clone(),
                    variable: variable.to_owned(),
                    value: value.to_owned(),
                    rows: values
                        .iter()
                        .filter(|other| other.as_ref() == value)
                        .count(),
                })
        };
        values.iter().map(category).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    fn read(text: &str) -> Result<Margins, String> {
        let folder = Folder::new();
        let path = folder.write("margins.csv", text);
        Margins::read(&path, &ReadOptions::default()).map_err(|error| folder.told(error))
    }

    #[test]
    fn rows_get_the_known_shares() {
        let margins =
            read("variable,value,share\nsex,F,0.5\nsex,M,0.5\nage,old,0.25\nage,young,0.75\n")
                .unwrap();
        assert_eq!(margins.names(), "sex, age");
        let sex = vec!["F", "F", "M", "M", "F"];
        let age = vec!["old", "young", "young", "old", "young"];
        let (weights, categories) = margins.weigh(&[1.0; 5], &[sex, age]).unwrap();
        assert_eq!(categories[0], [0, 0, 1, 1, 0]);
        let share = |at: usize, category: u32| {
            let rows = weights.iter().zip(&categories[at]);
            rows.filter(|(_, of)| **of == category)
                .map(|(weight, _)| weight / 5.0)
                .sum::<f64>()
        };
        assert!((share(0, 0) - 0.5).abs() < 1e-9 && (share(1, 0) - 0.25).abs() < 1e-9);
    }

    #[test]
    fn tables_and_values_that_do_not_fit_say_where() {
        let told = read("variable,value,share\nsex,F,51\n").unwrap_err();
        assert!(
            told.contains("margins.csv:2: the share of `F` is `51`, not a number from 0 to 1"),
            "{told}"
        );
        let told = read("variable,value,share\nsex,F,0.5\nsex,F,0.5\n").unwrap_err();
        assert!(told.contains("a second row of `sex` = `F`"), "{told}");
        let margins = read("variable,value,share\nsex,F,0.5\nsex,M,0.5\n").unwrap();
        let error = margins.weigh(&[1.0; 3], &[vec!["F", "M", ""]]).unwrap_err();
        assert!(
            error.to_string().ends_with("no share of `sex` = ``: 1 row"),
            "{error}"
        );
    }
}
