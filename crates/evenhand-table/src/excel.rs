//! Sheets of workbooks: Excel and OpenDocument. A workbook is held in memory, as its format asks for.

use crate::cells::{Cells, Chunk};
use crate::error::TableError;
use crate::header;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::number_text;
use crate::place::{Counting, Origin};
use calamine::{Data, ExcelDateTime, Range, Reader};
use evenhand_stats::hint::Message;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// A sheet behind its header, the first row that isn't empty.
pub(crate) struct Sheet {
    range: Range<Data>,
    columns: Vec<String>,
    /// The next row within the range.
    next: usize,
}

impl Sheet {
    /// Reads the sheet of that name, else the first one, and says which.
    ///
    /// # Errors
    /// A file that is no workbook, or is encrypted; no such sheet; a sheet without a row; a column named twice.
    pub(crate) fn open(
        path: &Path,
        mut file: File,
        sheet: Option<&str>,
        notes: &Notes,
    ) -> Result<Self, TableError> {
        let fail = |problem: calamine::Error| TableError::Format {
            path: path.to_owned(),
            format: "a workbook",
            problem: problem.to_string(),
        };
        let table = Origin::file(path, Counting::Rows).prefix();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|error| fail(error.into()))?;
        let bytes: Arc<[u8]> = bytes.into();
        let mut workbook =
            calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(fail)?;
        let name = sheet_name(&workbook.sheet_names(), path, sheet)?;
        let others = workbook.sheet_names().len() - 1;
        if sheet.is_none() && others > 0 {
            notes.say(Message::new(
                "{}read the first of {} sheets, `{}`; {sheet} names another",
                &[&table, &(others + 1), &name],
            ));
        }
        let range = workbook.worksheet_range(&name).map_err(fail)?;
        let start = range.rows().position(|row| !is_empty(row));
        let start = start.ok_or_else(|| TableError::NoRows {
            table: table.clone(),
        })?;
        let used = |row: &[Data]| row.iter().rposition(|cell| !text(cell).trim().is_empty());
        let width = range
            .rows()
            .filter_map(used)
            .max()
            .map_or(0, |last| last + 1);
        let header = range.rows().nth(start).unwrap_or_default();
        let columns = header::names(header[..width].iter().map(text), &table)?;
        Ok(Self {
            range,
            columns,
            next: start + 1,
        })
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// At most `limit` rows that aren't empty; `None` at the end.
    pub(crate) fn chunk(&mut self, limit: usize, missing: &MissingValues) -> Option<Chunk> {
        let mut cells = Cells::new(self.columns.len(), missing);
        let first = self.range.start().map_or(0, |(row, _)| u64::from(row));
        for row in self.range.rows().skip(self.next) {
            if cells.rows() == limit {
                break;
            }
            let line = first + self.next as u64 + 1;
            self.next += 1;
            if is_empty(row) {
                continue;
            }
            for (column, cell) in row[..self.columns.len()].iter().enumerate() {
                if let Data::Error(error) = cell {
                    let key = (column, error.to_string());
                    *cells.tally.errors.entry(key).or_default() += 1;
                    cells.push_missing(column);
                } else {
                    cells.push(column, &text(cell));
                }
            }
            cells.end_row(line);
        }
        cells.finish()
    }
}

fn sheet_name(sheets: &[String], path: &Path, sheet: Option<&str>) -> Result<String, TableError> {
    let found = match sheet {
        Some(name) => sheets.iter().find(|sheet| *sheet == name),
        None => sheets.first(),
    };
    found.cloned().ok_or_else(|| TableError::UnknownSheet {
        path: path.to_owned(),
        sheet: sheet.unwrap_or_default().to_owned(),
        sheets: sheets.to_vec(),
    })
}

fn is_empty(row: &[Data]) -> bool {
    row.iter().all(|cell| text(cell).trim().is_empty())
}

/// A cell as pandas would write it into a CSV, but a whole number without a point.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Int(value) => value.to_string(),
        Data::Float(value) => number_text::cell(*value),
        Data::String(value) | Data::DurationIso(value) => value.clone(),
        Data::DateTimeIso(value) => value.strip_suffix("T00:00:00").unwrap_or(value).to_owned(),
        Data::Bool(true) => "True".to_owned(),
        Data::Bool(false) => "False".to_owned(),
        Data::DateTime(value) => date_text(value),
        Data::Error(error) => error.to_string(),
    }
}

/// ISO 8601 of a date, a time or both.
fn date_text(value: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let fraction = match milli {
        0 => String::new(),
        milli => format!(".{milli:03}"),
    };
    let days = value.as_f64().floor();
    if value.is_duration() {
        let hours = days * 24.0 + f64::from(hour);
        return format!("{hours}:{minute:02}:{second:02}{fraction}");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match (days, time.as_str()) {
        (_, "00:00:00") => date,
        // The time of no day.
        (0.0, _) => time,
        _ => format!("{date}T{time}"),
    }
}
