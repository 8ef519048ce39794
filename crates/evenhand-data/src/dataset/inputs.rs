//! Inputs of a prediction: folders, files, listings and globs as one stream of records without labels.
//! Millions of images pass through; only the list of arguments is held.

use super::extensions::{is_image, is_listing};
use super::file_names;
use super::glob_paths::matched;
use super::listing::{Listing, ListingRows};
use super::plain_file::check_plain;
use super::row::Row;
use super::{DatasetError, Layout, error::open_error, scan};
use crate::record::{Location, MISSING, Record};
use evenhand_table::ReadOptions;
use std::path::{Path, PathBuf};

/// Stream of records; the attributes are those of all listings among the arguments.
pub struct Inputs {
    attributes: Vec<String>,
    sources: std::vec::IntoIter<Source>,
    current: Option<Stream>,
    notes: Vec<String>,
    /// The arguments, until an image is found in them.
    nothing_in: Option<String>,
}

enum Stream {
    File(Option<PathBuf>),
    Folder {
        path: PathBuf,
        walk: scan::Walk,
    },
    Listing {
        rows: ListingRows,
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

/// [`inputs_with`] the default options of reading tables.
///
/// # Errors
/// As of [`inputs_with`].
pub fn inputs(args: &[String], image: Option<&str>) -> Result<Inputs, DatasetError> {
    inputs_with(args, image, &ReadOptions::default())
}

/// Records of the images that the arguments name: every image below a folder, an explicit file whatever its name,
/// the rows of a table (`image` names its image column, by default `file` or `path`), the images in a `.tar` or
/// `.parquet`, and the matches of a glob such as `photos/*.jpg`. An image that does not exist is a record too.
/// `options` say how tables are read.
///
/// # Errors
/// An argument that does not exist or is a pipe or device, a glob without a match, a listing that cannot be used.
pub fn inputs_with(
    args: &[String],
    image: Option<&str>,
    options: &ReadOptions,
) -> Result<Inputs, DatasetError> {
    let layout = Layout {
        image: image.map(str::to_owned),
        ..Layout::default()
    };
    let mut sources = Vec::new();
    for arg in args {
        for path in matched(Path::new(arg))? {
            sources.push(source(path, &layout, options)?);
        }
    }
    let mut attributes: Vec<String> = Vec::new();
    for source in &sources {
        let Source::Listing(listing) = source else {
            continue;
        };
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
    })
}

fn source(path: PathBuf, layout: &Layout, options: &ReadOptions) -> Result<Source, DatasetError> {
    let path = file_names::find(path).file;
    match std::fs::metadata(&path) {
        Ok(kind) if kind.is_dir() => Ok(Source::Folder(path)),
        Ok(_) if is_listing(&path) => {
            let listing = Listing::open(&path, layout, options)?;
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

    /// Notes on how listings were read and what was left out of folders, of those that have been read to their end; complete after the last record.
    pub fn notes(&self) -> &[String] {
        &self.notes
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
                    Ok(rows) => Stream::Listing { rows, columns },
                    Err(error) => Stream::Broken(Some(error)),
                }
            }
        }
    }
}

