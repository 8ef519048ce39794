//! How a classifier was made from its rows: out of images, or out of columns of a table.

use crate::format;
use crate::record::Unit;
use crate::uses::Uses;
use evenhand_stats::text::TextTable;

#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    Images(ImageMethod),
    Columns(ColumnMethod),
}

impl Method {
    /// The kind of rows that it learns from.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Images(_) => Unit::Image,
            Self::Columns(_) => Unit::Row,
        }
    }
}

/// A head on a backbone.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageMethod {
    pub backbone: String,
    pub engine: String,
    pub engine_version: String,
    pub device: String,
    pub taps: Vec<String>,
    pub pooling: String,
    /// The length of one image's feature vector.
    pub features: u64,
    /// Names and values of the head's parameters, in the order in which to show them.
    pub head: Vec<(String, String)>,
    /// The same of fine-tuning; empty where the backbone stayed as it was.
    pub finetuning: Vec<(String, String)>,
}

impl ImageMethod {
    /// True if some of the backbone learned, too.
    pub(super) fn is_tuned(&self) -> bool {
        !self.finetuning.is_empty()
    }
}

/// A learner over columns.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMethod {
    /// Such as `gradient boosting`.
    pub learner: String,
    /// The columns of the table that it learned from.
    pub columns: Vec<String>,
    /// Which of all columns these are; `None` where all were kept.
    pub selection: Option<ColumnSelection>,
    /// Numbers that a row becomes.
    pub features: u64,
    /// Names and values of the learner's settings, in the order in which to show them.
    pub settings: Vec<(String, String)>,
    /// `None` where one learner was asked for.
    pub leaderboard: Option<Leaderboard>,
    /// Importance of columns, in any order; empty where it was not measured.
    pub importance: Vec<Importance>,
    /// `None` where it was not looked into.
    pub uses: Option<Box<Uses>>,
    /// Of a linear model, with errors; the first column names the feature.
    pub coefficients: Option<TextTable>,
    /// What was noticed while columns were read and learned from, in sentences.
    pub notes: Vec<String>,
}

/// Columns that were selected by training rows alone.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSelection {
    /// Such as `lasso`.
    pub by: &'static str,
    /// Columns that were selected on all training rows or in some fold.
    pub columns: Vec<SelectedColumn>,
    pub folds: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SelectedColumn {
    pub column: String,
    /// On all training rows.
    pub is_kept: bool,
    /// The number of folds that selected it.
    pub folds: u64,
}

impl ColumnSelection {
    /// Which columns were selected, and why the metrics are honest.
    pub fn sentences(&self) -> Vec<String> {
        let kept = self.columns.iter().filter(|column| column.is_kept);
        let named = |column: &SelectedColumn| {
            format!(
                "{} ({} of {} folds)",
                column.column, column.folds, self.folds
            )
        };
        let named: Vec<String> = kept.map(named).collect();
        vec![
            format!(
                "Selected ({}): {}: {}.",
                self.by,
                format::counted(named.len() as u64, "column"),
                format::list(&named, "and")
            ),
            "The selection was made anew in each fold, from its training rows alone, so that the metrics are not too good \
             for it."
                .to_owned(),
        ]
    }
}

/// Learners side by side, on the same folds.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    /// In the order in which to show them.
    pub rows: Vec<LeaderboardRow>,
    /// Why the chosen one was chosen.
    pub sentence: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LeaderboardRow {
    pub learner: String,
    /// Mean over held-out rows, in nats.
    pub log_loss: f64,
    /// Of the log loss.
    pub standard_error: f64,
    /// `None` of more than two classes.
    pub auc: Option<f64>,
    /// Wall-clock time of all folds.
    pub seconds: f64,
    pub is_chosen: bool,
}

/// Permutation importance of a column; all numbers are finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    pub column: String,
    /// Log loss of held-out rows with the values of the column permuted, less that without, in nats.
    pub loss: f64,
    /// Bounds of its 95% interval.
    pub low: f64,
    pub high: f64,
}
