//! What commands on codes have in common: arguments, checked.

use super::{CodeColumns, CodesFile, CodesFileError};
use crate::cli::args::{CodeOptions, ScaleChoice};
use crate::commands::failure::Failure;
use evenhand::audit::{Params, ParamsError};
use evenhand::coders::{Resampling, Scale};
use evenhand::stats::Level;
use std::path::Path;

impl From<CodeOptions> for CodeColumns {
    fn from(options: CodeOptions) -> Self {
        let CodeOptions {
            item,
            label,
            coders,
            order,
        } = options;
        Self {
            item,
            label,
            coders,
            order,
        }
    }
}

/// What the labels of a file are to each other.
///
/// # Errors
/// They have not the order or the numbers that the scale needs.
pub(in crate::commands) fn scale_of(
    choice: ScaleChoice,
    file: &CodesFile,
    columns: &CodeColumns,
    path: &Path,
) -> Result<Scale, CodesFileError> {
    let numbers = file.codes.numbers();
    let (path, labels) = (path.to_owned(), file.codes.labels.clone());
    match (choice, numbers) {
        (ScaleChoice::Nominal, _) => Ok(Scale::Nominal),
        (ScaleChoice::Ordinal, None) if columns.order.is_empty() => {
            Err(CodesFileError::NoOrder { path, labels })
        }
        (ScaleChoice::Ordinal, _) => Ok(Scale::Ordinal),
        (ScaleChoice::Interval, Some(numbers)) => Ok(Scale::Interval(numbers)),
        (ScaleChoice::Interval, None) => Err(CodesFileError::NoNumbers { path, labels }),
    }
}

/// # Errors
/// As [`Params::check`].
pub(in crate::commands) fn resampling(params: &Params) -> Result<Resampling, ParamsError> {
    params.check()?;
    Ok(Resampling {
        level: Level::new(params.level).ok_or(ParamsError::Level(params.level))?,
        replicates: params.replicates,
        seed: params.seed,
    })
}

/// # Errors
/// It is no probability.
pub(in crate::commands) fn check_certain(certain: f64) -> Result<f64, Failure> {
    match (0.0..=1.0).contains(&certain) {
        true => Ok(certain),
        false => Err(
            Failure::usage(format!("--certain {certain} is no probability"))
                .with_hint("write a number from 0 to 1; 0.9 is usual"),
        ),
    }
}
