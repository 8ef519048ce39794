//! Manifests: delimited text with a header line, as spreadsheets and statistics packages write
//! it, read one row at a time.

use super::error::column_of;
use super::text::{counted, quoted};
use super::{DatasetError, error::open_error};
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The image columns that need no naming.
const IMAGE_COLUMNS: [&str; 2] = ["file", "path"];

/// An open manifest, behind its header; iterating gives the rows.
pub(super) struct Manifest {
    path: PathBuf,
    columns: Vec<String>,
    delimiter: u8,
    reader: Reader<BufReader<File>>,
    record: ByteRecord,
}

/// One row: as many values as the manifest has columns, trimmed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1, the header's line included.
    pub(super) number: u64,
    pub(super) values: Vec<String>,
}

impl Manifest {
    /// Opens the file and reads its header line.
    ///
    /// # Errors
    /// A file that cannot be opened, is empty, is not UTF-8, or names a column twice.
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let io = |source| open_error(path, source);
        let mut input = BufReader::with_capacity(1 << 16, File::open(path).map_err(io)?);
        let start = input.fill_buf().map_err(io)?;
        let delimiter = sniff(start);
        // The line count is right only if a line ends with its line feed: the carriage return of a
        // Windows file is trimmed with the last value.
        let terminator = if start.contains(&b'\n') {
            Terminator::Any(b'\n')
        } else {
            Terminator::CRLF
        };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(terminator)
            .from_reader(input);
        let mut manifest = Self {
            path: path.to_owned(),
            columns: Vec::new(),
            delimiter,
            reader,
            record: ByteRecord::new(),
        };
        let header = manifest.read()?.ok_or_else(|| DatasetError::NoRows {
            path: path.to_owned(),
        })?;
        manifest.columns = named(header.values);
        match duplicate(&manifest.columns) {
            Some(column) => Err(DatasetError::DuplicateColumn {
                path: path.to_owned(),
                column: column.clone(),
            }),
            None => Ok(manifest),
        }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What to say about a delimiter that is not the comma.
    pub(super) fn note(&self) -> Option<String> {
        let name = match self.delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => return None,
        };
        let columns = counted(self.columns.len(), "column");
        Some(format!(
            "{}: read as {columns} separated by {name}",
            self.path.display()
        ))
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub(super) fn column(&self, name: &str) -> Result<usize, DatasetError> {
        column_of(&self.columns, name, &self.path)
    }

    /// The position of the image column: the named one, or one with a usual name.
    ///
    /// # Errors
    /// There is none of that name.
    pub(super) fn image_column(&self, image: Option<&str>) -> Result<usize, DatasetError> {
        if let Some(name) = image {
            return self.column(name);
        }
        IMAGE_COLUMNS
            .iter()
            .find_map(|name| self.columns.iter().position(|column| column == name))
            .ok_or_else(|| DatasetError::NoImageColumn {
                path: self.path.clone(),
                columns: quoted(&self.columns),
            })
    }

    fn read(&mut self) -> Result<Option<Line>, DatasetError> {
        loop {
            let more = self
                .reader
                .read_byte_record(&mut self.record)
                .map_err(|error| DatasetError::Io {
                    path: self.path.clone(),
                    source: error.into(),
                })?;
            if !more {
                return Ok(None);
            }
            let number = self.record.position().map_or(1, |position| position.line());
            let values = self
                .record
                .iter()
                .map(|field| std::str::from_utf8(field).map(|text| text.trim().to_owned()))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| DatasetError::NotUtf8 {
                    place: self.place(number),
                })?;
            // Spreadsheets leave lines of nothing, or of nothing but delimiters, at the end.
            if values.iter().any(|value| !value.is_empty()) {
                return Ok(Some(Line { number, values }));
            }
        }
    }

    fn place(&self, number: u64) -> String {
        format!("{}:{number}", self.path.display())
    }
}

impl Iterator for Manifest {
    type Item = Result<Line, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.read().transpose()?;
        Some(line.and_then(|line| {
            if line.values.len() == self.columns.len() {
                Ok(line)
            } else {
                Err(DatasetError::Ragged {
                    place: self.place(line.number),
                    found: line.values.len(),
                    expected: self.columns.len(),
                })
            }
        }))
    }
}

