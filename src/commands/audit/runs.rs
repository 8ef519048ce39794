//! Two runs on the same rows: test rows where both have them, or else those that each run judged out
//! of fold. Never both: a row's two predictions must have come about in the same way.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use super::answers::{Answers, Found};
use super::config::{Against, Answer, Columns, Where};
use super::pair::Pair;
use super::{AuditCommandError, MOST_CLASSES, Sheet, table};
use evenhand::audit::{Comparison, Design, Params, Sampling, compare};
use evenhand::record::{Fold, Status};

/// Which rows of both runs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    Test,
    OutOfFold,
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Test => "test",
            Self::OutOfFold => "out-of-fold",
        })
    }
}

/// The first run less the second.
pub struct ComparedRuns {
    pub judged: Judged,
    pub rows: usize,
    pub comparison: Comparison,
}

/// Compares what two runs say in their tables of predictions, of which `person` is a column in both
/// where images of one person are no independent evidence.
///
/// # Errors
///
/// Where the runs have not judged the same images in the same way, and whatever is wrong with a table.
pub fn compare_runs(
    predictions: [&Path; 2],
    positive: Option<String>,
    person: Option<String>,
    mut design: Design,
) -> Result<ComparedRuns, AuditCommandError> {
    let [path, other_path] = predictions;
    let (sheet, other_sheet) = (Sheet::read(path)?, Sheet::read(other_path)?);
    let judged = match has_test_rows(&sheet)? && has_test_rows(&other_sheet)? {
        true => Judged::Test,
        false => Judged::OutOfFold,
    };
    let columns = Columns {
        only: Some(Where {
            column: "fold".to_owned(),
            value: Fold::Test.to_string(),
            negated: judged == Judged::OutOfFold,
        }),
        label: "label".to_owned(),
        answer: Answer::default(),
        cut: None,
        positive,
    };
    if let Some(column) = person.filter(|column| sheet.columns.contains(column)) {
        design.sampling = Sampling::Clusters { column };
    }
    let mut answers = Answers::find(&sheet, &columns)?;
    if answers.classes.len() > MOST_CLASSES {
        return Err(AuditCommandError::ManyClasses {
            path: path.to_owned(),
            classes: answers.classes.len(),
            most: MOST_CLASSES,
        });
    }
    let against = Against {
        predictions: other_path.to_owned(),
        id: Some("path".to_owned()),
    };
    let all = answers.rows.len();
    let pair = Pair::new(&sheet, &mut answers, &other_sheet, &against, &columns)?;
    let missing = (all - answers.rows.len()) as u64;
    if missing + pair.others_left_out > 0 {
        return Err(AuditCommandError::OtherRows {
            paths: predictions.map(Path::to_owned),
            judged,
            only: [missing, pair.others_left_out],
        });
    }
    refuse_other_images([&sheet, &other_sheet], &answers.rows)?;
    let table_of = |rows: &[Found]| {
        let reason = |reason| AuditCommandError::Groups {
            path: path.to_owned(),
            reason,
        };
        table(&sheet, &answers.classes, rows, &design).map_err(reason)
    };
    let params = Params::default().check()?;
    Ok(ComparedRuns {
        judged,
        rows: answers.rows.len(),
        comparison: compare(&table_of(&answers.rows)?, &table_of(&pair.others)?, &params),
    })
}

fn has_test_rows(sheet: &Sheet) -> Result<bool, AuditCommandError> {
    let (fold, status) = (sheet.place("fold")?, sheet.place("status")?);
    let test = Fold::Test.to_string();
    let mut rows = sheet.rows.iter();
    Ok(rows.any(|(_, row)| row[fold] == test && &row[status] == Status::Ok.name()))
}

/// Rows of one path are of one image only where its bytes are the same.
fn refuse_other_images(
    [sheet, other]: [&Sheet; 2],
    rows: &[Found],
) -> Result<(), AuditCommandError> {
    let (path, sha) = (sheet.place("path")?, sheet.place("sha")?);
    let (other_path, other_sha) = (other.place("path")?, other.place("sha")?);
    let keys = other.rows.iter();
    let keys: HashMap<&str, &str> = keys
        .map(|(_, row)| (&row[other_path], &row[other_sha]))
        .collect();
    let differs = |found: &&Found| keys.get(&found.record[path]) != Some(&&found.record[sha]);
    match rows.iter().find(differs) {
        None => Ok(()),
        Some(found) => Err(AuditCommandError::OtherImage {
            paths: [sheet.path.clone(), other.path.clone()],
            name: found.record[path].to_owned(),
        }),
    }
}
