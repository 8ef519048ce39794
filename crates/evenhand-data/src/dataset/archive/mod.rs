//! Archives: files that hold many images each, tar files and Parquet files.
//!
//! Images are read out of them one at a time where they are wanted. What is held of an archive does
//! not grow with the number of images in it.

mod attributes;
mod locate;
mod members;
mod parquet;
mod sample;
mod schema;
mod shard;
mod table;

pub use locate::locate;
pub(super) use parquet::Parquet;
pub(super) use shard::Shard;

use super::preprocess::{self, Limits, check_bytes, system_refused, unreadable};
use crate::record::{BadImage, Location, Status};
use evenhand_table::plain_file;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use table::Tables;

/// Reads the bytes of images, wherever they are.
pub struct ImageReader {
    limits: Limits,
    /// Shared by all threads: what one has to decompress, the others take.
    tables: Mutex<Tables>,
}

impl ImageReader {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            tables: Mutex::default(),
        }
    }

    /// Reads one image whole.
    ///
    /// # Errors
    /// `Missing` where there is none, `TooLarge` beyond `limits.max_bytes`, `Unreadable` for whatever
    /// else keeps it from being read.
    pub fn read(&self, image: &Location) -> Result<Vec<u8>, BadImage> {
        match image {
            Location::File(path) => preprocess::read(path, self.limits),
            Location::Member {
                archive,
                name: _,
                start,
                len,
            } => self.read_member(archive, *start, *len),
            Location::Row { table, column, row } => self.read_row(table, *column, *row),
            Location::Memory { name: _, bytes } => {
                check_bytes(bytes.len() as u64, self.limits)?;
                Ok(bytes.to_vec())
            }
            Location::NoImage => Err(BadImage {
                status: Status::Missing,
                reason: "the row has no image".into(),
            }),
        }
    }

    fn read_member(&self, archive: &Path, start: u64, len: u64) -> Result<Vec<u8>, BadImage> {
        check_bytes(len, self.limits)?;
        let mut file = plain_file::open(archive).map_err(system_refused)?;
        if len == 0 {
            return match members::why_empty(&mut file, start).map_err(system_refused)? {
                Some(reason) => Err(unreadable(reason)),
                None => Ok(Vec::new()),
            };
        }
        let mut bytes = vec![0; len as usize];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => unreadable("the archive ends within the image"),
                _ => system_refused(error),
            })?;
        Ok(bytes)
    }

    fn read_row(&self, table: &Path, column: usize, row: u64) -> Result<Vec<u8>, BadImage> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = tables.read(table, column, row)? else {
            let path = tables.path(table, column, row)?;
            drop(tables);
            return self.read_named(table, path.as_deref());
        };
        drop(tables);
        check_bytes(bytes.len() as u64, self.limits)?;
        Ok(bytes.data().to_vec())
    }

    /// An image of which a row has the path alone: absolute, or from the table's folder on.
    fn read_named(&self, table: &Path, path: Option<&str>) -> Result<Vec<u8>, BadImage> {
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            return Err(BadImage {
                status: Status::Missing,
                reason: "the row has no image".into(),
            });
        };
        let file = table.parent().unwrap_or(Path::new("")).join(path);
        preprocess::read(&file, self.limits).map_err(|bad| BadImage {
            status: bad.status,
            reason: format!(
                "the row has no bytes, and of its file `{path}`: {}",
                bad.reason
            ),
        })
    }
}

#[cfg(test)]
mod tests;
