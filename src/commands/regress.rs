//! `evenhand regress`: coefficients of a formula with a predicted class, corrected for the classifier's errors.

use crate::cli::args::RegressArgs;
use crate::cli::config::analysis as options;
use crate::cli::outputs;
use crate::cli::printer::Printer;
use crate::cli::table::{plain_table, wrapped};
use evenhand::analysis::estimate::label_and_class;
use evenhand::analysis::regress::{RegressOptions, regress};
use evenhand::table::ReadOptions;
use evenhand::{Error, report};

pub fn command(args: RegressArgs, printer: &mut Printer) -> Result<(), Error> {
    let RegressArgs {
        corpus,
        formula,
        model,
        weights,
        out,
        tables,
    } = args;
    out.as_deref().map(outputs::check_html).transpose()?;
    let mut inputs = corpus.files().to_vec();
    inputs.extend(weights.margins.as_deref());
    let files = tables.files().chain(out.as_deref());
    outputs::check(files, &inputs, tables.force.into())?;
    let (label, class) = label_and_class(corpus.class.as_deref());
    let options = RegressOptions {
        formula,
        family: model,
        label,
        class,
        cluster: corpus.cluster.clone(),
        margins: weights.read_margins(&ReadOptions::from(&corpus.table))?,
        weights: weights.weights,
        level: corpus.level,
    };
    let (corpus, coded) = options::corpus(corpus, options.label.as_deref())?;
    let result = regress(&corpus, &coded, &options)?;
    printer.tell(&result.reading.notes, &[]);
    let is_piped = tables.files().any(outputs::is_stdout);
    outputs::show(&result.sentences(), is_piped, printer, || {
        let table = plain_table(&result.regression.titles(), &result.regression.cells());
        let legend = result.legend();
        let legend: Vec<String> = legend.iter().map(|line| wrapped(line)).collect();
        format!("{table}\n\n{}\n", legend.join("\n")).into_bytes()
    })?;
    printer.tell(&[], &result.warnings());
    tables.write(|| result.to_csv(), || result.to_json(), printer)?;
    if let Some(path) = out {
        let page = report::render_coefficients(&result.page())?;
        outputs::write(&path, page.as_bytes(), printer)?;
    }
    Ok(())
}
