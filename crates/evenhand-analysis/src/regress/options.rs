//! Options of a regression.

use evenhand_stats::hint::SettingError;
use evenhand_stats::regress::{Family, Params};

/// Options of a regression.
#[derive(Debug, Clone, PartialEq)]
pub struct RegressOptions {
    /// As in `female ~ topic + year`.
    pub formula: String,
    pub family: Family,
    /// What the classes are of: `gender`.
    pub label: Option<String>,
    /// The class whose indicator is in the formula; by default the one that it names.
    pub class: Option<String>,
    /// Rows with the same value in this column are no independent evidence.
    pub cluster: Option<String>,
    /// Confidence level of the intervals.
    pub level: f64,
}

impl RegressOptions {
    /// A linear regression with 95 % intervals.
    pub fn new(formula: impl Into<String>) -> Self {
        Self {
            formula: formula.into(),
            family: Family::Linear,
            label: None,
            class: None,
            cluster: None,
            level: 0.95,
        }
    }

    pub(super) fn params(&self) -> Result<Params, SettingError> {
        Ok(Params {
            family: self.family,
            level: crate::estimate::level(self.level)?,
        })
    }
}
