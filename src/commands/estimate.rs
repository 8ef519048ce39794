//! `evenhand estimate`: the share of a class in a corpus, corrected for the classifier's errors.

use crate::cli::args::{EstimateArgs, EstimateOutputs};
use crate::cli::config::analysis as options;
use crate::cli::outputs;
use crate::cli::printer::Printer;
use crate::cli::table::estimates_table;
use evenhand::analysis::estimate::{EstimateOptions, EstimateResult, estimate};
use evenhand::{Error, report};
use std::path::Path;

pub fn command(args: EstimateArgs, printer: &mut Printer) -> Result<(), Error> {
    let EstimateArgs {
        corpus,
        groups,
        min_n,
        outputs,
    } = args;
    check(&outputs, &[&corpus.predictions, &corpus.coded])?;
    let (label, class) = options::label_and_class(corpus.class.as_deref());
    let options = EstimateOptions {
        class,
        groups: options::parsed(&groups)?,
        cluster: corpus.cluster.clone(),
        level: corpus.level,
        min_n,
        label,
    };
    let (corpus, coded) = options::corpus(corpus, options.label.as_deref())?;
    write(&estimate(&corpus, &coded, &options)?, outputs, printer)
}

/// Refuses outputs that would replace each other or an input.
fn check(outputs: &EstimateOutputs, inputs: &[&Path]) -> Result<(), Error> {
    let page = outputs.out.as_deref();
    page.map(outputs::check_html).transpose()?;
    let files = outputs.tables.files().chain(page);
    outputs::check(files, inputs, outputs.force.into())
}

fn write(
    result: &EstimateResult,
    outputs: EstimateOutputs,
    printer: &mut Printer,
) -> Result<(), Error> {
    printer.tell(&result.reading.notes, &[]);
    outputs::show(&result.sentences(), &outputs.tables, printer, || {
        let mut text = Vec::new();
        estimates_table(&result.estimates, &mut text).expect("memory takes every byte");
        text
    })?;
    printer.tell(&[], &result.warnings());
    outputs
        .tables
        .write(|| result.to_csv(), || result.to_json(), printer)?;
    if let Some(path) = outputs.out {
        let page = report::render_shares(&result.page())?;
        outputs::write(&path, page.as_bytes(), printer)?;
    }
    Ok(())
}
