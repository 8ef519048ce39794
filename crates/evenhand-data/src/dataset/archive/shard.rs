//! Tar files as WebDataset lays them out: the members of a sample follow each other and share their
//! name up to its first dot, `0001.jpg`, `0001.cls`, `0001.json`. Where the names themselves have dots
//! in them ([`Sample::divided`]), up to the last.
//!
//! A shard is gone through twice. The first time its headers and its text members are read, which
//! tells the names of the attributes, and an archive that is broken off, before hours of work are
//! spent on the images; the second time the samples are handed out, a few hundred at a time.

use super::members::{Content, Member, read_members, split};
use super::sample::Sample;
use crate::dataset::DatasetError;
use crate::dataset::extensions::is_compressed_tar;
use crate::dataset::row::Rows;
use evenhand_stats::text::counted;
use std::path::Path;
use std::sync::Arc;

/// Attributes beyond this are those of single samples, and a table of them would grow with the square of the rows.
const MAX_COLUMNS: usize = 1000;

/// A tar file whose members are known to be whole.
pub(in crate::dataset) struct Shard {
    path: Arc<Path>,
    /// The attributes of all samples, in order of appearance.
    pub(in crate::dataset) columns: Vec<String>,
    pub(in crate::dataset) notes: Vec<String>,
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
        let mut samples = Samples::new(path.into());
        let mut several = Tally::default();
        for sample in samples.by_ref() {
            let sample = sample?;
            if sample.has_several_of_one_kind() {
                several.add(&sample.key);
            }
            for (name, _) in sample.attributes() {
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
            if columns.len() > MAX_COLUMNS {
                return Err(DatasetError::Tar {
                    place: path.display().to_string(),
                    problem: format!(
                        "more than {MAX_COLUMNS} attributes, such as `{}`: each sample has its own",
                        columns[MAX_COLUMNS]
                    ),
                });
            }
        }
        let notes = notes(path, &several, &samples.alone);
        let path = path.into();
        Ok(Self {
            path,
            columns,
            notes,
        })
    }

    /// One row for each image; a sample without one has none.
    pub(in crate::dataset) fn rows(self) -> Rows {
        let Self { path, columns, .. } = self;
        let samples = Samples::new(Arc::clone(&path));
        Box::new(samples.flat_map(move |sample| match sample {
            Ok(sample) => sample.rows(&path, &columns),
            Err(error) => vec![Err(error)],
        }))
    }
}

/// How many, and the first.
#[derive(Default)]
struct Tally {
    count: usize,
    first: String,
}

impl Tally {
    fn add(&mut self, name: &str) {
        if self.count == 0 {
            name.clone_into(&mut self.first);
        }
        self.count += 1;
    }
}

/// Notes on samples whose images may not be meant to share their attributes, and on texts without an image.
fn notes(path: &Path, several: &Tally, alone: &Tally) -> Vec<String> {
    let mut notes = Vec::new();
    let shown = path.display();
    if several.count > 0 {
        notes.push(format!(
            "{shown}: {} with several images of one extension, which share their attributes; the first is `{}`",
            counted(several.count, "sample"),
            several.first
        ));
    }
    if alone.count > 0 {
        notes.push(format!(
            "{shown}: {} left out, with no image of the same name beside them; the first is `{}`",
            counted(alone.count, "text member"),
            alone.first
        ));
    }
    notes
}

/// The samples of an archive, one after the other.
pub(super) struct Samples {
    path: Arc<Path>,
    /// Start of the next members; `None` behind the last.
    next: Option<u64>,
    ready: std::vec::IntoIter<Member>,
    /// The sample whose members are coming.
    current: Sample,
    /// Samples that are complete.
    complete: std::vec::IntoIter<Sample>,
    /// Text members of the samples without an image.
    alone: Tally,
}

impl Samples {
    pub(super) fn new(path: Arc<Path>) -> Self {
        Self {
            path,
            next: Some(0),
            ready: Vec::new().into_iter(),
            current: Sample::default(),
            complete: Vec::new().into_iter(),
            alone: Tally::default(),
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
        loop {
            if let Some(sample) = self.complete.next() {
                return Ok(Some(sample));
            }
            let Some(sample) = self.undivided()? else {
                return Ok(None);
            };
            match sample.is_pictured() {
                true => self.complete = sample.divided().into_iter(),
                false => sample
                    .texts
                    .iter()
                    .for_each(|(name, _)| self.alone.add(name)),
            }
        }
    }

    /// The members that share their name up to the first dot.
    fn undivided(&mut self) -> Result<Option<Sample>, DatasetError> {
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
                Content::Text(text) => self.current.texts.push((name, text)),
            }
            if let Some(sample) = complete.filter(Sample::has_members) {
                return Ok(Some(sample));
            }
        }
        let last = std::mem::take(&mut self.current);
        Ok(Some(last).filter(Sample::has_members))
    }
}

impl Iterator for Samples {
    type Item = Result<Sample, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.sample().transpose()
    }
}
