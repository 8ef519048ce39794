//! Result of a search.

use super::poolings::{Blocks, in_full, in_short};
use super::trials::Groups;
use crate::jobs::config::{SearchedConfig, TrainConfig};
use crate::tune::{Candidate, Coverage, Goal, Tally};

/// Columns of the table of trials.
const COLUMNS: [&str; 17] = [
    "trial",
    "folds",
    "rows",
    "log_loss",
    "accuracy",
    "worst_group",
    "worst_group_accuracy",
    "largest_gap",
    "views",
    "balance",
    "hidden",
    "dropout",
    "input_dropout",
    "weight_decay",
    "learning_rate",
    "epochs",
    "taps",
];

/// Candidate as far as it was evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    pub candidate: Candidate,
    /// Number of folds that it was evaluated on.
    pub folds: usize,
    pub seconds: f64,
    /// Its tally over those folds, or why it has none.
    pub judged: Result<Tally, String>,
}

impl Trial {
    /// The lower the better.
    pub(super) fn score(&self, goal: Goal, coverage: Coverage) -> f64 {
        match &self.judged {
            Ok(tally) => goal.score(tally, coverage),
            Err(_) => f64::INFINITY,
        }
    }
}

/// How the taps of a trial are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TapNames {
    /// `tensor=pool`, as in a configuration.
    InFull,
    /// The poolings alone, for a narrow table.
    InShort,
}

/// Result of a search.
pub struct SearchResult {
    /// Best first; those on more folds before those on fewer.
    pub trials: Vec<Trial>,
    /// Whether everything was tried that was to be tried.
    pub is_complete: bool,
    pub goal: Goal,
    /// The settings that the search began with.
    pub config: TrainConfig,
    pub(super) label: String,
    pub(super) groups: Vec<Groups>,
    pub(super) blocks: Blocks,
}

impl SearchResult {
    /// The best trial; `None` where none could be trained.
    pub fn best(&self) -> Option<&Trial> {
        self.trials.first().filter(|trial| trial.judged.is_ok())
    }

    /// The configuration of a training with the settings of the best trial. It draws other folds: those of
    /// the search are the ones that these settings looked best on.
    pub fn best_config(&self) -> Option<TrainConfig> {
        let best = &self.best()?.candidate;
        let mut config = self.config.clone();
        config.head = best.head.clone();
        config.validation.balance = best.balance;
        config.validation.draw += 1;
        config.search = Some(SearchedConfig {
            trials: self.trials.len(),
            data: config.data.path.clone(),
        });
        config.backbone.views = best.views;
        let taps = self.blocks.taps_of(best);
        config.backbone.spec.taps = taps.into_iter().flatten().cloned().collect();
        Some(config)
    }

    /// Columns of a [`row`](Self::row).
    pub fn columns() -> &'static [&'static str] {
        &COLUMNS
    }

    /// A trial as a row of a table.
    pub fn row(&self, trial: &Trial, taps: TapNames) -> Vec<String> {
        let tally = trial.judged.as_ref().ok();
        let number =
            |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
        let worst = tally.and_then(|tally| tally.worst());
        let (candidate, head) = (&trial.candidate, &trial.candidate.head);
        let used = self.blocks.taps_of(candidate);
        vec![
            candidate.number.to_string(),
            trial.folds.to_string(),
            tally.map_or(String::new(), |tally| tally.rows.to_string()),
            number(tally.map(|tally| tally.log_loss())),
            number(tally.map(|tally| tally.accuracy())),
            worst.map_or(String::new(), |(group, _)| self.group_name(group)),
            number(worst.map(|(_, accuracy)| accuracy)),
            number(tally.and_then(|tally| tally.gap())),
            candidate.views.to_string(),
            candidate.balance.to_string(),
            head.hidden.to_string(),
            head.dropout.to_string(),
            head.input_dropout.to_string(),
            head.weight_decay.to_string(),
            head.learning_rate.to_string(),
            head.epochs.to_string(),
            match taps {
                TapNames::InFull => in_full(&used),
                TapNames::InShort => in_short(&used),
            },
        ]
    }

    pub(super) fn group_name(&self, [grouping, group]: [usize; 2]) -> String {
        let groups = &self.groups[grouping];
        format!("{} {}", groups.name, groups.values[group])
    }
}
