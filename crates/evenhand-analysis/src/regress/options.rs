//! Options of a regression.

use crate::margins::Margins;
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
    /// The column that says what each row of the corpus stands for.
    pub weights: Option<String>,
    /// Known shares that weights of the corpus are adjusted to.
    pub margins: Option<Margins>,
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
            weights: None,
            margins: None,
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
