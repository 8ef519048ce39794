//! Check of a data set before a training: what is in it, what reading changes, what is odd, and whether a training
//! would fail.

mod columns;
mod copies;
mod counts;
mod finding;
mod images;
mod json;
mod page;
mod sheet;
mod table;

pub use copies::CopyCounts;
pub use counts::{ColumnSummary, Count, GroupCounts};
pub use finding::{Finding, Kind, Severity};
pub use images::ImageSummary;
pub use table::{ColumnCheck, ColumnCheckConfig, check_columns};

use super::config::TrainConfig;
use super::training::{Split, design};
use crate::dataset::{Dataset, Skipped};
use crate::error::Error;
use crate::events::Events;
use crate::hint::{Hint, Message};
use crate::record::{Location, Part};
use images::Seen;

/// How far a check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// Every image is opened.
    #[default]
    Images,
    /// The table alone: seconds, whatever the number of images.
    Table,
}

/// Configuration of a check: the training that is to be checked, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckConfig {
    pub training: TrainConfig,
    pub depth: Depth,
}

impl CheckConfig {
    /// Of the data of a training, images and all.
    pub fn new(training: TrainConfig) -> Self {
        Self {
            training,
            depth: Depth::default(),
        }
    }
}

/// Result of a check.
#[derive(Debug, Clone)]
pub struct DataCheck {
    /// Name of the file or folder.
    pub source: String,
    pub label: String,
    pub rows: usize,
    pub unlabelled: usize,
    pub classes: Vec<Count>,
    pub groupings: Vec<GroupCounts>,
    pub columns: Vec<ColumnSummary>,
    /// What a training would make of the rows, where it would run: the parts, and each fold.
    pub parts: Vec<Count>,
    /// `None` where no image was opened.
    pub images: Option<ImageSummary>,
    pub copies: CopyCounts,
    /// Files that are no rows, and why.
    pub skipped: Vec<Skipped>,
    /// What reading changes or leaves out: missing values, restored dates, joined rows; one line each.
    pub notes: Vec<Message>,
    /// The gravest first.
    pub findings: Vec<Finding>,
    config: TrainConfig,
    /// Name, label and place of each row.
    pictures: Vec<Pictured>,
}

/// A row as pages show it.
#[derive(Debug, Clone)]
struct Pictured {
    name: String,
    label: Option<usize>,
    image: Location,
    is_readable: bool,
}

/// A training would fail.
#[derive(Debug, thiserror::Error)]
#[error("a training would fail: {text}")]
pub struct WouldFail {
    text: String,
    step: Option<Message>,
}

impl Hint for WouldFail {
    fn hint(&self) -> Option<Message> {
        self.step.clone()
    }
}

/// Checks a data set.
///
/// # Errors
/// Data that cannot be read at all, or whose labels make no classes; settings out of their range.
///
/// ```no_run
/// use evenhand::{CheckConfig, TrainConfig};
/// let config = CheckConfig::new(TrainConfig::new("faces.csv").label("gender"));
/// let found = evenhand::check(&config, &mut ())?;
/// found.verdict()?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn check(config: &CheckConfig, on: &mut dyn Events) -> Result<DataCheck, Error> {
    let CheckConfig { training, depth } = config;
    training.check()?;
    let mut dataset = crate::dataset::load(&training.data.path, &training.data.layout)?;
    if let Some(test) = &training.data.test {
        dataset = dataset.with_test(test, &training.data.layout)?;
    }
    let limits = training.limits;
    let seen = match depth {
        Depth::Images => Some(images::see(&dataset, limits.of_image(), on)?),
        Depth::Table => None,
    };
    let warned = dataset.warnings.iter().cloned();
    let warned = warned.map(|text| Finding::new(Severity::Warning, Kind::Values, text));
    let mut findings: Vec<Finding> = warned.collect();
    findings.extend(of_table(&dataset, training)?);
    let (mut parts, mut notes) = (Vec::new(), dataset.notes.clone());
    match split(&dataset, seen.as_deref(), training) {
        Ok(split) => {
            notes.extend(split.notes.iter().map(Message::plain));
            parts = planned(&split);
        }
        Err(error) => findings.push(failure(&error)),
    }
    let (mut summary, mut counts) = (None, CopyCounts::default());
    if let Some(seen) = &seen {
        findings.extend(images::findings(&dataset, seen, limits));
        let (found, of_copies) = copies::findings(&dataset, seen);
        findings.extend(of_copies);
        (summary, counts) = (Some(ImageSummary::of(seen)), found);
    }
    findings.sort_by_key(|finding| finding.severity);
    let name = training
        .data
        .path
        .file_name()
        .unwrap_or(training.data.path.as_os_str());
    Ok(DataCheck {
        source: name.to_string_lossy().into_owned(),
        label: dataset.label.clone(),
        rows: dataset.records.len(),
        unlabelled: dataset
            .records
            .iter()
            .filter(|record| record.label.is_none())
            .count(),
        classes: counts::classes(&dataset),
        groupings: counts::groupings(&dataset, &training.data.layout.groups)?,
        columns: counts::columns(&dataset),
        parts,
        images: summary,
        copies: counts,
        skipped: dataset.skipped.clone(),
        notes,
        findings,
        config: training.clone(),
        pictures: pictured(dataset, seen.as_deref()),
    })
}

