//! Errors of datasets, and what to do about them.

use crate::hint::{Hint, Message};
use evenhand_stats::groups::{self, GroupError, UnknownColumn};
use evenhand_stats::text::{counted, quoted};
use evenhand_table::plain_file::Refused;
use evenhand_table::{BandsError, TableError};
use std::io;
use std::path::{Path, PathBuf};

/// Error of reading or splitting a dataset.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    #[error("{}: there is no such file or folder", path.display())]
    NotFound { path: PathBuf },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: there are no images or rows in it", path.display())]
    NoRows { path: PathBuf },

    #[error("{}: images are read from plain files, and this is none", path.display())]
    NotPlainFile { path: PathBuf },
    #[error("{}: its columns changed while it was read", path.display())]
    Changed { path: PathBuf },

    #[error("{error} ({note})")]
    LeftOut {
        error: Box<DatasetError>,
        note: String,
    },

    #[error(transparent)]
    Table(TableError),
    #[error("{}: there is no column `{}`; the columns are {}", path.display(), source.name, quoted(&source.known))]
    NoSuchColumn {
        path: PathBuf,
        source: UnknownColumn,
    },
    #[error(
        "{}: no column names the images, such as `file` or `path`; the columns are {columns}",
        path.display()
    )]
    NoImageColumn { path: PathBuf, columns: String },
    #[error("{}: no label was named; the columns are {columns}", path.display())]
    NoLabel { path: PathBuf, columns: String },
    #[error("{}: the columns are {columns}, those of the first file {expected}", path.display())]
    OtherColumns {
        path: PathBuf,
        columns: String,
        expected: String,
    },
    #[error("{}: there is no file `{name}` in it", path.display())]
    NoManifest { path: PathBuf, name: String },

    #[error("{}: compressed; images are read from plain `.tar` files", path.display())]
    Compressed { path: PathBuf },
    #[error("{place}: {problem}")]
    Tar { place: String, problem: String },
    #[error("{}: cannot be read as Parquet: {problem}", path.display())]
    Parquet { path: PathBuf, problem: String },
    #[error("{}: no column holds images, as bytes or as a struct with `bytes`; the columns are {columns}", path.display())]
    NoImages { path: PathBuf, columns: String },
    #[error("{}: `{column}` holds no bytes of images; these columns do: {images}", path.display())]
    NotImages {
        path: PathBuf,
        column: String,
        images: String,
    },
    #[error("{}: {columns} may all hold the images", path.display())]
    SeveralImages { path: PathBuf, columns: String },

    #[error("{}: its images are in no class folders", path.display())]
    NoClassFolders { path: PathBuf },
    #[error("{}: its folders are the parts of a split, not classes", path.display())]
    SplitFolders { path: PathBuf },
    #[error("pattern `{pattern}`: {problem}")]
    Pattern { pattern: String, problem: String },
    #[error("{}: a file-name pattern is for a folder of images", path.display())]
    PatternOnFile { path: PathBuf },
    #[error("{}: no file name is of the form `{pattern}`, not `{example}`", path.display())]
    NoMatch {
        path: PathBuf,
        pattern: String,
        example: String,
    },
    #[error("`{pattern}`: {problem}")]
    Glob { pattern: String, problem: String },

    #[error("the label column `{column}` is empty")]
    NoLabels { column: String },
    #[error("the label column `{column}` has one class only, `{class}`")]
    OneClass { column: String, class: String },
    #[error("`{positive}` is no value of `{column}`; its values are {values}")]
    UnknownPositive {
        column: String,
        positive: String,
        values: String,
    },
    #[error("only of two classes can one be positive; `{column}` has {values}")]
    PositiveOfMany { column: String, values: String },
    #[error("{place}: label `{label}` is not one of {classes}{more}")]
    UnknownLabel {
        place: String,
        label: String,
        classes: String,
        more: String,
    },

    #[error(transparent)]
    Group(GroupError),
    #[error("there is no column `{}` to group by; the columns are {}", source.name, quoted(&source.known))]
    NoSuchGroup { source: UnknownColumn },
    #[error("the group `{group}` has no members; the values of `{column}` are {values}")]
    NoMembers {
        group: String,
        column: String,
        values: String,
    },
    #[error("`{group}` is one value; a group is a column, `{column}`")]
    GroupIsValue { group: String, column: String },
    #[error("no row of the {part} has a value for the group `{group}`")]
    EmptyGroup { group: String, part: String },

    #[error(transparent)]
    Bands(BandsError),
    #[error(
        "`{column}` has {} in {}: a quantity, and no classes",
        counted(*different, "different number"), counted(*rows, "labelled row")
    )]
    Quantity {
        column: String,
        different: usize,
        rows: usize,
    },
    #[error("`{column}` has another value in each of {}: no classes", counted(*rows, "labelled row"))]
    AllDifferent { column: String, rows: usize },

    #[error("there is no preset `{name}`; there are {known}")]
    UnknownPreset { name: String, known: String },
    #[error("{place}: `{line}`: {problem}")]
    Preset {
        place: String,
        line: String,
        problem: String,
    },

    #[error("the split column `{column}` holds {values}; `train`, `val` and `test` are expected")]
    Split { column: String, values: String },
    #[error("the split column `{column}` puts no row in the {part} part")]
    OneSidedSplit { column: String, part: &'static str },
    #[error("{0} is not a share of the rows between 0 and 1")]
    Holdout(f64),
    #[error("a share of {fraction} of {} leaves one part empty", counted(*units, "independent row"))]
    EmptyHoldout { fraction: f64, units: usize },
    #[error("cross-validation takes at least 2 folds, not {0}")]
    TooFewFolds(usize),
    #[error("{} cannot fill {folds} folds", counted(*units, "independent row"))]
    TooFewUnits { units: usize, folds: usize },
    #[error(
        "all rows of the label `{label}` are of one person or one file: no classifier can learn it from other rows and be tested on these"
    )]
    LonelyLabel { label: String },
    #[error("all {} have the label `{label}`", counted(*rows, "training row"))]
    OneLabelLeft { label: String, rows: usize },
    #[error("no row can be held out: each label needs all of its independent rows to be learned")]
    NothingHeldOut,
}

