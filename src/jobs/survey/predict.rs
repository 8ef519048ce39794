//! Predictions for the rows of tables, chunk by chunk, so that memory does not grow with their number.

use super::config::SurveyConfig;
use crate::WriteError;
use crate::classifier::survey::SurveyClassifier;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::config::ConfigError;
use crate::jobs::files::{Overwrite, write_table};
use crate::jobs::run_dir::classifier_file;
use crate::learners::columns::RowProblem;
use crate::predict::{Format, RowWriter, Table as Rows};
use crate::record::{BadImage, Fold, MISSING, Prediction, Status};
use crate::table::{ReadOptions, Table, TableReader, TextColumn};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Classifier and tables of predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyPredictConfig {
    /// A run, or a `classifier.onnx`.
    pub classifier: PathBuf,
    /// Tables with the columns of the training, in any order.
    pub inputs: Vec<PathBuf>,
    /// The column that names rows; by default that of the training, or where rows stand in their file.
    pub id: Option<String>,
    pub unseen: Unseen,
}

/// What becomes of a row with a value that the training rows do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unseen {
    /// It gets a status and a reason, and no prediction.
    #[default]
    Refuse,
    /// The value counts as a gap.
    Gap,
}

/// Counts of a table of predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PredictedRows {
    pub rows: u64,
    /// Rows without a prediction.
    pub bad: u64,
}

impl SurveyPredictConfig {
    /// Opens the classifier.
    fn open(&self) -> Result<SurveyClassifier, Error> {
        Ok(SurveyClassifier::open(&classifier_file(&self.classifier))?)
    }
}

/// Predicts every row of some tables into a table, whose extension names its format. It appears whole.
///
/// # Errors
/// A classifier or tables that cannot be used, columns that are missing, a file that is there or cannot be written.
///
/// ```no_run
/// let config = evenhand::SurveyPredictConfig {
///     classifier: "run".into(),
///     inputs: vec!["people.csv".into()],
///     id: None,
///     unseen: Default::default(),
/// };
/// evenhand::predict_survey(&config, "scores.csv".as_ref(), evenhand::Overwrite::No, &mut ())?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn predict_survey(
    config: &SurveyPredictConfig,
    out: &Path,
    overwrite: Overwrite,
    on: &mut dyn Events,
) -> Result<PredictedRows, Error> {
    let counts = write_table(out, overwrite, |file, format| {
        let classifier = config.open()?;
        write(config, &classifier, (file, out), format, on)
    })?;
    on.info(Message::plain(format!(
        "{} rows in {}",
        counts.rows,
        out.display()
    )));
    Ok(counts)
}

/// The same as CSV to `out`, whose name is for errors.
///
/// # Errors
/// As there.
pub fn predict_survey_to(
    config: &SurveyPredictConfig,
    out: impl Write + Send,
    name: &Path,
    on: &mut dyn Events,
) -> Result<PredictedRows, Error> {
    let classifier = config.open()?;
    let (mut out, counts) = write(config, &classifier, (out, name), Format::Csv, on)?;
    out.flush().map_err(WriteError::of(name))?;
    Ok(counts)
}

