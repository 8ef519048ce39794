//! Comparison of two runs on the same rows: test rows where both have them, or else those that each run
//! judged out of fold. Never both: a row's two predictions must have come about in the same way.

pub use crate::audit::JudgedRows;

use crate::Error;
use crate::audit::{
    Against, AuditError, AuditOptions, AuditRow, Condition, Pair, ReadPredictions, audit_table,
    design_columns, refuse_many_classes,
};
use crate::predictions::{Columns, PredictionTable};
use crate::words::shown;
use evenhand_data::dataset::Layout;
use evenhand_stats::audit::{
    Comparison, Design, Params, Sampling, Seeds, compare as compare_tables,
};
use evenhand_stats::hint::Message;
use evenhand_stats::record::{Fold, Status};
use evenhand_table::{ReadOptions, plain_file, schema};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

/// Predictions to compare: of a run of `train`, with the layout of its data, or of a table alone.
#[derive(Debug, Clone)]
pub struct Run {
    /// The folder or file, as it was named.
    pub name: String,
    pub layout: Layout,
    pub predictions: PredictionTable,
    /// What other seeds would have given, of training rows and of test rows.
    seeds: RunSeeds,
}

/// Spreads of a run's `metrics.json`; `None` where there was one seed.
#[derive(Debug, Clone, Default)]
struct RunSeeds {
    out_of_fold: Option<Seeds>,
    test: Option<Seeds>,
}

impl RunSeeds {
    /// Those of a run; none of a run without metrics.
    fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("metrics.json");
        if !path.exists() {
            return Ok(Self::default());
        }
        let no_run = |problem: String| AuditError::NoRun {
            path: path.clone(),
            problem,
        };
        let text = plain_file::read_text(&path).map_err(|error| no_run(error.to_string()))?;
        let metrics: Value =
            serde_json::from_str(&text).map_err(|error| no_run(error.to_string()))?;
        let seeds = &metrics["seeds"];
        Ok(Self {
            out_of_fold: Seeds::from_json(&seeds["cross_validation"]),
            test: Seeds::from_json(&seeds["test"]),
        })
    }

    fn of(&self, judged: JudgedRows) -> Option<&Seeds> {
        match judged {
            JudgedRows::Test => self.test.as_ref(),
            JudgedRows::OutOfFold => self.out_of_fold.as_ref(),
        }
    }
}

/// What a comparison needs of a run's `config.toml`.
#[derive(Deserialize)]
struct RunConfig {
    data: RunData,
}

#[derive(Deserialize)]
struct RunData {
    #[serde(default)]
    layout: Layout,
}

impl Run {
    /// Reads the folder of a run, or a table of predictions alone, of which no layout is known.
    ///
    /// # Errors
    /// The folder is no run, or the predictions can't be read.
    pub fn read(folder: &Path, columns: &Columns, options: &ReadOptions) -> Result<Self, Error> {
        let predictions = PredictionTable::read(folder, columns, options);
        let name = folder.display().to_string();
        if folder.is_file() {
            return Ok(Self {
                name,
                layout: Layout::default(),
                predictions: predictions?,
                seeds: RunSeeds::default(),
            });
        }
        let path = folder.join("config.toml");
        let no_run = |problem: String| AuditError::NoRun {
            path: path.clone(),
            problem,
        };
        let text = plain_file::read_text(&path).map_err(|error| no_run(error.to_string()))?;
        let config: RunConfig =
            toml::from_str(&text).map_err(|error| no_run(error.message().to_owned()))?;
        Ok(Self {
            name,
            layout: config.data.layout,
            predictions: predictions?,
            seeds: RunSeeds::read(folder)?,
        })
    }
}

/// Options of a comparison.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompareOptions {
    pub design: Design,
    /// The positive one of two classes; by default that of the first table's training, or the last in sorted
    /// order.
    pub positive: Option<String>,
    pub params: Params,
}

/// Result of a comparison: the first run less the second.
#[derive(Debug, Clone)]
pub struct CompareResult {
    /// The names of both tables.
    pub names: [String; 2],
    pub judged: JudgedRows,
    pub rows: usize,
    pub comparison: Comparison,
    pub notes: Vec<Message>,
}

impl CompareResult {
    /// All numbers.
    pub fn to_json(&self) -> Value {
        let mut all = self.comparison.to_json();
        all["run"] = self.names[0].clone().into();
        all["baseline"] = self.names[1].clone().into();
        all["rows"] = json!({ "n": self.rows, "are": self.judged.to_string() });
        all
    }

    /// What the intervals hold of the chance of training.
    pub fn about_seeds(&self) -> Message {
        match self.comparison.seeds {
            Some([a, b]) => Message::plain(format!(
                "Intervals of metrics hold what other seeds would have given (from {a} and {b} seeds), where both \
                 trainings audited the group; those of gaps and of the worst group do not."
            )),
            None => Message::new(
                "Each is one training: with another seed its results would be a little different, which no interval \
                 here holds. Train both with {seeds} 5 to see how far.",
                &[],
            ),
        }
    }

    /// What was compared.
    pub fn sentence(&self) -> Message {
        let [run, baseline] = &self.names;
        let (rows, judged) = (self.rows, self.judged);
        Message::plain(format!(
            "{run} (here) and {baseline}, on {rows} {judged} rows that both judged"
        ))
    }
}

