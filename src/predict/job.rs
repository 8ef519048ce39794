//! Fills the parts of a table, from where they end to the end of the list.

use super::list::List;
use super::parts::ROWS;
use super::{Parts, Table, predict};
use crate::backbone::embed::{Embedder, Progress, Summary};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::record::Record;

/// Predicts the rows that the parts lack, in the order of the list, which stands where they end.
///
/// # Errors
/// Those of `progress`, at once; when engine, store or head fail, when a part cannot be written, and the
/// list's own where it breaks off. The parts that are complete are kept.
pub fn fill<I, X>(
    classifier: &Classifier,
    embedder: &mut Embedder,
    list: &mut List<I, X>,
    (parts, table): (&mut Parts, &Table),
    progress: &mut dyn FnMut(Progress) -> Result<(), Error>,
) -> Result<Summary, Error>
where
    I: Iterator<Item = Result<Record, X>> + Send,
    X: Send + Into<Error>,
{
    let mut total = Summary::default();
    loop {
        let mut draft = parts.begin()?;
        let before = parts.rows() as usize;
        let mut moved = |now: Progress| {
            progress(Progress {
                done: before + now.done,
                total: None,
                ..now
            })
        };
        let records = list.by_ref().take(ROWS);
        let summary = predict(classifier, embedder, records, &mut moved, &mut |answer| {
            draft.push(&table.row(&answer.prediction))?;
            answer.count(classifier, &mut draft.tally);
            Ok::<(), Error>(())
        })?;
        if let Some(broken) = list.take_broken() {
            return Err(broken.into());
        }
        let rows = summary.images;
        if rows > 0 {
            parts.commit(draft, list.reached())?;
        }
        total.add(summary);
        if rows < ROWS {
            return Ok(total);
        }
    }
}