/// Writes all rows, and gives the writer back.
fn write<W: Write + Send>(
    config: &SurveyPredictConfig,
    classifier: &SurveyClassifier,
    (out, name): (W, &Path),
    format: Format,
    on: &mut dyn Events,
) -> Result<(W, PredictedRows), Error> {
    let card = &classifier.card;
    let trained: SurveyConfig = toml::from_str(&card.config)
        .map_err(|error| ConfigError::parse(&config.classifier, &card.config, &error))?;
    let options = trained.data.layout.read_options();
    let attributes = attributes(&config.inputs, &options)?;
    let rows = Rows::new(&classifier.classes, &attributes, &card.label);
    let failed = WriteError::of(name);
    let mut writer = RowWriter::new(out, format, &rows.columns).map_err(&failed)?;
    let (mut counts, mut bad) = (PredictedRows::default(), BadImages::default());
    for path in &config.inputs {
        let mut reader = TableReader::open(path, &options)?;
        card.features
            .check(&format!("{}: ", path.display()), reader.columns())?;
        for chunk in reader.by_ref() {
            on.go_on()?;
            let chunk = chunk?;
            let id = config.id.as_ref().or(trained.columns.id.as_ref());
            for prediction in predicted(classifier, &chunk, id, config.unseen)? {
                if let Err(reason) = &prediction.outcome {
                    bad.add(&prediction.path, reason);
                    counts.bad += 1;
                }
                writer.write(&rows.row(&prediction)).map_err(&failed)?;
                counts.rows += 1;
            }
            on.progress(Stage::Predicting, counts.rows, None);
        }
        for note in reader.notes() {
            on.info(note);
        }
    }
    on.finished(Stage::Predicting);
    bad.warn("without a prediction", "their rows say why", on);
    Ok((writer.finish().map_err(failed)?, counts))
}

/// The columns of all tables, which have to be the same.
fn attributes(inputs: &[PathBuf], options: &ReadOptions) -> Result<Vec<String>, Error> {
    let mut attributes: Option<Vec<String>> = None;
    for path in inputs {
        let reader = TableReader::open(path, options)?;
        match &attributes {
            None => attributes = Some(reader.columns().to_vec()),
            Some(known) if known == reader.columns() => {}
            Some(known) => {
                return Err(super::SurveyError::OtherColumns {
                    path: path.clone(),
                    columns: reader.columns().to_vec(),
                    expected: known.clone(),
                }
                .into());
            }
        }
    }
    Ok(attributes.unwrap_or_default())
}

/// One prediction a row of a chunk.
fn predicted(
    classifier: &SurveyClassifier,
    chunk: &Table,
    id: Option<&String>,
    unseen: Unseen,
) -> Result<Vec<Prediction>, Error> {
    let card = &classifier.card;
    let (frame, problems) = card.features.frame(chunk)?;
    let all: Vec<usize> = (0..frame.rows()).collect();
    let probabilities = classifier.model.probabilities(&frame, &all);
    let refused = match unseen {
        Unseen::Refuse => by_row(problems),
        Unseen::Gap => BTreeMap::new(),
    };
    let texts: Vec<TextColumn> = (0..chunk.columns().len())
        .map(|at| chunk.text(at))
        .collect();
    let place = |name: &String| chunk.columns().iter().position(|column| column == name);
    let (id, label) = (id.and_then(place), place(&card.label));
    let value = |column: &TextColumn, row: usize| column.get(row).unwrap_or(MISSING).to_owned();
    let classes = classifier.classes.len();
    let prediction = |row: usize| {
        let own = id.and_then(|id| texts[id].get(row));
        let own = own.map(str::to_owned);
        let scores = &probabilities[row * classes..(row + 1) * classes];
        Prediction {
            path: own.unwrap_or_else(|| chunk.row_name(row)),
            blake3: None,
            outcome: match refused.get(&row) {
                Some(reason) => Err(BadImage {
                    status: Status::Invalid,
                    reason: reason.clone(),
                }),
                None => Ok(classifier.decide(scores)),
            },
            label: label.and_then(|at| classifier.classes.index(texts[at].get(row)?)),
            fold: Fold::New,
            attributes: texts.iter().map(|column| value(column, row)).collect(),
        }
    };
    Ok(all.iter().map(|&row| prediction(row)).collect())
}

/// What is wrong with each row that has a problem.
fn by_row(problems: Vec<RowProblem>) -> BTreeMap<usize, String> {
    let mut reasons: BTreeMap<usize, String> = BTreeMap::new();
    for problem in problems {
        let reason = reasons.entry(problem.row).or_default();
        if !reason.is_empty() {
            reason.push_str("; ");
        }
        reason.push_str(&problem.to_string());
    }
    reasons
}
