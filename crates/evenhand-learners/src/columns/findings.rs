//! Findings about columns: mistakes that are made with tables of surveys, each in a sentence that names it.

mod kinds;
mod label;
mod numbers;
mod rows;

use super::codebook::{Codebook, CodebookColumn};
use super::error::ColumnsError;
use super::features::FeatureSpec;
use super::names;
use super::partition::Partition;
use super::roles::{Role, Roles};
use evenhand_stats::hint::Message;
use evenhand_table::Table;
use serde_json::{Value, json};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A result may mislead.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnFindingKind {
    /// A feature tells the label of nearly every row.
    Leak,
    /// Gaps of a number that were filled with 0.
    GapsAsZeros,
    /// Numbers that may be gap codes, such as -9 and 999.
    SuspectedGapCode,
    /// Gap codes that were found, not named.
    FoundGapCodes,
    /// Digits that are labels, taken as a number.
    CodeAsNumber,
    /// Kinds that a person should decide on.
    UnsureKind,
    IdentifierFeature,
    WeightFeature,
    /// Rows that stand in long runs of one value.
    OrderedRows,
    /// A feature that is constant within each place.
    ConstantOfPlace,
    /// Two features of which each tells the other.
    CopiedColumn,
}

impl ColumnFindingKind {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::GapsAsZeros => "gaps-as-zeros",
            Self::SuspectedGapCode => "suspected-gap-code",
            Self::FoundGapCodes => "found-gap-codes",
            Self::CodeAsNumber => "code-as-number",
            Self::UnsureKind => "unsure-kind",
            Self::IdentifierFeature => "identifier-feature",
            Self::WeightFeature => "weight-feature",
            Self::OrderedRows => "ordered-rows",
            Self::ConstantOfPlace => "constant-of-place",
            Self::CopiedColumn => "copied-column",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnFinding {
    pub severity: Severity,
    pub kind: ColumnFindingKind,
    pub columns: Vec<String>,
    pub text: Message,
    /// What to do about it.
    pub step: Option<Message>,
}

impl ColumnFinding {
    fn new(severity: Severity, kind: ColumnFindingKind, columns: &[&str], text: String) -> Self {
        Self {
            severity,
            kind,
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            text: Message::plain(text),
            step: None,
        }
    }

    fn with_step(mut self, step: impl Into<Message>) -> Self {
        self.step = Some(step.into());
        self
    }

    pub fn to_json(&self) -> Value {
        json!({
            "severity": self.severity.name(),
            "kind": self.kind.name(),
            "columns": self.columns,
            "text": self.text.to_string(),
            "step": self.step.as_ref().map(Message::to_string),
        })
    }
}

/// A column that is a feature, or has a role.
struct Looked<'a> {
    column: &'a CodebookColumn,
    at: usize,
    is_feature: bool,
}

impl Looked<'_> {
    fn name(&self) -> &str {
        &self.column.name
    }

    /// Whether it says where rows come from, by its role or its name.
    fn is_place(&self) -> bool {
        let by_role = matches!(
            self.column.role,
            Some(Role::Source | Role::Cluster | Role::Strata)
        );
        let has_levels = self.column.kind.has_levels();
        by_role || (has_levels && names::place_word(&self.column.name).is_some())
    }
}

/// Findings about the features of a table and about its rows, the gravest first. `codebook` is that of the table.
///
/// # Errors
/// A column that is not in the table; decimal commas beside decimal points.
pub fn findings(
    table: &Table,
    codebook: &Codebook,
    roles: &Roles,
    spec: &FeatureSpec,
) -> Result<Vec<ColumnFinding>, ColumnsError> {
    let looked = codebook.columns.iter().map(|column| {
        Ok(Looked {
            at: table.column(&column.name)?,
            is_feature: spec.feature(&column.name).is_some(),
            column,
        })
    });
    let looked: Vec<Looked> = looked.collect::<Result<_, ColumnsError>>()?;
    let label = looked
        .iter()
        .find(|looked| Some(&looked.column.name) == roles.label.as_ref());
    let label = label.map(|label| {
        let gaps = label.column.gaps.iter().map(|gap| gap.code.as_str());
        Partition::new(table, label.at, &gaps.collect::<Vec<_>>())
    });
    let features = || looked.iter().filter(|looked| looked.is_feature);
    let mut found = Vec::new();
    let facts = rows::facts(table, &looked, label.as_ref());
    for (looked, facts) in looked
        .iter()
        .zip(&facts)
        .filter(|(looked, _)| looked.is_feature)
    {
        found.extend(label::leak(table, looked, facts, label.as_ref())?);
    }
    for looked in features() {
        found.extend(numbers::findings(table, looked));
    }
    found.extend(features().filter_map(kinds::code_as_number));
    found.extend(features().filter_map(kinds::identifier));
    found.extend(features().filter_map(kinds::weight));
    found.extend(rows::ordered(&looked, &facts));
    found.extend(rows::constants(&looked, &facts));
    found.extend(rows::copies(&looked, &facts));
    found.extend(kinds::found_gaps(features()));
    found.extend(kinds::unsure(features()));
    found.sort_by_key(|finding| finding.severity);
    Ok(found)
}

#[cfg(test)]
mod tests;
