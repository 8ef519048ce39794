//! A finding of a check: what is wrong or odd, how much it matters, and what to do.

use crate::hint::Message;
use serde_json::{Value, json};

/// Rows that are named for one finding.
pub(super) const NAMED: usize = 12;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A training would fail.
    Failure,
    /// A training would run, and its result may mislead.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Rows that cannot be split, or groups that cannot be reported.
    Split,
    /// Images that cannot be used.
    BadImages,
    /// Labels and groups that are written in several ways, or that are a quantity.
    Values,
    /// Classes of few rows.
    RareClass,
    /// Groups of few rows.
    SmallGroup,
    /// Files with the same bytes.
    Copies,
    /// Copies with different labels.
    CopiesOtherLabel,
    /// Images that look the same.
    NearCopies,
    /// Near-copies with different labels.
    NearCopiesOtherLabel,
    /// Near-copies in different parts of a split.
    Leak,
    /// Images of few pixels.
    Tiny,
    /// Images of very many pixels.
    Huge,
    /// Images much longer than wide, or the other way round.
    Narrow,
    /// Images that show one colour.
    Blank,
    /// Columns that may say who is pictured.
    PersonColumn,
    /// Columns that may say where images are from.
    SourceColumn,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::BadImages => "bad-images",
            Self::Values => "values",
            Self::RareClass => "rare-class",
            Self::SmallGroup => "small-group",
            Self::Copies => "copies",
            Self::CopiesOtherLabel => "copies-other-label",
            Self::NearCopies => "near-copies",
            Self::NearCopiesOtherLabel => "near-copies-other-label",
            Self::Leak => "leak",
            Self::Tiny => "tiny",
            Self::Huge => "huge",
            Self::Narrow => "narrow",
            Self::Blank => "blank",
            Self::PersonColumn => "person-column",
            Self::SourceColumn => "source-column",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub severity: Severity,
    pub kind: Kind,
    pub text: Message,
    /// What to do about it.
    pub step: Option<Message>,
    /// Positions of the first records that show it.
    pub rows: Vec<usize>,
}

impl Finding {
    pub(super) fn new(severity: Severity, kind: Kind, text: Message) -> Self {
        Self {
            severity,
            kind,
            text,
            step: None,
            rows: Vec::new(),
        }
    }

    pub(super) fn with_step(mut self, step: impl Into<Message>) -> Self {
        self.step = Some(step.into());
        self
    }

    pub(super) fn with_rows(mut self, rows: impl IntoIterator<Item = usize>) -> Self {
        self.rows = rows.into_iter().take(NAMED).collect();
        self
    }

    /// With the paths of its rows.
    pub(super) fn to_json(&self, path: impl Fn(usize) -> String) -> Value {
        json!({
            "severity": self.severity.name(),
            "kind": self.kind.name(),
            "text": self.text.to_string(),
            "step": self.step.as_ref().map(Message::to_string),
            "rows": self.rows.iter().map(|&row| path(row)).collect::<Vec<_>>(),
        })
    }
}
