//! `evenhand validate`: a classifier against people, their consensus and each of them.

use crate::cli::args::{CodeOutputs, JsonOptions, ValidateArgs};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout, json_bytes, lines};
use crate::cli::printer::Printer;
use crate::cli::table::{audit_table, machine_table};
use evenhand::Error;
use evenhand::analysis::predictions::{Answer, Columns};
use evenhand::analysis::validate::{ValidateOptions, ValidationResult, validate};
use evenhand::analysis::{CodeTable, PredictionTable};
use evenhand::table::{ReadOptions, Recode};
use std::io;
use std::path::Path;

pub fn command(args: ValidateArgs, printer: &mut Printer) -> Result<(), Error> {
    let ValidateArgs {
        predictions,
        codes,
        columns,
        scale,
        predicted,
        id,
        positive,
        table,
        design,
        uncertainty,
        outputs,
    } = args;
    let in_run = predictions.join("predictions.csv");
    let inputs = [codes.as_path(), predictions.as_path(), in_run.as_path()];
    outputs::check(outputs.json.json.as_deref(), &inputs)?;
    let read_options = ReadOptions::from(&table);
    let options = ValidateOptions {
        scale: options::measurement_level(scale),
        positive,
        design: options::design(design)?,
        params: options::params(uncertainty)?,
    };
    let columns = options::code_columns(columns)?;
    let names = Columns {
        id,
        answer: Answer::Predicted { column: predicted },
        map: columns.map.clone(),
        ..Columns::default()
    };
    let code_table = CodeTable::read(&codes, &columns, &read_options)?;
    let table = PredictionTable::read(&predictions, &names, &read_options)?;
    Recode::check(
        &columns.map,
        &[&code_table.columns, table.table().columns()],
    )?;
    let result = validate(&table, &code_table, &options)?;
    write(&result, &inputs, outputs, printer)
}

fn write(
    result: &ValidationResult,
    inputs: &[&Path],
    outputs: CodeOutputs,
    printer: &mut Printer,
) -> Result<(), Error> {
    let CodeOutputs {
        out,
        json: JsonOptions { json },
    } = outputs;
    printer.tell(&result.notes, &[]);
    let sentences = result.sentences();
    match json.as_deref().is_some_and(is_stdout) {
        true => printer.tell(&sentences, &[]),
        false => {
            let text = shown(result, &lines(&sentences)).expect("memory takes every byte");
            outputs::print(&text, printer)?;
        }
    }
    printer.tell(&[], &result.warnings);
    if let Some(path) = json {
        outputs::write(&path, &json_bytes(&result.to_json()), printer)?;
    }
    match out {
        Some(folder) => outputs::write_folder(&folder, &result.files(), inputs),
        None => Ok(()),
    }
}

fn shown(result: &ValidationResult, sentences: &str) -> io::Result<Vec<u8>> {
    let mut text = format!("{sentences}\nAgainst the consensus:\n\n").into_bytes();
    audit_table(&result.audit, &mut text)?;
    machine_table(&result.machine, &result.scale, &result.coders(), &mut text)?;
    Ok(text)
}
