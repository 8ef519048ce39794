//! Tuning: settings that classify better, found by trials on features that are computed once; and the
//! learning curve.

mod config;
mod curve;
mod error;
mod journal;
mod outputs;
mod poolings;
mod result;
mod search;
mod series;
mod trials;

pub use config::TuneConfig;
pub use curve::learning_curve;
pub use error::TuneError;
pub use poolings::TapSearch;
pub use result::{SearchResult, TapNames, Trial};
pub use series::LearningCurve;

use super::config::TrainConfig;
use super::training::PreparedTraining;
use crate::error::Error;
use crate::events::Events;
use crate::head::{Balance, HeadLearner, HeadParams};
use crate::hint::Message;
use crate::tune::{Candidate, Space};
use journal::Journal;
use poolings::Blocks;
use search::{Search, identity};
use trials::TrialRunner;

/// Searches for settings of the head, the views and the poolings that classify better, by successive
/// halving over the folds of a cross-validation.
///
/// # Errors
/// Settings or data that cannot be used; a journal of another search.
///
/// ```no_run
/// use evenhand::{TrainConfig, TuneConfig};
/// let config = TuneConfig::new(TrainConfig::new("faces.csv").label("gender"));
/// let result = evenhand::tune(&config, &mut ())?;
/// if let Some(best) = result.best_config() {
///     let run = evenhand::train(&best, &mut ())?;
/// }
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn tune(config: &TuneConfig, on: &mut dyn Events) -> Result<SearchResult, Error> {
    config.check()?;
    let training = config::settled(&config.training, on)?;
    let blocks = Blocks::new(&training.backbone, config.taps)?;
    if let Some(note) = blocks.note() {
        on.info(note);
    }
    let space = space(&training, config, &blocks);
    // The first of two views is the one that there would be alone.
    let most = space.views.iter().copied().max();
    let mut widest = training.clone();
    widest.backbone.views = most.unwrap_or(training.backbone.views);
    widest.backbone.spec.taps = blocks.taps().to_vec();
    let prepared = PreparedTraining::new(&widest, on)?;
    let mut runner = TrialRunner::new(&training, &prepared, &blocks)?;
    let mut journal = match &config.journal {
        Some(path) => {
            let search = identity(&training, &prepared, &space)?;
            let journal = Journal::open(path, &search, config.overwrite)?;
            let kept = format!("every fold that was judged is in {}", path.display());
            on.kept(Message::plain(kept));
            journal
        }
        None => Journal::in_memory(),
    };
    if journal.len() > 0 {
        let known = journal.len();
        on.info(Message::plain(format!(
            "{known} trials of a fold are known already"
        )));
    }
    let search = Search {
        space: &space,
        folds: training.validation.folds,
        goal: config.goal,
        budget: config.budget,
        time: config.time,
    };
    let (trials, is_complete) = search.run(&mut runner, &mut journal, on)?;
    if !is_complete {
        on.warn("the time is up before all was tried; the same command goes on");
    }
    Ok(SearchResult {
        trials,
        is_complete,
        goal: config.goal,
        label: prepared.data.dataset.label.clone(),
        groups: runner.into_groups(),
        blocks,
        config: training,
    })
}

/// Candidates of a search, beginning with the configured settings.
fn space(training: &TrainConfig, config: &TuneConfig, blocks: &Blocks) -> Space {
    let balances = match training.data.layout.groups.is_empty() {
        true => vec![Balance::None, Balance::Label],
        false => vec![Balance::None, Balance::Label, Balance::Group],
    };
    Space {
        start: Candidate {
            number: 0,
            views: training.backbone.views,
            balance: training.validation.balance,
            head: HeadParams {
                learner: HeadLearner::Network,
                ..training.head.clone()
            },
            blocks: blocks.configured(),
        },
        views: config.views.clone(),
        balances,
        poolings: blocks.choices(),
        seed: training.validation.seed,
    }
}
