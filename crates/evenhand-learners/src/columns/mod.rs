//! Columns of a table as features: what each holds ([`Codebook`]), which become features ([`Selection`]), and how
//! rows become a [`Frame`](crate::frame::Frame) ([`FeatureSpec`]).
//!
//! The kind of a column is found from its values and never taken in silence: the reason is kept as a sentence, and
//! [`Settings`] overrule it.

mod codebook;
mod codes;
mod dates;
mod detect;
mod differences;
mod distribution;
mod error;
mod features;
mod findings;
mod gaps;
mod kind;
mod labels;
mod levels;
mod names;
mod partition;
mod problem;
mod profile;
mod roles;
mod scales;
mod selection;
mod settings;
mod within;
mod words;

#[cfg(test)]
mod tests;

pub use codebook::{Codebook, CodebookColumn, CodebookConfig};
pub use differences::{Change, Difference};
pub use distribution::{Histogram, NumberSummary, Quantile};
pub use error::ColumnsError;
pub use features::{Feature, FeatureSpec};
pub use findings::{ColumnFinding, ColumnFindingKind, Severity, findings};
pub use gaps::Gaps;
pub use kind::Kind;
pub use labels::LabelSpec;
pub use problem::{Problem, RowProblem};
pub use profile::{GapCount, LevelCount};
pub use roles::{Role, Roles};
pub use selection::{LeftOut, Selection};
pub use settings::{ColumnSettings, Settings};
