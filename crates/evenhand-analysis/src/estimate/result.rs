//! Result of an estimate, with its files.

use super::Reading;
use evenhand_report::Shares;
use evenhand_stats::estimate::{COLUMNS, Estimates, Method};
use evenhand_stats::hint::Message;
use evenhand_table::csv_bytes;
use serde_json::{Value, json};

/// Shares of classes in a corpus, with what was read for them.
#[derive(Debug, Clone)]
pub struct EstimateResult {
    pub reading: Reading,
    /// What the classes are of.
    pub label: Option<String>,
    /// The column of clusters.
    pub cluster: Option<String>,
    /// What rows of the corpus are weighted by; `None` where they count alike.
    pub weights_by: Option<String>,
    pub estimates: Estimates,
}

/// What rows count by, in a sentence.
pub(crate) fn weighted_by(weights: &str) -> String {
    format!("Rows of the corpus, and coded ones among them, are weighted by {weights}.")
}

impl EstimateResult {
    /// What was read, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let estimates = &self.estimates;
        let mut lines = self.reading.sentences(
            (estimates.corpus, estimates.coded),
            estimates.weighted,
            self.cluster.as_deref().zip(estimates.clusters),
        );
        lines.extend(self.weights_by.as_deref().map(weighted_by));
        if estimates.finite {
            lines.push(
                "Shares are of exactly these rows, not of the population that they are from."
                    .to_owned(),
            );
        }
        lines.push(match estimates.from_scores {
            true => "PPI++ uses the probabilities.".to_owned(),
            false => {
                "PPI++ uses the predicted classes: not all rows have probabilities.".to_owned()
            }
        });
        lines.into_iter().map(Message::plain).collect()
    }

    /// Rows that take no part, and whatever makes the estimates uncertain.
    pub fn warnings(&self) -> Vec<Message> {
        let classes = self.estimates.classes.names();
        let mut warnings = self.reading.warnings(classes);
        let estimates = self.estimates.warnings.iter().cloned();
        let bounds = self.bounds().filter(|_| !self.reading.without.is_empty());
        warnings.extend(bounds.into_iter().chain(estimates).map(Message::plain));
        warnings
    }

    /// Bounds of the first class's share by PPI++, if rows without a prediction count.
    fn bounds(&self) -> Option<String> {
        let target = self.estimates.targets.first()?;
        let bounds = target.overall.bounds(Method::Powered)?;
        Some(format!(
            "with the rows that have no prediction, `{}` may be from {:.1} to {:.1} % (PPI++): if none of them is of \
             the class, or all",
            self.estimates.classes.name(target.class),
            100.0 * bounds.low,
            100.0 * bounds.high
        ))
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let mut all = self.reading.to_json();
        all["label"] = json!(self.label);
        all["cluster"] = json!(self.cluster);
        all["weights_by"] = json!(self.weights_by);
        if let (Value::Object(all), Value::Object(mut found)) = (&mut all, self.estimates.to_json())
        {
            all.append(&mut found);
        }
        all
    }

    /// A row for each share and each difference.
    pub fn to_csv(&self) -> Vec<u8> {
        csv_bytes(COLUMNS.map(String::from), self.estimates.tidy())
    }

    /// The page with figures.
    pub fn page(&self) -> Shares {
        let corpus = self.reading.corpus.name();
        let lines = |messages: Vec<Message>| {
            let lines = messages.iter().map(ToString::to_string);
            lines.collect::<Vec<_>>()
        };
        Shares {
            title: match &self.label {
                Some(label) => format!("Perceived {label} in {corpus}"),
                None => format!("Shares in {corpus}"),
            },
            read: lines(self.sentences()),
            warnings: lines(self.warnings()),
            estimates: self.estimates.clone(),
        }
    }
}
