//! Before collecting: rows that groups need to show a gap, and coded rows that a share needs.

mod clusters;
mod gaps;
mod pilot;
mod shares;
#[cfg(test)]
mod simulation;

pub use clusters::Clusters;
pub use gaps::{GapNeed, GapParams, comparisons, planned_metric, planned_metrics};
pub use pilot::{PilotGroup, PilotNeed, pilot_groups};
pub use shares::{Classifier, ShareNeed, ShareParams};
