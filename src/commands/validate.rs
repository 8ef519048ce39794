//! `evenhand validate`: a classifier against people, their consensus and each of them.

mod error;
mod machine;
mod matching;
mod outputs;
mod pairing;

pub use error::ValidateError;

use super::coders::Outputs;
use super::codes::{self, CodeColumns};
use super::failure::Failure;
use crate::cli::args::{ScaleChoice, ScaleOptions, ValidateArgs};
use crate::cli::printer::Printer;
use evenhand::audit::{Audit, Design, Params, audit};
use evenhand::coders::{Machine, Scale};
use pairing::Pairing;
use std::io::Write;
use std::path::PathBuf;

/// The attribute that every item has: how far its coders agree.
const AGREEMENT: &str = "agreement";
/// The machine's name among the coders.
const MACHINE: &str = "machine";

/// What is asked of predictions and codes.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A run, or a table of predictions.
    pub predictions: PathBuf,
    pub codes: PathBuf,
    pub columns: CodeColumns,
    pub scale: ScaleChoice,
    /// The predictions' column of labels.
    pub predicted: String,
    /// The predictions' column that names the images.
    pub id: Option<String>,
    pub positive: Option<String>,
    pub design: Design,
    pub params: Params,
    pub outputs: Outputs,
}

impl TryFrom<ValidateArgs> for Config {
    type Error = Failure;

    fn try_from(args: ValidateArgs) -> Result<Self, Failure> {
        let ValidateArgs {
            predictions,
            codes,
            columns,
            scale: ScaleOptions { scale },
            predicted,
            id,
            positive,
            design,
            estimates,
            outputs,
        } = args;
        Ok(Self {
            predictions,
            codes,
            columns: columns.into(),
            scale,
            predicted,
            id,
            positive,
            design: design.try_into()?,
            params: estimates.try_into()?,
            outputs: outputs.into(),
        })
    }
}

/// What came of it.
struct Validation {
    scale: Scale,
    /// Against the consensus.
    audit: Audit,
    machine: Machine,
}

/// The command as it was typed.
pub fn command(args: ValidateArgs, printer: &mut Printer) -> Result<(), Failure> {
    let config = Config::try_from(args)?;
    let (out, mut notes) = printer.streams();
    run(&config, out, &mut notes)
}

/// Holds predictions against codes. Tables go to `out`, and so does the account of what was read,
/// unless `out` gets the JSON: then the account goes to `notes`.
///
/// # Errors
/// Whatever is wrong with the files or what is asked of them, and failures to write.
pub fn run(config: &Config, out: &mut dyn Write, notes: &mut dyn Write) -> Result<(), Failure> {
    let params = config.params.check()?;
    let resampling = codes::resampling(&config.params)?;
    let pairing = Pairing::read(config)?;
    let mut design = config.design.clone();
    let own = evenhand::groups::parse(AGREEMENT)?;
    if pairing.file.codes.active().len() > 1 && !design.groups.contains(&own[0]) {
        design.groups.splice(0..0, own);
    }
    let scale = codes::scale_of(config.scale, &pairing.file, &config.columns, &config.codes)?;
    let machine = Machine::of(&pairing.file.codes, &pairing.answers(), &scale, &resampling);
    let audit = audit(&pairing.table(&design)?, &params);
    let validation = Validation {
        scale,
        audit,
        machine,
    };
    outputs::write(config, &pairing, &validation, out, notes)
}

#[cfg(test)]
mod tests;
