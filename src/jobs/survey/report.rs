//! What a training on a survey tells: its report, and its learners side by side.

use super::config::SurveyConfig;
use super::data::SurveyData;
use super::explain::Explanation;
use super::learn::Learned;
use super::run::SurveyRun;
use crate::jobs::training::{Evaluation, ReportInputs, Split};
use crate::learners::importance::{Change, SourceImportance};
use crate::learners::learner::{Candidate, Nested, Select};
use crate::learners::logistic::Coefficient;
use crate::report::gallery::Images;
use crate::report::{
    self, ColumnMethod, ColumnSelection, Leaderboard, LeaderboardRow, Method, Report,
    SelectedColumn,
};
use crate::text::TextTable;
use serde_json::{Value, json};
use std::time::Duration;

/// The content of `report.html` and `model_card.json`.
pub(super) fn report(
    evaluation: &Evaluation,
    config: &SurveyConfig,
    (data, split): (&SurveyData, &Split),
    learned: &Learned,
    time: Duration,
) -> Report {
    let fitted = &learned.nested.fitted;
    let names = data
        .spec
        .features
        .iter()
        .map(|feature| feature.name.clone());
    let warnings = data.codebook.columns.iter().flat_map(|column| {
        let name = &column.name;
        column
            .warnings
            .iter()
            .map(move |warning| format!("{name}: {warning}"))
    });
    let left_out = data.spec.left_out.iter();
    let left_out =
        left_out.map(|left_out| format!("{} is no feature: {}", left_out.column, left_out.why));
    let method = ColumnMethod {
        learner: learned.nested.winner().title.to_owned(),
        columns: names.collect(),
        features: data.spec.columns().len() as u64,
        selection: selection(&learned.nested, config.select.by),
        settings: fitted.settings.clone(),
        leaderboard: (learned.nested.candidates.len() > 1).then(|| leaderboard(learned)),
        importance: importance(&learned.explanation),
        uses: Some(Box::new(learned.explanation.uses.clone())),
        coefficients: learned
            .explanation
            .coefficients(data.dataset.classes.names()),
        notes: left_out.chain(warnings).collect(),
    };
    evaluation.report(ReportInputs {
        config: &config.data,
        images: Images::Hidden,
        dataset: &data.dataset,
        split,
        training: report::Training {
            train: split.train.len() as u64,
            test: split.test.len() as u64,
            method: Method::Columns(method),
            folds: config.validation.folds as u32,
            seed: config.validation.seed,
            seconds: time.as_secs_f64(),
            curves: Vec::new(),
            seeds: Vec::new(),
            across: None,
        },
        maps: None,
    })
}

/// What columns are worth, where that has an interval.
fn importance(explanation: &Explanation) -> Vec<report::Importance> {
    let sources = explanation.importance.sources.iter();
    let of_source = sources.filter_map(|of| {
        let interval = of.log_loss.interval?;
        Some(report::Importance {
            column: of.source.clone(),
            loss: of.log_loss.value,
            low: interval.low,
            high: interval.high,
        })
    });
    of_source.collect()
}

/// Importance of columns and coefficients in `metrics.json`.
pub(super) fn columns_to_json(explanation: &Explanation) -> Value {
    let change = |change: &Change| {
        json!({
            "value": change.value,
            "low": change.interval.map(|of| of.low),
            "high": change.interval.map(|of| of.high),
        })
    };
    let source = |of: &SourceImportance| {
        json!({
            "column": of.source,
            "log_loss": change(&of.log_loss),
            "auc": change(&of.auc),
        })
    };
    let coefficient = |of: &Coefficient| {
        json!({
            "name": of.name,
            "column": of.source,
            "class": of.class,
            "value": of.raw.value,
            "standard_error": of.raw.se,
            "low": of.raw.interval.low,
            "high": of.raw.interval.high,
            "p": of.p,
            "standardised": of.standardised.value,
        })
    };
    let coefficients = explanation.coefficients.as_ref();
    json!({
        "uses": explanation.uses_json,
        "importance": explanation.importance.sources.iter().map(source).collect::<Vec<_>>(),
        "coefficients": coefficients.map(|of| of.rows.iter().map(coefficient).collect::<Vec<_>>()),
    })
}

fn leaderboard(learned: &Learned) -> Leaderboard {
    let nested = &learned.nested;
    let row = |(at, candidate): (usize, &Candidate)| LeaderboardRow {
        learner: candidate.title.to_owned(),
        log_loss: candidate.loss.mean,
        standard_error: candidate.loss.standard_error,
        auc: Some(candidate.auc),
        seconds: candidate.time.as_secs_f64(),
        is_chosen: at == nested.chosen,
    };
    Leaderboard {
        rows: nested.candidates.iter().enumerate().map(row).collect(),
        sentence: match &learned.transfer {
            Some(transfer) => transfer.sentences().join(" "),
            None => choice(nested).join(" "),
        },
    }
}

