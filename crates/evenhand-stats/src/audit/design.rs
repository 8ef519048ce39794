//! What is asked of a table of predictions: which columns make groups, which one is held fixed, and
//! which rows belong together.

use crate::groups::Group;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// Attributes, and attributes crossed.
    pub groups: Vec<Group>,
    /// Everything once more within each value of this: fairlearn's control feature. A gap between
    /// groups that vanishes there is one between the values.
    pub control: Option<Group>,
    pub sampling: Sampling,
}

impl Design {
    /// Nothing but groups of rows that do not depend on each other.
    pub fn of(groups: Vec<Group>) -> Self {
        Self {
            groups,
            ..Self::default()
        }
    }
}

/// How the rows came about, which says how they are drawn again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sampling {
    #[default]
    Independent,
    /// So many from each value of this column, on purpose.
    Strata { column: String },
    /// Rows with the same value in this column, such as photographs of one person, are no
    /// independent evidence. A row without a value stands alone.
    Clusters { column: String },
}

impl Sampling {
    /// The column of clusters, where there is one.
    pub fn clusters(&self) -> Option<&str> {
        match self {
            Self::Clusters { column } => Some(column),
            _ => None,
        }
    }

    /// The column of strata, where there is one.
    pub fn strata(&self) -> Option<&str> {
        match self {
            Self::Strata { column } => Some(column),
            _ => None,
        }
    }

    pub(super) fn column(&self) -> Option<&str> {
        self.clusters().or(self.strata())
    }
}
