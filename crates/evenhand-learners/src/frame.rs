//! Frame: features by column, which numbers or levels of a category.

use std::sync::Arc;

/// The code of a level that is not there: a gap, or a level that the training data do not have.
pub const NO_LEVEL: u32 = u32::MAX;

/// Features by column, each with one value a row.
///
/// ```
/// use evenhand_learners::frame::{Column, Frame, Values};
/// let age = Column::new("age", Values::Numbers(vec![31.0, f32::NAN]));
/// let frame = Frame::new(vec![age]);
/// assert_eq!(frame.rows(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    rows: usize,
    columns: Vec<Column>,
}

/// One feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name of the feature, as in `income` or `income: refused`.
    pub name: String,
    /// The column of the data that it was made from, which is what importance is told of.
    pub source: String,
    pub values: Values,
}

/// Values of a feature.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// NaN is a gap.
    Numbers(Vec<f32>),
    /// Positions in `levels`, or [`NO_LEVEL`].
    Levels {
        codes: Vec<u32>,
        levels: Arc<[String]>,
    },
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Levels { codes, .. } => codes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Column {
    /// A feature that bears the name of its column.
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        let name = name.into();
        Self {
            source: name.clone(),
            name,
            values,
        }
    }
}

impl Frame {
    /// # Panics
    /// If there is no column, or if columns differ in length.
    pub fn new(columns: Vec<Column>) -> Self {
        let rows = columns.first().expect("a frame has a column").values.len();
        let fit = columns.iter().all(|column| column.values.len() == rows);
        assert!(fit, "columns of a frame have one value a row");
        Self { rows, columns }
    }

    /// Some rows, in this order.
    pub fn take(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| Column {
            values: match &column.values {
                Values::Numbers(values) => {
                    Values::Numbers(rows.iter().map(|&row| values[row]).collect())
                }
                Values::Levels { codes, levels } => Values::Levels {
                    codes: rows.iter().map(|&row| codes[row]).collect(),
                    levels: levels.clone(),
                },
            },
            ..column.clone()
        };
        Self::new(self.columns.iter().map(column).collect())
    }

    /// The columns that were made from some columns of the data, in their order.
    ///
    /// # Panics
    /// If there is none.
    pub fn of_sources(&self, sources: &[String]) -> Self {
        let columns = self.columns.iter();
        let kept = columns.filter(|column| sources.contains(&column.source));
        Self::new(kept.cloned().collect())
    }

    /// Adds the rows of a frame with the same columns.
    ///
    /// # Panics
    /// If columns differ in name, kind or levels.
    pub fn append(&mut self, other: Self) {
        assert_eq!(self.columns.len(), other.columns.len(), "the same columns");
        for (own, other) in self.columns.iter_mut().zip(other.columns) {
            assert_eq!(own.name, other.name, "the same columns in the same order");
            match (&mut own.values, other.values) {
                (Values::Numbers(own), Values::Numbers(other)) => own.extend(other),
                (
                    Values::Levels { codes, levels },
                    Values::Levels {
                        codes: other,
                        levels: known,
                    },
                ) if *levels == known => codes.extend(other),
                _ => panic!("the column `{}` is of one kind", own.name),
            }
        }
        self.rows += other.rows;
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns of the data that its columns were made from, each once.
    pub fn sources(&self) -> Vec<String> {
        let mut sources: Vec<String> = Vec::new();
        for column in &self.columns {
            if !sources.contains(&column.source) {
                sources.push(column.source.clone());
            }
        }
        sources
    }

    /// Other values for a column.
    ///
    /// # Panics
    /// If there is not one a row.
    pub fn set(&mut self, column: usize, values: Values) {
        assert_eq!(values.len(), self.rows, "one value a row");
        self.columns[column].values = values;
    }

    /// Other values for all columns that were made from a column of the data, by the number of the column.
    pub fn replace(&mut self, source: &str, mut values: impl FnMut(usize) -> Values) {
        for column in 0..self.columns.len() {
            if self.columns[column].source == source {
                self.set(column, values(column));
            }
        }
    }
}