/// Which columns were selected on all training rows and in how many folds; `None` where all were kept.
fn selection(nested: &Nested, by: Select) -> Option<ColumnSelection> {
    let kept = nested.selected.as_ref()?;
    let in_folds = nested.fold_models.iter().flat_map(|fold| &fold.selected);
    let in_folds: Vec<&Vec<String>> = in_folds.collect();
    let mut columns: Vec<SelectedColumn> = Vec::new();
    for column in kept.iter().chain(in_folds.iter().copied().flatten()) {
        if columns.iter().any(|known| known.column == *column) {
            continue;
        }
        columns.push(SelectedColumn {
            column: column.clone(),
            is_kept: kept.contains(column),
            folds: in_folds.iter().filter(|of| of.contains(column)).count() as u64,
        });
    }
    Some(ColumnSelection {
        by: by.name(),
        columns,
        folds: in_folds.len() as u64,
    })
}

/// Why a learner was chosen, and what the choice was in the folds, in sentences.
fn choice(nested: &Nested) -> Vec<String> {
    let candidates = nested.candidates.iter();
    let least = candidates.min_by(|a, b| a.loss.mean.total_cmp(&b.loss.mean));
    let (chosen, in_folds) = (nested.winner(), &nested.chosen_in_folds);
    let why = match least {
        Some(least) if least.name != chosen.name => format!(
            "Chosen: {}, the simplest whose log loss is within one standard error of the least, that of {}.",
            chosen.title, least.title
        ),
        _ => format!("Chosen: {}, with the least log loss.", chosen.title),
    };
    let same = in_folds.iter().filter(|&&at| at == nested.chosen).count();
    let honest = format!(
        "The choice was made anew in each fold, from its training rows alone ({same} of {} folds chose the same): the \
         metrics are those of that choice, so that they are not too good for having been chosen.",
        in_folds.len()
    );
    vec![why, honest]
}

impl SurveyRun {
    /// The learners side by side, and why one was chosen.
    pub fn leaderboard(&self) -> (TextTable, Vec<String>) {
        if let Some(transfer) = &self.transfer {
            return (transfer.table(), transfer.sentences());
        }
        let row = |(at, candidate): (usize, &Candidate)| {
            let mark = if at == self.nested.chosen { "▶" } else { "" };
            vec![
                mark.to_owned(),
                candidate.title.to_owned(),
                format!("{:.4}", candidate.loss.mean),
                format!("{:.4}", candidate.loss.standard_error),
                format!("{:.4}", candidate.auc),
                format!("{:.1} s", candidate.time.as_secs_f64()),
            ]
        };
        let table = TextTable {
            header: ["", "learner", "log loss", "standard error", "AUC", "time"]
                .map(String::from)
                .to_vec(),
            rows: self.nested.candidates.iter().enumerate().map(row).collect(),
        };
        let mut sentences = match self.nested.candidates.len() {
            1 => Vec::new(),
            _ => choice(&self.nested),
        };
        let selection = selection(&self.nested, self.config.select.by);
        sentences.extend(selection.iter().flat_map(ColumnSelection::sentences));
        (table, sentences)
    }
}

/// The learners in `metrics.json`.
pub(super) fn learners_to_json(nested: &Nested, by: Select) -> Value {
    let candidate = |candidate: &Candidate| {
        json!({
            "learner": candidate.name,
            "log_loss": candidate.loss.mean,
            "standard_error": candidate.loss.standard_error,
            "auc": candidate.auc,
            "seconds": candidate.time.as_secs_f64(),
        })
    };
    let in_folds = nested.chosen_in_folds.iter();
    let in_folds = in_folds.map(|&at| nested.candidates[at].name);
    let settings = nested.fitted.settings.iter();
    let settings = settings.map(|(name, value)| json!({ "name": name, "value": value }));
    let selection = selection(nested, by).map(|found| {
        let columns = found.columns.iter();
        let columns = columns
            .map(|of| json!({ "column": of.column, "is_kept": of.is_kept, "folds": of.folds }));
        json!({ "by": found.by, "columns": columns.collect::<Vec<_>>() })
    });
    json!({
        "selection": selection,
        "candidates": nested.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "chosen": nested.winner().name,
        "chosen_in_folds": in_folds.collect::<Vec<_>>(),
        "settings": settings.collect::<Vec<_>>(),
    })
}
