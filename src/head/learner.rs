//! How heads are learned, and the choice among the ways.

use crate::learners::learner::Loss;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;

/// A way to learn a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadLearner {
    /// What does better in the cross-validation.
    #[default]
    Auto,
    /// A linear head with a ridge penalty that the cross-validation finds, fitted exactly.
    Logistic,
    /// A network with a hidden layer, dropout and early stopping, fitted step by step.
    Network,
}

impl fmt::Display for HeadLearner {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Logistic => "logistic",
            Self::Network => "network",
        })
    }
}

/// The way a head was learned, and what else was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadChoice {
    pub learner: HeadLearner,
    /// The ridge penalty, of a logistic regression.
    pub penalty: Option<f64>,
    /// The way that the rows of the other folds choose for each fold.
    pub in_folds: Vec<HeadLearner>,
    /// The log loss of held-out rows by each way that was tried.
    pub losses: Vec<(HeadLearner, Loss)>,
}

impl HeadLearner {
    /// As part of a sentence.
    fn name(self) -> &'static str {
        match self {
            Self::Auto => "the better of both",
            Self::Logistic => "a logistic regression",
            Self::Network => "a network",
        }
    }
}

impl HeadChoice {
    /// What was chosen and why; `None` where nothing else was tried.
    pub fn sentence(&self) -> Option<String> {
        let loss = |chosen: bool| {
            let mut found = (self.losses.iter()).filter(|(of, _)| (*of == self.learner) == chosen);
            found.next().map(|(of, loss)| (of.name(), loss.mean))
        };
        let ((name, own), (other, others)) = (loss(true)?, loss(false)?);
        let why = match own <= others {
            true => "",
            false => ", which is less simple, and lower by no more than chance can make it",
        };
        Some(format!(
            "the head is {name}: a log loss of {own:.3} on held-out rows, against {others:.3} of {other}{why}"
        ))
    }

    /// Names and values, in the order in which to show them.
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut facts = vec![("learner".to_owned(), self.learner.to_string())];
        if let Some(penalty) = self.penalty {
            facts.push(("ridge penalty".to_owned(), penalty.to_string()));
        }
        let losses = self.losses.iter();
        facts.extend(losses.map(|(learner, loss)| {
            let name = format!("held-out log loss, {learner}");
            (name, format!("{:.3}", loss.mean))
        }));
        facts
    }

    /// The part `learners` of `metrics.json`.
    pub fn to_json(&self) -> Value {
        let candidates = self.losses.iter().map(|(learner, loss)| {
            json!({
                "learner": learner,
                "log_loss": loss.mean,
                "standard_error": loss.standard_error,
            })
        });
        let penalty = self.penalty.iter();
        json!({
            "candidates": candidates.collect::<Vec<_>>(),
            "chosen": self.learner,
            "chosen_in_folds": self.in_folds,
            "settings": penalty
                .map(|penalty| json!({"name": "penalty", "value": penalty.to_string()}))
                .collect::<Vec<_>>(),
        })
    }
}
