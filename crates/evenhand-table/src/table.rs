//! Tables in memory.

use crate::binary::{self, Fields};
use crate::cells::{Cells, Chunk};
use crate::error::TableError;
use crate::header;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::place::{Counting, Lines, Origin};
use crate::text_column::TextColumn;
use crate::typed;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use evenhand_stats::hint::Message;
use std::path::Path;
use std::sync::Arc;

/// Named columns of text or numbers, and where each row stands in its file: a whole table in memory, or one
/// chunk of a large one.
///
/// ```
/// use evenhand_table::Table;
/// let column = |name: &str, values: [&str; 2]| (name.to_owned(), values.map(|v| Some(v.to_owned())).to_vec());
/// let table = Table::from_columns(vec![column("race", ["A", ""]), column("p", ["0.5", "1"])])?;
/// assert_eq!(table.text(table.column("race")?).get(1), None);
/// assert_eq!(table.numbers(table.column("p")?)?, [Some(0.5), Some(1.0)]);
/// # Ok::<(), evenhand_table::TableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) shared: Arc<Shared>,
    batch: RecordBatch,
    lines: Lines,
    trimmed: u64,
}

/// What all chunks of a table have in common.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) origin: Origin,
    pub(crate) columns: Vec<String>,
    /// Columns of the file that hold no text or numbers, and what they hold.
    pub(crate) left_out: Vec<(String, &'static str)>,
    pub(crate) missing: MissingValues,
    pub(crate) notes: Notes,
    /// A comma within a value can be a decimal sign.
    pub(crate) decimal_comma: bool,
}

impl Shared {
    pub(crate) fn position(&self, name: &str) -> Result<usize, TableError> {
        header::position(name, &self.columns, &self.left_out, &self.origin.prefix())
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.notes
            .messages(&self.origin.prefix(), &self.columns, &self.missing)
    }
}

impl Table {
    /// From an Arrow batch. Columns that hold bytes, lists or records are left out, and a note says so. Nulls, NaN
    /// and empty text are missing, and nothing else.
    ///
    /// # Errors
    /// Two columns of one name.
    pub fn from_batch(batch: RecordBatch) -> Result<Self, TableError> {
        let (notes, missing) = (Notes::default(), literal());
        let fields = Fields::of(&batch.schema(), "", &notes)?;
        let failure = |error| TableError::Memory { source: error };
        let batch = batch.project(&fields.kept).map_err(failure)?;
        let chunk = binary::chunk(&batch, 1, &missing).map_err(failure)?;
        let shared = Shared {
            origin: Origin::memory(),
            columns: fields.names,
            left_out: fields.left_out,
            missing,
            notes,
            decimal_comma: false,
        };
        Ok(Self::of_chunk(Arc::new(shared), chunk))
    }

    /// From names and values of columns. `None` and empty text are missing, and nothing else.
    ///
    /// # Errors
    /// Two columns of one name, or of different lengths.
    pub fn from_columns(columns: Vec<(String, Vec<Option<String>>)>) -> Result<Self, TableError> {
        let missing = literal();
        let names = header::names(columns.iter().map(|(name, _)| name), "")?;
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        if let Some((name, values)) = columns.iter().find(|(_, values)| values.len() != rows) {
            return Err(TableError::ColumnLength {
                column: name.clone(),
                found: values.len(),
                expected: rows,
            });
        }
        let mut cells = Cells::new(columns.len(), &missing);
        for row in 0..rows {
            for (column, (_, values)) in columns.iter().enumerate() {
                match &values[row] {
                    Some(value) => cells.push(column, value),
                    None => cells.push_missing(column),
                }
            }
            cells.end_row(row as u64 + 1);
        }
        let chunk = cells.finish_all();
        let shared = Shared {
            origin: Origin::memory(),
            columns: names,
            left_out: Vec::new(),
            missing,
            notes: Notes::default(),
            decimal_comma: false,
        };
        Ok(Self::of_chunk(Arc::new(shared), chunk))
    }

    pub(crate) fn of_chunk(shared: Arc<Shared>, chunk: Chunk) -> Self {
        let trimmed = chunk.tally.trimmed;
        shared.notes.add(chunk.tally);
        Self {
            batch: batch(&shared.columns, chunk.columns, chunk.rows),
            shared,
            lines: chunk.lines,
            trimmed,
        }
    }

    /// The same, with notes that are no longer shared with this one.
    pub fn detached(&self) -> Self {
        let shared = Shared {
            notes: self.shared.notes.detached(),
            ..(*self.shared).clone()
        };
        Self {
            shared: Arc::new(shared),
            ..self.clone()
        }
    }

    /// The file, `None` if the table was given from memory.
    pub fn path(&self) -> Option<&Path> {
        self.shared.origin.path.as_deref()
    }

    /// The names of the columns, all different.
    pub fn columns(&self) -> &[String] {
        &self.shared.columns
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Line of the row in a text file, the header's included; row number in a sheet; else row number from 1.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.of(row)
    }

    /// What rows are counted by: `line` of a text file, else `row`.
    pub fn counted_by(&self) -> &'static str {
        match self.shared.origin.counting {
            Counting::Lines => "line",
            Counting::Rows => "row",
        }
    }

    /// What a row is called that has no name of its own: `line 17`, or `row 17`.
    pub fn row_name(&self, row: usize) -> String {
        format!("{} {}", self.counted_by(), self.line(row))
    }

    /// Where a row stands: `faces.csv:17`, `faces.xlsx, row 17`, `row 17` of a table from memory.
    pub fn place(&self, row: usize) -> String {
        self.shared.origin.place(self.line(row))
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        self.shared.position(name)
    }

    /// The position of the first of these columns that there is.
    pub fn first_column(&self, names: &[&str]) -> Option<usize> {
        header::first(names, self.columns())
    }

    /// A column as text, as pandas would write it into a CSV: `True`, `1.0`, `2026-11-29`. Convert a column once
    /// rather than for each row.
    pub fn text(&self, column: usize) -> TextColumn {
        TextColumn::new(typed::text(self.batch.column(column)))
    }

    /// The columns as Arrow arrays: text as `LargeUtf8`, trimmed, and other types as the file has them, with
    /// missing values as nulls.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// What was decided while reading, to be said once. Of a chunk: of all chunks so far.
    pub fn notes(&self) -> Vec<Message> {
        self.shared.messages()
    }

    /// In how many rows spaces around values were taken off.
    pub fn trimmed(&self) -> u64 {
        self.trimmed
    }

    /// Replaces the values of a column.
    pub(crate) fn replace(&mut self, column: usize, values: ArrayRef) {
        let mut columns = self.batch.columns().to_vec();
        columns[column] = values;
        self.batch = batch(&self.shared.columns, columns, self.batch.num_rows());
    }
}

/// Values from memory are what they are: the caller knows which are missing.
fn literal() -> MissingValues {
    MissingValues::only([""; 0])
}

fn batch(names: &[String], columns: Vec<ArrayRef>, rows: usize) -> RecordBatch {
    let fields = names.iter().zip(&columns);
    let fields = fields.map(|(name, array)| Field::new(name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema, columns, &options).expect("columns have one length")
}