/// Compares two runs. Images of one person are no independent evidence, where the first run knows persons.
///
/// # Errors
/// As of [`compare`].
pub fn compare_runs(
    [run, baseline]: [&Run; 2],
    options: &CompareOptions,
) -> Result<CompareResult, Error> {
    let mut options = options.clone();
    let columns = run.predictions.table().columns();
    let person = (run.layout.person.as_ref()).filter(|person| columns.contains(person));
    if let Some(column) = person {
        let column = column.clone();
        options.design.sampling = Sampling::Clusters { column };
    }
    let result = compare([&run.predictions, &baseline.predictions], &options)?;
    let seeds = [run, baseline].map(|run| run.seeds.of(result.judged));
    let comparison = match seeds {
        [Some(a), Some(b)] => result.comparison.with_seeds([a, b]),
        _ => result.comparison,
    };
    Ok(CompareResult {
        names: [run, baseline].map(|run| run.name.clone()),
        comparison,
        ..result
    })
}

/// Compares two tables of evenhand's predictions.
///
/// # Errors
/// The runs have not judged the same images in the same way, or something is wrong with a table.
///
/// ```no_run
/// use evenhand_analysis::PredictionTable;
/// use evenhand_analysis::predictions::Columns;
/// use evenhand_table::ReadOptions;
/// # use std::path::Path;
/// use evenhand_analysis::compare::{CompareOptions, compare};
///
/// let read = |run: &str| {
///     PredictionTable::read(Path::new(run), &Columns::default(), &ReadOptions::default())
/// };
/// let result = compare([&read("new/")?, &read("old/")?], &CompareOptions::default())?;
/// println!("{}", result.sentence());
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn compare(
    [predictions, baseline]: [&PredictionTable; 2],
    options: &CompareOptions,
) -> Result<CompareResult, Error> {
    let tables = [predictions, baseline];
    let judged = match has_test_rows(predictions)? && has_test_rows(baseline)? {
        true => JudgedRows::Test,
        false => JudgedRows::OutOfFold,
    };
    let names = tables.map(|table| shown(table.table().path(), "predictions"));
    let options = AuditOptions {
        only: Some(Condition {
            column: schema::FOLD.to_owned(),
            value: Fold::Test.to_string(),
            negated: judged == JudgedRows::OutOfFold,
        }),
        positive: options.positive.clone(),
        design: options.design.clone(),
        params: options.params,
        ..AuditOptions::default()
    };
    let params = options.params.check()?;
    let predictions = &predictions.put_right(&design_columns(&options.design), &[]);
    let mut read = ReadPredictions::new(predictions, &options)?;
    refuse_many_classes(predictions, &read.classes)?;
    let classes = read.classes.names().iter().map(String::as_str);
    let against = Against {
        predictions: baseline.put_right(&[], &classes.collect::<Vec<_>>()),
        id: Some(schema::PATH.to_owned()),
    };
    let all = read.rows.len();
    let pair = Pair::new(predictions, &mut read, &against, &options)?;
    let only = [(all - read.rows.len()) as u64, pair.summary.others_left_out];
    if only != [0, 0] {
        let tables = names;
        return Err(AuditError::OtherRows {
            tables,
            judged,
            only,
        }
        .into());
    }
    refuse_other_images(tables, &read.rows)?;
    let table = |rows: &[AuditRow]| audit_table(predictions, &read.classes, rows, &options.design);
    Ok(CompareResult {
        names,
        judged,
        rows: read.rows.len(),
        comparison: compare_tables(&table(&read.rows)?, &table(&pair.others)?, &params),
        notes: predictions
            .table()
            .notes()
            .into_iter()
            .chain(pair.notes)
            .collect(),
    })
}

fn has_test_rows(predictions: &PredictionTable) -> Result<bool, AuditError> {
    let table = predictions.table();
    let fold = table.text(predictions.position(schema::FOLD, schema::FOLD)?);
    let status = table.text(predictions.position(schema::STATUS, schema::STATUS)?);
    let test = Fold::Test.to_string();
    let is_test =
        |row| fold.get(row) == Some(test.as_str()) && status.get(row) == Some(Status::Ok.name());
    Ok((0..table.rows()).any(is_test))
}

/// Rows of one path are of one image only where its bytes are the same.
fn refuse_other_images(tables: [&PredictionTable; 2], rows: &[AuditRow]) -> Result<(), AuditError> {
    let columns = |predictions: &PredictionTable| {
        let table = predictions.table();
        let path = predictions.position(schema::PATH, schema::PATH)?;
        let hash = match schema::blake3(table.columns()) {
            Some(hash) => hash,
            None => predictions.position(schema::BLAKE3, schema::BLAKE3)?,
        };
        Ok::<_, AuditError>((table.text(path), table.text(hash)))
    };
    let [(paths, hashes), (other_paths, other_hashes)] = [columns(tables[0])?, columns(tables[1])?];
    let others: HashMap<Option<&str>, Option<&str>> =
        other_paths.iter().zip(other_hashes.iter()).collect();
    let differs = |row: &&AuditRow| others.get(&paths.get(row.row)) != Some(&hashes.get(row.row));
    match rows.iter().find(differs) {
        None => Ok(()),
        Some(row) => Err(AuditError::OtherImage {
            tables: tables.map(|table| shown(table.table().path(), "predictions")),
            name: paths.get(row.row).unwrap_or_default().to_owned(),
        }),
    }
}
