//! How a head is trained. The defaults were chosen by cross-validation on 10,000 FairFace crops and
//! adapt to small datasets by themselves: see [`HeadParams::batch_size`] and
//! [`HeadParams::min_steps`].

use super::HeadError;
use super::learner::HeadLearner;
use super::schedule::Schedule;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Parameters as a user writes them; [`check`](Self::check) makes them usable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeadParams {
    /// How the head is learned; what follows is of a network. Default [`HeadLearner::Auto`].
    pub learner: HeadLearner,
    /// Width of the hidden layer; 0 makes the head linear. Default 128.
    pub hidden: usize,
    /// Share of the hidden units that a training step drops. Default 0.5.
    pub dropout: f64,
    /// Share of the features that a training step drops. Default 0.3.
    pub input_dropout: f64,
    /// The highest learning rate, reached at the end of the warm-up. Default 0.001.
    pub learning_rate: f64,
    /// Decoupled weight decay (Loshchilov and Hutter 2019), on weights and not on biases.
    /// Default 0.05.
    pub weight_decay: f64,
    /// Passes over the training rows. Default 5.
    pub epochs: usize,
    /// Steps that a training takes at least: few rows are passed over more often. Default 140.
    pub min_steps: usize,
    /// Rows a step, but never more than an eighth of the training rows. Default 256.
    pub batch_size: usize,
    /// Share of all steps during which the learning rate rises from 0. Default 0.1.
    pub warm_up: f64,
    /// Epochs without a better validation loss after which training stops. Default 3.
    pub patience: usize,
    /// Decides the initial weights, the order of the rows and what is dropped. Default 0.
    pub seed: u64,
    /// The step of the group-distributionally-robust loss (Sagawa et al. 2020): how fast it turns to the
    /// strata that are lost most. Default none, which is the mean loss of all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_dro: Option<f64>,
}

impl Default for HeadParams {
    fn default() -> Self {
        Self {
            learner: HeadLearner::Auto,
            hidden: 128,
            dropout: 0.5,
            input_dropout: 0.3,
            learning_rate: 1e-3,
            weight_decay: 0.05,
            epochs: 5,
            min_steps: 140,
            batch_size: 256,
            warm_up: 0.1,
            patience: 3,
            seed: 0,
            group_dro: None,
        }
    }
}

/// Parameters that are known to make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedHeadParams(HeadParams);

impl Deref for CheckedHeadParams {
    type Target = HeadParams;

    fn deref(&self) -> &HeadParams {
        &self.0
    }
}

impl HeadParams {
    /// # Errors
    ///
    /// [`HeadError::Parameter`] for the first parameter that is out of its range.
    pub fn check(self) -> Result<CheckedHeadParams, HeadError> {
        self.check_reals()?;
        if self.learner == HeadLearner::Logistic && self.group_dro.is_some() {
            return Err(HeadError::Parameter {
                name: "learner",
                value: self.learner.to_string(),
                allowed: "network, or auto, where the loss is group-dro",
            });
        }
        self.check_counts()?;
        Ok(CheckedHeadParams(self))
    }

    fn check_reals(&self) -> Result<(), HeadError> {
        let share = "at least 0 and below 1";
        let is_share = |value: f64| (0.0..1.0).contains(&value);
        let reals = [
            ("dropout", self.dropout, is_share(self.dropout), share),
            (
                "input_dropout",
                self.input_dropout,
                is_share(self.input_dropout),
                share,
            ),
            ("warm_up", self.warm_up, is_share(self.warm_up), share),
            (
                "learning_rate",
                self.learning_rate,
                self.learning_rate > 0.0 && self.learning_rate <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "weight_decay",
                self.weight_decay,
                (0.0..=1.0).contains(&self.weight_decay),
                "between 0 and 1",
            ),
            (
                "group_dro",
                self.group_dro.unwrap_or_default(),
                self.group_dro.is_none_or(|step| step > 0.0 && step <= 10.0),
                "above 0 and at most 10",
            ),
        ];
        if let Some((name, value, _, allowed)) = reals.into_iter().find(|(_, _, ok, _)| !ok) {
            return Err(HeadError::Parameter {
                name,
                value: value.to_string(),
                allowed,
            });
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), HeadError> {
        let counts = [
            (
                "hidden",
                self.hidden,
                0..=65_536,
                "0 (a linear head) to 65536",
            ),
            ("epochs", self.epochs, 1..=100_000, "1 to 100000"),
            ("min_steps", self.min_steps, 0..=1_000_000, "0 to 1000000"),
            ("batch_size", self.batch_size, 1..=1_000_000, "1 to 1000000"),
            ("patience", self.patience, 1..=usize::MAX, "at least 1"),
        ];
        if let Some((name, value, _, allowed)) = counts
            .into_iter()
            .find(|(_, value, range, _)| !range.contains(value))
        {
            return Err(HeadError::Parameter {
                name,
                value: value.to_string(),
                allowed,
            });
        }
        Ok(())
    }
}

impl CheckedHeadParams {
    /// The epochs of a training on `rows` rows of features that does not stop early: more than were
    /// asked for where rows are few.
    pub fn epochs_for(&self, rows: usize) -> usize {
        self.schedule(rows).epochs
    }

    /// The steps over `rows` training rows, of which no batch is more than an eighth.
    pub(super) fn schedule(&self, rows: usize) -> Schedule {
        let largest = self.batch_size.min(rows / 8).max(1);
        Schedule::new(rows, largest, self.epochs, self.min_steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_parameter_its_value_and_what_is_allowed() {
        let cases = [
            (
                HeadParams {
                    dropout: 1.0,
                    ..HeadParams::default()
                },
                "`dropout` is 1; it must be at least 0 and below 1",
            ),
            (
                HeadParams {
                    learning_rate: f64::NAN,
                    ..HeadParams::default()
                },
                "`learning_rate` is NaN; it must be above 0 and at most 1",
            ),
            (
                HeadParams {
                    epochs: 0,
                    ..HeadParams::default()
                },
                "`epochs` is 0; it must be 1 to 100000",
            ),
        ];
        for (params, message) in cases {
            assert_eq!(params.check().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn parameters_survive_a_config_file_and_unknown_ones_are_refused() {
        let params = HeadParams {
            hidden: 0,
            learning_rate: 0.003,
            ..HeadParams::default()
        };
        let text = toml::to_string(&params).unwrap();
        assert_eq!(toml::from_str::<HeadParams>(&text).unwrap(), params);
        assert_eq!(
            toml::from_str::<HeadParams>("hidden = 7").unwrap().hidden,
            7
        );
        assert!(toml::from_str::<HeadParams>("hiden = 7").is_err());
    }

    #[test]
    fn no_batch_is_more_than_an_eighth_of_the_rows() {
        let params = HeadParams {
            min_steps: 150,
            ..HeadParams::default()
        };
        let params = params.check().unwrap();
        for (rows, batch) in [(9_000, 250), (432, 54), (3, 1)] {
            assert_eq!(params.schedule(rows).batch, batch);
        }
    }
}
