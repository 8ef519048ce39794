//! Tar files as WebDataset lays them out: the members of a sample follow each other and share their
//! name up to its first dot, `0001.jpg`, `0001.cls`, `0001.json`.
//!
//! A shard is gone through twice. The first time its headers and its text members are read, which
//! tells the names of the attributes, and an archive that is broken off, before hours of work are
//! spent on the images; the second time the samples are handed out, a few hundred at a time.

use super::members::{Content, Member, read_members, split};
use crate::dataset::DatasetError;
use crate::dataset::extensions::is_compressed_tar;
use crate::dataset::row::{Row, Rows};
use crate::record::Location;
use std::path::Path;
use std::sync::Arc;

/// A tar file whose members are known to be whole.
pub(in crate::dataset) struct Shard {
    path: Arc<Path>,
    /// The attributes of all samples, in order of appearance.
    pub(in crate::dataset) columns: Vec<String>,
}

/// The members that share a name up to its first dot.
#[derive(Default)]
pub(super) struct Sample {
    key: String,
    /// Name, start and length.
    pub(super) images: Vec<(String, u64, u64)>,
    attributes: Vec<(String, String)>,
}

impl Shard {
    /// Goes through the archive once.
    ///
    /// # Errors
    /// A file that cannot be read, is compressed, is no tar file, is broken off, or has text members
    /// that are not text.
    pub(in crate::dataset) fn open(path: &Path) -> Result<Self, DatasetError> {
        if is_compressed_tar(path) {
            return Err(DatasetError::Compressed {
                path: path.to_owned(),
            });
        }
        let mut columns: Vec<String> = Vec::new();
        for sample in Samples::new(path.into()) {
            for (name, _) in sample?.attributes {
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
        }
        let path = path.into();
        Ok(Self { path, columns })
    }

    /// One row for each image; a sample without one has none.
    pub(in crate::dataset) fn rows(self) -> Rows {
        let Self { path, columns } = self;
        let samples = Samples::new(Arc::clone(&path));
        Box::new(samples.flat_map(move |sample| match sample {
            Ok(sample) => sample.rows(&path, &columns),
            Err(error) => vec![Err(error)],
        }))
    }
}

impl Sample {
    fn is_pictured(&self) -> bool {
        !self.images.is_empty()
    }

    fn rows(self, archive: &Arc<Path>, columns: &[String]) -> Vec<Result<Row, DatasetError>> {
        let value = |column: &String| {
            let named = |(name, _): &&(String, String)| name == column;
            let found = self.attributes.iter().rev().find(named);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let row = |(name, start, len): (String, u64, u64)| {
            let image = Location::Member {
                archive: Arc::clone(archive),
                name,
                start,
                len,
            };
            Ok(Row {
                place: image.to_string(),
                path: image.to_string(),
                image,
                values: values.clone(),
            })
        };
        self.images.into_iter().map(row).collect()
    }
}

/// The samples of an archive, one after the other.
pub(super) struct Samples {
    path: Arc<Path>,
    /// Start of the next members; `None` behind the last.
    next: Option<u64>,
    ready: std::vec::IntoIter<Member>,
    /// The sample whose members are coming.
    current: Sample,
}

impl Samples {
    pub(super) fn new(path: Arc<Path>) -> Self {
        Self {
            path,
            next: Some(0),
            ready: Vec::new().into_iter(),
            current: Sample::default(),
        }
    }

    /// The next member that is an image or describes one.
    fn member(&mut self) -> Result<Option<Member>, DatasetError> {
        loop {
            if let Some(member) = self.ready.next() {
                return Ok(Some(member));
            }
            // An error ends the archive: nothing behind it can be trusted.
            let Some(next) = self.next.take() else {
                return Ok(None);
            };
            let (members, next) = read_members(&self.path, next)?;
            self.ready = members.into_iter();
            self.next = next;
        }
    }

    fn sample(&mut self) -> Result<Option<Sample>, DatasetError> {
        while let Some(Member { name, content }) = self.member()? {
            let key = split(&name).0;
            let complete = (key != self.current.key).then(|| {
                let next = Sample {
                    key: key.to_owned(),
                    ..Sample::default()
                };
                std::mem::replace(&mut self.current, next)
            });
            match content {
                Content::Image { start, len } => self.current.images.push((name, start, len)),
                Content::Text(values) => self.current.attributes.extend(values),
            }
            if let Some(sample) = complete.filter(Sample::is_pictured) {
                return Ok(Some(sample));
            }
        }
        let last = std::mem::take(&mut self.current);
        Ok(Some(last).filter(Sample::is_pictured))
    }
}

impl Iterator for Samples {
    type Item = Result<Sample, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.sample().transpose()
    }
}
