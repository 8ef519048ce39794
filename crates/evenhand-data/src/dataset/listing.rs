//! Listings: files of rows with an image each. A table names image files, a tar or Parquet file holds the images
//! itself; whoever reads rows need not know which.

use super::archive::{Parquet, Shard};
use super::error::table_error;
use super::extensions::{is_compressed_tar, is_image, is_parquet, is_tar, is_text};
use super::image_names::ImageNames;
use super::missing_counts::MissingCounts;
use super::row::{Row, Rows};
use super::table_rows::{ImageFiles, TableRows};
use super::{DatasetError, Layout};
use evenhand_stats::hint::Message;
use evenhand_table::schema::PATH;
use evenhand_table::{MissingValues, ReadOptions, Table, TableError, TableReader};
use std::path::{Path, PathBuf};

/// A file of images whose rows are not handed out yet.
pub(super) struct Listing {
    /// Names of the columns that describe images, in the order of [`Row::values`].
    pub(super) columns: Vec<String>,
    kind: Kind,
}

enum Kind {
    Table(List),
    Archive(Archive),
}

/// A table that names images.
struct List {
    path: PathBuf,
    /// Columns of the table, the image's included.
    columns: Vec<String>,
    names: ImageNames,
    files: ImageFiles,
    options: ReadOptions,
    /// `None`: to be read in chunks.
    table: Option<Table>,
}

/// A file that holds images.
struct Archive {
    path: PathBuf,
    kind: ArchiveKind,
    missing: MissingValues,
}

enum ArchiveKind {
    Shard(Shard),
    Parquet(Parquet),
}

impl Listing {
    /// Finds out the columns; rows will be read in chunks. Of `layout` it takes what names the images.
    ///
    /// # Errors
    /// A file that cannot be read, is not what its name says, or has no images.
    pub(super) fn open(
        path: &Path,
        layout: &Layout,
        options: &ReadOptions,
    ) -> Result<Self, DatasetError> {
        if let Some(archive) = Self::archive(path, layout, options)? {
            return Ok(archive);
        }
        // Thousands of lists can't be open at the same time, and a workbook is held as long as its reader.
        let reader = TableReader::open(path, options).map_err(|error| table_error(path, error))?;
        match is_list_of_lines(path, reader.columns(), layout) {
            true => Self::lines(path, layout, options),
            false => Self::list(path, reader.columns(), layout, options),
        }
    }

    /// The same, with tables read as a whole, so that keys of JSON Lines may come late.
    ///
    /// # Errors
    /// As of [`open`](Self::open), and any row that can't be read.
    pub(super) fn read(
        path: &Path,
        layout: &Layout,
        options: &ReadOptions,
    ) -> Result<Self, DatasetError> {
        if let Some(archive) = Self::archive(path, layout, options)? {
            return Ok(archive);
        }
        let table = match Table::read(path, options) {
            // It may have columns.
            Err(TableError::NoRows { .. }) => return Self::open(path, layout, options),
            table => table.map_err(|error| table_error(path, error))?,
        };
        if is_list_of_lines(path, table.columns(), layout) {
            return Self::lines(path, layout, options);
        }
        let mut listing = Self::list(path, table.columns(), layout, options)?;
        if let Kind::Table(list) = &mut listing.kind {
            list.table = Some(table);
        }
        Ok(listing)
    }

    /// `None` for a table.
    fn archive(
        path: &Path,
        layout: &Layout,
        options: &ReadOptions,
    ) -> Result<Option<Self>, DatasetError> {
        let (columns, kind) = if is_tar(path) || is_compressed_tar(path) {
            let shard = Shard::open(path)?;
            (shard.columns.clone(), ArchiveKind::Shard(shard))
        } else if is_parquet(path) && layout.image_template.is_none() {
            let Some(parquet) = Parquet::open(path, layout.image.as_deref())? else {
                return Ok(None);
            };
            (parquet.columns.clone(), ArchiveKind::Parquet(parquet))
        } else {
            return Ok(None);
        };
        let twice = (1..columns.len()).find(|&at| columns[..at].contains(&columns[at]));
        if let Some(at) = twice {
            return Err(DatasetError::Table(TableError::DuplicateColumn {
                table: format!("{}: ", path.display()),
                column: columns[at].clone(),
            }));
        }
        let archive = Archive {
            path: path.to_owned(),
            kind,
            missing: options.missing.clone(),
        };
        Ok(Some(Self {
            columns,
            kind: Kind::Archive(archive),
        }))
    }