/// The error of opening `path`.
pub(super) fn open_error(path: &Path, source: io::Error) -> DatasetError {
    let path = path.to_owned();
    match (source.kind(), Refused::of(&source)) {
        (_, Some(Refused::NotPlain(_))) => DatasetError::NotPlainFile { path },
        (io::ErrorKind::NotFound, _) => DatasetError::NotFound { path },
        _ => DatasetError::Io { path, source },
    }
}

/// The position of a column in the table of `path`.
///
/// # Errors
/// There is none of that name.
pub(super) fn column_of(
    columns: &[String],
    name: &str,
    path: &Path,
) -> Result<usize, DatasetError> {
    groups::column(name, columns).map_err(|source| DatasetError::NoSuchColumn {
        path: path.to_owned(),
        source,
    })
}

/// The error of reading the table of `path`.
pub(super) fn table_error(path: &Path, error: TableError) -> DatasetError {
    let path = path.to_owned();
    match error {
        TableError::NotFound { .. } => DatasetError::NotFound { path },
        TableError::NoRows { .. } => DatasetError::NoRows { path },
        TableError::Io { source, .. } => DatasetError::Io { path, source },
        other => DatasetError::Table(other),
    }
}

impl Hint for DatasetError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::LeftOut { error, .. } => error.hint(),
            Self::Table(error) => error.hint(),
            Self::Group(error) => error.hint(),
            Self::Bands(error) => error.hint(),
            Self::Quantity { column, .. } => Some(Message::new(
                "make ranges of it with {bands} '{}=FROM,FROM,...', or name a column of classes with {label}",
                &[column],
            )),
            Self::NoSuchColumn { source, .. } | Self::NoSuchGroup { source } => {
                let all = "the names are those of the first line, in the same case";
                source.hint().or(Some(all.into()))
            }
            Self::TooFewUnits { units, .. } if *units >= 2 => Some(Message::new(
                "take at most {folds} {}; rows of one person, and copies of one file, count as one",
                &[units],
            )),
            other => other.next_step().map(Message::from),
        }
    }
}

