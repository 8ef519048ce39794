//! Rows with their segments, as lines of a table.

use super::numbers::NumberColumn;
use crate::predict::Columns;
use crate::record::Status;
use crate::segments::Segmentation;
use crate::segments::segmentation::Assignment;

/// The file of rows with their segments.
pub const SEGMENTS: &str = "segments.csv";
/// The column of segments, numbered from 1.
pub const SEGMENT: &str = "segment";
const DISTANCE: &str = "distance";
const MARGIN: &str = "margin";
const OUT_OF_RANGE: &str = "out_of_range";
/// The segment of the same row in the table that the segments were made of.
const BEFORE: &str = "segment_before";
const STATUS: &str = "status";
const ERROR: &str = "error";

/// A row of a table, and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub id: &'a [String],
    /// Its segment, or why it has none.
    pub outcome: Result<Assignment<'a>, &'a str>,
    /// Its segment before, from 1.
    pub before: Option<usize>,
}

/// The columns of a table of rows with their segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    names: Vec<String>,
    ids: usize,
    components: usize,
    /// Whether rows are new, and may be out of range or have been in another segment.
    is_of_new_rows: bool,
}

impl Layout {
    /// A column of the user's that has the name of another one is prefixed by `data_`.
    pub fn new(ids: &[String], model: &Segmentation, is_of_new_rows: bool) -> Self {
        let more: &[&str] = match is_of_new_rows {
            true => &[OUT_OF_RANGE, BEFORE],
            false => &[],
        };
        let first = [SEGMENT, DISTANCE, MARGIN];
        let last: Vec<&str> = more.iter().copied().chain([STATUS, ERROR]).collect();
        let mut taken: Vec<String> = first
            .iter()
            .chain(&last)
            .map(|name| (*name).to_owned())
            .collect();
        let mut apart = |name: String| {
            let mut name = name;
            while taken.contains(&name) {
                name = format!("data_{name}");
            }
            taken.push(name.clone());
            name
        };
        let scores = (0..model.components()).map(|at| model.component_name(at));
        let scores: Vec<String> = scores.map(&mut apart).collect();
        let mut names: Vec<String> = ids.iter().cloned().map(&mut apart).collect();
        names.extend(first.map(String::from));
        names.extend(scores);
        names.extend(last.into_iter().map(String::from));
        Self {
            names,
            ids: ids.len(),
            components: model.components(),
            is_of_new_rows,
        }
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The names of the columns that name rows.
    pub fn ids(&self) -> &[String] {
        &self.names[..self.ids]
    }

    /// The columns as formats of tables know them: distance, margin and scores are numbers.
    pub fn columns(&self) -> Columns {
        let first = self.ids + 1;
        Columns {
            names: self.names.clone(),
            probabilities: first..first + 2 + self.components,
        }
    }

    /// The cells of a row.
    pub fn cells(&self, row: Row, columns: &[NumberColumn]) -> Vec<String> {
        let mut cells = row.id.to_vec();
        let before = row
            .before
            .map_or_else(String::new, |segment| segment.to_string());
        let (status, error) = match row.outcome {
            Ok(assignment) => {
                cells.push((assignment.segment + 1).to_string());
                let numbers = [assignment.distance, assignment.margin];
                let numbers = numbers.iter().chain(assignment.scores);
                cells.extend(numbers.map(f64::to_string));
                if self.is_of_new_rows {
                    let outside = assignment.out_of_range.iter();
                    let outside: Vec<&str> = outside.map(|&at| columns[at].name.as_str()).collect();
                    cells.extend([outside.join("; "), before]);
                }
                (Status::Ok, "")
            }
            Err(reason) => {
                let empty = self.names.len() - self.ids - 2;
                cells.extend(vec![String::new(); empty]);
                if self.is_of_new_rows {
                    *cells.last_mut().expect("it has columns") = before;
                }
                (Status::Invalid, reason)
            }
        };
        cells.extend([status.name().to_owned(), error.to_owned()]);
        cells
    }
}
