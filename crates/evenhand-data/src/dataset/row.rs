//! Rows of lists and archives: one image each, with the values that describe it.

use super::DatasetError;
use crate::record::Location;

/// An image and its values.
#[derive(Debug)]
pub(super) struct Row {
    /// The row in messages: `faces.csv:17`, or the image itself where no list names it.
    pub(super) place: String,
    /// The image in outputs.
    pub(super) path: String,
    pub(super) image: Location,
    /// In the order of the columns; empty for a missing value.
    pub(super) values: Vec<String>,
}

pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, DatasetError>> + Send>;
