//! Audit of a table of predictions: metrics by group, whoever's predictions they are.

mod condition;
mod error;
mod features;
mod judged;
mod options;
mod pair;
mod read;
mod report;
mod result;
mod row;
mod selection;
mod summary;
mod threshold;
mod warnings;
mod weights;

pub use condition::Condition;
pub use error::AuditError;
pub use judged::JudgedRows;
pub use options::{Against, AuditOptions, Detail};
pub use pair::PairSummary;
pub use read::ordered_classes;
pub use report::ReportOptions;
pub use result::AuditResult;
pub use row::AuditRow;
pub use summary::AuditSummary;
pub use threshold::{NamedRule, Threshold, ThresholdChoice, ThresholdRows};

pub(crate) use pair::Pair;
pub(crate) use read::ReadPredictions;

use crate::Error;
use crate::predictions::PredictionTable;
use crate::weighted::Weighted;
use evenhand_stats::audit::{
    Design, Evidence, Examination, FeatureRows, Row, Sampling, Table, audit as measure, compare,
    examine,
};
use evenhand_stats::record::Classes;
use evenhand_table::{BandsError, TextColumn};

/// Counts by label and prediction are kept for each cluster, and for pairs of predictions.
const MOST_CLASSES: usize = 100;

/// Audits predictions: metrics overall and by group, with a comparison and a look at rows where they are
/// asked for.
///
/// # Errors
/// Whatever is wrong with the tables or with what is asked of them.
///
/// ```no_run
/// use evenhand_analysis::PredictionTable;
/// use evenhand_analysis::predictions::Columns;
/// use evenhand_table::ReadOptions;
/// # use std::path::Path;
/// use evenhand_analysis::audit::{AuditOptions, audit};
/// use evenhand_stats::{audit::Design, groups};
///
/// let path = Path::new("predictions.parquet");
/// let table = PredictionTable::read(path, &Columns::default(), &ReadOptions::default())?;
/// let design = Design::of(groups::parse("race,race*gender")?);
/// let result = audit(&table, &AuditOptions { design, ..AuditOptions::default() })?;
/// for (group, cell) in &result.audit.groupings[0].cells {
///     println!("{group}: {:?}", cell.accuracy().estimate);
/// }
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn audit(predictions: &PredictionTable, options: &AuditOptions) -> Result<AuditResult, Error> {
    let params = options.params.check()?;
    let predictions = &put_right(predictions, options)?;
    let mut read = ReadPredictions::new(predictions, options)?;
    let pair = match &options.against {
        Some(against) => {
            let classes = read.classes.names().iter().map(String::as_str);
            let against = Against {
                predictions: against
                    .predictions
                    .put_right(&[], &classes.collect::<Vec<_>>()),
                id: against.id.clone(),
            };
            Some(Pair::new(predictions, &mut read, &against, options)?)
        }
        None => None,
    };
    let design = &options.design;
    if design.sampling != Sampling::Independent || pair.is_some() {
        refuse_many_classes(predictions, &read.classes)?;
    }
    let table = audit_table(predictions, &read.classes, &read.rows, design)?;
    let audit = measure(&table, &params);
    let weighted = weights::survey(predictions, &read.rows, options)?;
    let weighted = weighted.map(|(survey, by)| Weighted {
        by,
        audit: table.weighted(&survey, &params),
    });
    let comparison = match &pair {
        Some(pair) => {
            let other = audit_table(predictions, &read.classes, &pair.others, design)?;
            Some(compare(&table, &other, &params))
        }
        None => None,
    };
    let examination = match options.detail {
        Detail::Rows => Some(examination(predictions, &read, &table, options)?),
        Detail::Metrics => None,
    };
    let mut warnings = warnings::of_rows(predictions, &read, design);
    warnings.extend(warnings::of_audit(&audit));
    let notes = pair.iter().flat_map(|pair| pair.notes.clone());
    Ok(AuditResult {
        notes: predictions
            .table()
            .notes()
            .into_iter()
            .chain(notes)
            .collect(),
        summary: AuditSummary::new(predictions, &read, pair.as_ref(), options),
        predictions: predictions.clone(),
        classes: read.classes,
        rows: read.rows,
        design: design.clone(),
        audit,
        weighted,
        comparison,
        examination,
        warnings,
    })
}

