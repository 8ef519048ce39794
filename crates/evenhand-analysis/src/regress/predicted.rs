//! The variable of a formula that is predicted.

use super::{RegressJobError, RegressOptions};
use crate::Error;
use crate::predictions::{PredictionSource, PredictionTable};
use evenhand_stats::regress::Formula;

/// A variable, and the class that it is the indicator of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Predicted {
    pub variable: usize,
    pub class: String,
}

/// The variable that has the name of a class, or of what the classes are of; in any case of letters. A column of the
/// corpus is a class only where the options name it.
///
/// # Errors
/// No variable is a class, several are, or another is no column.
pub(super) fn find(
    corpus: &PredictionSource,
    formula: &Formula,
    options: &RegressOptions,
) -> Result<Predicted, Error> {
    let chunks = corpus.chunks()?;
    let first = chunks.first();
    let classes = first.classes();
    let classes = classes.as_ref().map_or(&[][..], |classes| classes.names());
    let class_of = |name: &str| match &options.class {
        Some(class) => {
            let mut known = [Some(class), options.label.as_ref()].into_iter().flatten();
            known
                .any(|known| is_same(known, name))
                .then(|| class.clone())
        }
        None if first.table().first_column(&[name]).is_some() => None,
        None if classes.is_empty() => Some(name.to_owned()),
        None => classes.iter().find(|class| is_same(class, name)).cloned(),
    };
    let mut found: Option<Predicted> = None;
    for (variable, of) in formula.variables.iter().enumerate() {
        let Some(class) = class_of(&of.name) else {
            continue;
        };
        if let Some(first) = &found {
            return Err(Error::from(RegressJobError::TwoClasses {
                first: formula.variables[first.variable].name.clone(),
                second: of.name.clone(),
            }));
        }
        found = Some(Predicted { variable, class });
    }
    check_columns(first, formula, found.as_ref())?;
    found.ok_or_else(|| {
        let classes = classes.to_vec();
        Error::from(RegressJobError::NoClass { classes })
    })
}

/// # Errors
/// A variable that is not predicted is no column.
fn check_columns(
    first: &PredictionTable,
    formula: &Formula,
    predicted: Option<&Predicted>,
) -> Result<(), Error> {
    for (at, of) in formula.variables.iter().enumerate() {
        if predicted.is_none_or(|predicted| predicted.variable != at) {
            first.position(&of.name, "formula")?;
        }
    }
    Ok(())
}

fn is_same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
