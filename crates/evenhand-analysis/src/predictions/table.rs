//! A table of predictions in memory, or one chunk of a large one.

use super::{Columns, PredictionError};
use crate::words::{file_name, prefix};
use evenhand_stats::record::{Classes, Status};
use evenhand_table::{
    Bands, BandsError, Number, ReadOptions, Table, TableError, TextColumn, schema,
};
use std::path::Path;

/// A table of predictions.
///
/// ```
/// use evenhand_analysis::PredictionTable;
/// use evenhand_analysis::predictions::Columns;
/// let column = |name: &str, values: [&str; 3]| (name.to_owned(), values.map(|v| Some(v.to_owned())).to_vec());
/// let columns = vec![column("label", ["F", "M", "F"]), column("predicted", ["F", "F", "NA"])];
/// let table = PredictionTable::from_columns(columns, &Columns::default())?;
/// assert_eq!((table.predicted().get(1), table.predicted().get(2)), (Ok("F"), Ok("NA")));
/// # Ok::<(), evenhand_analysis::predictions::PredictionError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PredictionTable {
    table: Table,
    columns: Columns,
    is_ours: bool,
    answer: usize,
    status: Option<usize>,
    /// Classes with the columns of their probabilities.
    probabilities: Vec<(String, usize)>,
}

impl PredictionTable {
    /// Reads all of a file. A run's folder stands for its `predictions.csv`.
    ///
    /// # Errors
    /// The file can't be read as a table, or has no column of answers.
    pub fn read(
        path: &Path,
        columns: &Columns,
        options: &ReadOptions,
    ) -> Result<Self, PredictionError> {
        let table = Table::read(&table_file(path), options)?;
        Self::from_table(table, columns)
    }

    /// From names and values of columns; `None` and empty text are missing, and nothing else.
    ///
    /// # Errors
    /// Two columns of one name, columns of different lengths, or none of answers.
    pub fn from_columns(
        values: Vec<(String, Vec<Option<String>>)>,
        columns: &Columns,
    ) -> Result<Self, PredictionError> {
        Self::from_table(Table::from_columns(values)?, columns)
    }

    /// From a table, or one chunk of it.
    ///
    /// # Errors
    /// No column of answers.
    pub fn from_table(mut table: Table, columns: &Columns) -> Result<Self, PredictionError> {
        rename(&mut table, columns);
        let answer = column(&table, columns.answer.column(), columns.answer.setting())?;
        let names = table.columns().iter().enumerate();
        let probabilities = names.filter_map(|(at, name)| {
            let class = schema::class_of_column(name)?;
            Some((class.to_owned(), at))
        });
        let mut predictions = Self {
            is_ours: schema::is_ours(table.columns()),
            answer,
            status: table.first_column(&[schema::STATUS]),
            probabilities: probabilities.collect(),
            columns: columns.clone(),
            table,
        };
        // The classes say what is right, whatever else a chunk holds.
        if predictions.is_ours && !predictions.probabilities.is_empty() {
            predictions.put_labels_right(&[]);
        }
        Ok(predictions)
    }

    /// The same with labels, answers and columns of groups put right: ranges that became dates, numbers that are
    /// written in two ways. `known` are labels of another table. Columns that there are none of are passed over.
    pub(crate) fn put_right(&self, groups: &[String], known: &[&str]) -> Self {
        let mut predictions = Self {
            table: self.table.detached(),
            ..self.clone()
        };
        predictions.put_labels_right(known);
        for name in groups {
            let at = predictions.table.first_column(&[name]);
            if let Some(at) = at.filter(|_| !self.columns.is_label(name)) {
                predictions.table.put_right(&[at], &[]);
            }
        }
        predictions
    }

    fn put_labels_right(&mut self, known: &[&str]) {
        let names = self.table.columns().iter().enumerate();
        let labels = names.filter(|(_, name)| self.columns.is_label(name));
        let labels: Vec<usize> = labels.map(|(at, _)| at).collect();
        let classes: Vec<String> = match self.is_ours {
            true => self
                .probabilities
                .iter()
                .map(|(of, _)| of.clone())
                .collect(),
            false => Vec::new(),
        };
        let classes = classes.iter().map(String::as_str);
        let known: Vec<&str> = classes.chain(known.iter().copied()).collect();
        self.table.put_right(&labels, &known);
    }

    /// The same with numbers as their bands.
    ///
    /// # Errors
    /// Bands of a column that there is none of, or that has no number in any band.
    pub(crate) fn banded(mut self, all: &[Bands]) -> Result<Self, BandsError> {
        for bands in all {
            self.table.band(bands)?;
        }
        Ok(self)
    }

    pub fn table(&self) -> &Table {
        &self.table
    }

    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Whether evenhand wrote it.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The name of its file.
    pub fn name(&self) -> String {
        file_name(self.table.path(), "predictions")
    }

    /// `faces.csv: ` in front of a message.
    pub(crate) fn prefix(&self) -> String {
        prefix(self.table.path())
    }

    /// The position of a column that a setting names.
    ///
    /// # Errors
    /// There is none.
    pub fn position(&self, name: &str, setting: &'static str) -> Result<usize, PredictionError> {
        column(&self.table, name, setting)
    }

