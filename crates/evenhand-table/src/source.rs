//! An open file of any format, as chunks of rows.

use crate::cells::Chunk;
use crate::delimited::Delimited;
use crate::error::TableError;
use crate::excel::Sheet;
use crate::format::{Format, OpenFile};
use crate::ipc::Ipc;
use crate::json_lines::JsonLines;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::options::ReadOptions;
use crate::parquet::Parquet;
use evenhand_stats::hint::Message;
use std::path::Path;

/// The most rows of a chunk.
pub(crate) const CHUNK: usize = 8192;

/// An open file behind its header.
pub(crate) enum Source {
    Delimited(Delimited),
    JsonLines(JsonLines),
    Parquet(Parquet),
    Arrow(Ipc),
    Workbook(Sheet),
}

impl Source {
    /// Opens the file's format, and says if its name is of another one. A chunk of text has at most `limit` rows.
    ///
    /// # Errors
    /// A file that can't be read as a table, or names a column twice.
    pub(crate) fn open(
        opened: OpenFile,
        path: &Path,
        options: &ReadOptions,
        (limit, notes): (usize, &Notes),
    ) -> Result<Self, TableError> {
        let OpenFile {
            file,
            format,
            start,
            misnamed,
        } = opened;
        if misnamed {
            let (path, format) = (path.display(), format.name());
            notes.say(Message::plain(format!(
                "{path}: read as {format}, which it is in spite of its name"
            )));
        }
        let sheet = options.sheet.as_deref();
        if let (Some(sheet), false) = (sheet, format == Format::Workbook) {
            notes.say(Message::new(
                "{}: {sheet} `{}` is left aside: {} has no sheets",
                &[&path.display(), &sheet, &format.name()],
            ));
        }
        Ok(match format {
            Format::Delimited => {
                let lines = options.lines.as_deref();
                Self::Delimited(Delimited::open(path, file, lines, notes)?)
            }
            Format::JsonLines => Self::JsonLines(JsonLines::open(path, file, limit, notes)?),
            Format::Parquet => Self::Parquet(Parquet::open(path, file, CHUNK, notes)?),
            Format::Arrow => Self::Arrow(Ipc::open(path, file, &start, notes)?),
            Format::Workbook => Self::Workbook(Sheet::open(path, file, sheet, notes)?),
        })
    }

    pub(crate) fn columns(&self) -> &[String] {
        match self {
            Self::Delimited(text) => text.columns(),
            Self::JsonLines(lines) => lines.columns(),
            Self::Parquet(file) => &file.fields.names,
            Self::Arrow(file) => &file.fields.names,
            Self::Workbook(sheet) => sheet.columns(),
        }
    }

    pub(crate) fn left_out(&self) -> &[(String, &'static str)] {
        match self {
            Self::Parquet(file) => &file.fields.left_out,
            Self::Arrow(file) => &file.fields.left_out,
            Self::Delimited(_) | Self::JsonLines(_) | Self::Workbook(_) => &[],
        }
    }

    pub(crate) fn has_decimal_comma(&self) -> bool {
        match self {
            Self::Delimited(text) => text.dialect().decimal_comma(),
            Self::JsonLines(_) | Self::Parquet(_) | Self::Arrow(_) | Self::Workbook(_) => false,
        }
    }

    pub(crate) fn chunk(
        &mut self,
        limit: usize,
        missing: &MissingValues,
    ) -> Result<Option<Chunk>, TableError> {
        match self {
            Self::Delimited(text) => text.chunk(limit, missing),
            Self::JsonLines(lines) => lines.chunk(limit, missing),
            Self::Parquet(file) => file.chunk(missing),
            Self::Arrow(file) => file.chunk(limit, missing),
            Self::Workbook(sheet) => Ok(sheet.chunk(limit, missing)),
        }
    }
}
