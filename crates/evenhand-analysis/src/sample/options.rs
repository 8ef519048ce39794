//! Options of a sample.

use evenhand_stats::estimate::{Allocation, SampleParams};
use evenhand_stats::hint::SettingError;
use evenhand_table::Formulas;

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
    /// What becomes of text that a spreadsheet would compute.
    pub formulas: Formulas,
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
    /// The defaults: `n` rows by chance, at least two of each stratum, columns for three coders who don't see
    /// the prediction.
    pub fn new(n: u64) -> Self {
        Self {
            groups: Vec::new(),
            bins: 5,
            class: None,
            params: SampleParams {
                n,
                allocation: Allocation::Proportional,
                minimum: 2,
                seed: 0,
            },
            coders: 3,
            prediction: PredictionColumn::default(),
            formulas: Formulas::Neutralised,
        }
    }

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
