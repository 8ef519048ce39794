//! Configuration of a search.

use super::error::TuneError;
use super::poolings::TapSearch;
use crate::error::Error;
use crate::events::Events;
use crate::hint::SettingError;
use crate::jobs::config::TrainConfig;
use crate::jobs::files::Overwrite;
use crate::tune::Goal;
use std::path::PathBuf;
use std::time::Duration;

/// Configuration of a search for better settings.
#[derive(Debug, Clone, PartialEq)]
pub struct TuneConfig {
    /// Data, backbone and the settings that the search begins with.
    pub training: TrainConfig,
    pub goal: Goal,
    /// Number of trials.
    pub budget: usize,
    /// Time limit for starting trials, embedding excluded; `None` for none.
    pub time: Option<Duration>,
    /// Numbers of views that are tried.
    pub views: Vec<usize>,
    pub taps: TapSearch,
    /// File of finished trials, from which an interrupted search goes on.
    pub journal: Option<PathBuf>,
    /// Whether the journal of another search gives way.
    pub overwrite: Overwrite,
}

impl TuneConfig {
    /// The defaults: 50 trials for the accuracy of a training.
    pub fn new(training: TrainConfig) -> Self {
        Self {
            training,
            goal: Goal::Accuracy,
            budget: 50,
            time: None,
            views: vec![1, 2],
            taps: TapSearch::Poolings,
            journal: None,
            overwrite: Overwrite::No,
        }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// Settings out of their range, or that contradict each other.
    pub fn check(&self) -> Result<(), Error> {
        if self.budget == 0 {
            return Err(SettingError::new("budget", 0, "at least one trial is needed").into());
        }
        if self.goal.needs_groups() && self.training.data.layout.groups.is_empty() {
            return Err(TuneError::NoGroups { goal: self.goal }.into());
        }
        check(&self.training)
    }
}

/// Checks that a training cross-validates heads.
fn check(training: &TrainConfig) -> Result<(), Error> {
    if training.finetune.is_some() {
        return Err(TuneError::Finetuned.into());
    }
    if training.validation.folds < 2 {
        return Err(TuneError::OneFold.into());
    }
    training.check()
}

/// A training whose heads can be cross-validated, with nothing left open.
pub(super) fn settled(training: &TrainConfig, on: &mut dyn Events) -> Result<TrainConfig, Error> {
    check(training)?;
    let mut training = training.clone();
    training.settle(on)?;
    Ok(training)
}
