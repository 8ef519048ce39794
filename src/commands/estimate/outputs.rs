//! Where estimates go: the terminal, data files, a page.

use super::EstimateCommandError;
use super::config::Config;
use super::read::Found;
use crate::cli::printer::Printer;
use crate::cli::table::estimates_table;
use crate::commands::audit::counted;
use crate::commands::folder::replace;
use evenhand::estimate::{COLUMNS, Estimates};
use evenhand::report::{self, Shares};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;

pub(super) fn write(
    config: &Config,
    found: &Found,
    estimates: &Estimates,
    printer: &mut Printer,
) -> Result<(), EstimateCommandError> {
    let read = in_words(config, found, estimates);
    let takes_output = config.outputs.json.as_deref() == Some(Path::new("-"));
    found.notes.iter().for_each(|note| printer.note(note));
    let mut shown = Vec::new();
    let table = match takes_output {
        true => {
            read.iter().for_each(|line| printer.note(line));
            Ok(())
        }
        false => {
            let lines = read.iter().try_for_each(|line| writeln!(shown, "{line}"));
            lines
                .and_then(|()| writeln!(shown))
                .and_then(|()| estimates_table(estimates, &mut shown))
        }
    };
    table
        .and_then(|()| printer.out().write_all(&shown))
        .map_err(|reason| failed(Path::new("standard output"), reason))?;
    for doubt in absences(config, found).iter().chain(&estimates.doubts) {
        printer.warn(doubt);
    }
    if let Some(path) = &config.outputs.csv {
        let csv = as_csv(estimates).map_err(|reason| failed(path, reason))?;
        write_file(path, &csv)?;
    }
    if let Some(path) = &config.outputs.json {
        let text = format!("{:#}\n", to_json(config, found, estimates));
        match takes_output {
            true => {
                let written = printer.out().write_all(text.as_bytes());
                written.map_err(|reason| failed(path, reason))?;
            }
            false => write_file(path, text.as_bytes())?,
        }
    }
    if let Some(path) = &config.outputs.page {
        let shares = Shares {
            title: match &config.label {
                Some(label) => format!("Perceived {label} in {}", name(&config.predictions)),
                None => format!("Shares in {}", name(&config.predictions)),
            },
            read,
            doubts: [absences(config, found), estimates.doubts.clone()].concat(),
            estimates: estimates.clone(),
        };
        write_file(path, report::render_shares(&shares)?.as_bytes())?;
    }
    Ok(())
}

/// What was read, in lines.
fn in_words(config: &Config, found: &Found, estimates: &Estimates) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: {} rows with a prediction.",
        config.predictions.display(),
        estimates.corpus
    )];
    let drawn = match (estimates.weighted, found.labels.has_predictions()) {
        (true, _) => ", weighted by how likely each was to be drawn",
        (false, true) => ", with predictions of their own",
        (false, false) => "",
    };
    lines.push(format!(
        "{}: {} rows with a label{drawn}.",
        config.validation.display(),
        estimates.coded
    ));
    if let (Some(column), Some(clusters)) = (&config.cluster, estimates.clusters) {
        lines.push(format!(
            "Rows with the same `{column}` count as one piece of evidence: {} there are, {} of them \
             with coded rows.",
            clusters.all, clusters.coded
        ));
    }
    lines.push(match estimates.from_scores {
        true => "PPI++ uses the probabilities.".to_owned(),
        false => "PPI++ uses the predicted classes: not all rows have probabilities.".to_owned(),
    });
    lines
}

/// Rows that take no part, in sentences.
fn absences(config: &Config, found: &Found) -> Vec<String> {
    let mut said = Vec::new();
    let validation = config.validation.display();
    if !found.without.is_empty() {
        said.push(format!(
            "rows of the corpus without a prediction: {}; shares are of the others",
            counted(&found.without)
        ));
    }
    if found.absent > 0 {
        let reason = match found.labels.has_predictions() {
            true => "have no prediction".to_owned(),
            false => {
                let corpus = config.predictions.display();
                format!("are not in {corpus} or have no prediction there")
            }
        };
        let absent = found.absent;
        said.push(format!(
            "labelled rows left out, since they {reason}: {absent}"
        ));
    }
    if found.labels.tied > 0 {
        let tied = found.labels.tied;
        said.push(format!(
            "rows left out, since their coders are tied: {tied}"
        ));
    }
    if found.labels.uncoded > 0 {
        said.push(format!(
            "rows of {validation} without a label yet: {}; if they are the difficult ones, the \
             others are not like the corpus",
            found.labels.uncoded
        ));
    }
    said
}

fn to_json(config: &Config, found: &Found, estimates: &Estimates) -> Value {
    let mut all = json!({
        "predictions": name(&config.predictions),
        "validation": name(&config.validation),
        "label": config.label,
        "cluster": config.cluster,
        "without_prediction": found.without,
        "labelled_left_out": found.absent,
        "tied": found.labels.tied,
        "uncoded": found.labels.uncoded,
    });
    if let (Value::Object(all), Value::Object(mut found)) = (&mut all, estimates.to_json()) {
        all.append(&mut found);
    }
    all
}

fn as_csv(estimates: &Estimates) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in estimates.tidy() {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), EstimateCommandError> {
    replace(path, bytes).map_err(|reason| failed(path, reason))
}

fn failed(path: &Path, reason: io::Error) -> EstimateCommandError {
    let path = path.to_owned();
    EstimateCommandError::Write { path, reason }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
