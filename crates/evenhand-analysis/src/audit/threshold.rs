//! Decision thresholds. One is never chosen on the rows that it is reported on: it would look better than it
//! is.

use super::{AuditError, AuditRow, Condition};
use evenhand_stats::metric::Scores;
use evenhand_stats::metric::threshold::{Rule, choose};
use evenhand_stats::record::Classes;
use serde_json::{Value, json};
use std::fmt;

/// The threshold of scores without another.
pub(super) const USUAL: f64 = 0.5;

/// How the threshold is chosen; a score from it on is positive.
#[derive(Debug, Clone, PartialEq)]
pub enum ThresholdChoice {
    At(f64),
    /// By a rule, on rows that are then left out of the audit.
    Rule {
        rule: NamedRule,
        on: Condition,
    },
}

/// A rule that chooses a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NamedRule {
    pub name: &'static str,
    pub rule: Rule,
}

const RULES: [NamedRule; 3] = [
    NamedRule {
        name: "max-accuracy",
        rule: Rule::MaxAccuracy,
    },
    NamedRule {
        name: "max-balanced",
        rule: Rule::MaxBalanced,
    },
    NamedRule {
        name: "equal-error",
        rule: Rule::EqualError,
    },
];

impl ThresholdChoice {
    /// From a number, or the name of a rule and the rows to choose on.
    ///
    /// # Errors
    /// Neither a number from 0 to 1 nor a rule, a rule without rows, or rows without a rule.
    pub fn new(threshold: &str, on: Option<Condition>) -> Result<Self, AuditError> {
        let rule = RULES.into_iter().find(|rule| rule.name == threshold);
        match (rule, threshold.parse::<f64>(), on) {
            (Some(rule), _, Some(on)) => Ok(Self::Rule { rule, on }),
            (Some(rule), _, None) => Err(AuditError::NoRowsForThreshold { rule: rule.name }),
            (None, Ok(_), Some(_)) => Err(AuditError::RowsForNoRule),
            (None, Ok(at), None) if (0.0..=1.0).contains(&at) => Ok(Self::At(at)),
            (None, _, _) => Err(AuditError::Threshold(threshold.to_owned())),
        }
    }

    /// `tuned_on` have scores.
    pub(super) fn chosen(
        &self,
        tuned_on: &[AuditRow],
        classes: &Classes,
    ) -> Result<Threshold, AuditError> {
        let (NamedRule { name, rule }, on) = match self {
            Self::At(value) => return Ok(Threshold::at(*value)),
            Self::Rule { rule, on } => (*rule, on),
        };
        let rows = tuned_on
            .iter()
            .filter_map(|row| Some((row.score?, row.label == 1)));
        let value = choose(&Scores::new(rows), rule);
        Ok(Threshold {
            value: value.ok_or_else(|| AuditError::NoThreshold {
                condition: on.to_string(),
                rule: name,
                classes: classes.names().to_vec(),
            })?,
            rows: Some(ThresholdRows {
                rule: name,
                condition: on.to_string(),
                n: tuned_on.len() as u64,
            }),
        })
    }
}

/// A threshold with the rows that it was chosen on.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    pub value: f64,
    /// `None` where the number was given.
    pub rows: Option<ThresholdRows>,
}

/// The rows that a rule chose a threshold on.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdRows {
    pub rule: &'static str,
    /// As it was asked for: `part=tune`.
    pub condition: String,
    pub n: u64,
}

impl Threshold {
    pub(super) fn at(value: f64) -> Self {
        Self { value, rows: None }
    }

    pub(super) fn to_json(&self) -> Value {
        let rows = self.rows.as_ref();
        let rows = rows.map(|of| json!({ "rule": of.rule, "on": of.condition, "rows": of.n }));
        json!({ "value": self.value, "found": rows })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Six decimals are what predictions have.
        let value = (self.value * 1e6).round() / 1e6;
        write!(f, "Threshold: a score of {value} and more is positive")?;
        match &self.rows {
            None => write!(f, "."),
            Some(ThresholdRows { rule, condition, n }) => {
                write!(
                    f,
                    ", by {rule} on the {n} rows of {condition}, which are left out."
                )
            }
        }
    }
}