/// The delimiter that the header line has most of.
fn sniff(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(d, _)| *d == byte)
                .for_each(|(_, n)| *n += 1),
        }
    }
    // `max_by_key` keeps the last of equals, and a tie is the comma's.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map_or(b',', |(delimiter, _)| *delimiter)
}

/// Gives a column without a name, such as a data frame's index, the name of its position.
fn named(columns: Vec<String>) -> Vec<String> {
    let name = |(i, column): (usize, String)| match column.as_str() {
        "" => format!("column {}", i + 1),
        _ => column,
    };
    columns.into_iter().enumerate().map(name).collect()
}

fn duplicate(columns: &[String]) -> Option<&String> {
    columns
        .iter()
        .enumerate()
        .find(|(i, column)| columns[..*i].contains(column))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &[u8]) -> Result<Manifest, DatasetError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Manifest::open(file.path())
    }

    fn rows(text: &[u8]) -> Vec<(u64, Vec<String>)> {
        open(text)
            .unwrap()
            .map(|line| line.unwrap())
            .map(|line| (line.number, line.values))
            .collect()
    }

    #[test]
    fn the_same_table_is_read_from_every_dialect() {
        let dialects: [&[u8]; 6] = [
            b"file,age\n1.jpg,\"20, or so\"\n2.jpg,7",
            b"\xEF\xBB\xBFfile,age\r\n1.jpg,\"20, or so\"\r\n2.jpg, 7 \r\n",
            b"\"file\";\"age\"\r\n\"1.jpg\";\"20, or so\"\r\n\"2.jpg\";\"7\"\r\n;\r\n\r\n",
            b"file\tage\n1.jpg\t20, or so\n2.jpg\t7\n",
            b"file,age\r1.jpg,\"20, or so\"\r2.jpg,7\r",
            b"\"file\",age\n1.jpg,\"20, or so\"\n\n2.jpg,7\n\n",
        ];
        for dialect in dialects {
            let manifest = open(dialect).unwrap();
            assert_eq!(manifest.columns(), ["file", "age"]);
            let values: Vec<_> = rows(dialect)
                .into_iter()
                .map(|(_, values)| values)
                .collect();
            assert_eq!(values, [["1.jpg", "20, or so"], ["2.jpg", "7"]]);
        }
        assert!(open(dialects[0]).unwrap().note().is_none());
        assert!(
            open(dialects[2])
                .unwrap()
                .note()
                .unwrap()
                .contains("semicolons")
        );
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for text in [
            "file,a\n1,x\n2,\"two\nlines\"\n3,y\n",
            "file,a\r\n1,x\r\n2,\"two\r\nlines\"\r\n3,y",
        ] {
            let lines: Vec<_> = rows(text.as_bytes())
                .into_iter()
                .map(|(line, _)| line)
                .collect();
            assert_eq!(lines, [2, 3, 5]);
        }
    }

    #[test]
    fn a_table_that_is_not_one_names_the_line() {
        let ragged = open(b"file,age\n1.jpg,20\n2.jpg\n")
            .unwrap()
            .nth(1)
            .unwrap()
            .unwrap_err();
        assert!(
            ragged
                .to_string()
                .ends_with(":3: 1 value in a table of 2 columns"),
            "{ragged}"
        );
        let latin1 = open(b"file,name\n1.jpg,Zo\xEB\n")
            .unwrap()
            .next()
            .unwrap()
            .unwrap_err();
        assert!(latin1.to_string().contains(":2: not UTF-8"), "{latin1}");
        assert!(matches!(
            open(b"\xFF\xFEf\0i\0"),
            Err(DatasetError::NotUtf8 { .. })
        ));
        assert!(matches!(
            open(b"a,b,a\n"),
            Err(DatasetError::DuplicateColumn { .. })
        ));
        assert!(matches!(open(b"\n \n"), Err(DatasetError::NoRows { .. })));
    }
}
