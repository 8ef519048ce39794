//! Leaves the least certain rows to humans.
//!
//! Exactly a share of the rows that have a prediction, by their largest probability as it is written,
//! and of equals the first. As there are no more than a million different ones, a pass that counts
//! them finds where to cut, however many rows there are.

use super::Columns;
use super::table::{PREDICTED, STATUS};
use crate::record::{DECIMALS, Status};
use csv::StringRecord;
use std::io;

/// A probability of 1 in units of its last decimal.
const ONE: usize = 10_usize.pow(DECIMALS as u32);

/// Which rows are left to humans.
#[derive(Debug)]
pub struct Abstention {
    columns: Columns,
    /// All that are less certain.
    below: usize,
    /// And so many of those that are exactly as certain.
    ties: u64,
}

impl Abstention {
    /// The least certain `share` of `rows`.
    ///
    /// # Errors
    /// Those of reading; a probability that is none.
    pub fn new(
        share: f64,
        rows: impl Iterator<Item = io::Result<StringRecord>>,
        columns: &Columns,
    ) -> io::Result<Self> {
        let mut counts = vec![0_u64; ONE + 1];
        for row in rows {
            if let Some(certainty) = certainty(&row?, columns)? {
                counts[certainty] += 1;
            }
        }
        let mut left = (share * counts.iter().sum::<u64>() as f64).round() as u64;
        let mut below = 0;
        while below < ONE && counts[below] <= left {
            left -= counts[below];
            below += 1;
        }
        Ok(Self {
            columns: columns.clone(),
            below,
            ties: left,
        })
    }

    /// The row with the column that says whether it is left to humans; those that are have nothing
    /// in `predicted`, so that nobody counts a guess. Rows come in their order.
    ///
    /// # Errors
    /// A probability that is none.
    pub fn apply(&mut self, row: &StringRecord) -> io::Result<StringRecord> {
        let abstained = match certainty(row, &self.columns)? {
            None => "",
            Some(certainty) => {
                let tie = certainty == self.below && self.ties > 0;
                self.ties -= u64::from(tie);
                if certainty < self.below || tie {
                    "yes"
                } else {
                    "no"
                }
            }
        };
        let mut applied = StringRecord::with_capacity(row.as_slice().len() + 3, row.len() + 1);
        for (at, field) in row.iter().enumerate() {
            let withheld = at == PREDICTED && abstained == "yes";
            applied.push_field(if withheld { "" } else { field });
            if at == PREDICTED {
                applied.push_field(abstained);
            }
        }
        Ok(applied)
    }
}

/// The largest probability; `None` for a row without a prediction.
fn certainty(row: &StringRecord, columns: &Columns) -> io::Result<Option<usize>> {
    if row.get(STATUS) != Some(Status::Ok.name()) {
        return Ok(None);
    }
    let mut largest = 0;
    for at in columns.probabilities.clone() {
        let probability: f64 = row[at].parse().map_err(io::Error::other)?;
        largest = largest.max((probability * ONE as f64).round() as usize);
    }
    Ok(Some(largest.min(ONE)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::Table;
    use crate::record::Classes;

    fn columns() -> Columns {
        let classes = Classes::new(vec!["no".into(), "yes".into()]).unwrap();
        Table::new(&classes, &[], "label").columns
    }

    fn row(yes: Option<f64>) -> StringRecord {
        let status = if yes.is_some() { "ok" } else { "missing" };
        let text = |p: Option<f64>| p.map(|p| format!("{p:.6}")).unwrap_or_default();
        let predicted = yes.map_or("", |p| if p < 0.5 { "no" } else { "yes" });
        let [no, yes] = [yes.map(|p| 1.0 - p), yes].map(text);
        StringRecord::from(vec!["a", "", status, "", "", "", predicted, &no, &yes])
    }

    fn abstained(share: f64, rows: &[Option<f64>]) -> Vec<String> {
        let rows: Vec<StringRecord> = rows.iter().map(|&yes| row(yes)).collect();
        let read = rows.iter().cloned().map(Ok);
        let mut abstention = Abstention::new(share, read, &columns()).unwrap();
        let applied = rows.iter().map(|row| abstention.apply(row).unwrap());
        applied
            .map(|row| {
                assert_eq!(row[7] == *"no", !row[6].is_empty());
                row[7].to_owned()
            })
            .collect()
    }

    #[test]
    fn the_least_certain_are_left_and_of_equals_the_first() {
        let rows = [Some(0.9), Some(0.4), None, Some(0.6), Some(0.55), Some(0.4)];
        assert_eq!(abstained(0.2, &rows), ["no", "no", "", "no", "yes", "no"]);
        assert_eq!(abstained(0.4, &rows), ["no", "yes", "", "no", "yes", "no"]);
        assert_eq!(abstained(0.6, &rows), ["no", "yes", "", "yes", "yes", "no"]);
        assert_eq!(
            abstained(0.99, &rows),
            ["yes", "yes", "", "yes", "yes", "yes"]
        );
        assert_eq!(abstained(0.05, &rows), ["no", "no", "", "no", "no", "no"]);
    }

    #[test]
    fn certain_rows_can_be_left_too() {
        assert_eq!(abstained(0.5, &[Some(1.0), Some(1.0)]), ["yes", "no"]);
        assert_eq!(abstained(0.5, &[None]), [""]);
    }
}
