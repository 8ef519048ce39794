//! Where scores turn positive. A threshold is never found on the rows that it is reported on: it
//! would look better than it is.

use super::AuditCommandError;
use super::answers::Found;
use super::config::{Cut, NamedRule};
use evenhand::metric::Scores;
use evenhand::metric::threshold::choose;
use evenhand::record::Classes;
use std::fmt;

/// Of scores, where nobody says otherwise.
pub(super) const USUAL: f64 = 0.5;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Threshold {
    pub value: f64,
    /// `None` where the user gave the number.
    pub found: Option<FoundOn>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct FoundOn {
    pub rule: &'static str,
    /// As the user wrote it: `part=tune`.
    pub rows: String,
    pub n: u64,
}

impl Threshold {
    pub fn at(value: f64) -> Self {
        Self { value, found: None }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Six decimals are what predictions have.
        let value = (self.value * 1e6).round() / 1e6;
        write!(f, "Threshold: a score of {value} and more is positive")?;
        match &self.found {
            None => write!(f, "."),
            Some(FoundOn { rule, rows, n }) => {
                write!(
                    f,
                    ", by {rule} on the {n} rows of {rows}, which are left out."
                )
            }
        }
    }
}

/// `tuned_on` have scores.
pub(super) fn find(
    cut: &Cut,
    tuned_on: &[Found],
    classes: &Classes,
) -> Result<Threshold, AuditCommandError> {
    let (NamedRule { name, rule }, on) = match cut {
        Cut::At(value) => return Ok(Threshold::at(*value)),
        Cut::Found { rule, on } => (*rule, on),
    };
    let rows = tuned_on
        .iter()
        .filter_map(|row| Some((row.score?, row.label == 1)));
    let value = choose(&Scores::new(rows), rule);
    Ok(Threshold {
        value: value.ok_or_else(|| AuditCommandError::NoThreshold {
            condition: on.to_string(),
            rule: name,
            classes: classes.names().to_vec(),
        })?,
        found: Some(FoundOn {
            rule: name,
            rows: on.to_string(),
            n: tuned_on.len() as u64,
        }),
    })
}
