//! Parameters of an audit, checked once.

use crate::hint::{Hint, Message};
use crate::stats::Level;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Confidence level of every interval; more than 0 and less than 1.
    pub level: f64,
    /// The fewest cases that a metric is estimated from, and the smallest group that can be called
    /// the worst.
    pub min_n: u64,
    /// For shares of cases, or for all metrics.
    pub interval: IntervalKind,
    /// Resamples of a bootstrap, and shuffles of a permutation test.
    pub replicates: usize,
    /// Seed of everything random.
    pub seed: u64,
    /// Difference of two groups that matters to nobody, as a share: what groups are shown to be alike
    /// by. More than 0 and less than 1.
    pub margin: Option<f64>,
}

impl Params {
    /// The usual `min_n`: what the worst group is named from wherever groups are ranked.
    pub const MIN_N: u64 = 10;
}

impl Default for Params {
    fn default() -> Self {
        Self {
            level: 0.95,
            min_n: Self::MIN_N,
            interval: IntervalKind::Wilson,
            replicates: 1000,
            seed: 0,
            margin: None,
        }
    }
}

/// The interval of a share; or the bootstrap's, of all metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalKind {
    /// Right about as often as it says, on average over the truths that there may be.
    Wilson,
    /// Right at least as often as it says, whatever the truth; wider.
    ClopperPearson,
    /// From resamples: of shares and of metrics that are otherwise linearised. The calibration error, slope and
    /// intercept keep their own, since the bootstrap's miss.
    Bootstrap,
}

impl IntervalKind {
    /// Whose it is.
    pub fn title(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson",
            Self::ClopperPearson => "Clopper-Pearson",
            Self::Bootstrap => "bootstrap",
        }
    }

    /// As it is asked for and reported.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::ClopperPearson => "clopper-pearson",
            Self::Bootstrap => "bootstrap",
        }
    }

    /// How metrics that are no share of cases have theirs.
    pub fn of_other_metrics(self) -> &'static str {
        match self {
            Self::Wilson | Self::ClopperPearson => "linearised",
            Self::Bootstrap => "bootstrap",
        }
    }
}

impl FromStr for IntervalKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "wilson" => Ok(Self::Wilson),
            "clopper-pearson" => Ok(Self::ClopperPearson),
            "bootstrap" => Ok(Self::Bootstrap),
            _ => Err("write wilson, clopper-pearson or bootstrap".to_owned()),
        }
    }
}

/// So many resamples must lie outside an interval, on average, for its ends to mean something.
const OUTSIDE: f64 = 5.0;

const MOST_REPLICATES: usize = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedParams {
    pub(super) level: Level,
    pub(super) min_n: u64,
    pub(super) interval: IntervalKind,
    pub(super) replicates: usize,
    pub(super) seed: u64,
    pub(super) margin: Option<f64>,
}

impl CheckedParams {
    /// True if anything is estimated from so many cases.
    pub(super) fn enough(&self, cases: u64) -> bool {
        cases >= self.min_n.max(1)
    }
}

impl Params {
    pub fn check(self) -> Result<CheckedParams, ParamsError> {
        let Self {
            level,
            min_n,
            interval,
            replicates,
            seed,
            margin,
        } = self;
        let checked = Level::new(level).ok_or(ParamsError::Level(level))?;
        if let Some(margin) = margin.filter(|margin| !(*margin > 0.0 && *margin < 1.0)) {
            return Err(ParamsError::Margin(100.0 * margin));
        }
        let least = OUTSIDE / (1.0 - level);
        if (replicates as f64) < least.round() || replicates > MOST_REPLICATES {
            return Err(ParamsError::Replicates {
                replicates,
                least: least.round(),
                level,
            });
        }
        Ok(CheckedParams {
            level: checked,
            min_n,
            interval,
            replicates,
            seed,
            margin,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParamsError {
    #[error("confidence level {0} is not more than 0 and less than 1")]
    Level(f64),
    #[error("a margin of {0} points is not more than 0 and less than 100")]
    Margin(f64),
    #[error("{replicates} resamples are too few or too many for intervals at level {level}")]
    Replicates {
        replicates: usize,
        least: f64,
        level: f64,
    },
}

impl Hint for ParamsError {
    fn hint(&self) -> Option<Message> {
        match *self {
            Self::Level(level) => (level > 1.0 && level < 100.0)
                .then(|| Message::new("for {} %, write {}", &[&level, &(level / 100.0)])),
            Self::Margin(_) => Some(Message::plain("groups within 5 points of each other: 5")),
            Self::Replicates { least, .. } => Some(Message::new(
                "from {} to {}; 1000 are usual",
                &[&least, &MOST_REPLICATES],
            )),
        }
    }
}
