//! Datasets: from folders, tables, archives or file names to records, splits and pixels.
//!
//! Tables are read by `evenhand-table` alone. Whatever the way in, a dataset becomes one table of named columns
//! (`table`), whose values are put right (`codes`, `repairs`, `bands`) before labels become classes and rows records
//! (`load`). Everything that was decided or changed on the way is in [`Dataset::notes`], to be said aloud.

pub mod archive;
mod bands;
mod class_folders;
mod classes;
mod codes;
mod conflicts;
mod described;
mod early_stopping;
mod error;
mod extensions;
mod file_names;
mod folds;
mod glob_paths;
mod groups;
mod image_names;
mod inputs;
mod layout;
mod left_out;
mod list_options;
mod listing;
mod load;
mod missing_counts;
mod pattern;
mod plain_file;
pub mod preprocess;
mod repairs;
mod row;
mod scan;
mod split;
mod survey;
mod table;
mod table_rows;
mod test_part;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_names;

pub use bands::parse_bands;
pub use conflicts::{Conflicts, conflicts};
pub use early_stopping::StopRows;
pub use error::DatasetError;
pub use folds::{folds, holdout};
pub use inputs::{Inputs, inputs, inputs_with};
pub use layout::{Layout, Preset, presets};
pub use list_options::ListOptions;
pub use load::load;
pub use split::{Leak, LeakKind, leak_notes, leaks, units};

pub use evenhand_table::{MissingValues, ReadOptions};

use crate::hint::Message;
use crate::record::{Classes, Record};

/// Labelled images, ready to be split and embedded.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// One for each row, in the order of the manifest or of the sorted paths.
    pub records: Vec<Record>,
    pub classes: Classes,
    /// The name of the label column; it is among the attributes too.
    pub label: String,
    /// Columns but the image's, in the order of [`Record::attributes`].
    pub attributes: Vec<String>,
    /// Files that are no rows, and why.
    pub skipped: Vec<Skipped>,
    /// Notes on choices, restored values and rows left out: one line each, to be said aloud.
    pub notes: Vec<Message>,
    /// What may be wrong with labels and groups.
    pub warnings: Vec<Message>,
}

/// An image that is no row of the dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub path: String,
    pub reason: String,
}

impl Dataset {
    /// The stratum of each record: its label crossed with all `groups`. Records of one stratum
    /// have the same number; the order of the numbers is that of the labels.
    ///
    /// # Errors
    /// A group that names no column.
    pub fn strata(&self, groups: &[String]) -> Result<Vec<usize>, DatasetError> {
        let mut columns = Vec::new();
        for group in groups {
            columns.extend(self.group_columns(group)?);
        }
        columns.sort_unstable();
        columns.dedup();
        Ok(groups::strata(&self.records, &columns))
    }

    /// The attributes that a group such as `race` or `race*gender` crosses, as positions.
    ///
    /// # Errors
    /// There is no such attribute.
    pub fn group_columns(&self, group: &str) -> Result<Vec<usize>, DatasetError> {
        groups::columns(&self.attributes, &self.records, group)
    }
}