impl Stream {
    /// The next record, which has so many attributes.
    fn next(&mut self, attributes: usize) -> Option<Result<Record, DatasetError>> {
        match self {
            Self::File(file) => Some(Ok(image(file.take()?, attributes))),
            Self::Folder { walk, .. } => Some(walk.next()?.map(|file| image(file, attributes))),
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
                record(path, image, columns.iter().map(value).collect())
            })),
            Self::Broken(error) => error.take().map(Err),
        }
    }

    fn notes(&self) -> Vec<String> {
        match self {
            Self::Listing { rows, .. } => rows.notes(),
            Self::Folder { path, walk } => {
                let note = walk.left_out().note();
                let note = note.map(|note| format!("{}: {note}", path.display()));
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
            let next = |stream: &mut Stream| stream.next(attributes);
            if let Some(item) = self.current.as_mut().and_then(next) {
                self.nothing_in = None;
                return Some(item);
            }
            let ended = self.current.take();
            self.notes.extend(ended.iter().flat_map(Stream::notes));
            match self.sources.next() {
                Some(source) => self.current = Some(self.open(source)),
                None => {
                    let args = self.nothing_in.take()?;
                    let error = DatasetError::NoRows { path: args.into() };
                    let notes = (!self.notes.is_empty()).then(|| self.notes.join("; "));
                    return Some(Err(error.after_leaving_out(notes)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("deep")).unwrap();
        for name in ["b.jpg", "deep/a.PNG", "text.md", ".hidden.jpg"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        fs::write(
            dir.path().join("one.csv"),
            "path,age\nb.jpg,31\ngone.jpg,\n",
        )
        .unwrap();
        fs::write(dir.path().join("two.csv"), "sex;file\r\nf;deep/a.PNG\r\n").unwrap();
        dir
    }

    fn args(dir: &tempfile::TempDir, names: &[&str]) -> Vec<String> {
        names
            .iter()
            .map(|name| dir.path().join(name).to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn everything_that_was_named_is_a_record() {
        let dir = folder();
        let names = ["", "text.md", "gone.jpg", "*.jp*", "one.csv", "two.csv"];
        let inputs = inputs(&args(&dir, &names), None).unwrap();
        assert_eq!(inputs.attributes(), ["age", "sex"]);
        let records: Vec<Record> = inputs.map(|record| record.unwrap()).collect();
        let rows: Vec<_> = records
            .iter()
            .map(|r| {
                let Location::File(file) = &r.image else {
                    panic!("{}", r.image);
                };
                let file = file.strip_prefix(dir.path()).unwrap().to_str().unwrap();
                (file, r.attributes[0].as_str(), r.attributes[1].as_str())
            })
            .collect();
        let expected = [
            ("b.jpg", MISSING, MISSING),
            ("deep/a.PNG", MISSING, MISSING),
            ("text.md", MISSING, MISSING),
            ("gone.jpg", MISSING, MISSING),
            ("b.jpg", MISSING, MISSING),
            ("b.jpg", "31", MISSING),
            ("gone.jpg", MISSING, MISSING),
            ("deep/a.PNG", MISSING, "f"),
        ];
        assert_eq!(rows, expected);
        assert_eq!(records[5].path, "b.jpg", "as the CSV has it");
    }

    #[test]
    fn files_that_are_no_images_are_counted_after_the_images_and_in_the_error_of_none() {
        let dir = folder();
        let mut inputs = inputs(&args(&dir, &[""]), None).unwrap();
        assert_eq!(inputs.by_ref().count(), 2);
        let note = "3 files not of an image type left out (2 `.csv`, 1 `.md`)";
        assert!(inputs.notes()[0].ends_with(note), "{:?}", inputs.notes());
        for image in ["b.jpg", "deep/a.PNG"] {
            fs::remove_file(dir.path().join(image)).unwrap();
        }
        let mut none = super::inputs(&args(&dir, &[""]), None).unwrap();
        let error = none.next().unwrap().unwrap_err().to_string();
        assert!(
            error.contains("there are no images") && error.contains(note),
            "{error}"
        );
    }

    #[test]
    fn an_argument_that_leads_nowhere_is_an_error() {
        let dir = folder();
        for name in ["nowhere", "gone.csv", "*.gif"] {
            let error = inputs(&args(&dir, &[name]), None).err().unwrap();
            assert!(
                matches!(error, DatasetError::NotFound { .. }),
                "{name}: {error}"
            );
        }
        let error = inputs(&args(&dir, &["one.csv"]), Some("photo"))
            .err()
            .unwrap();
        assert!(matches!(error, DatasetError::NoSuchColumn { .. }));
        let empty = tempfile::tempdir().unwrap();
        let mut none = inputs(&args(&empty, &[""]), None).unwrap();
        assert!(matches!(
            none.next(),
            Some(Err(DatasetError::NoRows { .. }))
        ));
        assert!(none.next().is_none());
    }

    #[test]
    fn a_list_that_cannot_be_read_does_not_end_the_stream() {
        let dir = folder();
        fs::write(
            dir.path().join("torn.csv"),
            "file,age\n1.jpg,2\n3.jpg\n4.jpg,5\n",
        )
        .unwrap();
        let items: Vec<bool> = inputs(&args(&dir, &["torn.csv", "b.jpg"]), None)
            .unwrap()
            .map(|item| item.is_ok())
            .collect();
        assert_eq!(items, [false, true]);
    }
}
