//! Listings: files of rows with an image each. A CSV names image files, a tar or Parquet file holds
//! the images itself; whoever reads rows need not know which.

use super::archive::{Parquet, Shard, is_compressed};
use super::manifest::Manifest;
use super::pattern::Template;
use super::{DatasetError, Layout};
use crate::record::Location;
use std::path::{Path, PathBuf};

/// Extensions of files that list images, rather than being one.
const TABLES: [&str; 2] = ["csv", "tsv"];
const TAR: &str = "tar";
const PARQUET: [&str; 2] = ["parquet", "pq"];

#[derive(Debug)]
pub(super) struct Row {
    /// `faces.csv:17`; the image itself where no text file names it.
    pub(super) place: String,
    /// The image as outputs show it.
    pub(super) path: String,
    pub(super) image: Location,
    pub(super) values: Vec<String>,
}

pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, DatasetError>> + Send>;

/// A listing whose rows are not read yet.
pub(super) struct Listing {
    /// All but the image's, in the order of [`Row::values`].
    pub(super) columns: Vec<String>,
    /// What to say of how it was read.
    pub(super) notes: Vec<String>,
    kind: Kind,
}

enum Kind {
    Table { path: PathBuf, names: Names },
    Shard(Shard),
    Parquet(Parquet),
}

/// What in a row of a table names its image.
enum Names {
    Column(usize),
    Template(Template),
}

/// Whether a file of that name is a listing, when nothing else is known of it.
pub(super) fn is_listing(path: &Path) -> bool {
    has_extension(path, &TABLES) || is_tar(path) || is_compressed(path) || is_parquet(path)
}

pub(super) fn is_tar(path: &Path) -> bool {
    has_extension(path, &[TAR])
}

pub(super) fn is_parquet(path: &Path) -> bool {
    has_extension(path, &PARQUET)
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().unwrap_or_default();
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

impl Listing {
    /// Finds out what columns there are. Of `layout` it takes what names the images.
    ///
    /// # Errors
    /// A file that cannot be read, is not what its name says, or has no images.
    pub(super) fn open(path: &Path, layout: &Layout) -> Result<Self, DatasetError> {
        let image = layout.image.as_deref();
        if is_parquet(path) {
            let parquet = Parquet::open(path, image)?;
            return Ok(Self {
                columns: parquet.columns.clone(),
                notes: parquet.notes(),
                kind: Kind::Parquet(parquet),
            });
        }
        if is_tar(path) || is_compressed(path) {
            let shard = Shard::open(path)?;
            return Ok(Self {
                columns: shard.columns.clone(),
                notes: Vec::new(),
                kind: Kind::Shard(shard),
            });
        }
        let manifest = Manifest::open(path)?;
        let mut columns = manifest.columns().to_vec();
        let names = match &layout.image_template {
            Some(text) => Names::Template(Template::new(text, |name| manifest.column(name))?),
            None => Names::Column(manifest.image_column(image)?),
        };
        if let Names::Column(column) = names {
            columns.remove(column);
        }
        Ok(Self {
            columns,
            notes: manifest.note().into_iter().collect(),
            kind: Kind::Table {
                path: path.to_owned(),
                names,
            },
        })
    }

    /// The rows, in their order. After an error the next row follows, where there can be one.
    ///
    /// # Errors
    /// The file cannot be opened any more.
    pub(super) fn rows(self) -> Result<Rows, DatasetError> {
        match self.kind {
            Kind::Table { path, names } => rows_of_table(&path, names),
            Kind::Shard(shard) => Ok(shard.rows()),
            Kind::Parquet(parquet) => parquet.rows(),
        }
    }
}

/// The images of a table are files; their paths are relative to it.
fn rows_of_table(table: &Path, names: Names) -> Result<Rows, DatasetError> {
    let manifest = Manifest::open(table)?;
    let table = table.to_owned();
    Ok(Box::new(manifest.map(move |line| {
        let mut line = line?;
        let path = match &names {
            Names::Template(template) => template.fill(&line.values),
            Names::Column(column) => line.values.remove(*column),
        };
        let file = if path.is_empty() {
            PathBuf::new()
        } else {
            table.parent().unwrap_or(Path::new("")).join(&path)
        };
        Ok(Row {
            place: format!("{}:{}", table.display(), line.number),
            path,
            image: Location::File(file),
            values: line.values,
        })
    })))
}
