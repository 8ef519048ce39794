//! `evenhand validate`: a classifier against people, their consensus and each of them.

use crate::cli::args::{JsonOptions, ValidateArgs};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::Printer;
use crate::cli::table::{audit_table, ceiling_table, machine_table, plain_table};
use evenhand::Error;
use evenhand::analysis::predictions::{Answer, Columns};
use evenhand::analysis::validate::{ValidateOptions, ValidationResult, validate};
use evenhand::analysis::{CodeTable, PredictionTable};
use evenhand::jobs::output_folder::OutputFolder;
use evenhand::table::{ReadOptions, Recode};
use std::io::{self, Write};

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
        weights,
        uncertainty,
        outputs,
    } = args;
    let in_run = predictions.join("predictions.csv");
    let mut inputs = vec![codes.as_path(), predictions.as_path(), in_run.as_path()];
    inputs.extend(weights.margins.as_deref());
    let overwrite = outputs.force.into();
    outputs::check(outputs.json.json.as_deref(), &inputs, overwrite)?;
    let files = &ValidationResult::FILES;
    let folder = outputs::open_folder(outputs.out.as_deref(), files, &inputs, overwrite)?;
    let read_options = ReadOptions::from(&table);
    let options = ValidateOptions {
        scale: options::measurement_level(scale),
        positive,
        design: options::design(design)?,
        params: options::params(uncertainty)?,
        margins: weights.read_margins(&read_options)?,
        weights: weights.weights,
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
    write(&result, folder, outputs.json, printer)
}

fn write(
    result: &ValidationResult,
    folder: Option<OutputFolder>,
    JsonOptions { json }: JsonOptions,
    printer: &mut Printer,
) -> Result<(), Error> {
    printer.tell(&result.notes, &[]);
    let is_piped = json.as_deref().is_some_and(is_stdout);
    outputs::show(&result.sentences(), is_piped, printer, || {
        shown(result).expect("memory takes every byte")
    })?;
    printer.tell(&[], &result.warnings);
    outputs::write_json(json.as_deref(), || result.to_json(), printer)?;
    match folder {
        Some(mut folder) => Ok(folder.write(&result.files()?)?),
        None => Ok(()),
    }
}

fn shown(result: &ValidationResult) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(weighted) = &result.weighted {
        writeln!(text, "Against the consensus, weighted:\n")?;
        for table in weighted.audit.tables() {
            writeln!(text, "{}\n", plain_table(&table.header, &table.rows))?;
        }
    }
    writeln!(text, "{}:\n", result.heading())?;
    audit_table(&result.audit, &mut text)?;
    let coders = result.coders();
    machine_table(&result.machine, &result.scale, &coders, &mut text)?;
    ceiling_table(&result.ceiling, &coders, &mut text)?;
    Ok(text)
}
