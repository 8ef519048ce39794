//! Measurement levels of labels, and options that all analyses of codes share.

use super::{CodeError, CodeTable};
use evenhand_stats::audit::{Params, ParamsError};
use evenhand_stats::coders::{Resampling, Scale};
use evenhand_stats::hint::SettingError;
use evenhand_stats::stats::Level;

/// Measurement level of the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeasurementLevel {
    #[default]
    Nominal,
    /// Ordered by [`CodeColumns::order`](super::CodeColumns::order), or as numbers.
    Ordinal,
    /// Numbers.
    Interval,
}

impl CodeTable {
    /// The scale of the labels at a measurement level.
    ///
    /// # Errors
    /// They have not the order or the numbers that the level needs.
    pub fn scale(&self, level: MeasurementLevel) -> Result<Scale, CodeError> {
        let numbers = self.codes.numbers();
        let (table, labels) = (self.prefix(), self.codes.labels.clone());
        match (level, numbers) {
            (MeasurementLevel::Nominal, _) => Ok(Scale::Nominal),
            (MeasurementLevel::Ordinal, None) if self.order.is_empty() => {
                Err(CodeError::NoOrder { table, labels })
            }
            (MeasurementLevel::Ordinal, _) => Ok(Scale::Ordinal),
            (MeasurementLevel::Interval, Some(numbers)) => Ok(Scale::Interval(numbers)),
            (MeasurementLevel::Interval, None) => Err(CodeError::NoNumbers { table, labels }),
        }
    }
}

/// Resampling of items with the level, replicates and seed of an audit.
///
/// # Errors
/// As [`Params::check`].
pub fn resampling(params: &Params) -> Result<Resampling, ParamsError> {
    params.check()?;
    Ok(Resampling {
        level: Level::new(params.level).ok_or(ParamsError::Level(params.level))?,
        replicates: params.replicates,
        seed: params.seed,
    })
}

/// The posterior below which items are to be adjudicated.
///
/// # Errors
/// It is no probability.
pub fn check_certain(certain: f64) -> Result<f64, SettingError> {
    match (0.0..=1.0).contains(&certain) {
        true => Ok(certain),
        false => Err(
            SettingError::new("certain", certain, "a probability is from 0 to 1")
                .with_hint("0.9 is usual"),
        ),
    }
}
