//! Images out of Parquet files, which workers ask for in nearly the order of the rows.
//!
//! A page is the least of a column that can be decompressed. One page of each open file is held, and
//! the last few blocks of rows, which are views into their pages: enough for workers that overtake
//! each other. Whoever asks for a row further up starts the row group again.

use super::super::preprocess::{system_refused, unreadable};
use super::schema::PATH;
use crate::record::BadImage;
use evenhand_table::{ParquetFile, catch_panic, plain_file};
use parquet::basic::Type;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetStatisticsPolicy;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Files that are open at a time: the workers may be in two where one ends.
const OPEN: usize = 2;

/// Blocks of rows that are held for each, and when a block is full.
const BLOCKS: usize = 3;
const BLOCK_ROWS: usize = 32;
const BLOCK_BYTES: usize = 4 << 20;

/// The files that were asked for last.
#[derive(Default)]
pub(super) struct Tables {
    open: VecDeque<Table>,
}

impl Tables {
    /// The image of a row; `None` where the row has none.
    pub(super) fn read(
        &mut self,
        path: &Path,
        column: usize,
        row: u64,
    ) -> std::result::Result<Option<ByteArray>, BadImage> {
        let known = |table: &Table| table.path == path && table.column == column;
        let at = match self.open.iter().position(known) {
            Some(at) => at,
            None => {
                let file = plain_file::open(path).map_err(system_refused)?;
                let table = guarded(|| Table::open(path, file, column)).map_err(damaged)?;
                self.open.truncate(OPEN - 1);
                self.open.push_front(table);
                0
            }
        };
        let table = &mut self.open[at];
        guarded(|| table.read(row)).map_err(|error| {
            self.open.remove(at);
            damaged(error)
        })
    }

    /// The path that stands beside the image of a row, as Hugging Face has it; `None` where there is none.
    pub(super) fn path(
        &mut self,
        path: &Path,
        column: usize,
        row: u64,
    ) -> std::result::Result<Option<String>, BadImage> {
        let known = |table: &&Table| table.path == path && table.column == column;
        let beside = self.open.iter().find(known).and_then(Table::path_column);
        let Some(beside) = beside else {
            return Ok(None);
        };
        let text = self.read(path, beside, row)?;
        Ok(text.map(|text| String::from_utf8_lossy(text.data()).into_owned()))
    }
}

/// What `read` returns; an error if it panics, as the library does on some damaged files. What it has read from must
/// not be used any more then.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_panic(read).unwrap_or_else(|| {
        Err(ParquetError::General(
            "its pages or footer are damaged".into(),
        ))
    })
}

fn damaged(error: ParquetError) -> BadImage {
    unreadable(format!("a damaged Parquet file: {}", why(&error)))
}

/// Message of an error, without the kind of error in front of it.
pub(super) fn why(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => {
            text.clone()
        }
        other => other.to_string(),
    }
}

/// Reads the footer, which is held as long as the reader, but not its statistics.
pub(super) fn open(file: File) -> Result<SerializedFileReader<ParquetFile>> {
    let none = || ParquetStatisticsPolicy::SkipAll;
    let options = ReadOptionsBuilder::new()
        .with_column_stats_policy(none())
        .with_size_stats_policy(none())
        .with_encoding_stats_policy(none())
        .build();
    SerializedFileReader::new_with_options(ParquetFile::new(file), options)
}

struct Table {
    path: PathBuf,
    column: usize,
    reader: SerializedFileReader<ParquetFile>,
    /// Position at which reading goes on.
    cursor: Option<Cursor>,
    blocks: VecDeque<Block>,
}

struct Cursor {
    pages: ColumnReaderImpl<ByteArrayType>,
    /// The definition level of a row with an image; 0 where every row has one.
    level: i16,
    /// The row that comes next, and the row behind the last of the row group.
    next: u64,
    end: u64,
}

/// Rows that follow each other.
struct Block {
    first: u64,
    rows: Vec<Option<ByteArray>>,
}

impl Block {
    fn get(&self, row: u64) -> Option<&Option<ByteArray>> {
        let at = row.checked_sub(self.first)?;
        self.rows.get(usize::try_from(at).ok()?)
    }
}

impl Table {
    fn open(path: &Path, file: File, column: usize) -> Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            column,
            reader: open(file)?,
            cursor: None,
            blocks: VecDeque::new(),
        })
    }

    /// The column of the paths, in the struct that the column of bytes is in.
    fn path_column(&self) -> Option<usize> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let image = schema.column(self.column);
        let (_, parent) = image.path().parts().split_last()?;
        (0..schema.num_columns()).find(|&at| {
            let column = schema.column(at);
            let is_text = column.physical_type() == Type::BYTE_ARRAY;
            let beside = column.path().parts().split_last();
            is_text
                && beside
                    .is_some_and(|(name, own)| name == PATH && own == parent && !own.is_empty())
        })
    }

    fn read(&mut self, row: u64) -> Result<Option<ByteArray>> {
        if let Some(found) = self.blocks.iter().find_map(|block| block.get(row)) {
            return Ok(found.clone());
        }
        let reached = |cursor: &Cursor| (cursor.next..cursor.end).contains(&row);
        let mut cursor = match self.cursor.take().filter(reached) {
            Some(cursor) => cursor,
            None => self.start_group_of(row)?,
        };
        cursor.skip_to(row)?;
        let block = cursor.block()?;
        let image = block.rows.first().cloned().flatten();
        // Only a cursor that made no error goes on.
        self.cursor = Some(cursor);
        self.blocks.truncate(BLOCKS - 1);
        self.blocks.push_front(block);
        Ok(image)
    }

    /// A cursor at the start of the row group that holds `row`.
    fn start_group_of(&self, row: u64) -> Result<Cursor> {
        let mut next = 0;
        for (at, group) in self.reader.metadata().row_groups().iter().enumerate() {
            let end = next + u64::try_from(group.num_rows())?;
            if row < end {
                let level = group.schema_descr().column(self.column).max_def_level();
                let group = self.reader.get_row_group(at)?;
                let ColumnReader::ByteArrayColumnReader(pages) =
                    group.get_column_reader(self.column)?
                else {
                    return Err(ParquetError::General("its columns have changed".into()));
                };
                return Ok(Cursor {
                    pages,
                    level,
                    next,
                    end,
                });
            }
            next = end;
        }
        Err(ParquetError::General(format!("there is no row {row}")))
    }
}

impl Cursor {
    fn skip_to(&mut self, row: u64) -> Result<()> {
        let rows = usize::try_from(row - self.next)?;
        match self.pages.skip_records(rows)? == rows {
            true => self.next = row,
            false => return Err(short()),
        }
        Ok(())
    }

    /// The rows that come next, at least one.
    fn block(&mut self) -> Result<Block> {
        let first = self.next;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < BLOCK_ROWS && bytes < BLOCK_BYTES && self.next < self.end {
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let levels = (self.level > 0).then_some(&mut levels);
            let (read, ..) = self.pages.read_records(1, levels, None, &mut values)?;
            if read != 1 {
                return Err(short());
            }
            let value: Option<ByteArray> = values.pop();
            bytes += value.as_ref().map_or(0, ByteArray::len);
            rows.push(value);
            self.next += 1;
        }
        Ok(Block { first, rows })
    }
}

pub(super) fn short() -> ParquetError {
    ParquetError::EOF("fewer rows than its footer says".into())
}
