//! A training on columns of a table, ready to show: learners side by side, importance, coefficients.

use super::figures::ShownImportance;
use super::format;
use super::method::{ColumnMethod, LeaderboardRow};
use evenhand_stats::text::TextTable;

pub struct ShownColumns<'a> {
    pub learner: &'a str,
    /// `18 columns`
    pub columns: String,
    pub leaderboard: Option<ShownLeaderboard<'a>>,
    pub importance: Option<ShownImportance>,
    pub coefficients: Option<&'a TextTable>,
    pub notes: &'a [String],
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
        Self {
            learner: &method.learner,
            columns: format::counted(method.columns.len() as u64, "column"),
            leaderboard: leaderboard.map(|leaderboard| ShownLeaderboard {
                rows: leaderboard.rows.iter().map(shown).collect(),
                sentence: &leaderboard.sentence,
            }),
            importance: ShownImportance::new(&method.importance),
            coefficients: method.coefficients.as_ref(),
            notes: &method.notes,
        }
    }

    /// True if there is anything about what the classifier uses.
    pub fn has_uses(&self) -> bool {
        self.importance.is_some() || self.coefficients.is_some()
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
