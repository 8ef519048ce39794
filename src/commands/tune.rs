//! `tune`: settings that classify better, or the learning curve.

use crate::cli::args::{
    ColumnOptions, FinetuneOptions, JsonOptions, PictureOptions, TrainArgs, TuneArgs,
};
use crate::cli::config::{overwrite, training};
use crate::cli::printer::Printer;
use crate::cli::table::{first_columns, plain_table, wrapped};
use evenhand::jobs::output_folder::OutputFolder;
use evenhand::jobs::tune::{TapNames, TapSearch};
use evenhand::{Error, LearningCurve, SearchResult, TuneConfig};
use std::path::Path;

/// Columns of the table of trials that a terminal has room for, with their titles there.
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

pub fn command(args: TuneArgs, printer: &mut Printer) -> Result<(), Error> {
    let (out, is_curve) = (args.out.clone(), args.curve);
    let config = resolve(args, printer)?;
    config.check()?;
    if is_curve {
        let folder = OutputFolder::open(&out, &LearningCurve::FILES, config.overwrite)?;
        let curve = evenhand::learning_curve(&config.training, printer)?;
        curve.save_in(folder)?;
        return Ok(printer.print(curve_text(&curve, &out))?);
    }
    let folder = OutputFolder::open(&out, &SearchResult::FILES, config.overwrite)?;
    let result = evenhand::tune(&config, printer)?;
    result.save_in(folder)?;
    Ok(printer.print(search_text(&result, &out))?)
}

fn resolve(args: TuneArgs, printer: &mut Printer) -> Result<TuneConfig, Error> {
    let TuneArgs {
        data,
        config,
        out,
        force,
        budget,
        time,
        goal,
        curve: _,
        data_options,
        limits,
        backbone,
        head,
        engine,
        store,
    } = args;
    let views = backbone.views;
    let is_tap_named = !backbone.spec.tap.is_empty() || backbone.spec.pool.is_some();
    let args = TrainArgs {
        data,
        config,
        out: None,
        force: false,
        json: JsonOptions::default(),
        pictures: PictureOptions::default(),
        data_options,
        columns: ColumnOptions::default(),
        learner: Vec::new(),
        limits,
        backbone,
        head,
        seeds: None,
        leave_out: None,
        finetune: FinetuneOptions::default(),
        engine,
        store,
    };
    let mut config = TuneConfig::new(training(args, printer)?);
    config.goal = goal;
    config.budget = budget;
    config.time = time;
    config.views = views.map_or(config.views, |views| vec![views]);
    if is_tap_named {
        config.taps = TapSearch::Fixed;
    }
    config.overwrite = overwrite(force);
    config.journal = Some(out.join("journal.jsonl"));
    Ok(config)
}

/// The best trials, what they are better than, and what to do with them.
fn search_text(result: &SearchResult, out: &Path) -> String {
    let place = |name: &str| {
        let mut columns = SearchResult::columns().iter();
        let place = columns.position(|column| *column == name);
        place.expect("it is one of the columns")
    };
    let places = ON_TERMINAL.map(|(name, _)| place(name));
    let header = ON_TERMINAL.map(|(_, title)| title.to_owned());
    let rows = result.trials.iter().take(SHOWN).map(|trial| {
        let row = result.row(trial, TapNames::InShort);
        places.map(|at| row[at].clone()).to_vec()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let sentences = result.sentences();
    let sentences = sentences
        .iter()
        .map(|sentence| format!("\n\n{}", wrapped(sentence)));
    let folder = out.display();
    format!(
        "\n{}{}\n\nAll trials: {folder}/trials.csv and {folder}/tune.html\n\
         Train with the best: evenhand train --config {folder}/config.toml --out run",
        first_columns(&header, &rows),
        sentences.collect::<String>()
    )
}

fn curve_text(curve: &LearningCurve, out: &Path) -> String {
    let sentences = curve.sentences().iter().map(|text| wrapped(text));
    format!(
        "\n{}\n\n{}\n\nThe curve: {folder}/curve.csv and {folder}/curve.html",
        plain_table(&LearningCurve::columns(), &curve.rows()),
        sentences.collect::<Vec<_>>().join("\n"),
        folder = out.display()
    )
}
