//! `evenhand audit`: by-group metrics of anybody's predictions, ours or not.

mod answers;
mod doubts;
mod error;
mod sheet;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use error::AuditCommandError;

use super::failure::Failure;
use crate::atomic_file::AtomicFile;
use crate::audit::groups::{self, Group};
use crate::audit::{Audit, COLUMNS, IntervalKind, Params, Row, Table, audit};
use crate::cli::args::AuditArgs;
use crate::cli::printer::Printer;
use crate::cli::table::audit_table;
use answers::Answers;
use sheet::Sheet;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A CSV file with a header.
    pub predictions: PathBuf,
    /// A column and the value that a row must have there to be audited.
    pub only: Option<(String, String)>,
    /// The column that holds the truth.
    pub label: String,
    pub answer: Answer,
    /// The positive one of two classes; by default the last in sorted order, but a score needs it.
    pub positive: Option<String>,
    pub groups: Vec<Group>,
    pub params: Params,
    /// Where the audit goes as CSV.
    pub csv: Option<PathBuf>,
    /// Where the audit goes as JSON; `-` is the output, which then gets nothing else.
    pub json: Option<PathBuf>,
}

/// The column that holds the classifier's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The name of a class.
    Predicted { column: String },
    /// The probability of the positive class, which is predicted from the threshold on.
    Score { column: String, threshold: f64 },
}

impl Default for Answer {
    /// The column of our own predictions.
    fn default() -> Self {
        Self::Predicted {
            column: "predicted".to_owned(),
        }
    }
}

/// The command as it was typed.
pub fn command(args: AuditArgs, printer: &mut Printer) -> Result<(), Failure> {
    let AuditArgs {
        predictions,
        only,
        label,
        score,
        predicted,
        positive,
        threshold,
        groups,
        cross,
        min_n,
        level,
        interval,
        replicates,
        seed,
        csv,
        json,
    } = args;
    let interval: IntervalKind = interval.parse().map_err(|allowed| {
        Failure::usage(format!("`{interval}` is no interval of a share")).with_hint(allowed)
    })?;
    let answer = match (score, predicted) {
        (Some(column), _) => Answer::Score { column, threshold },
        (None, Some(column)) => Answer::Predicted { column },
        (None, None) => Answer::default(),
    };
    let config = Config {
        predictions,
        only,
        label,
        answer,
        positive,
        groups: groups::cross(groups::parse(&groups.join(","))?, cross)?,
        params: Params {
            level,
            min_n,
            interval,
            replicates,
            seed,
        },
        csv,
        json,
    };
    let mut notes = Vec::new();
    run(&config, printer.out(), &mut notes)?;
    String::from_utf8_lossy(&notes)
        .lines()
        .for_each(|note| printer.note(note));
    Ok(())
}

/// Audits a file of predictions. Tables go to `out`, and so does the account of what was read,
/// unless `out` gets JSON: then the account goes to `notes`.
///
/// # Errors
///
/// Whatever is wrong with the file or what is asked of it, and failures to write.
pub fn run(
    config: &Config,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), AuditCommandError> {
    let Config {
        predictions: path,
        groups,
        params,
        csv,
        json,
        ..
    } = config;
    let params = params.check()?;
    let sheet = Sheet::read(path)?;
    let answers = Answers::find(&sheet, config)?;
    let mut account = answers.account(path);
    for doubt in doubts::doubts(&sheet, &answers, config) {
        account += &format!("Warning: {doubt}\n");
    }
    let rows = answers.rows.iter().map(|found| Row {
        label: found.label,
        predicted: found.predicted,
        score: found.score,
        attributes: found.record.iter().collect(),
    });
    let table =
        Table::new(answers.classes.len(), &sheet.columns, groups, rows).map_err(|reason| {
            AuditCommandError::Groups {
                path: path.clone(),
                reason,
            }
        })?;
    let audit = audit(&table, &params);
    if let Some(csv) = csv {
        let written = as_csv(&audit).and_then(|bytes| write_whole(csv, &bytes));
        written.map_err(|reason| AuditCommandError::Write {
            path: csv.clone(),
            reason,
        })?;
    }
    let as_json = || format!("{:#}\n", audit.to_json());

    if json.as_deref() == Some(Path::new("-")) {
        write!(notes, "{account}")?;
        out.write_all(as_json().as_bytes())?;
        return Ok(());
    }
    writeln!(out, "{account}")?;
    audit_table(&audit, out)?;
    if let Some(json) = json {
        write_whole(json, as_json().as_bytes()).map_err(|reason| AuditCommandError::Write {
            path: json.clone(),
            reason,
        })?;
    }
    Ok(())
}

fn as_csv(audit: &Audit) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in audit.tidy() {
        writer.write_record(row.fields())?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Leaves the old file or the new one, never half of one.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        // A pipe or a device cannot be replaced.
        return fs::write(path, bytes);
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests;
