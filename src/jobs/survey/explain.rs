//! What columns are worth to a classifier and how it uses them, and the coefficients of a logistic regression on the
//! same rows.

use super::data::SurveyData;
use super::uses::Uses;
use crate::audit::Design;
use crate::jobs::training::Split;
use crate::learners::examples::Examples;
use crate::learners::importance::{Importance, PermutationParams, permutation, sample};
use crate::learners::learner::{Learner, LearnerParams, Model, Nested, Task};
use crate::learners::logistic::{Coefficient, CoefficientTable, Errors, Logistic};
use crate::report;
use crate::stats::Level;
use crate::stats::survey::Survey;
use crate::text::{TextTable, p};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Of intervals.
const LEVEL: f64 = 0.95;
/// Rows that columns are shuffled among.
const ROWS: usize = 4_000;
/// How often each column is shuffled.
const REPEATS: usize = 3;

/// What is known of a classifier beside its predictions.
pub struct Explanation {
    pub importance: Importance,
    pub uses: report::Uses,
    /// The same in `metrics.json`.
    pub uses_json: Value,
    /// A logistic regression on all training rows: the classifier itself, or one beside it.
    pub linear: Option<Logistic>,
    pub coefficients: Option<CoefficientTable>,
}

impl Explanation {
    /// Shuffles the columns of held-out rows, and fits a logistic regression where one was tried.
    pub fn new(
        task: &Task,
        nested: &Nested,
        (data, split, design): (&SurveyData, &Split, &Design),
        params: &LearnerParams,
    ) -> Self {
        let level = Level::new(LEVEL).expect("the level is a share");
        let clusters = clusters(data, task.examples.frame.rows());
        let narrow = nested.narrowed(task.examples.frame);
        let examples = Examples {
            frame: &narrow,
            ..*task.examples
        };
        let on_selected = Task {
            examples: &examples,
            ..*task
        };
        let linear = linear(&on_selected, nested, params);
        let errors = Errors::Design {
            strata: &[],
            clusters: &clusters,
        };
        let table = |model: &Logistic| model.table(&examples, &split.train, errors, level);
        let importance = importance(task, nested, &clusters, level);
        let looked_into = Uses::new(task, nested, &importance, (data, design));
        let uses = looked_into.to_report();
        Self {
            uses_json: looked_into.to_json(&uses),
            uses,
            importance,
            coefficients: linear.as_ref().and_then(table),
            linear,
        }
    }

    /// By how much the log loss rises without each column.
    pub fn importance_by_column(&self) -> BTreeMap<String, f64> {
        let sources = self.importance.sources.iter();
        let by_column = sources.map(|of| (of.source.clone(), of.log_loss.value));
        by_column.collect()
    }

    /// The coefficients as a table of text, of numbers per unit of their column.
    pub fn coefficients(&self, classes: &[String]) -> Option<TextTable> {
        let found = self.coefficients.as_ref()?;
        let header = [
            "column",
            "coefficient",
            "standard error",
            "95 % interval",
            "p",
        ];
        let row = |of: &Coefficient| {
            let name = match classes.len() {
                2 => of.name.clone(),
                _ => format!("{}: {}", classes[of.class], of.name),
            };
            let interval = of.raw.interval;
            vec![
                name,
                format!("{:.4}", of.raw.value),
                format!("{:.4}", of.raw.se),
                format!("{:.4} to {:.4}", interval.low, interval.high),
                p(of.p),
            ]
        };
        Some(TextTable {
            header: header.map(String::from).to_vec(),
            rows: found.rows.iter().map(row).collect(),
        })
    }
}

/// Each column shuffled among rows that the models of the folds had not seen.
fn importance(task: &Task, nested: &Nested, clusters: &[u32], level: Level) -> Importance {
    let rows = sample(&nested.held_out_rows(), ROWS, task.seed);
    let survey = Survey {
        weights: task.examples.weights.to_vec(),
        strata: Vec::new(),
        clusters: clusters.to_vec(),
        margins: Vec::new(),
    };
    let Examples { classes, .. } = *task.examples;
    permutation(
        task.examples,
        &rows,
        &survey,
        |frame, rows| nested.held_out(frame, rows, classes),
        PermutationParams {
            repeats: REPEATS,
            seed: task.seed,
            level,
        },
    )
}

/// The number of each row's cluster, empty where rows are independent. Rows without one are clusters of their own.
fn clusters(data: &SurveyData, rows: usize) -> Vec<u32> {
    let records = &data.dataset.records;
    if records.iter().all(|record| record.person.is_none()) {
        return Vec::new();
    }
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut next = 0;
    let mut clusters: Vec<u32> = Vec::with_capacity(rows);
    for record in records {
        let number = match record.person.as_deref() {
            Some(name) => *numbers.entry(name).or_insert(next),
            None => next,
        };
        next = next.max(number + 1);
        clusters.push(number);
    }
    clusters.extend((next..).take(rows - records.len()));
    clusters
}

/// The logistic regression among the candidates, fitted to all rows.
fn linear(task: &Task, nested: &Nested, params: &LearnerParams) -> Option<Logistic> {
    if let Model::Logistic(model) = &nested.fitted.model {
        return Some(model.clone());
    }
    let name = Learner::Logistic.name();
    nested.candidates.iter().find(|of| of.name == name)?;
    match Learner::Logistic.fit(task, params).ok()?.model {
        Model::Logistic(model) => Some(model),
        _ => None,
    }
}
