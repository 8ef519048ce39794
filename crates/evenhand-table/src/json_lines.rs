//! JSON Lines: an object on each line, its keys the columns.
//!
//! Numbers keep the text that the file has, so that an identifier of twenty digits stays one.

use crate::cells::{Cells, Chunk};
use crate::encoding::{Utf8Reader, read_error};
use crate::error::TableError;
use crate::header;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::place::{Counting, Origin};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, Seek};
use std::path::{Path, PathBuf};

/// An open file of JSON Lines. The keys of its first rows are the columns.
pub(crate) struct JsonLines {
    path: PathBuf,
    reader: Utf8Reader<File>,
    line: u64,
    text: String,
    columns: Vec<String>,
    positions: HashMap<String, usize>,
    /// How many rows decided on the columns.
    decided: usize,
}

/// Keys and values of an object, in their order.
struct Row(Vec<(String, Value)>);

/// `None`: null.
type Value = Option<String>;

impl JsonLines {
    /// Reads the keys of the first `limit` rows, and goes back to the first.
    ///
    /// # Errors
    /// A file that isn't text, or has no row; a line that is no object of plain values.
    pub(crate) fn open(
        path: &Path,
        mut file: File,
        limit: usize,
        notes: &Notes,
    ) -> Result<Self, TableError> {
        let again = file.try_clone().map_err(|error| read_error(path, error))?;
        let mut keys = Self::at_start(path, again, &Notes::default())?;
        while keys.decided < limit {
            let Some((_, row)) = keys.read()? else { break };
            for (key, _) in row.0 {
                if !keys.positions.contains_key(&key) {
                    keys.positions.insert(key.clone(), keys.columns.len());
                    keys.columns.push(key);
                }
            }
            keys.decided += 1;
        }
        let table = Origin::file(path, Counting::Lines).prefix();
        if keys.decided == 0 {
            return Err(TableError::NoRows { table });
        }
        file.rewind().map_err(|error| read_error(path, error))?;
        Ok(Self {
            columns: header::names(keys.columns, &table)?,
            positions: keys.positions,
            decided: keys.decided,
            ..Self::at_start(path, file, notes)?
        })
    }

    fn at_start(path: &Path, file: File, notes: &Notes) -> Result<Self, TableError> {
        let io = |error| read_error(path, error);
        let table = Origin::file(path, Counting::Lines).prefix();
        let reader = Utf8Reader::open(file, table, notes.clone()).map_err(io)?;
        let mut reader = reader.ok_or_else(|| TableError::NotText {
            path: path.to_owned(),
        })?;
        reader.find_line_ends().map_err(io)?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            line: 0,
            text: String::new(),
            columns: Vec::new(),
            positions: HashMap::new(),
            decided: 0,
        })
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// At most `limit` rows; `None` at the end.
    ///
    /// # Errors
    /// A line that is no object of plain values, or has a key that the first chunk doesn't have.
    pub(crate) fn chunk(
        &mut self,
        limit: usize,
        missing: &MissingValues,
    ) -> Result<Option<Chunk>, TableError> {
        let mut cells = Cells::new(self.columns.len(), missing);
        while cells.rows() < limit {
            let Some((line, row)) = self.read()? else {
                break;
            };
            self.push(line, row, &mut cells)?;
        }
        Ok(cells.finish())
    }

    fn push(&self, line: u64, row: Row, cells: &mut Cells) -> Result<(), TableError> {
        let mut values: Vec<Value> = vec![None; self.columns.len()];
        for (key, value) in row.0 {
            let Some(&column) = self.positions.get(&key) else {
                return Err(TableError::NewKey {
                    place: self.place(line),
                    key,
                    decided: self.decided,
                });
            };
            values[column] = value;
        }
        for (column, value) in values.iter().enumerate() {
            match value {
                Some(value) => cells.push(column, value),
                None => cells.push_missing(column),
            }
        }
        cells.end_row(line);
        Ok(())
    }

    /// The next line that isn't empty.
    fn read(&mut self) -> Result<Option<(u64, Row)>, TableError> {
        loop {
            self.text.clear();
            let n = self.reader.read_line(&mut self.text);
            if n.map_err(|error| read_error(&self.path, error))? == 0 {
                return Ok(None);
            }
            self.line += 1;
            let text = self.text.trim();
            if text.is_empty() {
                continue;
            }
            if self.line == 1 && text.starts_with('[') {
                return Err(TableError::JsonArray {
                    path: self.path.clone(),
                });
            }
            return Ok(Some((self.line, self.parse(text)?)));
        }
    }

    fn parse(&self, text: &str) -> Result<Row, TableError> {
        let place = || self.place(self.line);
        let object: Object = serde_json::from_str(text).map_err(|error| {
            let problem = error.to_string();
            let problem = problem
                .split(" at line 1")
                .next()
                .unwrap_or_default()
                .to_owned();
            TableError::Json {
                place: place(),
                problem,
            }
        })?;
        let mut values: Vec<(String, Value)> = Vec::with_capacity(object.0.len());
        for (key, raw) in object.0 {
            let value = plain(raw.get()).map_err(|kind| TableError::NestedJson {
                place: place(),
                column: key.to_string(),
                kind,
            })?;
            if values.iter().any(|(known, _)| *known == key) {
                return Err(TableError::DuplicateColumn {
                    table: format!("{}: ", place()),
                    column: key.into_owned(),
                });
            }
            values.push((key.into_owned(), value));
        }
        Ok(Row(values))
    }

    fn place(&self, line: u64) -> String {
        format!("{}:{line}", self.path.display())
    }
}

/// The text of a JSON value: a number as it stands, a boolean as pandas writes it.
///
/// # Errors
/// What a nested value is.
fn plain(json: &str) -> Result<Value, &'static str> {
    match json.as_bytes().first() {
        Some(b'"') => Ok(serde_json::from_str(json).ok()),
        Some(b'[') => Err("array"),
        Some(b'{') => Err("object"),
        Some(b't') => Ok(Some("True".to_owned())),
        Some(b'f') => Ok(Some("False".to_owned())),
        Some(b'n') | None => Ok(None),
        Some(_) => Ok(Some(json.to_owned())),
    }
}

/// An object whose keys may repeat, which a map would hide.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    entries.push((key.0, map.next_value()?));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// A key, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Whether text begins like JSON, behind white space.
pub(crate) fn is_json(start: &[u8]) -> bool {
    let bytes = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let mut letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (letters.next(), letters.next()) {
        (Some(b'{'), second) => matches!(second, Some(b'"' | b'}')),
        (Some(b'['), second) => matches!(second, Some(b'{')),
        _ => false,
    }
}
