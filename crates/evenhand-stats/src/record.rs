//! The rows that everything else is about: what went in (a [`Record`]) and what came out of a
//! classifier for it (a [`Prediction`]).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// The class names, in the column order of every probability table. Of two classes the second one
/// is the positive class; of more, none is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    names: Vec<String>,
}

impl Classes {
    /// Takes the names in order. `None` for fewer than two, or for a name that occurs twice.
    pub fn new(names: Vec<String>) -> Option<Self> {
        let distinct = (1..names.len()).all(|i| !names[..i].contains(&names[i]));
        (names.len() >= 2 && distinct).then_some(Self { names })
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        false
    }

    pub fn name(&self, class: usize) -> &str {
        &self.names[class]
    }

    pub fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The index of the positive class: 1 of two classes, `None` of more.
    pub fn positive(&self) -> Option<usize> {
        (self.names.len() == 2).then_some(1)
    }
}

/// Origin of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelSource {
    /// Perceived by somebody in the picture.
    #[default]
    Perceived,
    /// An answer that the person gave, or read from a record.
    Recorded,
    /// Drawn, so known and nobody's impression.
    Drawn,
}

/// Kind of the rows of a data set. Sentences take their noun from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Image,
    /// A row of a table that has columns and no image: a person of a survey, a county.
    Row,
}

impl Unit {
    pub fn one(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Row => "row",
        }
    }

    pub fn many(self) -> &'static str {
        match self {
            Self::Image => "images",
            Self::Row => "rows",
        }
    }

    /// One of them, at the start of a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Row => "Row",
        }
    }

    /// Many of them, at the start of a sentence.
    pub fn titles(self) -> &'static str {
        match self {
            Self::Image => "Images",
            Self::Row => "Rows",
        }
    }
}

/// Part of a split that a record is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// To learn from.
    Train,
    /// To stop by: it decides when a training ends, and is neither learned from nor tested on.
    Validation,
    Test,
}

impl Part {
    /// `train`, as split columns have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "val",
            Self::Test => "test",
        }
    }
}

/// Location of an image's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    File(PathBuf),
    /// A member of a tar archive: `len` bytes from `start`.
    Member {
        archive: Arc<Path>,
        name: String,
        start: u64,
        len: u64,
    },
    /// A row of a Parquet file, counted from 0, and which of its leaf columns holds the images.
    Row {
        table: Arc<Path>,
        column: usize,
        row: u64,
    },
    /// Bytes that somebody has at hand, as a server does.
    Memory {
        name: Arc<str>,
        bytes: Arc<[u8]>,
    },
    /// Nowhere: the row of a survey, which has columns and no image.
    NoImage,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Member { archive, name, .. } => write!(f, "{}/{name}", archive.display()),
            Self::Row { table, row, .. } => write!(f, "{}:{row}", table.display()),
            Self::Memory { name, .. } => f.write_str(name),
            Self::NoImage => f.write_str("no image"),
        }
    }
}

/// One row of a dataset. `attributes` has the order of the dataset's attribute names; a missing
/// value is [`MISSING`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// As the user wrote it; what outputs show.
    pub path: String,
    pub image: Location,
    /// Index into the dataset's [`Classes`]; `None` where the label column is empty.
    pub label: Option<usize>,
    pub person: Option<String>,
    /// `None` until a split is made.
    pub part: Option<Part>,
    pub attributes: Vec<String>,
}

/// The value of an attribute that a row does not have: a group of its own, and named.
pub const MISSING: &str = "(missing)";

/// A key that puts `3-9` before `10-19`: text cut into runs of digits, which compare by size, and
/// runs of anything else, which come after digits.
pub fn natural(text: &str) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        runs.push(if digits {
            let number = run.trim_start_matches('0');
            (number.len(), number)
        } else {
            (usize::MAX, run)
        });
        rest = tail;
    }
    runs
}

/// Status of one input row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Ok,
    /// There is no such file.
    Missing,
    /// The file cannot be read or decoded as an image.
    Unreadable,
    /// The image exceeds the limit on pixels or bytes.
    TooLarge,
    /// The row has no label; it takes no part in training or audit.
    Unlabelled,
    /// A training row whose person or bytes are in the test part too.
    LeftOut,
    /// A training row that every model was trained on, so that no held-out prediction exists.
    NoHeldOut,
    /// A row of a survey with a value that the classifier cannot take.
    Invalid,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Ok,
        Self::Missing,
        Self::Unreadable,
        Self::TooLarge,
        Self::Unlabelled,
        Self::LeftOut,
        Self::NoHeldOut,
        Self::Invalid,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::Unlabelled => "unlabelled",
            Self::LeftOut => "left-out",
            Self::NoHeldOut => "no-held-out",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Status {
    type Err = ();

    /// Takes the name that [`Status::NoHeldOut`] had before, too.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "learned" {
            return Ok(Self::NoHeldOut);
        }
        Self::ALL
            .into_iter()
            .find(|status| status.name() == text)
            .ok_or(())
    }
}

/// An image that gave no features: its status and the reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadImage {
    pub status: Status,
    pub reason: String,
}

/// Which model a prediction came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fold {
    /// Out of fold: the model that was trained without this cross-validation fold (from 0).
    Out(usize),
    /// The final classifier on the untouched test part.
    Test,
    /// The final classifier on new images.
    New,
}

impl fmt::Display for Fold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Out(fold) => write!(f, "{fold}"),
            Self::Test => f.write_str("test"),
            Self::New => Ok(()),
        }
    }
}

/// One row of predictions: exactly one for every input row, whatever happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    pub path: String,
    /// BLAKE3 of the file's bytes, in hex; `None` where the file could not be read.
    pub blake3: Option<String>,
    /// `Err` where there is no prediction.
    pub outcome: Result<Scores, BadImage>,
    /// Index into [`Classes`].
    pub label: Option<usize>,
    pub fold: Fold,
    pub attributes: Vec<String>,
}

/// Of a probability, wherever it is written. Audits take it as it is written, so that anybody who
/// audits the table gets the same numbers.
pub const DECIMALS: usize = 6;

/// Predicted class and probabilities of one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Index into [`Classes`].
    pub predicted: usize,
    /// One a class, in the order of [`Classes`]; they sum to 1.
    pub probabilities: Vec<f32>,
}

impl Scores {
    /// The probability of a class to [`DECIMALS`].
    pub fn written(&self, class: usize) -> f64 {
        let text = format!("{:.DECIMALS$}", self.probabilities[class]);
        text.parse().expect("a number was written")
    }
}

/// A table of predictions, with the names its indices point to.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    pub classes: Classes,
    /// Attribute names, in the order of [`Prediction::attributes`].
    pub attributes: Vec<String>,
    pub rows: Vec<Prediction>,
}
