//! Column names of a table of predictions.

use evenhand_table::{Recode, schema};

/// Column names of a table of predictions; by default those that evenhand writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The column that names the rows; by default the first of `path`, `file`, `image`, `item`, `id`.
    pub id: Option<String>,
    /// The column of true labels.
    pub label: String,
    pub answer: Answer,
    /// New names of values: of labels and answers where no column is named.
    pub map: Vec<Recode>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            id: None,
            label: schema::LABEL.to_owned(),
            answer: Answer::default(),
            map: Vec::new(),
        }
    }
}

impl Columns {
    /// Whether a column has labels or answers.
    pub(super) fn is_label(&self, name: &str) -> bool {
        let is_answer = !self.answer.is_score() && name == self.answer.column();
        is_answer || name == self.label
    }
}

/// The column of the classifier's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The name of a class.
    Predicted { column: String },
    /// The probability of the positive class.
    Score { column: String },
}

impl Answer {
    pub fn column(&self) -> &str {
        match self {
            Self::Predicted { column } | Self::Score { column } => column,
        }
    }

    pub fn is_score(&self) -> bool {
        matches!(self, Self::Score { .. })
    }

    /// The setting that names the column.
    pub(super) fn setting(&self) -> &'static str {
        match self {
            Self::Predicted { .. } => "predicted",
            Self::Score { .. } => "score",
        }
    }
}

impl Default for Answer {
    /// The column of evenhand's own predictions.
    fn default() -> Self {
        Self::Predicted {
            column: schema::PREDICTED.to_owned(),
        }
    }
}
