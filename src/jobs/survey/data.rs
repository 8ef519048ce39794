//! Rows of a survey as a training takes them: features, labels and weights.

use super::config::SurveyConfig;
use super::source::OpenSource;
use super::weights::weights as weights_of;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::training::tell;
use crate::learners::columns::{self, Codebook, FeatureSpec, LeftOut, RowProblem};
use crate::learners::frame::Frame;
use crate::learners::learner::Select;
use crate::record::{BadImage, Part, Status};
use crate::table::Table;
use crate::text::counted;
use std::path::Path;

/// Problems that are told one by one.
const SHOWN: usize = 3;

/// A survey, ready to be split and learned from.
pub struct SurveyData {
    pub dataset: Dataset,
    /// Of the training table.
    pub codebook: Codebook,
    pub spec: FeatureSpec,
    /// One row a record, of all columns that could be selected.
    pub frame: Frame,
    /// One a record, 1 without a column of weights.
    pub weights: Vec<f64>,
    /// For each record whether it can be used, or why not.
    pub rows: Vec<Result<(), BadImage>>,
}

impl SurveyData {
    /// Reads the training table, and the test table where there is one, and makes features of their columns.
    ///
    /// # Errors
    /// Tables that cannot be read, columns that are not there, weights that are none, no feature.
    pub fn new(
        config: &SurveyConfig,
        source: Option<&OpenSource>,
        on: &mut dyn Events,
    ) -> Result<Self, Error> {
        let layout = &config.data.layout;
        let id = config.columns.id.as_deref();
        let options = layout.read_options();
        let table = Table::read(&config.data.path, &options)?;
        let known = config.codebook();
        let codebook = Codebook::of(&table, &known)?;
        let spec = match source {
            Some(source) => {
                source.tell_new(table.columns(), on);
                source.features(&config.data.path, table.columns(), on)?
            }
            None => FeatureSpec::of(&codebook, &config.columns.select)?,
        };
        spec.check(
            &format!("{}: ", config.data.path.display()),
            table.columns(),
        )?;
        for finding in columns::findings(&table, &codebook, &known.roles, &spec)? {
            match finding.severity {
                columns::Severity::Warning => on.warn(finding.text),
                columns::Severity::Note => on.info(finding.text),
            }
        }
        let mut dataset = Dataset::of_survey(&table, id, layout)?;
        let (mut frame, mut problems) = spec.frame(&table)?;
        let mut weights = weights_of(&table, config.columns.weights.as_deref())?;
        if let Some(test) = &config.data.test {
            let table = Table::read(test, &options)?;
            let first = dataset.records.len();
            dataset = dataset.with_test_survey(&table, id, layout)?;
            let (of_test, of_rows) = spec.frame(&table)?;
            frame.append(of_test);
            problems.extend(of_rows.into_iter().map(|problem| RowProblem {
                row: first + problem.row,
                ..problem
            }));
            weights.extend(weights_of(&table, config.columns.weights.as_deref())?);
        }
        tell(&dataset, on);
        tell_columns(&spec, on);
        tell_problems(&dataset, &problems, &config.data.path, on);
        // Nothing stops early here: validation rows are as good to learn from as any.
        for record in &mut dataset.records {
            if record.part == Some(Part::Validation) {
                record.part = Some(Part::Train);
            }
        }
        let rows = dataset.records.iter().map(|record| match record.label {
            Some(_) => Ok(()),
            None => Err(BadImage {
                status: Status::Unlabelled,
                reason: "the row has no label".into(),
            }),
        });
        Ok(Self {
            rows: rows.collect(),
            dataset,
            codebook,
            spec,
            frame,
            weights,
        })
    }

    /// Takes columns out of the features that were not selected.
    pub fn keep(&mut self, selected: &[String], by: Select) {
        let why = format!("not selected ({by})");
        let features = std::mem::take(&mut self.spec.features).into_iter();
        let (kept, dropped): (Vec<_>, Vec<_>) =
            features.partition(|feature| selected.contains(&feature.name));
        self.spec.features = kept;
        self.spec
            .left_out
            .extend(dropped.into_iter().map(|feature| LeftOut {
                column: feature.name,
                why: why.clone(),
            }));
    }

    /// The records that can be used, by number.
    pub fn usable(&self) -> Vec<usize> {
        let rows = self.rows.iter().enumerate();
        let usable = rows.filter(|(_, row)| row.is_ok());
        usable.map(|(at, _)| at).collect()
    }
}

/// Says which columns are features, and which are not and why.
fn tell_columns(spec: &FeatureSpec, on: &mut dyn Events) {
    let names = spec.features.iter().map(|feature| &feature.name);
    let names = names.filter(|name| !spec.absent.contains(name));
    let names: Vec<&str> = names.map(String::as_str).collect();
    on.info(Message::plain(format!(
        "learned from {}: {}",
        counted(names.len(), "column"),
        names.join(", ")
    )));
    for left_out in &spec.left_out {
        on.info(Message::plain(format!(
            "`{}` is not learned from: {}",
            left_out.column, left_out.why
        )));
    }
}

/// Warns of values that cannot be used; they count as gaps.
fn tell_problems(dataset: &Dataset, problems: &[RowProblem], path: &Path, on: &mut dyn Events) {
    let Some(first) = problems.first() else {
        return;
    };
    on.warn(Message::plain(format!(
        "{}: {} taken as gaps; {}: {first}",
        path.display(),
        counted(problems.len(), "value"),
        dataset.records[first.row].path
    )));
    for problem in problems.iter().skip(1).take(SHOWN - 1) {
        let row = &dataset.records[problem.row].path;
        on.info(Message::plain(format!("{row}: {problem}")));
    }
}