impl DatasetError {
    /// The same, with the files that were left out before it happened: they may be why.
    pub(super) fn after_leaving_out(self, note: Option<String>) -> Self {
        match note {
            Some(note) => Self::LeftOut {
                error: Box::new(self),
                note,
            },
            None => self,
        }
    }

    /// Template of the hint, for errors of this crate's own.
    fn next_step(&self) -> Option<&'static str> {
        let step = match self {
            Self::NotPlainFile { .. } => "copy what it gives into a file first, and name that",
            Self::Changed { .. } => "start again when nobody writes into it any more",
            Self::NoImageColumn { .. } | Self::SeveralImages { .. } | Self::NotImages { .. } => {
                "name the image column with {image}"
            }
            Self::NoImages { .. } => {
                "give the images' folder and a CSV instead, or write the bytes of the images into \
                 a column"
            }
            Self::Compressed { .. } => "decompress it first, as in `gunzip shard.tar.gz`",
            Self::Tar { .. } => {
                "fetch or pack it again: images as plain files, those of a sample side by side"
            }
            Self::Parquet { .. } => {
                "write it again, not encrypted, compressed with snappy, gzip, zstd, lz4 or brotli"
            }
            Self::NoLabel { .. } => "name the column to learn with {label}",
            Self::NoClassFolders { .. } => {
                "put each class in a folder of its own, give a CSV, or describe the file names \
                 with {pattern}, as in \"{{age}}_{{gender}}_*\""
            }
            Self::SplitFolders { .. } => {
                "put class folders into `train` and into `val` or `test`, or give one of them as the data and \
                 another with {test}"
            }
            Self::Pattern { .. } | Self::NoMatch { .. } => {
                "a pattern is matched on names without extension, such as \"{{age}}_{{gender}}_*\""
            }
            Self::PatternOnFile { .. } => "give the folder, or leave {pattern} out",
            Self::NoManifest { .. } => "the preset says which files the folder must hold",
            Self::OneClass { .. } | Self::NoLabels { .. } => {
                "a classifier needs two classes or more"
            }
            Self::UnknownPositive { .. } | Self::PositiveOfMany { .. } => {
                "leave {positive} out, or name one of two classes"
            }
            Self::UnknownLabel { .. } => {
                "the test data must have the classes of the training data; {map} OLD=NEW renames labels"
            }
            Self::NoMembers { .. } | Self::GroupIsValue { .. } => {
                "name columns, as in {groups} race,race*gender; all their values are reported"
            }
            Self::EmptyGroup { .. } => "leave the group out, or check the column's values",
            Self::AllDifferent { .. } => "name a column with {label} whose values many rows share",
            Self::UnknownPreset { .. } => "a preset of your own is a file that ends in .toml",
            Self::Split { .. } => {
                "`val`, `valid` and `validation` name rows that training is stopped by"
            }
            Self::OneSidedSplit { .. } => {
                "leave {split} out and hold a part out with {holdout} 0.2"
            }
            Self::Holdout(_) => "a fifth of the rows is {holdout} 0.2",
            Self::EmptyHoldout { .. } | Self::TooFewUnits { .. } => {
                "rows of one person, and copies of one file, count as one"
            }
            Self::LonelyLabel { .. } => {
                "add rows of other persons with this label; copies of one file count as one"
            }
            Self::OneLabelLeft { .. } => {
                "check that the label column is the one you mean, and that no split follows it"
            }
            Self::NothingHeldOut => "cross-validate with {folds} 2 or more",
            Self::LeftOut { .. }
            | Self::Table(_)
            | Self::Group(_)
            | Self::Bands(_)
            | Self::Quantity { .. }
            | Self::NoSuchColumn { .. }
            | Self::NoSuchGroup { .. }
            | Self::NotFound { .. }
            | Self::Io { .. }
            | Self::NoRows { .. }
            | Self::OtherColumns { .. }
            | Self::Glob { .. }
            | Self::Preset { .. }
            | Self::TooFewFolds(_) => return None,
        };
        Some(step)
    }
}
