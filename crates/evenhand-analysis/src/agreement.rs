//! Agreement of coders, and their consensus.

mod page;
mod result;
#[cfg(test)]
mod tests;
mod warnings;

pub use result::AgreementResult;
pub(crate) use warnings::of_codes;

use crate::Error;
use crate::codes::{CodeTable, MeasurementLevel, check_certain, resampling};
use evenhand_stats::audit::Params as AuditParams;
use evenhand_stats::coders::{Params, Study};
use evenhand_stats::groups::{Group, GroupError};
use evenhand_table::Formulas;

/// Options of an agreement study.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementOptions {
    pub scale: MeasurementLevel,
    /// Agreement is reported within each value of these, too.
    pub groups: Vec<Group>,
    /// The column of true labels, empty where they are not known.
    pub gold: Option<String>,
    /// Items whose majority has a Dawid-Skene posterior below this are to be adjudicated.
    pub certain: f64,
    /// Level, replicates and seed of the intervals.
    pub intervals: AuditParams,
    /// What becomes of text that a spreadsheet would compute, in the tables of the result.
    pub formulas: Formulas,
}

impl Default for AgreementOptions {
    fn default() -> Self {
        Self {
            scale: MeasurementLevel::default(),
            groups: Vec::new(),
            gold: None,
            certain: 0.9,
            intervals: AuditParams::default(),
            formulas: Formulas::Neutralised,
        }
    }
}

/// Measures agreement overall, by pair and by group, and finds a consensus for each item.
///
/// # Errors
/// Whatever is wrong with the codes or with what is asked of them.
///
/// ```no_run
/// use evenhand_analysis::CodeTable;
/// use evenhand_analysis::agreement::{AgreementOptions, agreement};
/// use evenhand_analysis::codes::CodeColumns;
/// use evenhand_table::ReadOptions;
///
/// let path = "codes.csv".as_ref();
/// let codes = CodeTable::read(path, &CodeColumns::default(), &ReadOptions::default())?;
/// let result = agreement(&codes, &AgreementOptions::default())?;
/// println!("{}", result.to_adjudicate());
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn agreement(table: &CodeTable, options: &AgreementOptions) -> Result<AgreementResult, Error> {
    let mut table = table.clone();
    table.put_groups_right(&options.groups);
    let groups = options.groups.iter();
    let groups = groups.map(|group| group.columns(&table.codes.columns));
    let gold = options.gold.as_ref().map(|column| {
        let place = table.codes.columns.iter().position(|name| name == column);
        place.ok_or_else(|| CodeTable::no_column("gold", column))
    });
    let params = Params {
        gold: gold.transpose()?,
        scale: table.scale(options.scale)?,
        groups: groups.collect::<Result<_, _>>().map_err(GroupError::from)?,
        certain: check_certain(options.certain)?,
        resampling: resampling(&options.intervals)?,
    };
    let study = Study::of(&table.codes, &params).map_err(|reason| table.failed(reason))?;
    Ok(AgreementResult {
        warnings: warnings::of_study(&table, &study),
        table,
        study,
        formulas: options.formulas,
    })
}
