//! What an audit can be told, checked once.

use crate::stats::Level;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// Of every interval; more than 0 and less than 1.
    pub level: f64,
    /// The smallest group that can be called the worst.
    pub min_n: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            level: 0.95,
            min_n: 10,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedParams {
    pub(super) level: Level,
    pub(super) min_n: u64,
}

impl Params {
    pub fn check(self) -> Result<CheckedParams, ParamsError> {
        let Self { level, min_n } = self;
        let level = Level::new(level).ok_or(ParamsError::Level(level))?;
        Ok(CheckedParams { level, min_n })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParamsError {
    #[error("confidence level {0} is not more than 0 and less than 1")]
    Level(f64),
}

impl ParamsError {
    pub fn hint(&self) -> Option<String> {
        let Self::Level(level) = self;
        (*level > 1.0 && *level < 100.0).then(|| format!("for {level} %, write {}", level / 100.0))
    }
}
