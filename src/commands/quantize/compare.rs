//! What int8 costs, and whom: heads on features of both, cross-validated on the same folds.

use super::super::train::{self, Config};
use crate::cli::printer::Printer;
use crate::cli::table::comparison_table;
use crate::commands::failure::Failure;
use crate::commands::run_dir::cannot_write;
use crate::commands::setup::BackboneConfig;
use evenhand::audit::{Comparison, Params, Table, compare};
use evenhand::record::Fold;

/// Cross-validates with the float32 backbone of `config` and with its int8 copy, and tells the
/// difference for everyone and for every group.
pub fn run(config: &Config, copy: BackboneConfig, printer: &mut Printer) -> Result<(), Failure> {
    let of_copy = Config {
        backbone: copy,
        ..config.clone()
    };
    let table = |config: &Config, printer: &mut Printer| -> Result<Table, Failure> {
        let (predictions, design) = train::out_of_fold(config, printer)?;
        let out_of_fold = |fold| matches!(fold, Fold::Out(_));
        Ok(Table::from_predictions(&predictions, &design, out_of_fold)?)
    };
    let int8 = table(&of_copy, printer)?;
    let float = table(config, printer)?;
    let comparison = compare(&int8, &float, &Params::default().check()?);
    let failed = |error| cannot_write("standard output".as_ref(), &error);
    comparison_table(&comparison, "float32", printer.out()).map_err(failed)?;
    writeln!(printer.out(), "\n{}", verdict(&comparison)).map_err(failed)
}

/// Who is classified otherwise than before, by more than chance explains.
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
