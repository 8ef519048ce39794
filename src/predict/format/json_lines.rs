//! JSON Lines: an object a row, its keys in the order of the columns.

use super::{Rows, other_columns, text};
use crate::predict::Columns;
use csv::StringRecord;
use serde_json::{Map, Value};
use std::io::{self, BufRead, Write};

pub struct Writer<W: Write> {
    out: W,
    columns: Columns,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub fn new(out: W, columns: &Columns) -> Self {
        Self {
            out,
            columns: columns.clone(),
            line: Vec::new(),
        }
    }

    pub fn write(&mut self, row: &StringRecord) -> io::Result<()> {
        let Self { out, columns, line } = self;
        line.clear();
        for (at, (name, value)) in columns.names.iter().zip(row).enumerate() {
            line.push(if at == 0 { b'{' } else { b',' });
            serde_json::to_writer(&mut *line, name)?;
            line.push(b':');
            match value {
                "" => line.extend(b"null"),
                // As it stands, so that no digit is lost or added.
                number if columns.probabilities.contains(&at) => line.extend(number.as_bytes()),
                text => serde_json::to_writer(&mut *line, text)?,
            }
        }
        line.extend(b"}\n");
        out.write_all(line)
    }

    pub fn finish(self) -> W {
        self.out
    }
}

pub fn rows(lines: impl BufRead + 'static, columns: &Columns) -> Rows {
    let columns = columns.clone();
    Box::new(lines.lines().map(move |line| {
        let object: Map<String, Value> = serde_json::from_str(&line?)?;
        if object.keys().ne(&columns.names) {
            return Err(other_columns());
        }
        let value = |value: &Value| match value {
            Value::Null => Ok(String::new()),
            Value::String(text) => Ok(text.clone()),
            other => other.as_f64().map(text).ok_or_else(other_columns),
        };
        object.values().map(value).collect()
    }))
}
