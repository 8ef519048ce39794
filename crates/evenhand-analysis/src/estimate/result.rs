//! Result of an estimate, with its files.

use super::{CodedItems, SampleUse};
use crate::predictions::PredictionSource;
use crate::words::{by_reason, counted};
use evenhand_report::Shares;
use evenhand_stats::estimate::{COLUMNS, Estimates, Method};
use evenhand_stats::hint::Message;
use evenhand_table::csv_bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Shares of classes in a corpus, with what was read for them.
#[derive(Debug, Clone)]
pub struct EstimateResult {
    pub corpus: PredictionSource,
    pub coded: CodedItems,
    /// What the classes are of.
    pub label: Option<String>,
    /// The column of clusters.
    pub cluster: Option<String>,
    pub estimates: Estimates,
    /// Numbers of rows of the corpus without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    /// How a part of a sample was used.
    pub sample: SampleUse,
    /// Labelled rows that are not in the corpus, or have no prediction.
    pub absent: usize,
    /// Coded rows that were left out, by their label, which is no class.
    pub unknown: BTreeMap<String, usize>,
    /// What was decided while the tables were read.
    pub notes: Vec<Message>,
}

impl EstimateResult {
    /// What was read, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let estimates = &self.estimates;
        let corpus = self.corpus.shown();
        let mut lines = vec![format!(
            "{corpus}: {} rows with a prediction.",
            estimates.corpus
        )];
        let drawn = match (estimates.weighted, self.coded.has_predictions()) {
            (true, _) => ", weighted by how likely each was to be drawn",
            (false, true) => ", with predictions of their own",
            (false, false) => "",
        };
        let coded = self.coded.table.shown();
        lines.push(format!(
            "{coded}: {} rows with a label{drawn}.",
            estimates.coded
        ));
        if let (Some(column), Some(clusters)) = (&self.cluster, estimates.clusters) {
            lines.push(format!(
                "Rows with the same `{column}` count as one piece of evidence: {} there are, {} of them \
                 with coded rows.",
                clusters.all, clusters.coded
            ));
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
        let estimates = self.estimates.warnings.iter().cloned();
        let all = self.absences().into_iter().chain(estimates);
        let unknown = self.unknown_labels().into_iter();
        unknown.chain(all.map(Message::plain)).collect()
    }

    fn unknown_labels(&self) -> Option<Message> {
        let (example, _) = self.unknown.first_key_value()?;
        let labels = self.unknown.iter();
        let labels = labels.map(|(label, n)| format!("`{label}` ({n})"));
        let classes = self.estimates.classes.names();
        Some(Message::new(
            "{} left out, whose label is no class of the classifier ({}): {}; {map} '{}={}' takes one for a class",
            &[
                &counted(self.unknown.values().sum::<usize>(), "coded row"),
                &classes.join(", "),
                &labels.collect::<Vec<_>>().join(", "),
                example,
                &classes[0],
            ],
        ))
    }

    fn absences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if !self.without.is_empty() {
            said.push(format!(
                "rows of the corpus without a prediction: {}; shares are of the others{}",
                by_reason(&self.without),
                self.bounds().unwrap_or_default()
            ));
        }
        if self.absent > 0 {
            let reason = match self.coded.has_predictions() {
                true => "have no prediction".to_owned(),
                false => {
                    let corpus = self.corpus.shown();
                    format!("are not in {corpus} or have no prediction there")
                }
            };
            let absent = self.absent;
            said.push(format!(
                "labelled rows left out, since they {reason}: {absent}"
            ));
        }
        if self.coded.tied > 0 {
            let tied = self.coded.tied;
            said.push(format!(
                "rows left out, since their coders are tied: {tied}"
            ));
        }
        if self.coded.uncoded > 0 {
            said.push(format!(
                "rows of {} without a label yet: {}; if they are the difficult ones, the others are not \
                 like the corpus",
                self.coded.table.shown(),
                self.coded.uncoded
            ));
        }
        said
    }

    /// Bounds of the first class's share by PPI++, if rows without a prediction count.
    fn bounds(&self) -> Option<String> {
        let target = self.estimates.targets.first()?;
        let bounds = target.overall.bounds(Method::Powered)?;
        Some(format!(
            ". With these rows, `{}` may be from {:.1} to {:.1} % (PPI++): if none of them is of the class, or all",
            self.estimates.classes.name(target.class),
            100.0 * bounds.low,
            100.0 * bounds.high
        ))
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let mut all = json!({
            "predictions": self.corpus.name(),
            "validation": self.coded.table.name(),
            "label": self.label,
            "cluster": self.cluster,
            "without_prediction": self.without,
            "labelled_left_out": self.absent,
            "tied": self.coded.tied,
            "uncoded": self.coded.uncoded,
            "probabilities_recomputed": self.sample.recomputed,
            "strata_joined": self.sample.joined,
            "abstained": self.sample.abstained,
            "abstained_coded": self.sample.abstained_coded,
            "labels_without_class": self.unknown,
        });
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
        let corpus = self.corpus.name();
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
