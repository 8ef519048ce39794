//! Values of a column as text.

use arrow_array::{Array, LargeStringArray};

/// The values of a column as text; `None` is a missing one. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct TextColumn(LargeStringArray);

impl TextColumn {
    pub(crate) fn new(values: LargeStringArray) -> Self {
        Self(values)
    }

    /// The value of a row, `None` if it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values are missing.
    pub fn missing(&self) -> usize {
        self.0.null_count()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.0.iter()
    }

    /// The values as an Arrow array.
    pub fn array(&self) -> &LargeStringArray {
        &self.0
    }
}
