//! Inputs of a prediction: folders, files, listings and globs as one stream of records without labels.
//! Millions of images pass through; only the list of arguments is held.

use super::described::Described;
use super::extensions::{is_image, is_listing};
use super::file_names;
use super::glob_paths::matched;
use super::listing::{Listing, ListingRows};
use super::plain_file::check_plain;
use super::row::Row;
use super::{DatasetError, Layout, ListOptions, error::open_error, scan};
use crate::hint::Message;
use crate::record::{Classes, Location, MISSING, Record};
use evenhand_table::Recode;
use std::path::{Path, PathBuf};

/// Stream of records; the attributes are those of all listings among the arguments.
pub struct Inputs {
    attributes: Vec<String>,
    sources: std::vec::IntoIter<Source>,
    current: Option<Stream>,
    notes: Vec<Message>,
    /// The arguments, until an image is found in them.
    nothing_in: Option<String>,
    map: Vec<Recode>,
    /// `None` leaves attributes as they are, and records without labels.
    described: Option<Described>,
}

enum Stream {
    File(Option<PathBuf>),
    Folder {
        path: PathBuf,
        walk: scan::Walk,
    },
    Listing {
        rows: Box<ListingRows>,
        /// The column of each attribute.
        columns: Vec<Option<usize>>,
    },
    Broken(Option<DatasetError>),
}

enum Source {
    Folder(PathBuf),
    File(PathBuf),
    Listing(Box<Listing>),
}

/// [`inputs_with`] the default options.
///
/// # Errors
/// As of [`inputs_with`].
pub fn inputs(args: &[String], image: Option<&str>) -> Result<Inputs, DatasetError> {
    let options = ListOptions {
        image: image.map(str::to_owned),
        ..ListOptions::default()
    };
    inputs_with(args, &options)
}

/// Records of the images that the arguments name: every image below a folder, an explicit file whatever its name,
/// the rows of a table or the lines of a list, the images in a `.tar` or `.parquet`, and the matches of a glob such as
/// `photos/*.jpg`. An image that does not exist is a record too.
///
/// # Errors
/// An argument that does not exist or is a pipe or device, a glob without a match, a listing that cannot be used.
pub fn inputs_with(args: &[String], options: &ListOptions) -> Result<Inputs, DatasetError> {
    let layout = options.layout();
    let mut sources = Vec::new();
    for arg in args {
        match &options.standard_input {
            Some(file) if arg == ListOptions::STANDARD_INPUT => {
                let root = options.image_root.clone();
                let layout = Layout {
                    image_root: Some(root.unwrap_or_default()),
                    ..layout.clone()
                };
                let listing = Listing::open(file, &layout, &options.read_options)?;
                sources.push(Source::Listing(Box::new(listing)));
            }
            _ => {
                for path in matched(Path::new(arg))? {
                    sources.push(source(path, &layout, options)?);
                }
            }
        }
    }
    let mut attributes: Vec<String> = Vec::new();
    for listing in listings(&sources) {
        for name in &listing.columns {
            if !attributes.contains(name) {
                attributes.push(name.clone());
            }
        }
    }
    Ok(Inputs {
        attributes,
        sources: sources.into_iter(),
        current: None,
        notes: Vec::new(),
        nothing_in: Some(args.join(", ")),
        map: options.map.clone(),
        described: None,
    })
}

fn listings(sources: &[Source]) -> Vec<&Listing> {
    let listings = sources.iter().filter_map(|source| match source {
        Source::Listing(listing) => Some(&**listing),
        Source::Folder(_) | Source::File(_) => None,
    });
    listings.collect()
}

fn source(path: PathBuf, layout: &Layout, options: &ListOptions) -> Result<Source, DatasetError> {
    let path = file_names::find(path).file;
    match std::fs::metadata(&path) {
        Ok(kind) if kind.is_dir() => Ok(Source::Folder(path)),
        Ok(_) if is_listing(&path) => {
            let listing = Listing::open(&path, layout, &options.read_options)?;
            Ok(Source::Listing(Box::new(listing)))
        }
        Ok(_) => check_plain(&path).map(|()| Source::File(path)),
        Err(_) if is_image(&path) => Ok(Source::File(path)),
        Err(error) => Err(open_error(&path, error)),
    }
}

