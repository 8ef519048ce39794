//! Plans before anything is collected: rows that groups need to show a gap, and coded rows that a share needs.

mod gaps;
mod options;
mod pilot;
mod result;
mod share;
#[cfg(test)]
mod tests;
mod told;

pub use gaps::GapPlan;
pub use options::{ClusterOptions, GapOptions, ShareOptions, numbers_of_groups};
pub use pilot::PilotPlan;
pub use result::{Plan, PlanResult};
pub use share::{Pilot, SharePlan};

use crate::Error;
use crate::audit::{AuditOptions, audit};
use crate::predictions::PredictionTable;

/// Plans the rows that each group needs so that an audit's verdict finds a gap. `groups` are the numbers of groups of
/// groupings that are judged together, `rate` is the rate of the rest in per cent.
///
/// # Errors
/// An option with a value that is not allowed.
///
/// ```
/// use evenhand_analysis::plan::{GapOptions, Plan, plan_gaps};
/// let options = GapOptions { gaps: vec![5.0], ..GapOptions::default() };
/// let Plan::Gaps(found) = plan_gaps(&[7], 90.0, &options)?.plan else { unreachable!() };
/// assert_eq!((found.needs[0].power, found.needs[0].cases), (0.8, Some(659)));
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn plan_gaps(groups: &[u64], rate: f64, options: &GapOptions) -> Result<PlanResult, Error> {
    let plan = GapPlan::new(groups, rate, options)?;
    Ok(PlanResult::of(Plan::Gaps(plan)))
}

/// Plans from a pilot, which is audited: the smallest gap that each group can show today, and the rows that it still
/// needs.
///
/// # Errors
/// Whatever is wrong with the pilot, or an option with a value that is not allowed.
pub fn plan_from_pilot(
    pilot: &PredictionTable,
    audited: &AuditOptions,
    options: &GapOptions,
) -> Result<PlanResult, Error> {
    let result = audit(pilot, audited)?;
    let plan = PilotPlan::new(&result, options)?;
    let mut found = PlanResult::of(Plan::Pilot(Box::new(plan)));
    found.notes = result.notes;
    Ok(found)
}

/// Plans the coded rows that a share needs, alone and with a classifier's help, which rates or a pilot tell.
///
/// # Errors
/// Whatever is wrong with the pilot, or an option with a value that is not allowed.
pub fn plan_share(
    pilot: Option<(&PredictionTable, &AuditOptions)>,
    options: &ShareOptions,
) -> Result<PlanResult, Error> {
    let read = pilot.map(|(table, audited)| Pilot::read(table, audited, options.class.as_deref()));
    let plan = SharePlan::new(read.transpose()?, options)?;
    let mut found = PlanResult::of(Plan::Share(plan));
    found.notes = pilot.map_or_else(Vec::new, |(table, _)| table.table().notes());
    Ok(found)
}
