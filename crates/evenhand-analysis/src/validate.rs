//! Validation of a classifier by people's codes: against their consensus, and as one more coder.

mod classes;
mod error;
mod matching;
mod options;
mod origin;
mod page;
mod paired;
mod result;
#[cfg(test)]
mod tests;
mod unknown;
#[cfg(test)]
mod weight_tests;
mod weights;

pub use error::ValidationError;
pub use matching::Matching;
pub use options::ValidateOptions;
pub use origin::Origin;
pub use paired::PairedItems;
pub use result::{ValidationResult, Weighted};
pub use unknown::UnknownCodes;

use crate::Error;
use crate::agreement;
use crate::audit::design_columns;
use crate::codes::{CodeTable, resampling};
use crate::predictions::PredictionTable;
use crate::words::counted;
use evenhand_stats::audit::audit;
use evenhand_stats::coders::{Ceiling, Machine};
use evenhand_stats::groups;
use evenhand_stats::hint::Message;
use options::AGREEMENT;
use weights::ItemWeights;

/// Compares predictions with codes of some or all of the same images.
///
/// # Errors
/// Whatever is wrong with the tables or with what is asked of them.
///
/// ```no_run
/// use evenhand_analysis::PredictionTable;
/// use evenhand_analysis::predictions::Columns;
/// use evenhand_table::ReadOptions;
/// # use std::path::Path;
/// use evenhand_analysis::CodeTable;
/// use evenhand_analysis::codes::CodeColumns;
/// use evenhand_analysis::validate::{ValidateOptions, validate};
///
/// let options = ReadOptions::default();
/// let predictions = PredictionTable::read(Path::new("run"), &Columns::default(), &options)?;
/// let codes = CodeTable::read(Path::new("codes.csv"), &CodeColumns::default(), &options)?;
/// let result = validate(&predictions, &codes, &ValidateOptions::default())?;
/// println!("{:?}", result.audit.overall.accuracy().estimate);
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn validate(
    predictions: &PredictionTable,
    codes: &CodeTable,
    options: &ValidateOptions,
) -> Result<ValidationResult, Error> {
    let params = options.params.check()?;
    let resampling = resampling(&options.params)?;
    let mut design = options.design.clone();
    let columns = design_columns(&design);
    let predictions = &predictions.put_right(&columns, &[]);
    let mut codes = codes.clone();
    codes.put_groups_right(design.groups.iter().chain(&design.control));
    let paired = PairedItems::new(predictions, codes.clone(), options)?;
    let weights = ItemWeights::of(&paired, &codes, options)?;
    let own = groups::parse(AGREEMENT)?;
    if paired.codes().active().len() > 1 && !design.groups.contains(&own[0]) {
        design.groups.splice(0..0, own);
    }
    let scale = paired.table.scale(options.scale)?;
    let answers = paired.answers();
    let machine = Machine::of(paired.codes(), &answers, &scale, &resampling);
    let ceiling = Ceiling::of(paired.codes(), &answers, &resampling);
    let table = paired.audit_table(&design)?;
    let mut notes = paired.table.notes.clone();
    let weighted = weights.map(|mut weights| {
        notes.append(&mut weights.notes);
        Weighted {
            by: weights.by,
            audit: table.weighted(&weights.survey, &params),
        }
    });
    notes.extend(predictions.table().notes());
    Ok(ValidationResult {
        notes,
        warnings: warnings(&paired),
        scale,
        audit: audit(&table, &params),
        weighted,
        machine,
        ceiling,
        paired,
    })
}

fn warnings(paired: &PairedItems) -> Vec<Message> {
    let mut found = Vec::new();
    if let [example, ..] = paired.absent.as_slice() {
        found.push(format!(
            "{} of {} not among the predictions, such as `{example}`",
            paired.absent.len(),
            counted(paired.coded, "coded item"),
        ));
    }
    let ambiguous = paired.matching.ambiguous.len();
    if ambiguous > 0 {
        found.push(format!(
            "{} left out that could be several predictions, or would share one",
            counted(ambiguous, "coded item")
        ));
    }
    if paired.unpredicted > 0 {
        found.push(format!(
            "{} without a prediction, as their rows say",
            counted(paired.unpredicted, "coded item")
        ));
    }
    let mut found: Vec<Message> = found.into_iter().map(Message::plain).collect();
    found.extend(paired.unknown.warning());
    found.extend(agreement::of_codes(paired.codes()));
    found
}
