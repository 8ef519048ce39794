//! Roles: columns that are there for something else than to be features.

use super::error::ColumnsError;
use evenhand_stats::groups;
use serde::{Deserialize, Serialize};

/// The columns that have a role. None of them is a feature unless it is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roles {
    pub label: Option<String>,
    pub weights: Option<String>,
    pub strata: Vec<String>,
    pub cluster: Option<String>,
    /// Names the rows.
    pub id: Option<String>,
    /// To report by.
    pub groups: Vec<String>,
    /// Where rows come from: a place, a wave, an interviewer.
    pub source: Option<String>,
}

/// Role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Label,
    Weights,
    Strata,
    Cluster,
    Id,
    Group,
    Source,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Weights => "weights",
            Self::Strata => "strata",
            Self::Cluster => "cluster",
            Self::Id => "id",
            Self::Group => "group",
            Self::Source => "source",
        }
    }
}

impl Roles {
    fn named(&self) -> impl Iterator<Item = (Role, &String)> {
        let of = |role| move |column| (role, column);
        let all = self.label.iter().map(of(Role::Label));
        all.chain(self.weights.iter().map(of(Role::Weights)))
            .chain(self.strata.iter().map(of(Role::Strata)))
            .chain(self.cluster.iter().map(of(Role::Cluster)))
            .chain(self.id.iter().map(of(Role::Id)))
            .chain(self.groups.iter().map(of(Role::Group)))
            .chain(self.source.iter().map(of(Role::Source)))
    }

    /// The first role of a column.
    pub fn of(&self, column: &str) -> Option<Role> {
        let mut named = self.named();
        named
            .find(|(_, name)| *name == column)
            .map(|(role, _)| role)
    }

    /// Checks that the columns are there.
    ///
    /// # Errors
    /// The first that is not.
    pub(super) fn check(&self, columns: &[String]) -> Result<(), ColumnsError> {
        for (_, name) in self.named() {
            groups::column(name, columns)?;
        }
        Ok(())
    }
}
