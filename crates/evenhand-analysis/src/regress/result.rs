//! Result of a regression, with its files.

use super::RegressOptions;
use crate::estimate::{Reading, weighted_by};
use evenhand_report::Coefficients;
use evenhand_stats::hint::Message;
use evenhand_stats::record::Classes;
use evenhand_stats::regress::{COLUMNS, Family, Regression};
use evenhand_table::csv_bytes;
use serde_json::{Value, json};

/// Coefficients by several methods, with what was read for them.
#[derive(Debug, Clone)]
pub struct RegressResult {
    pub reading: Reading,
    pub options: RegressOptions,
    pub classes: Classes,
    /// What rows of the corpus are weighted by; `None` where they count alike.
    pub weights_by: Option<String>,
    pub regression: Regression,
}

impl RegressResult {
    /// What was read and computed, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let of = &self.regression;
        let clusters = self.options.cluster.as_deref().zip(of.clusters);
        let mut lines = self
            .reading
            .sentences((of.corpus, of.coded), of.weighted, clusters);
        lines.extend(self.weights_by.as_deref().map(weighted_by));
        let model = match of.params.family {
            Family::Linear => "Linear",
            Family::Logistic => "Logistic (log odds)",
        };
        lines.push(format!(
            "{model}: {}; the class is `{}`.",
            self.options.formula, of.class
        ));
        let references = of.references.iter();
        let references = references.map(|(name, level)| format!("{name} `{level}`"));
        let references: Vec<String> = references.collect();
        if !references.is_empty() {
            lines.push(format!("Compared with: {}.", references.join(", ")));
        }
        lines.push(match of.from_scores {
            true => "Corrections use the probabilities.".to_owned(),
            false => "Corrections use the predicted classes.".to_owned(),
        });
        lines.into_iter().map(Message::plain).collect()
    }

    /// What the columns of the table mean, a sentence each.
    pub fn legend(&self) -> Vec<String> {
        let level = 100.0 * self.regression.params.level.value();
        let intervals = format!(
            "In brackets: intervals at {} % confidence, each for itself.",
            (1e6 * level).round() / 1e6
        );
        std::iter::once(intervals)
            .chain(self.regression.legend())
            .collect()
    }

    /// Rows that take no part, and whatever makes the coefficients uncertain.
    pub fn warnings(&self) -> Vec<Message> {
        let mut warnings = self.reading.warnings(self.classes.names());
        let own = self.regression.warnings.iter().cloned();
        warnings.extend(own.map(Message::plain));
        warnings
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let mut all = self.reading.to_json();
        all["formula"] = json!(self.options.formula);
        all["label"] = json!(self.options.label);
        all["cluster"] = json!(self.options.cluster);
        all["weights_by"] = json!(self.weights_by);
        if let (Value::Object(all), Value::Object(mut found)) =
            (&mut all, self.regression.to_json())
        {
            all.append(&mut found);
        }
        all
    }

    /// The page with figures.
    pub fn page(&self) -> Coefficients {
        let lines = |messages: Vec<Message>| messages.iter().map(ToString::to_string).collect();
        Coefficients {
            title: format!("Regression on {}", self.reading.corpus.name()),
            formula: self.options.formula.clone(),
            read: lines(self.sentences()),
            warnings: lines(self.warnings()),
            regression: self.regression.clone(),
        }
    }

    /// A row for each coefficient and method.
    pub fn to_csv(&self) -> Vec<u8> {
        csv_bytes(COLUMNS.map(String::from), self.regression.tidy())
    }
}
