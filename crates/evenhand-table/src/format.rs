//! Formats of tables, told by a file's beginning and its name.

use crate::error::TableError;
use crate::ipc::FILE_MAGIC;
use crate::json_lines::is_json;
use crate::place::Counting;
use crate::plain_file::{self, Refused};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

/// How a table is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Delimited,
    JsonLines,
    Parquet,
    Arrow,
    Workbook,
}

/// How much of the beginning tells a format.
const START: u64 = 1024;

/// By extension in lower case.
const EXTENSIONS: [(&str, Format); 17] = [
    ("csv", Format::Delimited),
    ("tsv", Format::Delimited),
    ("tab", Format::Delimited),
    ("txt", Format::Delimited),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("parquet", Format::Parquet),
    ("pq", Format::Parquet),
    ("arrow", Format::Arrow),
    ("arrows", Format::Arrow),
    ("feather", Format::Arrow),
    ("ipc", Format::Arrow),
    ("xlsx", Format::Workbook),
    ("xlsm", Format::Workbook),
    ("xlsb", Format::Workbook),
    ("xls", Format::Workbook),
    ("ods", Format::Workbook),
];

/// A file at its beginning.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) file: File,
    pub(crate) format: Format,
    /// Its first bytes.
    pub(crate) start: Vec<u8>,
    /// The name says another format than the content has.
    pub(crate) misnamed: bool,
}

impl OpenFile {
    /// Opens a plain file and finds out its format.
    ///
    /// # Errors
    /// No such file, or one that isn't plain or is compressed.
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let io = |source: io::Error| match (source.kind(), Refused::of(&source)) {
            (_, Some(Refused::NotPlain(kind))) => TableError::NotPlainFile {
                path: path.to_owned(),
                kind,
            },
            (io::ErrorKind::NotFound, _) => TableError::NotFound {
                path: path.to_owned(),
            },
            _ => TableError::Io {
                path: path.to_owned(),
                source,
            },
        };
        let mut file = plain_file::open(path).map_err(io)?;
        let mut start = Vec::new();
        file.by_ref()
            .take(START)
            .read_to_end(&mut start)
            .map_err(io)?;
        file.rewind().map_err(io)?;
        let (named, found) = (by_name(path), by_content(&start, path)?);
        let format = match (named, found) {
            (Some(Format::Delimited | Format::JsonLines) | None, Some(found)) => found,
            (Some(named), _) => named,
            (None, None) if is_json(&start) => Format::JsonLines,
            (None, None) => Format::Delimited,
        };
        Ok(Self {
            file,
            format,
            start,
            misnamed: named.is_some_and(|named| named != format),
        })
    }
}

impl Format {
    /// What the numbers of its rows are.
    pub(crate) fn counting(self) -> Counting {
        match self {
            Self::Delimited | Self::JsonLines => Counting::Lines,
            Self::Parquet | Self::Arrow | Self::Workbook => Counting::Rows,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Delimited => "delimited text",
            Self::JsonLines => "JSON Lines",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
            Self::Workbook => "a workbook",
        }
    }
}

fn by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?;
    let known = EXTENSIONS
        .iter()
        .find(|(known, _)| extension.eq_ignore_ascii_case(known));
    known.map(|(_, format)| *format)
}

/// The binary format that the bytes begin; `None` for text and anything else.
fn by_content(start: &[u8], path: &Path) -> Result<Option<Format>, TableError> {
    let path = || path.to_owned();
    match start {
        // gzip, zstd, bzip2, xz
        [0x1F, 0x8B, ..]
        | [0x28, 0xB5, 0x2F, 0xFD, ..]
        | [b'B', b'Z', b'h', _, 0x31, 0x41, ..]
        | [0xFD, b'7', b'z', b'X', b'Z', ..] => Err(TableError::Compressed { path: path() }),
        [b'F', b'E', b'A', b'1', ..] => Err(TableError::OldFeather { path: path() }),
        [b'P', b'A', b'R', b'1', ..] => Ok(Some(Format::Parquet)),
        [0xFF, 0xFF, 0xFF, 0xFF, ..] => Ok(Some(Format::Arrow)),
        // zip, and the compound files of the old Excel
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Ok(Some(Format::Workbook)),
        _ if start.starts_with(FILE_MAGIC) => Ok(Some(Format::Arrow)),
        _ => Ok(None),
    }
}
