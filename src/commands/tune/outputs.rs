//! What a search leaves: the trials as a table, a page and a configuration for `train`.

use super::bench::Bench;
use super::search::{Found, Search, Trial};
use super::taps::{in_full, in_short};
use crate::cli::printer::Printer;
use crate::cli::table::{plain_table, wrapped};
use crate::commands::failure::Failure;
use crate::commands::run_dir::cannot_write;
use evenhand::atomic_file::AtomicFile;
use evenhand::backbone::spec::Tap;
use evenhand::report::{Dot, Figure, Sheet, render_sheet};
use evenhand::stats::Level;
use evenhand::stats::proportion::wilson;
use std::io::{self, Write};
use std::path::Path;

const COLUMNS: [&str; 17] = [
    "trial",
    "folds",
    "rows",
    "log_loss",
    "accuracy",
    "worst_group",
    "worst_group_accuracy",
    "largest_gap",
    "views",
    "balance",
    "hidden",
    "dropout",
    "input_dropout",
    "weight_decay",
    "learning_rate",
    "epochs",
    "taps",
];

/// Those of [`COLUMNS`] that a terminal has room for, and what they are called there.
const ON_TERMINAL: [(&str, &str); 12] = [
    ("trial", "trial"),
    ("folds", "folds"),
    ("log_loss", "loss"),
    ("accuracy", "accuracy"),
    ("worst_group_accuracy", "worst"),
    ("largest_gap", "gap"),
    ("views", "views"),
    ("balance", "balance"),
    ("hidden", "hidden"),
    ("learning_rate", "rate"),
    ("epochs", "epochs"),
    ("taps", "pooling"),
];

/// Trials that are shown on a terminal.
const SHOWN: usize = 10;

/// Writes `trials.csv`, `tune.html` and `config.toml`.
pub fn write(search: &Search, bench: &Bench, found: &Found) -> Result<(), Failure> {
    let header = COLUMNS.into_iter().chain(["seconds", "failed"]);
    let rows = found.trials.iter().map(|trial| {
        let seconds = format!("{:.2}", trial.seconds);
        let why = trial.judged.as_ref().err().cloned().unwrap_or_default();
        values(trial, bench, in_full)
            .into_iter()
            .chain([seconds, why])
            .collect()
    });
    let table = csv_of(header.map(str::to_owned).collect(), rows)?;
    put(&search.out.join("trials.csv"), &table)?;
    put(
        &search.out.join("tune.html"),
        render_sheet(&sheet(search, bench, found))?.as_bytes(),
    )?;
    if let Some(winner) = winner(found) {
        let mut config = search.config.clone();
        config.head = winner.candidate.head.clone();
        config.validation.balance = winner.candidate.balance;
        config.backbone.views = winner.candidate.views;
        let taps = search.blocks.taps_of(&winner.candidate);
        config.backbone.spec.taps = taps.into_iter().flatten().cloned().collect();
        let text = toml::to_string(&config).map_err(|error| {
            Failure::new(format!("the configuration cannot be written: {error}"))
        })?;
        put(&search.out.join("config.toml"), text.as_bytes())?;
    }
    Ok(())
}

/// A table as CSV.
pub fn csv_of(
    header: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, Failure> {
    let write = || -> csv::Result<Vec<u8>> {
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(header).chain(rows) {
            table.write_record(row)?;
        }
        Ok(table.into_inner().map_err(|error| error.into_error())?)
    };
    write().map_err(|error| Failure::new(format!("a table cannot be written: {error}")))
}

/// A file that appears whole.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = AtomicFile::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.commit()
    });
    written.map_err(|error| cannot_write(path, &error))
}

/// The best trials, what they are better than, and what to do with them.
pub fn print(
    search: &Search,
    bench: &Bench,
    found: &Found,
    printer: &mut Printer,
) -> io::Result<()> {
    let place = |name: &str| COLUMNS.iter().position(|column| *column == name);
    let places = ON_TERMINAL.map(|(name, _)| place(name).expect("it is one of the columns"));
    let pick = |row: Vec<String>| places.map(|at| row[at].clone()).to_vec();
    let header = ON_TERMINAL.map(|(_, title)| title.to_owned());
    let rows = found.trials.iter().take(SHOWN);
    let rows: Vec<Vec<String>> = rows
        .map(|trial| pick(values(trial, bench, in_short)))
        .collect();
    let out = printer.out();
    writeln!(out, "\n{}", plain_table(&header, &rows))?;
    for sentence in sentences(search, bench, found) {
        writeln!(out, "\n{}", wrapped(&sentence))?;
    }
    let folder = search.out.display();
    writeln!(
        out,
        "\nAll trials: {folder}/trials.csv and {folder}/tune.html\n\
         Train with the best: evenhand train --config {folder}/config.toml --out run"
    )
}

