//! A classifier of another survey, to begin a training from.

use super::config::{SurveyConfig, TransferConfig};
use super::error::SurveyError;
use super::weights::weights;
use crate::classifier::survey::SurveyClassifier;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::run_dir::classifier_file;
use crate::learners::columns::FeatureSpec;
use crate::learners::frame::Frame;
use crate::learners::learner::Model;
use crate::learners::transfer;
use crate::table::Table;
use crate::text::{percent, quoted};
use std::path::Path;

/// More of what the source's columns are worth may not be missing.
const MOST_MISSING: f64 = 0.5;

/// A classifier to begin from, and its rows where they are at hand.
pub struct OpenSource {
    pub classifier: SurveyClassifier,
    rows: Option<Table>,
}

/// Rows of the source that have a label.
pub struct SourceRows {
    pub frame: Frame,
    pub labels: Vec<usize>,
    pub weights: Vec<f64>,
}

impl OpenSource {
    /// # Errors
    /// No classifier of columns, or rows that cannot be read.
    pub fn open(config: &TransferConfig, survey: &SurveyConfig) -> Result<Self, Error> {
        let classifier = SurveyClassifier::open(&classifier_file(&config.from))?;
        let options = survey.data.layout.read_options();
        let rows = config.source_rows.as_deref();
        Ok(Self {
            classifier,
            rows: rows.map(|path| Table::read(path, &options)).transpose()?,
        })
    }

    /// Takes what the configuration leaves open from the source: label and positive class.
    pub fn fill(&self, config: &mut SurveyConfig) {
        let card = &self.classifier.card;
        let layout = &mut config.data.layout;
        layout.label.get_or_insert_with(|| card.label.clone());
        if let [_, positive] = &card.classes[..] {
            layout.positive.get_or_insert_with(|| positive.clone());
        }
    }

    /// # Errors
    /// The target has other classes than the source.
    pub fn check_classes(&self, dataset: &Dataset) -> Result<(), SurveyError> {
        let card = &self.classifier.card;
        match card.classes == dataset.classes.names() {
            true => Ok(()),
            false => Err(SurveyError::OtherClasses {
                source_classes: card.classes.clone(),
                target: dataset.classes.names().to_vec(),
            }),
        }
    }

    /// What the source was trained with, where columns that a target table does not have are gaps; warns of them.
    ///
    /// # Errors
    /// More than [`MOST_MISSING`] of the importance of the source's columns is missing, or all of them.
    pub fn features(
        &self,
        path: &Path,
        columns: &[String],
        on: &mut dyn Events,
    ) -> Result<FeatureSpec, SurveyError> {
        let card = &self.classifier.card;
        let missing = card.features.missing(columns);
        let mut features = card.features.clone();
        if missing.is_empty() {
            return Ok(features);
        }
        let share = card.importance_of(&missing);
        let known = features.features.len() - features.absent.len();
        if share > MOST_MISSING || missing.len() == known {
            return Err(SurveyError::MuchMissing {
                path: path.to_owned(),
                columns: missing,
                share,
            });
        }
        on.warn(Message::plain(format!(
            "{}: no column {}: the source takes it for a gap in every row, here and in all tables that are predicted; {} of \
             what its columns are worth is gone",
            path.display(),
            quoted(&missing),
            percent(share)
        )));
        features.absent.extend(missing);
        Ok(features)
    }

    /// Says which columns of the target the source does not know.
    pub fn tell_new(&self, columns: &[String], on: &mut dyn Events) {
        let card = &self.classifier.card;
        let known = |name: &&String| {
            let left_out = &card.features.left_out;
            card.features.feature(name).is_some()
                || left_out.iter().any(|of| of.column == **name)
                || card.label == **name
        };
        let new: Vec<&String> = columns.iter().filter(|name| !known(name)).collect();
        if !new.is_empty() {
            on.info(Message::plain(format!(
                "the source does not have {}: not learned from",
                quoted(new)
            )));
        }
    }

    /// The rows of the source that have a label; `None` where they are not at hand.
    ///
    /// # Errors
    /// Columns that are missing, and weights that are none.
    pub fn labelled_rows(&self, weight: Option<&str>) -> Result<Option<SourceRows>, Error> {
        let Some(table) = &self.rows else {
            return Ok(None);
        };
        let card = &self.classifier.card;
        let (of_source, _) = card.features.frame(table)?;
        let labels = table.text(table.column(&card.label)?);
        let classes = &self.classifier.classes;
        let class = |row| classes.index(labels.get(row)?);
        let labelled: Vec<(usize, usize)> = (0..table.rows())
            .filter_map(|row| Some((row, class(row)?)))
            .collect();
        let weight = weight.filter(|name| table.columns().iter().any(|column| column == name));
        let all = weights(table, weight)?;
        let rows: Vec<usize> = labelled.iter().map(|(row, _)| *row).collect();
        let sum: f64 = rows.iter().map(|&row| all[row]).sum();
        let mean = sum / rows.len().max(1) as f64;
        Ok(Some(SourceRows {
            frame: of_source.take(&rows),
            labels: labelled.into_iter().map(|(_, class)| class).collect(),
            weights: rows.iter().map(|&row| all[row] / mean).collect(),
        }))
    }

    /// The source's model, and its logistic regression where it has one.
    pub fn model(&self) -> transfer::Source<'_> {
        let model = &self.classifier.model;
        transfer::Source {
            model,
            linear: match model {
                Model::Logistic(model) => Some(model),
                _ => self.classifier.linear.as_ref(),
            },
            rows: &[],
        }
    }
}
