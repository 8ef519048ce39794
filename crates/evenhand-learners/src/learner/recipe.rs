//! Steps of a cross-validation: ways to choose columns, and ways to fit a model to them.

use super::task::{Fitted, Task};
use crate::error::LearnerError;

/// A way to fit a model to the rows of a task, its settings found within these rows.
pub trait Recipe: Sync {
    /// The name, as in a configuration.
    fn name(&self) -> &'static str;
    /// The name in sentences.
    fn title(&self) -> &'static str;
    /// # Errors
    /// Rows that no such model can be fitted to.
    fn fit(&self, task: &Task) -> Result<Fitted, LearnerError>;
}

/// A way to choose columns of the data before a model is fitted.
pub trait Selector: Sync {
    /// Chooses at least one column, by the rows of a task and no others.
    ///
    /// # Errors
    /// Rows that nothing can be fitted to.
    fn select(&self, task: &Task) -> Result<Vec<String>, LearnerError>;
}