    /// A list without a header, each of whose lines is the path of an image.
    fn lines(path: &Path, layout: &Layout, options: &ReadOptions) -> Result<Self, DatasetError> {
        let name = layout.image.clone().unwrap_or_else(|| PATH.to_owned());
        let options = ReadOptions {
            lines: Some(name.clone()),
            ..options.clone()
        };
        Self::list(path, &[name], layout, &options)
    }

    fn list(
        path: &Path,
        columns: &[String],
        layout: &Layout,
        options: &ReadOptions,
    ) -> Result<Self, DatasetError> {
        let names = ImageNames::find(path, columns, layout)?;
        Ok(Self {
            columns: names.attributes(columns),
            kind: Kind::Table(List {
                path: path.to_owned(),
                columns: columns.to_vec(),
                names,
                files: ImageFiles::new(path, layout),
                options: options.clone(),
                table: None,
            }),
        })
    }

    pub(super) fn path(&self) -> &Path {
        match &self.kind {
            Kind::Table(list) => &list.path,
            Kind::Archive(archive) => &archive.path,
        }
    }

    /// A reader of the table; `None` of an archive, and of a list without columns beside the image's.
    pub(super) fn reader(&self) -> Option<Result<TableReader, TableError>> {
        match &self.kind {
            Kind::Table(list) if !self.columns.is_empty() => {
                Some(TableReader::open(&list.path, &list.options))
            }
            Kind::Table(_) | Kind::Archive(_) => None,
        }
    }

    /// The rows, in their order. After an error in an archive the next row follows, where there can be one.
    ///
    /// # Errors
    /// The file cannot be opened any more, or has other columns than before.
    pub(super) fn rows(self) -> Result<ListingRows, DatasetError> {
        match self.kind {
            Kind::Table(list) => list.rows().map(ListingRows::Table),
            Kind::Archive(archive) => archive.rows(self.columns).map(ListingRows::Archive),
        }
    }
}

/// Whether what was read as the names of columns is the path of an image.
fn is_list_of_lines(path: &Path, columns: &[String], layout: &Layout) -> bool {
    let is_named = |name: &String| layout.image.as_ref() == Some(name);
    let is_list = columns.len() == 1 || is_text(path);
    let last = columns.last().map(Path::new);
    is_list
        && layout.image_template.is_none()
        && !columns.iter().any(is_named)
        && last.is_some_and(is_image)
}

impl List {
    fn rows(self) -> Result<TableRows, DatasetError> {
        let Self {
            path,
            columns,
            names,
            files,
            options,
            table,
        } = self;
        if let Some(table) = table {
            return Ok(TableRows::whole(&path, table, names, files));
        }
        let reader =
            TableReader::open(&path, &options).map_err(|error| table_error(&path, error))?;
        if reader.columns() != columns {
            return Err(DatasetError::Changed { path });
        }
        Ok(TableRows::stream(reader, names, files))
    }
}

impl Archive {
    fn rows(self, columns: Vec<String>) -> Result<ArchiveRows, DatasetError> {
        let (rows, notes, literal) = match self.kind {
            ArchiveKind::Shard(shard) => {
                let notes = shard.notes.clone();
                (shard.rows(), notes, vec![false; columns.len()])
            }
            ArchiveKind::Parquet(parquet) => {
                let literal = parquet.named_columns();
                let notes = parquet.notes();
                (parquet.rows()?, notes, literal)
            }
        };
        Ok(ArchiveRows {
            path: self.path,
            missing: MissingCounts::new(&self.missing, literal),
            columns,
            rows,
            notes,
        })
    }
}

/// The rows of a listing.
pub(super) enum ListingRows {
    Table(TableRows),
    Archive(ArchiveRows),
}

/// The rows of an archive.
pub(super) struct ArchiveRows {
    path: PathBuf,
    columns: Vec<String>,
    rows: Rows,
    notes: Vec<String>,
    missing: MissingCounts,
}

impl ListingRows {
    /// Notes on how the listing was read; complete after the last row.
    pub(super) fn notes(&self) -> Vec<Message> {
        match self {
            Self::Table(rows) => rows.notes(),
            Self::Archive(rows) => {
                let path = rows.path.display().to_string();
                let missing = rows.missing.note(&path, &rows.columns);
                let notes = rows.notes.iter().map(Message::plain);
                notes.chain(missing).collect()
            }
        }
    }
}

impl Iterator for ListingRows {
    type Item = Result<Row, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Table(rows) => rows.next(),
            Self::Archive(rows) => {
                let mut row = rows.rows.next()?;
                if let Ok(row) = &mut row {
                    rows.missing.clear(&mut row.values);
                }
                Some(row)
            }
        }
    }
}
