//! What an audit can be told, checked once.

use crate::stats::Level;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Of every interval; more than 0 and less than 1.
    pub level: f64,
    /// The fewest cases that a metric is estimated from, and the smallest group that can be called
    /// the worst.
    pub min_n: u64,
    /// For shares of cases; other metrics have bootstrap intervals.
    pub interval: IntervalKind,
    /// Resamples of a bootstrap, and shuffles of a permutation test.
    pub replicates: usize,
    /// Of everything random.
    pub seed: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            level: 0.95,
            min_n: 10,
            interval: IntervalKind::Wilson,
            replicates: 1000,
            seed: 0,
        }
    }
}

/// The interval of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalKind {
    /// Right about as often as it says, on average over the truths that there may be.
    Wilson,
    /// Right at least as often as it says, whatever the truth; wider.
    ClopperPearson,
}

impl FromStr for IntervalKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "wilson" => Ok(Self::Wilson),
            "clopper-pearson" => Ok(Self::ClopperPearson),
            _ => Err("write wilson or clopper-pearson".to_owned()),
        }
    }
}

/// Fewer resamples say nothing of the ends of an interval.
const LEAST_REPLICATES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedParams {
    pub(super) level: Level,
    pub(super) min_n: u64,
    pub(super) interval: IntervalKind,
    pub(super) replicates: usize,
    pub(super) seed: u64,
}

impl Params {
    pub fn check(self) -> Result<CheckedParams, ParamsError> {
        let Self {
            level,
            min_n,
            interval,
            replicates,
            seed,
        } = self;
        let level = Level::new(level).ok_or(ParamsError::Level(level))?;
        if replicates < LEAST_REPLICATES {
            return Err(ParamsError::Replicates(replicates));
        }
        Ok(CheckedParams {
            level,
            min_n,
            interval,
            replicates,
            seed,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParamsError {
    #[error("confidence level {0} is not more than 0 and less than 1")]
    Level(f64),
    #[error("{0} resamples are too few for an interval")]
    Replicates(usize),
}

impl ParamsError {
    pub fn hint(&self) -> Option<String> {
        match *self {
            Self::Level(level) => (level > 1.0 && level < 100.0)
                .then(|| format!("for {level} %, write {}", level / 100.0)),
            Self::Replicates(_) => Some(format!(
                "at least {LEAST_REPLICATES} are needed; 1000 are usual"
            )),
        }
    }
}
