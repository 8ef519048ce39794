//! A training on columns of a table, ready to show: learners side by side, importance, coefficients.

use super::figures::{ShownContributions, ShownDependence, ShownImportance};
use super::format;
use super::method::{ColumnMethod, ColumnSelection, LeaderboardRow, SelectedColumn};
use super::uses::Uses;
use evenhand_stats::text::TextTable;

pub struct ShownColumns<'a> {
    pub learner: &'a str,
    /// `18 columns`
    pub columns: String,
    pub leaderboard: Option<ShownLeaderboard<'a>>,
    pub importance: Option<ShownImportance>,
    pub dependence: Option<ShownDependences<'a>>,
    pub contributions: Option<ShownContributions>,
    pub coefficients: Option<&'a TextTable>,
    pub notes: &'a [String],
    pub selection: Option<ShownSelection<'a>>,
}

/// Columns that were selected.
pub struct ShownSelection<'a> {
    pub sentences: Vec<String>,
    /// Column, whether it is kept, and the number of folds.
    pub rows: Vec<(&'a str, bool, String)>,
}

/// Partial dependence on some columns.
pub struct ShownDependences<'a> {
    pub class: &'a str,
    pub rows: String,
    pub columns: Vec<ShownDependence>,
}

pub struct ShownLeaderboard<'a> {
    pub rows: Vec<ShownLearner<'a>>,
    pub sentence: &'a str,
}

pub struct ShownLearner<'a> {
    pub learner: &'a str,
    pub log_loss: String,
    pub standard_error: String,
    pub auc: String,
    pub time: String,
    pub is_chosen: bool,
}

impl<'a> ShownColumns<'a> {
    pub fn new(method: &'a ColumnMethod) -> Self {
        let leaderboard = method.leaderboard.as_ref();
        let uses = method.uses.as_deref();
        Self {
            learner: &method.learner,
            columns: format::counted(method.columns.len() as u64, "column"),
            leaderboard: leaderboard.map(|leaderboard| ShownLeaderboard {
                rows: leaderboard.rows.iter().map(shown).collect(),
                sentence: &leaderboard.sentence,
            }),
            importance: ShownImportance::new(&method.importance),
            dependence: uses
                .filter(|uses| !uses.dependence.is_empty())
                .map(dependences),
            contributions: uses
                .and_then(|uses| uses.contributions.as_ref())
                .and_then(ShownContributions::new),
            coefficients: method.coefficients.as_ref(),
            notes: &method.notes,
            selection: method.selection.as_ref().map(selection),
        }
    }

    /// True if there is anything about what the classifier uses.
    pub fn has_uses(&self) -> bool {
        self.importance.is_some()
            || self.dependence.is_some()
            || self.contributions.is_some()
            || self.coefficients.is_some()
    }
}

fn selection(of: &ColumnSelection) -> ShownSelection<'_> {
    let row = |column: &SelectedColumn| format!("{} of {}", column.folds, of.folds);
    let rows = of.columns.iter();
    ShownSelection {
        sentences: of.sentences(),
        rows: rows
            .map(|column| (column.column.as_str(), column.is_kept, row(column)))
            .collect(),
    }
}

fn dependences(uses: &Uses) -> ShownDependences<'_> {
    let columns = uses.dependence.iter();
    let rows = format::counted(uses.held_out, "held-out row");
    ShownDependences {
        class: &uses.class,
        rows: match uses.rows < uses.held_out {
            true => format!(
                "{} of {rows}, drawn by chance",
                format::thousands(uses.rows)
            ),
            false => rows,
        },
        columns: columns
            .map(|of| ShownDependence::new(of, &uses.class))
            .collect(),
    }
}

fn shown(row: &LeaderboardRow) -> ShownLearner<'_> {
    ShownLearner {
        learner: &row.learner,
        log_loss: format::number(row.log_loss),
        standard_error: format::number(row.standard_error),
        auc: row.auc.map_or_else(|| "–".to_owned(), format::number),
        time: format::duration(row.seconds),
        is_chosen: row.is_chosen,
    }
}