    /// The values of the column of labels.
    ///
    /// # Errors
    /// There is no such column.
    pub fn labels(&self) -> Result<TextColumn, PredictionError> {
        let at = self.position(&self.columns.label, "label")?;
        Ok(self.table.text(at))
    }

    /// The position of the answers.
    pub fn answer(&self) -> usize {
        self.answer
    }

    /// The classifier's answers.
    pub fn predicted(&self) -> Predicted {
        Predicted {
            values: self.table.text(self.answer),
            status: self.status.map(|at| self.table.text(at)),
            is_ours: self.is_ours,
        }
    }

    /// Which model predicted each row, where evenhand says.
    pub fn folds(&self) -> Option<TextColumn> {
        let at = self.table.first_column(&[schema::FOLD]);
        at.filter(|_| self.is_ours).map(|at| self.table.text(at))
    }

    /// The position of the column that names the rows: that of [`Columns::id`], or the first of `usual`.
    ///
    /// # Errors
    /// There is none.
    pub fn names(&self, usual: &[&str]) -> Result<usize, PredictionError> {
        match &self.columns.id {
            Some(name) => self.position(name, "id"),
            None => {
                let found = self.table.first_column(usual);
                found.ok_or_else(|| PredictionError::NoNames {
                    table: self.prefix(),
                    columns: self.table.columns().to_vec(),
                })
            }
        }
    }

    /// Classes with the positions of their probabilities, whoever wrote the table.
    pub fn probabilities(&self) -> &[(String, usize)] {
        &self.probabilities
    }

    /// The classes that have a column of probabilities, where there are at least two.
    pub fn classes(&self) -> Option<Classes> {
        let names = self.probabilities.iter().map(|(class, _)| class.clone());
        Classes::new(names.collect())
    }

    /// The positive class of the training, where evenhand wrote the table: of two classes, the one whose
    /// probabilities come second.
    pub fn positive(&self) -> Option<&str> {
        match self.probabilities.as_slice() {
            [_, (class, _)] if self.is_ours => Some(class),
            _ => None,
        }
    }

    /// The probability of a class for each row.
    ///
    /// # Errors
    /// Decimal commas beside decimal points.
    pub fn numbers(&self, column: usize) -> Result<Vec<Number>, PredictionError> {
        Ok(self.table.each_number(column)?)
    }

    /// A probability; `numbers` are those of its column.
    ///
    /// # Errors
    /// It is not from 0 to 1.
    pub(crate) fn probability(
        &self,
        column: usize,
        row: usize,
        numbers: &[Number],
    ) -> Result<f32, PredictionError> {
        match numbers[row] {
            Number::Value(value) if (0.0..=1.0).contains(&value) => Ok(value as f32),
            _ => Err(self.bad_value(row, column, "a number from 0 to 1")),
        }
    }

    /// A value that is not allowed.
    pub(crate) fn bad_value(&self, row: usize, column: usize, allowed: &str) -> PredictionError {
        PredictionError::BadValue {
            place: self.table.place(row),
            column: self.table.columns()[column].clone(),
            value: self
                .table
                .text(column)
                .get(row)
                .unwrap_or_default()
                .to_owned(),
            allowed: allowed.to_owned(),
        }
    }
}

/// Gives values the names that the user gave them.
fn rename(table: &mut Table, columns: &Columns) {
    for at in 0..table.columns().len() {
        let name = table.columns()[at].clone();
        let is_label = columns.is_label(&name);
        let renames = columns.map.iter();
        for names in renames.filter(|names| names.is_for(&name, is_label)) {
            table.recode(at, names);
        }
    }
}

/// The file of a table; of a run, its predictions.
pub(super) fn table_file(path: &Path) -> std::path::PathBuf {
    match path.is_dir() {
        true => path.join("predictions.csv"),
        false => path.to_owned(),
    }
}

/// The position of a column that a setting names.
pub(super) fn column(
    table: &Table,
    name: &str,
    setting: &'static str,
) -> Result<usize, PredictionError> {
    table.column(name).map_err(|error| match error {
        TableError::UnknownColumn { table, source } => PredictionError::Column {
            table,
            source,
            setting,
        },
        other => PredictionError::Table(other),
    })
}

/// The classifier's answers, as text.
#[derive(Debug, Clone)]
pub struct Predicted {
    values: TextColumn,
    status: Option<TextColumn>,
    is_ours: bool,
}

impl Predicted {
    /// The answer for a row, or the reason why there is none: its status, or `without a prediction`.
    pub fn get(&self, row: usize) -> Result<&str, &str> {
        match self.failed(row) {
            Some(reason) => Err(reason),
            None => self.values.get(row).ok_or("without a prediction"),
        }
    }

    /// The status of a row that has no answer for it.
    pub fn failed(&self, row: usize) -> Option<&str> {
        let status = self.status.as_ref()?.get(row);
        let known = status.and_then(|status| status.parse().ok());
        match (self.is_ours, status, known) {
            (_, _, Some(Status::Ok)) => None,
            (true, None, _) => Some("without a status"),
            // A table that somebody else wrote may have statuses of its own.
            (false, _, Some(Status::Missing | Status::Unreadable | Status::TooLarge))
            | (true, Some(_), _) => status,
            (false, _, _) => None,
        }
    }
}
