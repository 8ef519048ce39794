//! Options of a sample.

use evenhand_stats::estimate::SampleParams;
use evenhand_stats::hint::SettingError;

/// Options of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleOptions {
    /// Columns that make strata, crossed; `score` stands for bins of the probability.
    pub groups: Vec<String>,
    /// Number of score bins, each with about the same number of rows.
    pub bins: usize,
    /// The class whose probability `score` is; by default the positive one of two, else the predicted.
    pub class: Option<String>,
    pub params: SampleParams,
    /// Number of empty columns for coders.
    pub coders: usize,
    pub prediction: PredictionColumn,
}

/// Whether coders see the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PredictionColumn {
    #[default]
    Hidden,
    /// It biases them towards it.
    Shown,
}

impl SampleOptions {
    pub(super) fn check(&self) -> Result<(), SettingError> {
        if self.coders == 0 {
            return Err(SettingError::new(
                "coders",
                self.coders,
                "a sample is for one coder or more",
            )
            .with_hint("1 is one column for one coder"));
        }
        if !(2..=100).contains(&self.bins) {
            let allowed = "the number of bins is from 2 to 100";
            return Err(SettingError::new("bins", self.bins, allowed));
        }
        Ok(())
    }
}
