//! `evenhand estimate`: the share of a class in a corpus, corrected for the classifier's errors.

use crate::cli::args::{EstimateArgs, EstimateOutputs, JsonOptions};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout, json_bytes, lines};
use crate::cli::printer::Printer;
use crate::cli::table::estimates_table;
use evenhand::analysis::PredictionSource;
use evenhand::analysis::estimate::{CodedItems, EstimateOptions, EstimateResult, estimate};
use evenhand::table::{ReadOptions, Recode};
use evenhand::{Error, report};
use std::path::Path;

pub fn command(args: EstimateArgs, printer: &mut Printer) -> Result<(), Error> {
    let EstimateArgs {
        predictions,
        coded,
        class,
        groups,
        cluster,
        level,
        min_n,
        table,
        codes,
        outputs,
    } = args;
    check(&outputs, &[&predictions, &coded])?;
    let named = class.as_deref().map(|class| class.split_once('='));
    let (label, class) = match named {
        Some(Some((label, class))) => {
            (Some(label.trim().to_owned()), Some(class.trim().to_owned()))
        }
        _ => (None, class.map(|class| class.trim().to_owned())),
    };
    let read_options = ReadOptions::from(&table);
    let columns = options::code_columns(codes)?;
    let coded = CodedItems::read(&coded, &columns, label.as_deref(), &read_options)?;
    let options = EstimateOptions {
        label,
        class,
        groups: options::parsed(&groups)?,
        cluster,
        level,
        min_n,
    };
    let corpus = PredictionSource::file(&predictions, &read_options).renamed(columns.map.clone());
    Recode::check(&columns.map, &[&corpus.columns()?, &coded.table.columns])?;
    write(&estimate(&corpus, &coded, &options)?, outputs, printer)
}

/// Refuses outputs that would replace each other or an input.
fn check(outputs: &EstimateOutputs, inputs: &[&Path]) -> Result<(), Error> {
    let page = outputs.out.as_deref();
    page.map(outputs::check_html).transpose()?;
    let all = [page, outputs.csv.as_deref(), outputs.json.json.as_deref()];
    outputs::check(all.into_iter().flatten(), inputs, outputs.force.into())
}

fn write(
    result: &EstimateResult,
    outputs: EstimateOutputs,
    printer: &mut Printer,
) -> Result<(), Error> {
    let EstimateOutputs {
        out,
        csv,
        json: JsonOptions { json },
        force: _,
    } = outputs;
    printer.tell(&result.notes, &[]);
    let sentences = result.sentences();
    let files = [&csv, &json];
    if files.into_iter().flatten().any(|path| is_stdout(path)) {
        printer.tell(&sentences, &[]);
    } else {
        let mut text = format!("{}\n", lines(&sentences)).into_bytes();
        estimates_table(&result.estimates, &mut text).expect("memory takes every byte");
        outputs::print(&text, printer)?;
    }
    printer.tell(&[], &result.warnings());
    if let Some(path) = csv {
        outputs::write(&path, &result.to_csv(), printer)?;
    }
    if let Some(path) = json {
        outputs::write(&path, &json_bytes(&result.to_json()), printer)?;
    }
    if let Some(path) = out {
        let page = report::render_shares(&result.page())?;
        outputs::write(&path, page.as_bytes(), printer)?;
    }
    Ok(())
}
