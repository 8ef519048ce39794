//! `evenhand coders`: how far people who coded the same items agree, and what to take for the truth.

mod outputs;
#[cfg(test)]
mod tests;

use super::audit::misspelt;
use super::codes::{self, CodeColumns, CodesFile, CodesFileError, check_certain, resampling};
use super::failure::Failure;
use crate::cli::args::{CodeOutputs, CodersArgs, ResamplingOptions, ScaleChoice, ScaleOptions};
use crate::cli::printer::Printer;
use evenhand::audit::Params as AuditParams;
use evenhand::coders::{Agreed, Codes, DawidSkene, Params, Resampling, Study};
use evenhand::dataset::counted;
use evenhand::groups::{self, Group, GroupError};
use outputs::Account;
use std::io::Write;
use std::path::PathBuf;

/// What is asked of a file of codes.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub codes: PathBuf,
    pub columns: CodeColumns,
    pub scale: ScaleChoice,
    pub by: Vec<Group>,
    /// As [`Params::certain`].
    pub certain: f64,
    pub resampling: Resampling,
    pub outputs: Outputs,
}

/// Where results go beside the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outputs {
    /// A folder for all of them.
    pub folder: Option<PathBuf>,
    /// `-` is the output, which then gets nothing else.
    pub json: Option<PathBuf>,
}

impl From<CodeOutputs> for Outputs {
    fn from(outputs: CodeOutputs) -> Self {
        let CodeOutputs { out: folder, json } = outputs;
        Self { folder, json }
    }
}

impl TryFrom<CodersArgs> for Config {
    type Error = Failure;

    fn try_from(args: CodersArgs) -> Result<Self, Failure> {
        let CodersArgs {
            codes,
            columns,
            scale: ScaleOptions { scale },
            by,
            certain,
            resampling:
                ResamplingOptions {
                    level,
                    replicates,
                    seed,
                },
            outputs,
        } = args;
        let params = AuditParams {
            level,
            replicates,
            seed,
            ..AuditParams::default()
        };
        Ok(Self {
            codes,
            columns: columns.into(),
            scale,
            by: groups::parse(&by.join(","))?,
            certain: check_certain(certain)?,
            resampling: resampling(&params)?,
            outputs: outputs.into(),
        })
    }
}

/// The command as it was typed.
pub fn command(args: CodersArgs, printer: &mut Printer) -> Result<(), Failure> {
    let config = Config::try_from(args)?;
    let (out, mut notes) = printer.streams();
    run(&config, out, &mut notes)
}

/// Studies a file of codes. Tables go to `out`, and so does the account of what was read, unless
/// `out` gets the JSON: then the account goes to `notes`.
///
/// # Errors
/// Whatever is wrong with the file or what is asked of it, and failures to write.
pub fn run(config: &Config, out: &mut dyn Write, notes: &mut dyn Write) -> Result<(), Failure> {
    let file = codes::read(&config.codes, &config.columns)?;
    let columns = |group: &Group| group.columns(&file.codes.columns);
    let groups = config.by.iter().map(columns);
    let params = Params {
        scale: codes::scale_of(config.scale, &file, &config.columns, &config.codes)?,
        groups: groups.collect::<Result<_, _>>().map_err(GroupError::from)?,
        certain: config.certain,
        resampling: config.resampling,
    };
    let study = Study::of(&file.codes, &params)
        .map_err(|reason| CodesFileError::of(&config.codes, reason))?;
    let account = Account {
        config,
        file: &file,
        study: &study,
        warnings: warnings(&file, &study),
    };
    outputs::write(&account, out, notes)
}

/// What is not wrong, but limits what the codes can say.
fn warnings(file: &CodesFile, study: &Study) -> Vec<String> {
    let mut found = warnings_of_codes(&file.codes);
    match &study.dawid_skene {
        Ok(fit) if !fit.converged => {
            let DawidSkene { iterations, .. } = fit;
            found.push(format!(
                "Dawid and Skene's estimate had not come to rest after {iterations} rounds"
            ));
        }
        Ok(_) => {}
        Err(reason) => found.push(format!("no estimate by Dawid and Skene: {reason}")),
    }
    found
}

/// The column in which a stratified sample says how probable each item was to be drawn.
const INCLUSION: &str = "inclusion_probability";

fn drawn_unequally(codes: &Codes) -> bool {
    let Some(at) = codes.columns.iter().position(|name| name == INCLUSION) else {
        return false;
    };
    let mut values = codes.items.iter().map(|item| &item.attributes[at]);
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// What may be wrong with codes, whatever is done with them.
pub(super) fn warnings_of_codes(codes: &Codes) -> Vec<String> {
    let mut found = misspelt("label", codes.labels.iter().map(String::as_str));
    found.extend(misspelt("coder", codes.coders.iter().map(String::as_str)));
    let workload = codes.workload();
    for (coder, _) in codes.coders.iter().zip(&workload).filter(|(_, n)| **n == 0) {
        found.push(format!("`{coder}` coded nothing and takes no part"));
    }
    if let [label] = codes.used_labels()[..] {
        let label = &codes.labels[label];
        found.push(format!(
            "every code is `{label}`: agreement beyond chance cannot be estimated"
        ));
    }
    let levels = codes.items.iter().map(|item| codes.majority(item).agreed());
    let count = |level: Agreed| levels.clone().filter(|found| *found == level).count();
    let active = codes.active().len();
    let (single, uncoded) = (count(Agreed::Single), count(Agreed::Uncoded));
    if single > 0 && active > 1 {
        let items = counted(single, "item");
        found.push(format!(
            "{items} coded once, which says nothing of agreement"
        ));
    }
    if uncoded > 0 {
        found.push(format!("{} coded by nobody", counted(uncoded, "item")));
    }
    if drawn_unequally(codes) {
        found.push(format!(
            "items were drawn with unequal probabilities (`{INCLUSION}`), and nothing here is weighted by \
             them: shares are of the coded items"
        ));
    }
    found
}
