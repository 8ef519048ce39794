//! The same training with other seeds.

use crate::audit::{Audit, Params, Seeds};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{
    self, PreparedTraining, Split, audited, is_out_of_fold, predictions, test_audit,
};
use crate::stats::resample::mix;
use serde_json::{Value, json};

/// Results of one training under several seeds: the same training and test rows, other folds, other random numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedResults {
    /// Of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Option<Seeds>,
    /// Of the test rows; `None` without any.
    pub test: Option<Seeds>,
}

impl SeedResults {
    /// Trains as often again as the configuration says. `first` has the audits of the training that there is, of
    /// training rows and of test rows. `None` of a single seed.
    ///
    /// # Errors
    /// As of the first training.
    pub(super) fn new(
        prepared: &PreparedTraining,
        config: &TrainConfig,
        first: [Option<&Audit>; 2],
        on: &mut dyn Events,
    ) -> Result<Option<Self>, Error> {
        let seeds = config.validation.seeds;
        let [mut out_of_fold, mut test] = first.map(|audit| Vec::from_iter(audit.cloned()));
        for number in 1..seeds {
            on.info(Message::plain(format!("seed {} of {seeds}", number + 1)));
            let [judged, tested] = train(prepared, &with_seed(config, number as u64), on)?;
            out_of_fold.extend(judged);
            test.extend(tested);
        }
        Ok((seeds > 1).then(|| Self {
            out_of_fold: Seeds::of(&out_of_fold),
            test: Seeds::of(&test),
        }))
    }

    /// Accuracy in sentences.
    pub fn sentences(&self) -> Vec<String> {
        let test = self.test.as_ref().and_then(Seeds::sentence);
        let out_of_fold = self.out_of_fold.as_ref().and_then(Seeds::sentence);
        let test = test.map(|sentence| format!("Test: {sentence}"));
        out_of_fold.into_iter().chain(test).collect()
    }

    /// The spreads of training rows and of test rows, under the names of `metrics.json`.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "cross_validation": self.out_of_fold.as_ref().map(Seeds::to_json),
            "test": self.test.as_ref().map(Seeds::to_json),
        })
    }
}

/// The same configuration with other random numbers.
fn with_seed(config: &TrainConfig, number: u64) -> TrainConfig {
    let mut config = config.clone();
    config.validation.draw += number;
    config.head.seed = mix(config.head.seed, number);
    config
}

/// Audits of training rows and of test rows.
fn train(
    prepared: &PreparedTraining,
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<[Option<Audit>; 2], Error> {
    let PreparedTraining {
        data,
        split,
        design,
        ..
    } = prepared;
    let parts = [split.train.clone(), split.test.clone()];
    let split = Split::of_parts(&data.dataset, &data.keys, parts, config.into())?;
    let fitted = training::fit(data, &split, config, on)?;
    let predictions = predictions(data.outcomes(), &split, &fitted.out_of_fold, &fitted.test);
    let params = Params::default().check()?;
    let (_, judged) = audited(&predictions, design, is_out_of_fold, &params)?;
    let test = test_audit(&predictions, design, &split, &params)?;
    Ok([Some(judged), test])
}
