//! Where a validation goes: the terminal, and a folder of tables.

use super::pairing::Pairing;
use super::{Config, Failure, MACHINE, Outputs, Validation};
use crate::cli::table::{audit_table, machine_table};
use crate::commands::coders::warnings_of_codes;
use crate::commands::folder::{self, as_csv};
use crate::commands::run_dir::cannot_write;
use evenhand::audit::COLUMNS as AUDIT_COLUMNS;
use evenhand::coders::{self, Majority, tidy};
use evenhand::dataset::counted;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;

pub(super) fn write(
    config: &Config,
    pairing: &Pairing,
    validation: &Validation,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<(), Failure> {
    let Outputs { folder, json } = &config.outputs;
    let inputs = [
        config.codes.as_path(),
        pairing.predictions.table.path.as_path(),
    ];
    let to_output = json.as_deref() == Some(Path::new("-"));
    let failed = |error: io::Error| cannot_write(Path::new("standard output"), &error);
    let said = in_words(config, pairing);
    let coders = names(pairing);
    match to_output {
        true => write!(notes, "{said}").map_err(failed)?,
        false => {
            writeln!(out, "{said}\nAgainst the consensus:\n").map_err(failed)?;
            audit_table(&validation.audit, out).map_err(failed)?;
            machine_table(&validation.machine, &validation.scale, &coders, out).map_err(failed)?;
        }
    }
    let text = format!("{:#}\n", to_json(config, pairing, validation)).into_bytes();
    match json {
        Some(_) if to_output => out.write_all(&text).map_err(failed)?,
        Some(path) => {
            folder::refuse_input(path, &inputs)?;
            folder::replace(path, &text).map_err(|error| cannot_write(path, &error))?;
        }
        None => {}
    }
    if let Some(folder) = folder {
        let in_memory = |error| cannot_write(folder, &error);
        let metrics = as_csv(
            AUDIT_COLUMNS.map(String::from),
            validation.audit.tidy().map(|row| row.fields()),
        );
        let files = [
            ("validation.json", text),
            ("metrics.csv", metrics.map_err(in_memory)?),
            (
                "agreement.csv",
                agreement(validation, &coders).map_err(in_memory)?,
            ),
            ("rows.csv", rows(pairing).map_err(in_memory)?),
        ];
        folder::write(folder, &files, &inputs)?;
    }
    Ok(())
}

/// The coders, and the machine after them.
fn names(pairing: &Pairing) -> Vec<String> {
    let mut coders = pairing.file.codes.coders.clone();
    let taken = coders.iter().any(|coder| coder == MACHINE);
    coders.push(if taken {
        format!("the {MACHINE}")
    } else {
        MACHINE.to_owned()
    });
    coders
}

fn warnings(pairing: &Pairing) -> Vec<String> {
    let mut found = Vec::new();
    let example = |names: &[String]| names.first().map_or("", String::as_str).to_owned();
    let absent = &pairing.absent;
    if !absent.is_empty() {
        found.push(format!(
            "{} of {} not among the predictions, such as `{}`",
            absent.len(),
            counted(pairing.items, "coded item"),
            example(absent),
        ));
    }
    let ambiguous = pairing.matching.ambiguous.len();
    if ambiguous > 0 {
        found.push(format!(
            "{} left out that could be several predictions, or would share one",
            counted(ambiguous, "coded item")
        ));
    }
    if pairing.unpredicted > 0 {
        found.push(format!(
            "{} without a prediction, as their rows say",
            counted(pairing.unpredicted, "coded item")
        ));
    }
    found.extend(warnings_of_codes(&pairing.file.codes));
    found
}

fn in_words(config: &Config, pairing: &Pairing) -> String {
    let (items, judged) = (pairing.rows.len(), pairing.judged().count());
    let mut text = format!(
        "{}: {items} of {} found with a prediction in {}",
        config.codes.display(),
        counted(pairing.items, "coded item"),
        pairing.predictions.table.path.display(),
    );
    text += &match pairing.matching.by_end {
        0 => ".\n".to_owned(),
        n => format!(", {n} of them by the end of the path.\n"),
    };
    text += &match (items - judged, pairing.file.codes.active().len()) {
        (_, 1) => "The codes of one coder stand for a consensus.\n".to_owned(),
        (0, _) => "All have a consensus, the majority of their coders.\n".to_owned(),
        (ties, _) => format!(
            "{judged} have a consensus, the majority of their coders; {} left out of it.\n",
            counted(ties, "tie")
        ),
    };
    text += &format!("{}\n", pairing.origin.in_words());
    text += &format!("Classes: {}.", pairing.classes.names().join(", "));
    if let Some(positive) = pairing.classes.positive() {
        let guessed = match config.positive {
            Some(_) => "",
            None => ", the last in sorted order",
        };
        text += &format!(" Positive: {}{guessed}.", pairing.classes.name(positive));
    }
    text.push('\n');
    for note in pairing
        .file
        .notes
        .iter()
        .chain(&pairing.predictions.table.notes)
    {
        text += &format!("{note}\n");
    }
    for warning in warnings(pairing) {
        text += &format!("Warning: {warning}\n");
    }
    text
}

fn to_json(config: &Config, pairing: &Pairing, validation: &Validation) -> Value {
    let file = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let origin = pairing.origin;
    json!({
        "predictions": file(&config.predictions),
        "codes": file(&config.codes),
        "warnings": warnings(pairing),
        "items": {
            "coded": pairing.items,
            "compared": pairing.rows.len(),
            "with_consensus": pairing.judged().count(),
            "matched_by_end": pairing.matching.by_end,
            "ambiguous": pairing.matching.ambiguous.len(),
            "absent": pairing.absent,
            "without_prediction": pairing.unpredicted,
        },
        "predictions_of": {
            "out_of_fold": origin.out_of_fold,
            "test": origin.test,
            "unknown": origin.unknown,
        },
        "consensus": validation.audit.to_json(),
        "scale": validation.scale.name(),
        "coders": validation.machine.to_json(&names(pairing)),
    })
}

/// Agreement without the machine, then with it.
fn agreement(validation: &Validation, coders: &[String]) -> io::Result<Vec<u8>> {
    let machine = &validation.machine;
    let mut rows = tidy(&machine.without, MACHINE, "without", coders);
    rows.extend(tidy(&machine.with, MACHINE, "with", coders));
    as_csv(coders::COLUMNS.map(String::from), rows)
}

/// A row for each compared item.
fn rows(pairing: &Pairing) -> io::Result<Vec<u8>> {
    let codes = &pairing.file.codes;
    let names = pairing.predictions.names();
    let items = codes.items.iter().zip(&pairing.rows);
    let rows = items.map(|(item, &row)| {
        let majority: Majority = codes.majority(item);
        let label = majority.label.map(|label| codes.labels[label].clone());
        let share = majority.share().map(|share| share.to_string());
        let answer = pairing.predictions.answer(row).unwrap_or_default();
        let right = label.as_ref().map(|label| (label == answer).to_string());
        [
            item.name.clone(),
            names[row].to_owned(),
            label.unwrap_or_default(),
            share.unwrap_or_default(),
            majority.agreed().name().to_owned(),
            answer.to_owned(),
            right.unwrap_or_default(),
        ]
    });
    let header = [
        "item",
        "prediction",
        "consensus",
        "share",
        "agreement",
        "predicted",
        "right",
    ];
    as_csv(header.map(String::from), rows)
}
