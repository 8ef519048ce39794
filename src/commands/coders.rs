//! `evenhand coders`: agreement between coders, and their consensus.

use crate::cli::args::{CodeOutputs, CodersArgs, JsonOptions};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout, json_bytes};
use crate::cli::printer::{Printer, in_flags};
use crate::cli::table::study_table;
use evenhand::Error;
use evenhand::analysis::CodeTable;
use evenhand::analysis::agreement::{AgreementOptions, AgreementResult, agreement};
use evenhand::table::{ReadOptions, Recode};
use std::path::Path;

pub fn command(args: CodersArgs, printer: &mut Printer) -> Result<(), Error> {
    let CodersArgs {
        codes,
        columns,
        scale,
        groups,
        certain,
        table,
        resampling,
        outputs,
    } = args;
    outputs::check(outputs.json.json.as_deref(), &[&codes])?;
    let options = AgreementOptions {
        scale: options::measurement_level(scale),
        groups: options::parsed(&groups)?,
        certain,
        intervals: options::intervals(resampling),
    };
    let columns = options::code_columns(columns)?;
    let table = CodeTable::read(&codes, &columns, &ReadOptions::from(&table))?;
    Recode::check(&columns.map, &[&table.columns])?;
    write(&agreement(&table, &options)?, &codes, outputs, printer)
}

fn write(
    result: &AgreementResult,
    input: &Path,
    outputs: CodeOutputs,
    printer: &mut Printer,
) -> Result<(), Error> {
    let CodeOutputs {
        out,
        json: JsonOptions { json },
    } = outputs;
    printer.tell(&result.table.notes, &[]);
    let summary = result.summary();
    match json.as_deref().is_some_and(is_stdout) {
        true => printer.tell(&[summary], &[]),
        false => {
            let mut text = format!("{}\n\n", in_flags(&summary)).into_bytes();
            study_table(&result.study, &result.table.codes, &mut text)
                .expect("memory takes every byte");
            text.extend(format!("{}\n", in_flags(&result.to_adjudicate())).into_bytes());
            outputs::print(&text, printer)?;
        }
    }
    printer.tell(&[], &result.warnings);
    if let Some(path) = json {
        outputs::write(&path, &json_bytes(&result.to_json()), printer)?;
    }
    match out {
        Some(folder) => outputs::write_folder(&folder, &result.files(), &[input]),
        None => Ok(()),
    }
}