impl Inputs {
    /// Names of the attributes, in the order of [`Record::attributes`].
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// The same with attributes put right, and with labels: of the column `label`, and of folders that are called as
    /// a class. Lists are gone through once for it.
    ///
    /// # Errors
    /// New names for a column that there is none of.
    pub fn labelled(mut self, classes: &Classes) -> Result<Self, DatasetError> {
        let listings = listings(self.sources.as_slice());
        let described = Described::new(&self.attributes, &listings, &self.map, classes)?;
        self.described = Some(described);
        Ok(self)
    }

    /// Notes on how listings were read and what was left out of folders, of those that have been read to their end; complete after the last record.
    pub fn notes(&self) -> Vec<Message> {
        let described = self.described.iter().flat_map(Described::notes);
        self.notes.iter().cloned().chain(described).collect()
    }

    fn open(&self, source: Source) -> Stream {
        match source {
            Source::File(file) => Stream::File(Some(file)),
            Source::Folder(path) => Stream::Folder {
                walk: scan::images(&path),
                path,
            },
            Source::Listing(listing) => {
                let column = |name: &String| listing.columns.iter().position(|known| known == name);
                let columns = self.attributes.iter().map(column).collect();
                match listing.rows() {
                    Ok(rows) => Stream::Listing {
                        rows: Box::new(rows),
                        columns,
                    },
                    Err(error) => Stream::Broken(Some(error)),
                }
            }
        }
    }
}

impl Stream {
    /// The next record, which has so many attributes.
    fn next(
        &mut self,
        attributes: usize,
        described: &mut Option<Described>,
    ) -> Option<Result<Record, DatasetError>> {
        match self {
            Self::File(file) => Some(Ok(image(file.take()?, attributes))),
            Self::Folder { path, walk } => Some(walk.next()?.map(|file| {
                let known = described.as_ref();
                let label = known.and_then(|known| known.of_folder(path, &file));
                Record {
                    label,
                    ..image(file, attributes)
                }
            })),
            Self::Listing { rows, columns } => Some(rows.next()?.map(|row| {
                let Row {
                    path,
                    image,
                    values,
                    ..
                } = row;
                let value = |column: &Option<usize>| match column.map(|column| &values[column]) {
                    Some(value) if !value.is_empty() => value.clone(),
                    _ => MISSING.to_owned(),
                };
                let mut record = record(path, image, columns.iter().map(value).collect());
                if let Some(described) = described {
                    described.describe(&mut record);
                }
                record
            })),
            Self::Broken(error) => error.take().map(Err),
        }
    }

    fn notes(&self) -> Vec<Message> {
        match self {
            Self::Listing { rows, .. } => rows.notes(),
            Self::Folder { path, walk } => {
                let note = walk.left_out().note();
                let note = note.map(|note| Message::plain(format!("{}: {note}", path.display())));
                note.into_iter().collect()
            }
            Self::File(_) | Self::Broken(_) => Vec::new(),
        }
    }
}

/// An image file, of which nothing is known.
fn image(file: PathBuf, attributes: usize) -> Record {
    let path = file_names::text(&file);
    let attributes = vec![MISSING.to_owned(); attributes];
    record(path, Location::File(file), attributes)
}

fn record(path: String, image: Location, attributes: Vec<String>) -> Record {
    Record {
        path,
        image,
        label: None,
        person: None,
        part: None,
        attributes,
    }
}

impl Iterator for Inputs {
    type Item = Result<Record, DatasetError>;

    /// The next record. A table or folder that cannot be read gives its error, and the arguments after it follow;
    /// arguments that hold no image at all give one error.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let attributes = self.attributes.len();
            let described = &mut self.described;
            let next = |stream: &mut Stream| stream.next(attributes, described);
            if let Some(item) = self.current.as_mut().and_then(next) {
                self.nothing_in = None;
                return Some(item);
            }
            let ended = self.current.take();
            let notes = ended.iter().flat_map(Stream::notes);
            self.notes.extend(notes);
            match self.sources.next() {
                Some(source) => self.current = Some(self.open(source)),
                None => {
                    let args = self.nothing_in.take()?;
                    let error = DatasetError::NoRows { path: args.into() };
                    let notes: Vec<String> = self.notes.iter().map(Message::to_string).collect();
                    let notes = (!notes.is_empty()).then(|| notes.join("; "));
                    return Some(Err(error.after_leaving_out(notes)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
