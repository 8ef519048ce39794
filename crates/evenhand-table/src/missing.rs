//! Values that stand for a missing one.

/// The values that are read as missing. The empty one always is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingValues {
    values: Vec<String>,
}

impl Default for MissingValues {
    fn default() -> Self {
        Self::only(["NA"])
    }
}

impl MissingValues {
    /// These values and the empty one.
    pub fn only<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Self {
        Self {
            values: values.into_iter().map(Into::into).collect(),
        }
    }
}
