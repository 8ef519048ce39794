//! Parquet: text columns and, for probabilities, doubles; all may be null. Row groups have a fixed
//! number of rows, so that the same rows make the same bytes.

use super::{Rows, other_columns, text};
use crate::predict::Columns;
use csv::StringRecord;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a row group: what is held in memory.
pub(super) const GROUP: usize = 32_768;

pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
}

/// The values of a column that are not null, and which are.
struct Column {
    values: Values,
    /// 1 for a value, 0 for none.
    defined: Vec<i16>,
}

enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<f64>),
}

impl<W: Write + Send> Writer<W> {
    pub fn new(out: W, columns: &Columns) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("evenhand ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let schema = schema(columns).map_err(io::Error::other)?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties));
        let is_number = |at| columns.probabilities.contains(&at);
        Ok(Self {
            file: file.map_err(io::Error::other)?,
            columns: (0..columns.names.len())
                .map(|at| Column {
                    values: match is_number(at) {
                        true => Values::Number(Vec::new()),
                        false => Values::Text(Vec::new()),
                    },
                    defined: Vec::new(),
                })
                .collect(),
            rows: 0,
        })
    }

    pub fn write(&mut self, row: &StringRecord) -> io::Result<()> {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value)?;
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.flush()?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.file.into_inner().map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self {
            file,
            columns,
            rows,
        } = self;
        let mut group = || -> Result<()> {
            let mut group = file.next_row_group()?;
            for column in columns.iter_mut() {
                column.write(&mut group)?;
            }
            group.close().map(|_| ())
        };
        *rows = 0;
        group().map_err(io::Error::other)
    }
}

impl Column {
    fn push(&mut self, value: &str) -> io::Result<()> {
        self.defined.push(i16::from(!value.is_empty()));
        if value.is_empty() {
            return Ok(());
        }
        match &mut self.values {
            Values::Text(values) => values.push(value.into()),
            Values::Number(values) => values.push(value.parse().map_err(io::Error::other)?),
        }
        Ok(())
    }

    /// Writes what is held as the group's next column, and forgets it.
    fn write(&mut self, group: &mut SerializedRowGroupWriter<impl Write + Send>) -> Result<()> {
        let next = group.next_column()?;
        let mut column =
            next.ok_or_else(|| ParquetError::General("a row group has too few columns".into()))?;
        let defined = Some(&self.defined[..]);
        match &mut self.values {
            Values::Text(values) => {
                let writer = column.typed::<ByteArrayType>();
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
            Values::Number(values) => {
                let writer = column.typed::<DoubleType>();
                writer.write_batch(values, defined, None)?;
                values.clear();
            }
        }
        self.defined.clear();
        column.close()
    }
}

fn schema(columns: &Columns) -> Result<Type> {
    let field = |(at, name): (usize, &String)| {
        let field = match columns.probabilities.contains(&at) {
            true => Type::primitive_type_builder(name, Physical::DOUBLE),
            false => Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String)),
        };
        field
            .with_repetition(Repetition::OPTIONAL)
            .build()
            .map(Arc::new)
    };
    let fields = columns.names.iter().enumerate().map(field);
    Type::group_type_builder("predictions")
        .with_fields(fields.collect::<Result<_>>()?)
        .build()
}

pub fn rows(file: File, columns: &Columns) -> io::Result<Rows> {
    let reader = SerializedFileReader::new(file).map_err(io::Error::other)?;
    let expected = schema(columns).map_err(io::Error::other)?;
    let rows = RowIter::from_file_into(Box::new(reader));
    let rows = rows.project(Some(expected)).map_err(io::Error::other)?;
    let count = columns.names.len();
    Ok(Box::new(rows.map(move |row| {
        let fields = row.map_err(io::Error::other)?.into_columns();
        if fields.len() != count {
            return Err(other_columns());
        }
        let value = |(_, field)| match field {
            Field::Null => Ok(String::new()),
            Field::Str(text) => Ok(text),
            Field::Double(number) => Ok(text(number)),
            _ => Err(other_columns()),
        };
        fields.into_iter().map(value).collect()
    })))
}
