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

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
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
