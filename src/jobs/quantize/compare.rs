//! Accuracy of an int8 copy: heads on features of both backbones, cross-validated on the same folds.

use crate::audit::{Comparison, Params, Table, compare};
use crate::error::Error;
use crate::events::Events;
use crate::jobs::config::{BackboneConfig, TrainConfig};
use crate::jobs::training::{PreparedTraining, fit, predictions};
use crate::record::Fold;

/// Difference between an int8 copy and its float32 backbone, for everyone and by group.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantizedAccuracy {
    /// The copy, compared with float32.
    pub comparison: Comparison,
    /// Groups whose accuracy changes by more than chance explains, in words.
    pub verdict: String,
}

/// Cross-validates with the float32 backbone of `config` and with its int8 copy.
///
/// # Errors
/// Settings or data that cannot be used; failures of engine and store.
pub fn compare_copy(
    config: &TrainConfig,
    copy: BackboneConfig,
    on: &mut dyn Events,
) -> Result<QuantizedAccuracy, Error> {
    let of_copy = TrainConfig {
        backbone: copy,
        ..config.clone()
    };
    let int8 = out_of_fold(&of_copy, on)?;
    let float = out_of_fold(config, on)?;
    let comparison = compare(&int8, &float, &Params::default().check()?);
    Ok(QuantizedAccuracy {
        verdict: verdict(&comparison),
        comparison,
    })
}

/// Every training row's prediction by a head that never saw it.
fn out_of_fold(config: &TrainConfig, on: &mut dyn Events) -> Result<Table, Error> {
    let prepared = PreparedTraining::new(config, on)?;
    let PreparedTraining {
        data,
        split,
        design,
        ..
    } = &prepared;
    let fitted = fit(data, split, config, on)?;
    let predictions = predictions(data.outcomes(), split, &fitted.out_of_fold, &fitted.test);
    let is_out = |fold| matches!(fold, Fold::Out(_));
    Ok(Table::from_predictions(&predictions, design, is_out)?)
}

/// Groups whose accuracy changes by more than chance explains, in words.
fn verdict(comparison: &Comparison) -> String {
    let mut cells = Vec::new();
    for grouping in &comparison.groupings {
        let named = grouping.cells.iter();
        cells.extend(named.map(|(value, cell)| (format!("{} {value}", grouping.name), cell)));
    }
    cells.push(("everyone".to_owned(), &comparison.overall));
    let accuracy = cells.iter().filter_map(|(name, cell)| {
        Some((name, cell.change("accuracy")?.difference.as_ref().ok()?))
    });
    let (mut known, mut changed) = (0, Vec::new());
    for (name, difference) in accuracy {
        known += 1;
        if difference.interval.low > 0.0 || difference.interval.high < 0.0 {
            changed.push(format!("{name} by {:+.1} points", 100.0 * difference.value));
        }
    }
    match &changed[..] {
        [] => format!(
            "In none of {known} comparisons does accuracy change by more than chance explains."
        ),
        _ => format!(
            "Accuracy changes, beyond its 95 % interval, for {}. Of {known} intervals, one in twenty \
             leaves 0 out by chance.",
            changed.join(", ")
        ),
    }
}
