//! A corpus with its coded rows, as they were read.

use super::corpus::{CorpusReader, Material};
use super::{CodedItems, EstimateError, EstimateOptions, SampleUse};
use crate::Error;
use crate::codes::CodeColumns;
use crate::predictions::PredictionSource;
use crate::words::{by_reason, counted};
use evenhand_stats::estimate::Clusters;
use evenhand_stats::hint::Message;
use evenhand_table::{ReadOptions, Recode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A corpus with its coded rows, and the rows that were left out.
#[derive(Debug, Clone)]
pub struct Reading {
    pub corpus: PredictionSource,
    pub coded: CodedItems,
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

/// The files of a corpus and its coded rows; names of values are changed in both. Labels of the coded rows may stand in
/// the column `label`.
///
/// # Errors
/// The coded rows are no table of codes, or a value that is renamed is in neither file.
pub fn open(
    (predictions, coded): (&Path, &Path),
    columns: &CodeColumns,
    label: Option<&str>,
    options: &ReadOptions,
) -> Result<(PredictionSource, CodedItems), Error> {
    let coded = CodedItems::read(coded, columns, label, options)?;
    let corpus = PredictionSource::file(predictions, options).renamed(columns.map.clone());
    Recode::check(&columns.map, &[&corpus.columns()?, &coded.table.columns])?;
    Ok((corpus, coded))
}

/// Reads a corpus once, chunk by chunk, with the coded rows that belong to it.
///
/// # Errors
/// Whatever is wrong with either table, or they do not belong together.
pub(crate) fn read(
    corpus: &PredictionSource,
    coded: &CodedItems,
    options: &EstimateOptions,
) -> Result<(Reading, Material), Error> {
    let mut chunks = corpus.chunks()?;
    let mut reader = CorpusReader::new(corpus, chunks.first(), coded, options)?;
    for chunk in chunks.by_ref() {
        reader.add(&chunk?)?;
    }
    let mut material = reader.finish()?;
    let without = std::mem::take(&mut material.without);
    let unknown = std::mem::take(&mut material.unknown);
    let labelled = coded.labelled().count() - unknown.values().sum::<usize>();
    let used = material.inputs.coded.len();
    if used == 0 {
        let first = coded.labelled().next().map(|item| &coded.item(item).name);
        return Err(Error::from(EstimateError::NoneInCorpus {
            table: coded.table.prefix(),
            corpus: corpus.shown(),
            example: first.cloned().unwrap_or_default(),
        }));
    }
    let mut notes = chunks.notes();
    notes.append(&mut material.notes);
    notes.extend(material.sample.notes(&coded.table.prefix()));
    notes.extend(coded.table.notes.iter().cloned());
    if coded.has_predictions() {
        let table = coded.table.prefix();
        notes.push(Message::plain(format!(
            "{table}labels stand beside predictions of their own"
        )));
    }
    let reading = Reading {
        corpus: corpus.clone(),
        coded: coded.clone(),
        without,
        sample: material.sample.clone(),
        absent: labelled - used,
        unknown,
        notes,
    };
    Ok((reading, material))
}

impl Reading {
    /// How many rows of the corpus and coded rows take part, and in what clusters, a line each.
    pub(crate) fn sentences(
        &self,
        (corpus, coded): (u64, u64),
        weighted: bool,
        clusters: Option<(&str, Clusters)>,
    ) -> Vec<String> {
        let table = self.corpus.shown();
        let mut lines = vec![format!("{table}: {corpus} rows with a prediction.")];
        let drawn = match (weighted, self.coded.has_predictions()) {
            (true, _) => ", weighted by how likely each was to be drawn",
            (false, true) => ", with predictions of their own",
            (false, false) => "",
        };
        let table = self.coded.table.shown();
        lines.push(format!("{table}: {coded} rows with a label{drawn}."));
        if let Some((column, clusters)) = clusters {
            lines.push(format!(
                "Rows with the same `{column}` count as one piece of evidence: {} there are, {} of them \
                 with coded rows.",
                clusters.all, clusters.coded
            ));
        }
        lines
    }

    /// Rows that take no part; `classes` are those of the classifier.
    pub(crate) fn warnings(&self, classes: &[String]) -> Vec<Message> {
        let absences = self.absences().into_iter().map(Message::plain);
        self.unknown_labels(classes)
            .into_iter()
            .chain(absences)
            .collect()
    }

    fn unknown_labels(&self, classes: &[String]) -> Option<Message> {
        let (example, _) = self.unknown.first_key_value()?;
        let labels = self.unknown.iter();
        let labels = labels.map(|(label, n)| format!("`{label}` ({n})"));
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
                "rows of the corpus without a prediction: {}; results are of the others",
                by_reason(&self.without)
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
        said.extend(self.coded.tied_rows());
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

    /// What was read, and what was left out.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "predictions": self.corpus.name(),
            "validation": self.coded.table.name(),
            "without_prediction": self.without,
            "labelled_left_out": self.absent,
            "tied": self.coded.tied,
            "uncoded": self.coded.uncoded,
            "probabilities_recomputed": self.sample.recomputed,
            "strata_joined": self.sample.joined,
            "abstained": self.sample.abstained,
            "abstained_coded": self.sample.abstained_coded,
            "labels_without_class": self.unknown,
        })
    }
}