/// Labels, answers, groups and columns of conditions as they were meant, and numbers as their bands.
fn put_right(
    predictions: &PredictionTable,
    options: &AuditOptions,
) -> Result<PredictionTable, BandsError> {
    let mut columns = design_columns(&options.design);
    let on = match &options.threshold {
        Some(ThresholdChoice::Rule { on, .. }) => Some(on),
        _ => None,
    };
    let conditions = options.only.iter().chain(on);
    columns.extend(conditions.map(|condition| condition.column.clone()));
    let is_banded = |name: &String| options.bands.iter().any(|bands| bands.column == *name);
    columns.retain(|name| !is_banded(name));
    columns.sort_unstable();
    columns.dedup();
    predictions.put_right(&columns, &[]).banded(&options.bands)
}

fn examination(
    predictions: &PredictionTable,
    read: &ReadPredictions,
    table: &Table,
    options: &AuditOptions,
) -> Result<Examination, Error> {
    let probabilities = read.probabilities(predictions)?;
    let features = (options.features.as_deref())
        .map(|path| features::of_rows(path, predictions, &read.rows))
        .transpose()?;
    let of: Vec<usize> = (0..read.rows.len()).collect();
    let evidence = Evidence {
        probabilities: probabilities.as_deref(),
        features: (features.as_ref()).map(|features| FeatureRows { features, of: &of }),
    };
    let params = options.params.check()?;
    Ok(examine(table, evidence, &params).map_err(AuditError::Features)?)
}

/// # Errors
/// More classes than are kept for each cluster or pair.
pub(crate) fn refuse_many_classes(
    predictions: &PredictionTable,
    classes: &Classes,
) -> Result<(), AuditError> {
    match classes.len() <= MOST_CLASSES {
        true => Ok(()),
        false => Err(AuditError::ManyClasses {
            table: predictions.prefix(),
            classes: classes.len(),
            most: MOST_CLASSES,
        }),
    }
}

/// Rows as an audit takes them, with the columns that the design names.
///
/// # Errors
/// A column that there is none of, or that makes no groups.
pub(crate) fn audit_table(
    predictions: &PredictionTable,
    classes: &Classes,
    rows: &[AuditRow],
    design: &Design,
) -> Result<Table, AuditError> {
    let failed = |reason| AuditError::Groups {
        table: predictions.prefix(),
        reason,
    };
    let table = predictions.table();
    let columns = design_columns(design);
    let mut texts: Vec<TextColumn> = Vec::with_capacity(columns.len());
    for name in &columns {
        let at = evenhand_stats::groups::column(name, table.columns());
        texts.push(table.text(at.map_err(|unknown| failed(unknown.into()))?));
    }
    let rows = rows.iter().map(|row| Row {
        label: row.label,
        predicted: row.predicted,
        score: row.score,
        attributes: texts
            .iter()
            .map(|text| text.get(row.row).unwrap_or_default())
            .collect(),
    });
    Table::new(classes, &columns, design, rows).map_err(failed)
}

/// The columns of groups, control, clusters and strata, each once.
pub(crate) fn design_columns(design: &Design) -> Vec<String> {
    let groups = design.groups.iter().chain(&design.control);
    let of_groups = groups.flat_map(|group| group.attributes().iter().map(String::as_str));
    let sampling = [design.sampling.clusters(), design.sampling.strata()];
    let mut columns: Vec<String> = Vec::new();
    for name in of_groups.chain(sampling.into_iter().flatten()) {
        if !columns.iter().any(|known| known == name) {
            columns.push(name.to_owned());
        }
    }
    columns
}

#[cfg(test)]
mod tests;
