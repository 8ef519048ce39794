//! Record batches of Parquet, Arrow and memory as chunks of a table.

use crate::cells::Chunk;
use crate::error::TableError;
use crate::header;
use crate::missing::MissingValues;
use crate::notes::{Notes, Tally};
use crate::place::Lines;
use crate::typed;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use evenhand_stats::hint::Message;
use evenhand_stats::text::counted;

/// The fields of a schema that can be columns of a table.
pub(crate) struct Fields {
    pub(crate) names: Vec<String>,
    /// Positions in the schema.
    pub(crate) kept: Vec<usize>,
    /// Names of the others, and what they hold.
    pub(crate) left_out: Vec<(String, &'static str)>,
}

impl Fields {
    /// Says which fields are left out. `table` is what messages put in front.
    ///
    /// # Errors
    /// Two fields of one name.
    pub(crate) fn of(schema: &Schema, table: &str, notes: &Notes) -> Result<Self, TableError> {
        let all = schema.fields().iter().map(|field| field.name());
        let all = header::names(all, table)?;
        let (mut names, mut kept, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (field, name)) in schema.fields().iter().zip(all).enumerate() {
            match typed::other_kind(field.data_type()) {
                Some(kind) => left_out.push((name, kind)),
                None => {
                    names.push(name);
                    kept.push(at);
                }
            }
        }
        let others = left_out
            .iter()
            .map(|(name, kind)| format!("`{name}` ({kind})"));
        let others: Vec<String> = others.collect();
        if !others.is_empty() {
            notes.say(Message::plain(format!(
                "{table}{} without text or numbers left out: {}",
                counted(others.len(), "column"),
                others.join(", ")
            )));
        }
        Ok(Self {
            names,
            kept,
            left_out,
        })
    }
}

/// A batch that has the kept fields only; its first row is the one of number `first`.
///
/// # Errors
/// Arrow can't convert a column.
pub(crate) fn chunk(
    batch: &RecordBatch,
    first: u64,
    missing: &MissingValues,
) -> Result<Chunk, ArrowError> {
    let mut tally = Tally::default();
    let mut trimmed = vec![false; batch.num_rows()];
    let columns = batch.columns().iter().enumerate();
    let columns = columns
        .map(|(column, array)| {
            typed::normalized(array, column, missing, (&mut tally, &mut trimmed))
        })
        .collect::<Result<Vec<_>, _>>()?;
    tally.trimmed = trimmed.iter().filter(|&&trimmed| trimmed).count() as u64;
    Ok(Chunk {
        rows: batch.num_rows(),
        columns,
        lines: Lines::From(first),
        tally,
    })
}
