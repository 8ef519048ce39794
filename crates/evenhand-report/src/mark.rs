//! Marks of values that stand apart from everyone's.

use super::format::Metric;
use crate::audit::Estimate;
use crate::stats::Side;

/// Side of the overall value that an interval lies on, where it leaves that value out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    None,
    /// For the worse: a low accuracy, a high false-positive rate.
    Worse(Side),
    Better(Side),
}

impl Mark {
    pub fn of(metric: Metric, estimate: Estimate, overall: Option<f64>) -> Self {
        let side = overall.and_then(|overall| estimate.interval.side_of(overall));
        match side {
            None => Self::None,
            Some(side) if (side == Side::Above) == metric.low_is_good => Self::Worse(side),
            Some(side) => Self::Better(side),
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
            Self::Worse(Side::Below) | Self::Better(Side::Below) => "below overall",
            Self::Worse(Side::Above) | Self::Better(Side::Above) => "above overall",
        }
    }
}
