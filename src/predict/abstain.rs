//! Leaves the least certain rows to humans, by their largest probability as it is written.
//!
//! Either those below the threshold of a promise, or exactly a share of the rows that have a prediction, and
//! of equals the first. As there are no more than a million different ones, a pass that counts
//! them finds where to cut, however many rows there are.

use super::table::{PREDICTED, STATUS};
use super::{Columns, JobError};
use crate::abstain::{Confidences, Promise};
use crate::record::{DECIMALS, Status};
use csv::StringRecord;
use std::io;

/// A probability of 1 in units of its last decimal.
const ONE: usize = 10_usize.pow(DECIMALS as u32);

/// How rows are chosen that are left to humans.
#[derive(Debug, Clone, PartialEq)]
pub enum Abstain {
    /// So large a share of the rows, the least certain ones.
    Share(f64),
    /// As few as keep a promise: with 95 % confidence, at most a share `risk` of the others are wrong; with a
    /// grouping, such as `race`, in each of its groups.
    Risk { risk: f64, grouping: Option<String> },
}

/// The same, with the promise that is made.
#[derive(Debug, Clone, PartialEq)]
pub enum AbstainRule {
    Share(f64),
    Promise(Promise),
}

impl Abstain {
    /// Finds the threshold of a promise, from rows that were held out of the training.
    ///
    /// # Errors
    /// There are none, or nothing can be promised by them.
    pub fn rule(&self, confidences: Option<&Confidences>) -> Result<AbstainRule, JobError> {
        match self {
            Self::Share(share) => Ok(AbstainRule::Share(*share)),
            Self::Risk { risk, grouping } => {
                let confidences = confidences.ok_or(JobError::NoConfidences)?;
                let promise = confidences.promise(*risk, grouping.as_deref());
                let failed = |reason| JobError::NoPromise {
                    risk: *risk,
                    reason,
                };
                Ok(AbstainRule::Promise(promise.map_err(failed)?))
            }
        }
    }
}

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
    /// Those that a rule leaves of `rows`.
    ///
    /// # Errors
    /// Those of reading; a probability that is none.
    pub fn new(
        rule: &AbstainRule,
        rows: impl Iterator<Item = io::Result<StringRecord>>,
        columns: &Columns,
    ) -> io::Result<Self> {
        match rule {
            AbstainRule::Share(share) => Self::of_share(*share, rows, columns),
            AbstainRule::Promise(promise) => Ok(Self {
                columns: columns.clone(),
                below: in_decimals(promise.threshold),
                ties: 0,
            }),
        }
    }

    fn of_share(
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
        largest = largest.max(in_decimals(probability));
    }
    Ok(Some(largest))
}

/// A probability in units of its last decimal.
fn in_decimals(probability: f64) -> usize {
    ((probability * ONE as f64).round() as usize).min(ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abstain::HeldOut;
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
        by_rule(&AbstainRule::Share(share), rows)
    }

    fn by_rule(rule: &AbstainRule, rows: &[Option<f64>]) -> Vec<String> {
        let rows: Vec<StringRecord> = rows.iter().map(|&yes| row(yes)).collect();
        let read = rows.iter().cloned().map(Ok);
        let mut abstention = Abstention::new(rule, read, &columns()).unwrap();
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

    #[test]
    fn a_promise_leaves_what_is_below_its_threshold() {
        let sure = HeldOut {
            confidence: 0.9,
            is_wrong: false,
        };
        let confidences = Confidences::new(&[sure; 100], &[]);
        let risk = Abstain::Risk {
            risk: 0.05,
            grouping: None,
        };
        let rule = risk.rule(confidences.as_ref()).unwrap();
        let AbstainRule::Promise(promise) = &rule else {
            panic!("{rule:?}");
        };
        let at = promise.threshold;
        assert!(at > 0.88 && at <= 0.9, "{at}");
        let rows = [Some(at), Some(at - 1e-6), None, Some(0.05), Some(0.5)];
        assert_eq!(by_rule(&rule, &rows), ["no", "yes", "", "no", "yes"]);
        assert!(matches!(risk.rule(None), Err(JobError::NoConfidences)));
    }
}
