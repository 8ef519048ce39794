//! `evenhand audit`: by-group metrics of anybody's predictions, ours or not.

mod answers;
mod config;
mod cut;
mod doubts;
mod error;
mod features;
mod outputs;
mod pair;
mod report;
mod runs;
mod selection;
mod sheet;

use std::io::Write;
use std::path::Path;

pub(super) use answers::ordered;
pub use config::{Against, Answer, Columns, Config, Cut, NamedRule, Outputs, Report, Where};
pub(super) use doubts::misspelt;
pub use error::AuditCommandError;
pub use runs::{ComparedRuns, Judged, compare_runs};
pub(super) use selection::counted;

use super::failure::Failure;
use crate::cli::args::AuditArgs;
use crate::cli::printer::Printer;
use answers::{Answers, Found};
use evenhand::audit::{
    Design, Evidence, FeatureRows, Row, Sampling, Table, audit, compare, examine,
};
use evenhand::record::Classes;
use outputs::Account;
use pair::Pair;
use sheet::Sheet;

/// Counts by label and prediction are kept for each cluster, and for pairs of predictions.
const MOST_CLASSES: usize = 100;

/// The command as it was typed.
pub fn command(args: AuditArgs, printer: &mut Printer) -> Result<(), Failure> {
    let config = Config::try_from(args)?;
    let (out, mut notes) = printer.streams();
    Ok(run(&config, out, &mut notes)?)
}

/// Audits a file of predictions. Tables go to `out`, and so does the account of what was read,
/// unless `out` gets one of the files: then the account goes to `notes`.
///
/// # Errors
///
/// Whatever is wrong with the files or what is asked of them, and failures to write.
pub fn run(
    config: &Config,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), AuditCommandError> {
    let params = config.params.check()?;
    let against = config
        .against
        .as_ref()
        .map(|against| against.predictions.as_path());
    let inputs = [
        Some(config.predictions.as_path()),
        against,
        config.outputs.features.as_deref(),
    ];
    config
        .outputs
        .check(&inputs.into_iter().flatten().collect::<Vec<_>>())?;
    let sheet = Sheet::read(&config.predictions)?;
    let mut answers = Answers::find(&sheet, &config.columns)?;
    let other_sheet = (config.against.as_ref())
        .map(|against| Sheet::read(&against.predictions))
        .transpose()?;
    let pair = match (&config.against, &other_sheet) {
        (Some(against), Some(other)) => Some(Pair::new(
            &sheet,
            &mut answers,
            other,
            against,
            &config.columns,
        )?),
        _ => None,
    };
    let dense = config.design.sampling != Sampling::Independent || pair.is_some();
    if dense && answers.classes.len() > MOST_CLASSES {
        return Err(AuditCommandError::ManyClasses {
            path: config.predictions.clone(),
            classes: answers.classes.len(),
            most: MOST_CLASSES,
        });
    }
    let in_groups = |reason| AuditCommandError::Groups {
        path: config.predictions.clone(),
        reason,
    };
    let table_of = |rows: &[Found]| table(&sheet, &answers.classes, rows, &config.design);
    let table = table_of(&answers.rows).map_err(in_groups)?;
    let audit = audit(&table, &params);
    let comparison = match &pair {
        Some(pair) => {
            let other = table_of(&pair.others).map_err(in_groups)?;
            Some(compare(&table, &other, &params))
        }
        None => None,
    };
    let examination = match config.outputs.looks_at_rows() {
        true => {
            let probabilities = answers.probabilities();
            let features = (config.outputs.features.as_deref())
                .map(|path| features::of_rows(path, &sheet, &answers.rows))
                .transpose()?;
            let of: Vec<usize> = (0..answers.rows.len()).collect();
            let evidence = Evidence {
                probabilities: probabilities.as_deref(),
                features: (features.as_ref()).map(|features| FeatureRows { features, of: &of }),
            };
            Some(examine(&table, evidence, &params).map_err(AuditCommandError::Features)?)
        }
        false => None,
    };
    let mut doubts = doubts::doubts(&sheet, &answers, config);
    doubts.extend(doubts::of_audit(&audit));
    let account = Account {
        config,
        sheet: &sheet,
        answers: &answers,
        pair: pair.as_ref(),
        doubts,
    };
    let found = outputs::Found {
        audit: &audit,
        comparison: comparison.as_ref(),
        examination: examination.as_ref(),
    };
    outputs::write(&account, &found, out, notes)
}

fn table(
    sheet: &Sheet,
    classes: &Classes,
    rows: &[Found],
    design: &Design,
) -> Result<Table, evenhand::groups::GroupError> {
    let rows = rows.iter().map(|found| Row {
        label: found.label,
        predicted: found.predicted,
        score: found.score,
        attributes: found.record.iter().collect(),
    });
    Table::new(classes, &sheet.columns, design, rows)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Whether it stands for the output rather than for a file.
fn is_output(path: &Path) -> bool {
    path == Path::new("-")
}

#[cfg(test)]
mod tests;
