//! How a classifier uses columns, as a report takes it: partial dependence, and what columns add to scores.

/// How a classifier uses its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Uses {
    /// The class that probabilities are of.
    pub class: String,
    /// Of some columns, in the order in which to show them.
    pub dependence: Vec<Dependence>,
    /// Rows that models were judged by without having learned from them.
    pub held_out: u64,
    /// Those of them that dependence was measured on.
    pub rows: u64,
    /// `None` of a classifier whose scores are no sum.
    pub contributions: Option<Contributions>,
}

/// Probabilities where a column is set to one value in all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    pub column: String,
    /// Numbers from the least to the largest, then levels.
    pub points: Vec<DependencePoint>,
    /// The rows that have a number, in bins of equal width from the least to the largest point, as shares; empty of a
    /// category.
    pub bins: Vec<f64>,
    /// Such as `born=here`.
    pub groups: Vec<String>,
}

/// A value that a column is set to, and probabilities there.
#[derive(Debug, Clone, PartialEq)]
pub struct DependencePoint {
    pub at: PointValue,
    /// Share of the rows that have this value; `None` of a number.
    pub share: Option<f64>,
    pub mean: f64,
    /// Between these are the middle 80 % of the rows.
    pub low: f64,
    pub high: f64,
    /// The mean of each group; NaN of a group without rows.
    pub by_group: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PointValue {
    Number(f64),
    /// A level, a gap code, or `(missing)`.
    Level(String),
}

/// Mean sizes of what columns add to the score of a row (SHAP values).
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// False of probabilities.
    pub is_log_odds: bool,
    /// Held-out rows that they were measured on.
    pub rows: u64,
    pub groups: Vec<String>,
    /// In any order.
    pub columns: Vec<Contribution>,
    /// The largest distance of a score from the mean score and all that columns add to it.
    pub largest_error: f64,
}

/// What a column adds to scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    pub column: String,
    pub mean: f64,
    /// NaN of a group without rows.
    pub by_group: Vec<f64>,
}
