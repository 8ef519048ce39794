//! Options of an estimate.

use crate::margins::Margins;
use evenhand_stats::estimate::Params;
use evenhand_stats::groups::Group;
use evenhand_stats::hint::SettingError;
use evenhand_stats::stats::Level;

/// Options of an estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateOptions {
    /// What the classes are of: `gender`.
    pub label: Option<String>,
    /// The class whose share is estimated; every class if `None`.
    pub class: Option<String>,
    /// Domains: shares are estimated within each value of these, too.
    pub groups: Vec<Group>,
    /// Rows with the same value in this column are no independent evidence.
    pub cluster: Option<String>,
    /// The column that says what each row of the corpus stands for.
    pub weights: Option<String>,
    /// Known shares that weights of the corpus are adjusted to.
    pub margins: Option<Margins>,
    /// Whether shares are of exactly these rows, rather than of the population that they are from.
    pub finite: bool,
    /// Confidence level of the intervals.
    pub level: f64,
    /// From fewer coded rows, of a domain or of a class, nothing is estimated.
    pub min_n: u64,
}

impl Default for EstimateOptions {
    fn default() -> Self {
        Self {
            label: None,
            class: None,
            groups: Vec::new(),
            cluster: None,
            weights: None,
            margins: None,
            finite: false,
            level: 0.95,
            min_n: 10,
        }
    }
}

impl EstimateOptions {
    /// What weights are from, in a sentence; `None` where rows count alike.
    pub(crate) fn weights_by(&self) -> Option<String> {
        let column = self.weights.as_ref().map(|name| format!("`{name}`"));
        let margins = self.margins.as_ref();
        let margins = margins.map(|of| format!("the known shares of {}", of.names()));
        let parts: Vec<String> = column.into_iter().chain(margins).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    pub(super) fn params(&self) -> Result<Params, SettingError> {
        Ok(Params {
            level: level(self.level)?,
            min_n: self.min_n,
        })
    }
}

/// # Errors
/// A confidence level that is not between 0 and 1.
pub(crate) fn level(value: f64) -> Result<Level, SettingError> {
    let wrong = || {
        SettingError::new("level", value, "a confidence level is between 0 and 1")
            .with_hint("0.95 is usual")
    };
    Level::new(value).ok_or_else(wrong)
}

/// What the classes are of and the class, of `gender=Female` or `Female`.
pub fn label_and_class(class: Option<&str>) -> (Option<String>, Option<String>) {
    let trimmed = |text: &str| text.trim().to_owned();
    match class.map(|class| class.split_once('=').ok_or(class)) {
        Some(Ok((label, class))) => (Some(trimmed(label)), Some(trimmed(class))),
        Some(Err(class)) => (None, Some(trimmed(class))),
        None => (None, None),
    }
}
