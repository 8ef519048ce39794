//! New rows in old segments, chunk by chunk, so that memory does not grow with their number.

use super::before::Before;
use super::error::SegmentTableError;
use super::ids::{Ids, ROW};
use super::numbers::Numbers;
use super::output::{Layout, Row};
use super::stored::StoredSegmentation;
use crate::WriteError;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::files::{Overwrite, write_table};
use crate::predict::{Format, RowWriter};
use crate::record::{BadImage, Status};
use crate::segments::Rows;
use crate::table::{Table, TableReader};
use crate::text::{counted, listed, thousands};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Columns and moves that a sentence names.
const SHOWN: usize = 5;

/// Segments, and tables whose rows are put into them.
#[derive(Debug, Clone, PartialEq)]
pub struct AssignConfig {
    /// The folder of a segmentation, or its `segmentation.json`.
    pub segmentation: PathBuf,
    /// Tables with the columns that the segments were made of, in any order.
    pub inputs: Vec<PathBuf>,
    /// Those of the segmentation's columns that name rows here too; all if there is none.
    pub id: Vec<String>,
    pub rename: Vec<Renamed>,
}

/// A column that has another name in the new table. As text `old=new`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// In the table that the segments were made of.
    pub old: String,
    pub new: String,
}

impl FromStr for Renamed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text
            .split_once('=')
            .map(|(old, new)| (old.trim(), new.trim()))
        {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok(Self {
                old: old.to_owned(),
                new: new.to_owned(),
            }),
            _ => Err(format!(
                "`{text}`: two names of a column are allowed, as in `old=new`"
            )),
        }
    }
}

/// Counts of rows that were put into segments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssignedRows {
    pub rows: u64,
    /// Rows without a segment.
    pub bad: u64,
    /// Rows with a number outside the range of the rows that the segments were made of.
    pub out_of_range: u64,
    /// The same by column.
    pub out_of_range_in: BTreeMap<String, u64>,
    /// Rows that have a segment here and had one before.
    pub known: u64,
    /// Rows that were in another segment, by the two segments, from 1.
    pub moved: BTreeMap<(usize, usize), u64>,
}

impl AssignedRows {
    /// The number of rows that were in another segment.
    pub fn movers(&self) -> u64 {
        self.moved.values().sum()
    }

    /// What is to be known, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.out_of_range > 0 {
            let columns = most(&self.out_of_range_in);
            let columns = columns.map(|(column, rows)| format!("`{column}` ({})", thousands(rows)));
            sentences.push(format!(
                "{} outside the range of the rows that the segments were made of, in {}",
                counted(self.out_of_range, "row"),
                listed(columns, SHOWN)
            ));
        }
        if self.known > 0 {
            let moves = most(&self.moved);
            let moves =
                moves.map(|((from, to), rows)| format!("{} from {from} to {to}", thousands(rows)));
            let moves: Vec<String> = moves.collect();
            let which = match moves.is_empty() {
                true => String::new(),
                false => format!(": {}", listed(moves, SHOWN)),
            };
            sentences.push(format!(
                "{} of {} that were there before in another segment{which}",
                thousands(self.movers()),
                counted(self.known, "row"),
            ));
        }
        sentences
    }
}

/// Counts, the largest first.
fn most<K: Clone>(counts: &BTreeMap<K, u64>) -> impl Iterator<Item = (K, u64)> {
    let mut counts: Vec<(K, u64)> = counts
        .iter()
        .map(|(key, count)| (key.clone(), *count))
        .collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter()
}

/// Puts every row of some tables into the segments of a segmentation, in a table whose extension names its format. It appears
/// whole.
///
/// # Errors
/// A segmentation or tables that cannot be used, columns that are missing, a file that is there or cannot be written.
///
/// ```no_run
/// let config = evenhand::AssignConfig {
///     segmentation: "seg".into(),
///     inputs: vec!["counties2017.csv".into()],
///     id: Vec::new(),
///     rename: vec!["Citizen=VotingAgeCitizen".parse()?],
/// };
/// let rows = evenhand::assign_segments(&config, "seg2017.csv".as_ref(), evenhand::Overwrite::No, &mut ())?;
/// println!("{} movers", rows.movers());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assign_segments(
    config: &AssignConfig,
    out: &Path,
    overwrite: Overwrite,
    on: &mut dyn Events,
) -> Result<AssignedRows, Error> {
    let counts = write_table(out, overwrite, |file, format| {
        write(config, (file, out), format, on)
    })?;
    let rows = counted(counts.rows, "row");
    on.info(Message::plain(format!("{rows} in {}", out.display())));
    Ok(counts)
}

/// The same as CSV to `out`, whose name is for errors.
///
/// # Errors
/// As there.
pub fn assign_segments_to(
    config: &AssignConfig,
    out: impl Write + Send,
    name: &Path,
    on: &mut dyn Events,
) -> Result<AssignedRows, Error> {
    let (mut out, counts) = write(config, (out, name), Format::Csv, on)?;
    out.flush().map_err(WriteError::of(name))?;
    Ok(counts)
}

/// A segmentation and what it needs to put the rows of a table into segments.
struct Assigner {
    stored: StoredSegmentation,
    /// The columns that name rows.
    ids: Vec<String>,
    rename: Vec<Renamed>,
    before: Before,
    layout: Layout,
}

