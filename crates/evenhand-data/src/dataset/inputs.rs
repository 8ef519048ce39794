//! Inputs of a prediction: folders, files, listings and globs as one stream of records without labels.
//! Millions of images pass through; only the list of arguments is held.

use super::listing::{Listing, Row, is_listing};
use super::{DatasetError, Layout, error::open_error, scan};
use crate::record::{Location, MISSING, Record};
use std::path::{Path, PathBuf};

type Stream = Box<dyn Iterator<Item = Result<Record, DatasetError>> + Send>;

/// A stream of records; the attributes are those of all listings among the arguments.
pub struct Inputs {
    attributes: Vec<String>,
    sources: std::vec::IntoIter<Source>,
    current: Option<Stream>,
    /// What there is to look for, until something is found.
    nothing_in: Option<String>,
}

enum Source {
    Folder(PathBuf),
    File(PathBuf),
    Listing(Box<Listing>),
}

/// Resolves the arguments: every image below a folder, an explicit file whatever its name, the rows
/// of a `.csv` or `.tsv` (`image` names its image column, by default `file` or `path`), the images
/// in a `.tar` or `.parquet`, and what a glob such as `photos/*.jpg` matches. An image that does not
/// exist is a record too.
///
/// # Errors
/// An argument that is not there, a glob without a match, a listing that cannot be used.
pub fn inputs(args: &[String], image: Option<&str>) -> Result<Inputs, DatasetError> {
    let layout = Layout {
        image: image.map(str::to_owned),
        ..Layout::default()
    };
    let mut sources = Vec::new();
    for arg in args {
        for path in matched(Path::new(arg))? {
            sources.push(source(path, &layout)?);
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
        nothing_in: Some(args.join(", ")),
    })
}

fn source(path: PathBuf, layout: &Layout) -> Result<Source, DatasetError> {
    match std::fs::metadata(&path) {
        Ok(kind) if kind.is_dir() => Ok(Source::Folder(path)),
        Ok(_) if is_listing(&path) => {
            let listing = Listing::open(&path, layout)?;
            Ok(Source::Listing(Box::new(listing)))
        }
        Ok(_) => Ok(Source::File(path)),
        Err(_) if scan::is_image(&path) => Ok(Source::File(path)),
        Err(error) => Err(open_error(&path, error)),
    }
}

/// The path itself where it is there or is no glob, else what it matches, sorted, at least one.
///
/// # Errors
/// A glob that is none, matches nothing, or leads where nothing can be listed.
pub(super) fn matched(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let pattern = path.to_string_lossy();
    if path.exists() || !pattern.contains(['*', '?', '[']) {
        return Ok(vec![path.to_owned()]);
    }
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(&pattern, options).map_err(|error| DatasetError::Glob {
        pattern: pattern.to_string(),
        problem: error.to_string(),
    })?;
    let io = |error: glob::GlobError| DatasetError::Io {
        path: error.path().to_owned(),
        source: error.into(),
    };
    let paths: Vec<PathBuf> = paths
        .map(|path| path.map_err(io))
        .collect::<Result<_, _>>()?;
    match paths.is_empty() {
        true => Err(DatasetError::NotFound {
            path: path.to_owned(),
        }),
        false => Ok(paths),
    }
}

impl Inputs {
    /// The names of what [`Record::attributes`] holds.
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn open(&self, source: Source) -> Stream {
        let columns = self.attributes.len();
        let plain = move |file: PathBuf| {
            let path = file.display().to_string();
            record(
                path,
                Location::File(file),
                vec![MISSING.to_owned(); columns],
            )
        };
        match source {
            Source::File(file) => Box::new(std::iter::once(Ok(plain(file)))),
            Source::Folder(folder) => Box::new(scan::images(&folder).map(move |f| f.map(plain))),
            Source::Listing(listing) => self
                .rows(*listing)
                .unwrap_or_else(|error| Box::new(std::iter::once(Err(error)))),
        }
    }

    fn rows(&self, listing: Listing) -> Result<Stream, DatasetError> {
        let column = |name: &String| listing.columns.iter().position(|column| column == name);
        let columns: Vec<Option<usize>> = self.attributes.iter().map(column).collect();
        Ok(Box::new(listing.rows()?.map(move |row| {
            let Row {
                path,
                image,
                values,
                ..
            } = row?;
            let value = |column: &Option<usize>| match column.map(|column| &values[column]) {
                Some(value) if !value.is_empty() => value.clone(),
                _ => MISSING.to_owned(),
            };
            Ok(record(path, image, columns.iter().map(value).collect()))
        })))
    }
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

    /// The next record. A row or folder that cannot be read gives its error, and what comes after
    /// it follows; arguments that hold no image at all give one error.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.as_mut().and_then(Iterator::next) {
                self.nothing_in = None;
                return Some(item);
            }
            match self.sources.next() {
                Some(source) => self.current = Some(self.open(source)),
                None => {
                    let args = self.nothing_in.take()?;
                    return Some(Err(DatasetError::NoRows { path: args.into() }));
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
        for name in ["b.jpg", "deep/a.PNG", "text.txt", ".hidden.jpg"] {
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
        let names = ["", "text.txt", "gone.jpg", "*.jp*", "one.csv", "two.csv"];
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
            ("text.txt", MISSING, MISSING),
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
    fn what_leads_nowhere_is_an_error() {
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
    fn a_row_that_cannot_be_read_does_not_end_the_stream() {
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
        assert_eq!(items, [true, false, true, true]);
    }
}
