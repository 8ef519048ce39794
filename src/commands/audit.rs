//! `evenhand audit`: metrics by group of anybody's predictions.

use crate::cli::args::{AuditArgs, AuditOutputs, JsonOptions};
use crate::cli::config::analysis as options;
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::Printer;
use crate::cli::table::{audit_result_markdown, audit_result_text};
use evenhand::analysis::PredictionTable;
use evenhand::analysis::audit::{
    Against, AuditOptions, AuditResult, Condition, Detail, ReportOptions, ThresholdChoice, audit,
};
use evenhand::hint::SettingError;
use evenhand::table::{BandsError, ReadOptions, Recode};
use evenhand::{Error, report};
use std::path::{Path, PathBuf};

pub fn command(args: AuditArgs, printer: &mut Printer) -> Result<(), Error> {
    let AuditArgs {
        predictions: path,
        only,
        answers,
        threshold,
        threshold_on,
        bands,
        table,
        names,
        design,
        weights,
        uncertainty,
        against,
        id,
        outputs,
    } = args;
    let condition = |text: String| text.parse::<Condition>().map_err(Error::from);
    let threshold_on = threshold_on.map(condition).transpose()?;
    let chosen = |text: String| ThresholdChoice::new(&text, threshold_on).map_err(Error::from);
    let threshold = threshold.map(chosen).transpose()?;
    let columns = answers.columns(names.parsed()?);
    let bands = bands.iter().map(|bands| bands.parse());
    let read = |path: &Path| PredictionTable::read(path, &columns, &ReadOptions::from(&table));
    let files = [Some(&path), against.as_ref(), outputs.features.as_ref()];
    let files: Vec<&Path> = files.into_iter().flatten().map(PathBuf::as_path).collect();
    check(&outputs, &files)?;
    let mut options = AuditOptions {
        only: only.map(condition).transpose()?,
        positive: answers.positive,
        threshold,
        bands: bands.collect::<Result<_, BandsError>>()?,
        design: options::design(design)?,
        margins: weights.read_margins(&ReadOptions::from(&table))?,
        weights: weights.weights,
        params: options::params(uncertainty)?,
        against: None,
        detail: detail(&outputs),
        features: outputs.features.clone(),
    };
    options.params.check()?;
    let predictions = read(&path)?;
    Recode::check(&columns.map, &[predictions.table().columns()])?;
    if let Some(against) = against {
        let predictions = read(&against)?;
        options.against = Some(Against { predictions, id });
    }
    let result = audit(&predictions, &options)?;
    write(&result, outputs, printer)
}

/// Refuses outputs that would replace each other or an input, and features that nothing shows.
fn check(outputs: &AuditOutputs, inputs: &[&Path]) -> Result<(), Error> {
    let report = outputs.out.as_deref();
    report.map_or(Ok(()), outputs::check_html)?;
    let card = report.map(model_card);
    let files = [&outputs.csv, &outputs.json.json, &outputs.markdown];
    let files = files.map(Option::as_deref);
    let all = [report, card.as_deref()].into_iter().chain(files);
    outputs::check(all.flatten(), inputs, outputs.force.into())?;
    match (&outputs.features, detail(outputs)) {
        (Some(features), Detail::Metrics) => Err(Error::from(
            SettingError::new(
                "features",
                features.display(),
                "they are for a report or for JSON",
            )
            .with_hint("add {out} audit.html or {json} audit.json"),
        )),
        _ => Ok(()),
    }
}

fn detail(outputs: &AuditOutputs) -> Detail {
    match outputs.out.is_some() || outputs.json.json.is_some() {
        true => Detail::Rows,
        false => Detail::Metrics,
    }
}

/// Beside its report.
fn model_card(report: &Path) -> PathBuf {
    report.with_extension("model_card.json")
}

fn write(result: &AuditResult, outputs: AuditOutputs, printer: &mut Printer) -> Result<(), Error> {
    let AuditOutputs {
        out,
        csv,
        json: JsonOptions { json },
        markdown,
        images,
        features: _,
        pictures,
        force: _,
    } = outputs;
    printer.tell(&result.notes, &[]);
    let sentences = result.sentences();
    let files = [&csv, &json, &markdown];
    if files.into_iter().flatten().any(|path| is_stdout(path)) {
        printer.tell(&sentences, &[]);
    } else {
        outputs::print(&audit_result_text(result), printer)?;
    }
    printer.tell(&[], &result.warnings);
    if let Some(path) = csv {
        outputs::write(&path, &result.to_csv(), printer)?;
    }
    if let Some(path) = markdown {
        outputs::write(&path, &audit_result_markdown(result), printer)?;
    }
    outputs::write_json(json.as_deref(), || result.to_json(), printer)?;
    if let Some(path) = out {
        let shown = pictures.into();
        let unit = result.unit();
        let report = result.report(&ReportOptions {
            images,
            shown,
            unit,
        });
        let page = report::render(&report)?;
        let card = model_card(&path);
        outputs::write_json(Some(&card), || report::model_card(&report), printer)?;
        outputs::write(&path, page.as_bytes(), printer)?;
    }
    Ok(())
}
