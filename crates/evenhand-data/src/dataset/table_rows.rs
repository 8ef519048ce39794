//! Rows of tables that name image files. Paths are relative to the table, unless the layout says to what else.

use super::error::table_error;
use super::extensions::is_image;
use super::file_names::{self, Found};
use super::image_names::ImageNames;
use super::row::Row;
use super::{DatasetError, Layout};
use crate::hint::Message;
use crate::record::Location;
use evenhand_stats::text::counted;
use evenhand_table::{Table, TableReader, TextColumn};
use std::path::{Path, PathBuf};

/// The rows of a table, one after another.
pub(super) struct TableRows {
    path: PathBuf,
    chunks: Chunks,
    current: Option<Chunk>,
    names: ImageNames,
    files: ImageFiles,
    /// Count of paths with `\` between folders.
    backslashes: usize,
}

/// Where the image files of a table are.
#[derive(Debug, Clone)]
pub(super) struct ImageFiles {
    /// The folder that paths are relative to.
    root: PathBuf,
    /// `.jpg`, where names lack it.
    extension: Option<String>,
}

impl ImageFiles {
    pub(super) fn new(table: &Path, layout: &Layout) -> Self {
        let folder = table.parent().unwrap_or(Path::new(""));
        let extension = layout.image_ext.as_deref();
        let extension = extension.map(|extension| extension.trim_start_matches('.'));
        Self {
            root: layout.image_root.clone().unwrap_or(folder.to_owned()),
            extension: extension.map(|extension| format!(".{extension}")),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        let missing = self.extension.as_deref().filter(|extension| {
            let end = name.len().checked_sub(extension.len());
            let end = end.and_then(|at| name.get(at..));
            let has_it = end.is_some_and(|end| end.eq_ignore_ascii_case(extension));
            !has_it && !is_image(Path::new(name))
        });
        self.root
            .join(format!("{name}{}", missing.unwrap_or_default()))
    }
}

enum Chunks {
    /// The table, until it is taken, and its notes.
    Whole(Option<Table>, Vec<Message>),
    Stream(Box<TableReader>),
}

struct Chunk {
    table: Table,
    texts: Vec<TextColumn>,
    next: usize,
}

impl TableRows {
    /// Rows of a table in memory.
    pub(super) fn whole(path: &Path, table: Table, names: ImageNames, files: ImageFiles) -> Self {
        let notes = table.notes();
        Self::new(path, Chunks::Whole(Some(table), notes), names, files)
    }

    /// Rows of a table that is read while they are asked for.
    pub(super) fn stream(reader: TableReader, names: ImageNames, files: ImageFiles) -> Self {
        let path = reader.path().to_owned();
        Self::new(&path, Chunks::Stream(Box::new(reader)), names, files)
    }

    fn new(path: &Path, chunks: Chunks, names: ImageNames, files: ImageFiles) -> Self {
        Self {
            path: path.to_owned(),
            chunks,
            current: None,
            names,
            files,
            backslashes: 0,
        }
    }

    /// Notes on how the table was read; complete after the last row.
    pub(super) fn notes(&self) -> Vec<Message> {
        let mut notes = match &self.chunks {
            Chunks::Whole(_, notes) => notes.clone(),
            Chunks::Stream(reader) => reader.notes(),
        };
        if self.backslashes > 0 {
            notes.push(Message::plain(format!(
                "{}: {} with `\\` read with `/` between folders",
                self.path.display(),
                counted(self.backslashes, "path")
            )));
        }
        notes
    }

    fn row(&mut self, place: String, mut values: Vec<String>) -> Row {
        let path = self.names.take(&mut values);
        let file = match path.as_str() {
            "" => PathBuf::new(),
            path => {
                let Found { file, backslashes } = file_names::find(self.files.path(path));
                self.backslashes += usize::from(backslashes);
                file
            }
        };
        Row {
            place,
            path,
            image: Location::File(file),
            values,
        }
    }
}

impl Iterator for TableRows {
    type Item = Result<Row, DatasetError>;

    /// The next row, and nothing after an error.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((place, values)) = self.current.as_mut().and_then(Chunk::next_row) {
                return Some(Ok(self.row(place, values)));
            }
            match self.chunks.next()? {
                Ok(table) => self.current = Some(Chunk::new(table)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Chunks {
    fn next(&mut self) -> Option<Result<Table, DatasetError>> {
        match self {
            Self::Whole(table, _) => table.take().map(Ok),
            Self::Stream(reader) => {
                let chunk = reader.next()?;
                Some(chunk.map_err(|error| table_error(reader.path(), error)))
            }
        }
    }
}

impl Chunk {
    fn new(table: Table) -> Self {
        let columns = 0..table.columns().len();
        Self {
            texts: columns.map(|column| table.text(column)).collect(),
            table,
            next: 0,
        }
    }

    /// Place and values of the next row; a missing value is empty.
    fn next_row(&mut self) -> Option<(String, Vec<String>)> {
        if self.next == self.table.rows() {
            return None;
        }
        let row = self.next;
        self.next += 1;
        let value = |text: &TextColumn| text.get(row).unwrap_or_default().to_owned();
        Some((
            self.table.place(row),
            self.texts.iter().map(value).collect(),
        ))
    }
}
