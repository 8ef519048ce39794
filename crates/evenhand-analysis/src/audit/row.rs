//! A row of an audit.

/// A row that can be audited; labels and predictions are class indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuditRow {
    pub label: usize,
    pub predicted: usize,
    /// Of the positive one of two classes.
    pub score: Option<f64>,
    /// Of the table.
    pub row: usize,
}
