//! `evenhand coders`: agreement between coders, and their consensus.

use crate::cli::args::{CodersArgs, JsonOptions};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, in_flags};
use crate::cli::table::study_table;
use evenhand::Error;
use evenhand::analysis::CodeTable;
use evenhand::analysis::agreement::{AgreementOptions, AgreementResult, agreement};
use evenhand::jobs::output_folder::OutputFolder;
use evenhand::table::{Formulas, ReadOptions, Recode};

pub fn command(args: CodersArgs, printer: &mut Printer) -> Result<(), Error> {
    let CodersArgs {
        codes,
        columns,
        scale,
        groups,
        gold,
        certain,
        table,
        resampling,
        outputs,
        spreadsheet,
    } = args;
    let (overwrite, inputs) = (outputs.force.into(), [codes.as_path()]);
    outputs::check(outputs.json.json.as_deref(), &inputs, overwrite)?;
    let names = &AgreementResult::FILES;
    let folder = outputs::open_folder(outputs.out.as_deref(), names, &inputs, overwrite)?;
    let options = AgreementOptions {
        scale: options::measurement_level(scale),
        groups: options::parsed(&groups)?,
        gold,
        certain,
        intervals: options::intervals(resampling),
        formulas: Formulas::from(&spreadsheet),
    };
    let columns = options::code_columns(columns)?;
    let table = CodeTable::read(&codes, &columns, &ReadOptions::from(&table))?;
    Recode::check(&columns.map, &[&table.columns])?;
    write(&agreement(&table, &options)?, folder, outputs.json, printer)
}

fn write(
    result: &AgreementResult,
    folder: Option<OutputFolder>,
    JsonOptions { json }: JsonOptions,
    printer: &mut Printer,
) -> Result<(), Error> {
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
    outputs::write_json(json.as_deref(), || result.to_json(), printer)?;
    match folder {
        Some(mut folder) => Ok(folder.write(&result.files()?)?),
        None => Ok(()),
    }
}
