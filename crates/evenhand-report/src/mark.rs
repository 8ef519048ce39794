//! Marks of groups that stand apart from the rest.

use crate::audit::{Audit, Grouping};
use crate::stats::Side;

/// Side of the rest that a group stands apart on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    None,
    /// For the worse: a low accuracy, a high false-positive rate.
    Worse(Side),
    Better(Side),
}

impl Mark {
    /// Mark of a group's value of a metric.
    pub fn of(audit: &Audit, grouping: &Grouping, value: &str, metric: &str) -> Self {
        match audit.verdict.find(&grouping.name, value, metric) {
            None => Self::None,
            Some(apart) if apart.is_worse => Self::Worse(apart.side()),
            Some(apart) => Self::Better(apart.side()),
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Self::None => "within",
            Self::Worse(_) => "worse",
            Self::Better(_) => "better",
        }
    }

    pub fn arrow(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Worse(Side::Below) | Self::Better(Side::Below) => "▼",
            Self::Worse(Side::Above) | Self::Better(Side::Above) => "▲",
        }
    }

    /// Text of the arrow, for screen readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Worse(Side::Below) | Self::Better(Side::Below) => "below the rest",
            Self::Worse(Side::Above) | Self::Better(Side::Above) => "above the rest",
        }
    }
}