fn winner(found: &Found) -> Option<&Trial> {
    found.trials.first().filter(|trial| trial.judged.is_ok())
}

/// In the order of [`COLUMNS`], taps as they are to be written.
fn values(trial: &Trial, bench: &Bench, written: fn(&[Option<&Tap>]) -> String) -> Vec<String> {
    let tally = trial.judged.as_ref().ok();
    let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
    let worst = tally.and_then(|tally| tally.worst());
    let (candidate, head) = (&trial.candidate, &trial.candidate.head);
    vec![
        candidate.number.to_string(),
        trial.folds.to_string(),
        tally.map_or(String::new(), |tally| tally.rows.to_string()),
        number(tally.map(|tally| tally.log_loss())),
        number(tally.map(|tally| tally.accuracy())),
        worst.map_or(String::new(), |(group, _)| group_name(bench, group)),
        number(worst.map(|(_, accuracy)| accuracy)),
        number(tally.and_then(|tally| tally.gap())),
        candidate.views.to_string(),
        candidate.balance.to_string(),
        head.hidden.to_string(),
        head.dropout.to_string(),
        head.input_dropout.to_string(),
        head.weight_decay.to_string(),
        head.learning_rate.to_string(),
        head.epochs.to_string(),
        written(&bench.blocks.taps_of(candidate)),
    ]
}

fn group_name(bench: &Bench, [grouping, group]: [usize; 2]) -> String {
    let groups = &bench.groups[grouping];
    format!("{} {}", groups.name, groups.values[group])
}

/// What the search found, in words.
fn sentences(search: &Search, bench: &Bench, found: &Found) -> Vec<String> {
    let mut said = Vec::new();
    let level = Level::new(0.95).expect("it is between 0 and 1");
    let shown = |trial: &Trial| -> Option<String> {
        let tally = trial.judged.as_ref().ok()?;
        let interval = wilson(tally.hits, tally.rows, level)?;
        let percent = |share: f64| format!("{:.1}", 100.0 * share);
        let mut text = format!(
            "{} % right ({}-{}), log loss {:.4}",
            percent(tally.accuracy()),
            percent(interval.low),
            percent(interval.high),
            tally.log_loss()
        );
        if let (Some((group, accuracy)), Some(gap)) = (tally.worst(), tally.gap()) {
            text += &format!(
                "; worst group {} with {} %, largest gap {} points",
                group_name(bench, group),
                percent(accuracy),
                percent(gap)
            );
        }
        Some(text)
    };
    let Some(winner) = winner(found) else {
        return vec!["No trial could be trained; trials.csv says why.".into()];
    };
    said.extend(shown(winner).map(|text| {
        format!(
            "Best for {}: trial {} over {} folds: {text}.",
            search.goal, winner.candidate.number, winner.folds
        )
    }));
    let start = found
        .trials
        .iter()
        .find(|trial| trial.candidate.number == 0);
    let start = start.filter(|start| start.folds == winner.folds);
    match start {
        Some(start) if winner.candidate.number != 0 => {
            said.extend(shown(start).map(|text| format!("What it began with, trial 0: {text}.")));
        }
        Some(_) => said.push("Nothing was better than what it began with.".into()),
        None => {}
    }
    said.push(
        "The best of many looks a little better than it is: only rows that no trial saw, such as \
         test rows, say how good."
            .into(),
    );
    said
}

fn sheet(search: &Search, bench: &Bench, found: &Found) -> Sheet {
    let folds = search.config.validation.folds;
    let dots = found.trials.iter().filter_map(|trial| {
        let tally = trial.judged.as_ref().ok()?;
        let class = match trial.folds {
            _ if trial.candidate.number == 0 => "start",
            count if count == folds => "last",
            _ => "early",
        };
        Some(Dot {
            x: trial.candidate.number as f64,
            y: tally.accuracy(),
            interval: None,
            class,
            title: format!("trial {}, {} folds", trial.candidate.number, trial.folds),
        })
    });
    let figure = Figure {
        caption: "Accuracy of each trial, over the folds that judged it: filled where all did, a \
                  square for what the search began with"
            .into(),
        x_title: "trial".into(),
        ticks: Vec::new(),
        dots: dots.collect(),
    };
    Sheet {
        title: format!("Settings tried for {}", search.ready.material.dataset.label),
        sentences: sentences(search, bench, found),
        figures: vec![figure],
        header: COLUMNS.map(|name| name.replace('_', " ")).to_vec(),
        rows: found
            .trials
            .iter()
            .map(|trial| values(trial, bench, in_full))
            .collect(),
    }
}