impl Assigner {
    fn open(config: &AssignConfig) -> Result<Self, Error> {
        let stored = StoredSegmentation::open(&config.segmentation)?;
        let ids = match config.id.is_empty() {
            true => stored.id.clone(),
            false => config.id.clone(),
        };
        let columns = stored.columns.iter().map(|column| &column.name);
        let known: Vec<String> = columns.chain(&stored.id).cloned().collect();
        if let Some(other) = config.rename.iter().find(|of| !known.contains(&of.old)) {
            return Err(SegmentTableError::Renamed {
                column: other.old.clone(),
                known,
            }
            .into());
        }
        let folder = match config.segmentation.is_dir() {
            true => Some(config.segmentation.as_path()),
            false => config.segmentation.parent(),
        };
        let before = folder.map(|folder| Before::read(folder, &stored, &ids));
        let named = match ids.is_empty() {
            true => vec![ROW.to_owned()],
            false => ids.clone(),
        };
        Ok(Self {
            layout: Layout::new(&named, &stored.model, true),
            before: before.transpose()?.unwrap_or_default(),
            rename: config.rename.clone(),
            ids,
            stored,
        })
    }

    /// What a column of the segmentation is called in the new table.
    fn called(&self, name: &str) -> String {
        let renamed = self.rename.iter().find(|renamed| renamed.old == name);
        renamed.map_or(name, |renamed| &renamed.new).to_owned()
    }

    /// The places of the numbers in a table with these columns.
    fn places(&self, path: &Path, columns: &[String]) -> Result<Vec<usize>, SegmentTableError> {
        let (mut places, mut missing) = (Vec::new(), Vec::new());
        for column in &self.stored.columns {
            let called = self.called(&column.name);
            match columns.iter().position(|other| *other == called) {
                Some(at) => places.push(at),
                None => missing.push(called),
            }
        }
        match missing.is_empty() {
            true => Ok(places),
            false => Err(SegmentTableError::MissingColumns {
                table: format!("{}: ", path.display()),
                missing,
                known: columns.to_vec(),
            }),
        }
    }

    /// The cells of the rows of a chunk.
    fn rows(
        &self,
        chunk: &Table,
        places: &[usize],
        (counts, bad): (&mut AssignedRows, &mut BadImages),
    ) -> Result<Vec<Vec<String>>, Error> {
        let StoredSegmentation { columns, model, .. } = &self.stored;
        let called: Vec<String> = self.ids.iter().map(|id| self.called(id)).collect();
        let ids = Ids::read(chunk, &self.ids, &called)?;
        let numbers = Numbers::read(chunk, columns, places)?;
        let reasons = numbers.reasons(chunk.rows());
        let kept: Vec<usize> = (0..chunk.rows())
            .filter(|&row| reasons[row].is_none())
            .collect();
        let rows = Rows::new(model.columns.clone(), numbers.of_rows(&kept))?;
        let assignments = model.assign(&rows)?;
        let mut assigned = assignments.iter();
        let mut cells = Vec::with_capacity(chunk.rows());
        for (row, reason) in reasons.iter().enumerate() {
            let id = &ids.values[row];
            let outcome = match reason {
                Some(reason) => Err(reason.as_str()),
                None => assigned.next().ok_or("no segment"),
            };
            let row = Row {
                id,
                outcome,
                before: self.before.of(id),
            };
            match outcome {
                Ok(_) => counts.add(&row, &model.columns),
                Err(reason) => bad.add(&id.join(", "), &invalid(reason)),
            }
            cells.push(self.layout.cells(row, columns));
        }
        counts.rows += chunk.rows() as u64;
        counts.bad += (chunk.rows() - kept.len()) as u64;
        Ok(cells)
    }
}

fn invalid(reason: &str) -> BadImage {
    BadImage {
        status: Status::Invalid,
        reason: reason.to_owned(),
    }
}

impl AssignedRows {
    /// Counts a row that has a segment.
    fn add(&mut self, row: &Row, columns: &[String]) {
        let Ok(assignment) = row.outcome else { return };
        self.out_of_range += u64::from(!assignment.out_of_range.is_empty());
        for &column in assignment.out_of_range {
            *self
                .out_of_range_in
                .entry(columns[column].clone())
                .or_default() += 1;
        }
        if let Some(before) = row.before {
            let now = assignment.segment + 1;
            self.known += 1;
            if before != now {
                *self.moved.entry((before, now)).or_default() += 1;
            }
        }
    }
}

/// Writes all rows, and gives the writer back.
fn write<W: Write + Send>(
    config: &AssignConfig,
    (out, name): (W, &Path),
    format: Format,
    on: &mut dyn Events,
) -> Result<(W, AssignedRows), Error> {
    let assigner = Assigner::open(config)?;
    let failed = WriteError::of(name);
    let mut writer = RowWriter::new(out, format, &assigner.layout.columns()).map_err(&failed)?;
    let (mut counts, mut bad) = (AssignedRows::default(), BadImages::default());
    for path in &config.inputs {
        let mut reader = TableReader::open(path, &assigner.stored.read_options())?;
        let places = assigner.places(path, reader.columns())?;
        for chunk in reader.by_ref() {
            on.go_on()?;
            for cells in assigner.rows(&chunk?, &places, (&mut counts, &mut bad))? {
                writer.write(&StringRecord::from(cells)).map_err(&failed)?;
            }
            on.progress(Stage::Predicting, counts.rows, None);
        }
        for note in reader.notes() {
            on.info(note);
        }
    }
    on.finished(Stage::Predicting);
    bad.warn("without a segment", "their rows say why", on);
    for sentence in counts.sentences() {
        on.warn(Message::plain(sentence));
    }
    Ok((writer.finish().map_err(failed)?, counts))
}