/// Warns, before a training, of what its table alone shows.
///
/// # Errors
/// Groups that are no columns.
pub(super) fn tell_of_table(
    dataset: &Dataset,
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<(), Error> {
    for finding in of_table(dataset, config)? {
        match finding.severity {
            Severity::Note => on.info(finding.text),
            Severity::Warning | Severity::Failure => {
                on.warn(finding.text);
                finding.step.into_iter().for_each(|step| on.hint(step));
            }
        }
    }
    Ok(())
}

/// Findings about classes, groups and columns.
fn of_table(dataset: &Dataset, config: &TrainConfig) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    let layout = &config.data.layout;
    let groupings = counts::groupings(dataset, &layout.groups)?;
    found.extend(counts::findings(&counts::classes(dataset), &groupings));
    found.extend(columns::findings(dataset, config));
    Ok(found)
}

/// The split that a training would make.
fn split(
    dataset: &Dataset,
    seen: Option<&[Option<Seen>]>,
    config: &TrainConfig,
) -> Result<Split, Error> {
    design(&config.data.layout, dataset)?;
    let Some(seen) = seen else {
        return Split::of_table(dataset, config.into());
    };
    let keys: Vec<_> = seen
        .iter()
        .map(|seen| seen.as_ref().and_then(|seen| seen.key))
        .collect();
    let usable = seen.iter().enumerate();
    let usable = usable.filter(|(_, seen)| seen.as_ref().is_some_and(|seen| seen.look.is_ok()));
    let usable = usable.map(|(row, _)| row).collect();
    Split::new(&mut dataset.clone(), &keys, usable, config.into())
}

fn failure(error: &Error) -> Finding {
    let finding = Finding::new(
        Severity::Failure,
        Kind::Split,
        Message::plain(error.to_string()),
    );
    Finding {
        step: error.hint(),
        ..finding
    }
}

/// Rows to learn from, to stop by and to test on, and rows of each fold.
fn planned(split: &Split) -> Vec<Count> {
    let stops = split.validation.iter().filter(|is_stop| **is_stop).count();
    let count = |value: &str, rows: usize| Count {
        value: value.to_owned(),
        rows,
    };
    let mut parts = vec![count(Part::Train.name(), split.learned())];
    match split.has_validation_part {
        true => parts.push(count(Part::Validation.name(), stops)),
        false => parts.push(count("train, for early stopping in turn", stops)),
    }
    parts.push(count(Part::Test.name(), split.test.len()));
    let folds = split
        .folds
        .iter()
        .filter(|&&fold| fold != crate::head::NEVER);
    let last = folds.max().copied().unwrap_or(0);
    let of_fold = |fold| split.folds.iter().filter(|&&of| of == fold).count();
    parts.extend((0..=last).map(|fold| count(&format!("fold {fold}"), of_fold(fold))));
    parts
}

fn pictured(dataset: Dataset, seen: Option<&[Option<Seen>]>) -> Vec<Pictured> {
    let is_readable = |row: usize| match seen {
        Some(seen) => seen[row].as_ref().is_some_and(|seen| seen.look.is_ok()),
        None => false,
    };
    let records = dataset.records.into_iter().enumerate();
    let records = records.map(|(row, record)| Pictured {
        name: record.path,
        label: record.label,
        image: record.image,
        is_readable: is_readable(row),
    });
    records.collect()
}

impl DataCheck {
    /// Whether a training would run.
    ///
    /// # Errors
    /// It would fail: the first reason.
    pub fn verdict(&self) -> Result<(), WouldFail> {
        let failures = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Failure);
        match failures.clone().next() {
            None => Ok(()),
            Some(first) => Err(WouldFail {
                text: first.text.to_string(),
                step: first.step.clone(),
            }),
        }
    }

    /// For each finding the names of the first images that show it, in a sentence or none.
    pub fn named_images(
        &self,
        most: usize,
    ) -> impl ExactSizeIterator<Item = Option<String>> + DoubleEndedIterator {
        let names = self.findings.iter().map(|finding| {
            let names = finding
                .rows
                .iter()
                .take(most)
                .map(|&row| self.pictures[row].name.as_str());
            let names: Vec<&str> = names.collect();
            let more = if finding.rows.len() > most {
                ", …"
            } else {
                ""
            };
            (!names.is_empty()).then(|| format!("such as {}{more}", names.join(", ")))
        });
        names.collect::<Vec<_>>().into_iter()
    }

    /// The number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}
