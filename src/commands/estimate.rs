//! `evenhand estimate`: the share of a class in a corpus, corrected for the classifier's errors.

use crate::cli::args::EstimateArgs;
use crate::cli::config::analysis as options;
use crate::cli::outputs;
use crate::cli::printer::Printer;
use crate::cli::table::{estimates_table, plain_table, wrapped};
use evenhand::analysis::estimate::{EstimateOptions, estimate, label_and_class};
use evenhand::analysis::poststratify::{PoststratifyOptions, open, poststratify};
use evenhand::table::ReadOptions;
use evenhand::{Error, report};
use std::path::Path;

pub fn command(args: EstimateArgs, printer: &mut Printer) -> Result<(), Error> {
    if let Some(cells) = &args.cells {
        return by_cells(&args, cells, printer);
    }
    let EstimateArgs {
        corpus,
        groups,
        min_n,
        finite,
        weights,
        out,
        tables,
        ..
    } = args;
    out.as_deref().map(outputs::check_html).transpose()?;
    let mut inputs = corpus.files().to_vec();
    inputs.extend(weights.margins.as_deref());
    outputs::check(
        tables.files().chain(out.as_deref()),
        &inputs,
        tables.force.into(),
    )?;
    let (label, class) = label_and_class(corpus.class.as_deref());
    let options = EstimateOptions {
        label,
        class,
        groups: options::parsed(&groups)?,
        cluster: corpus.cluster.clone(),
        margins: weights.read_margins(&ReadOptions::from(&corpus.table))?,
        weights: weights.weights,
        finite,
        level: corpus.level,
        min_n,
    };
    let (corpus, coded) = options::corpus(corpus, options.label.as_deref())?;
    let result = estimate(&corpus, &coded, &options)?;
    printer.tell(&result.reading.notes, &[]);
    let is_piped = tables.files().any(outputs::is_stdout);
    outputs::show(&result.sentences(), is_piped, printer, || {
        let mut text = Vec::new();
        estimates_table(&result.estimates, &mut text).expect("memory takes every byte");
        text
    })?;
    printer.tell(&[], &result.warnings());
    tables.write(|| result.to_csv(), || result.to_json(), printer)?;
    if let Some(path) = out {
        let page = report::render_shares(&result.page())?;
        outputs::write(&path, page.as_bytes(), printer)?;
    }
    Ok(())
}

/// Shares of the population whose cells a census has.
fn by_cells(args: &EstimateArgs, cells: &Path, printer: &mut Printer) -> Result<(), Error> {
    let (corpus, tables) = (&args.corpus, &args.tables);
    outputs::check(
        tables.files(),
        &[&corpus.predictions, cells],
        tables.force.into(),
    )?;
    let (label, class) = label_and_class(corpus.class.as_deref());
    let read = ReadOptions::from(&corpus.table);
    let columns = options::code_columns(corpus.codes.clone())?;
    let files = (corpus.predictions.as_path(), cells);
    let (coded, census) = open(
        files,
        &columns,
        label.as_deref(),
        args.count.as_deref(),
        &read,
    )?;
    let options = PoststratifyOptions {
        label,
        class,
        groups: options::parsed(&args.groups)?,
        level: corpus.level,
        ..PoststratifyOptions::default()
    };
    let result = poststratify(&coded, &census, &options)?;
    printer.tell(&result.notes, &[]);
    let is_piped = tables.files().any(outputs::is_stdout);
    outputs::show(&result.sentences(), is_piped, printer, || {
        let found = result.shares.tables();
        let found = found.map(|table| plain_table(&table.header, &table.rows));
        let legend = result.shares.legend().map(|line| wrapped(&line));
        (found.chain(legend).collect::<Vec<_>>().join("\n\n") + "\n").into_bytes()
    })?;
    printer.tell(&[], &result.warnings());
    tables.write(|| result.to_csv(), || result.to_json(), printer)
}
