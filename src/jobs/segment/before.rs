//! The segments that rows had in the table that the segments were made of.

use super::error::SegmentTableError;
use super::ids::{Ids, key};
use super::output::{Layout, SEGMENT, SEGMENTS};
use super::stored::StoredSegmentation;
use crate::error::Error;
use crate::table::Table;
use std::collections::HashMap;
use std::path::Path;

/// Segments, from 1, by the names of rows.
#[derive(Debug, Default)]
pub struct Before(HashMap<Vec<String>, usize>);

impl Before {
    /// Reads `segments.csv` of a folder, where it is there and some columns name rows: `ids`, some of the segmentation's.
    ///
    /// # Errors
    /// The table cannot be read, a column is not there, or two of its rows have the same name.
    pub fn read(folder: &Path, stored: &StoredSegmentation, ids: &[String]) -> Result<Self, Error> {
        let path = folder.join(SEGMENTS);
        if ids.is_empty() || !path.is_file() {
            return Ok(Self::default());
        }
        let layout = Layout::new(&stored.id, &stored.model, false);
        let called = ids.iter().map(|id| {
            let at = stored.id.iter().position(|known| known == id);
            let at = at.ok_or_else(|| SegmentTableError::UnknownId {
                column: id.clone(),
                known: stored.id.clone(),
            })?;
            Ok(layout.ids()[at].clone())
        });
        let called = called.collect::<Result<Vec<_>, SegmentTableError>>()?;
        let table = Table::read(&path, &stored.read_options())?;
        let ids = Ids::read(&table, ids, &called)?;
        ids.check_unique(&table)?;
        let segments = table.numbers(table.column(SEGMENT)?)?;
        let rows = ids.values.iter().zip(segments);
        let known = rows.filter_map(|(id, segment)| Some((key(id), segment? as usize)));
        Ok(Self(known.collect()))
    }

    /// The segment that a row had.
    pub fn of(&self, id: &[String]) -> Option<usize> {
        self.0.get(&key(id)).copied()
    }
}
