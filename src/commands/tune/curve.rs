//! The learning curve: accuracy by the number of labels learned from, everyone judged at each.

use super::outputs::{csv_of, put};
use crate::cli::printer::Printer;
use crate::cli::table::{plain_table, wrapped};
use crate::commands::failure::Failure;
use crate::commands::run_dir::cannot_write;
use crate::commands::train::{Config, Examples, Ready, predictions};
use evenhand::audit::{Audit, Cell, Params, Table, audit};
use evenhand::head::{self, Arrangement, CheckedHeadParams, Folds, HeadError, Member, Share, Stop};
use evenhand::record::Fold;
use evenhand::report::{Dot, Figure, Sheet, render_sheet};
use evenhand::stats::Level;
use evenhand::stats::difference::Counts;
use evenhand::tune::curve::{Doubling, Point, SHARES};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::path::Path;

/// What was learned from a share of the rows.
struct Step {
    /// Rows learned from, validation rows among them: the mean of the folds.
    rows: f64,
    audit: Audit,
}

/// Everyone, or a group, along the curve.
struct Series {
    name: String,
    points: Vec<(f64, Cell)>,
}

pub fn run(config: &Config, out: &Path, printer: &mut Printer) -> Result<(), Failure> {
    let mut ready = Ready::new(config, printer)?;
    // Nothing is tested here.
    ready.plan.test.clear();
    let params = config.head.clone().check()?;
    let mut steps = Vec::new();
    let bar = printer.progress("curve", "sizes", Some(SHARES.len() as u64));
    for share in SHARES {
        match judge(&ready, config, &params, share)? {
            Ok(step) => steps.push(step),
            Err(error) if share < 1.0 => printer.note(&format!(
                "learning from {} of the rows is left out: {error}",
                share
            )),
            Err(error) => return Err(error.into()),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let series = series(&steps);
    let said = sentences(&series, config.validation.seed);
    let header = ["who", "labels", "judged", "accuracy", "low", "high"].map(str::to_owned);
    let rows: Vec<Vec<String>> = series.iter().flat_map(rows).collect();

    let table = csv_of(header.to_vec(), rows.iter().cloned())?;
    put(&out.join("curve.csv"), &table)?;
    let sheet = Sheet {
        title: format!("Accuracy by labels: {}", ready.material.dataset.label),
        sentences: said.clone(),
        figures: series.iter().map(figure).collect(),
        header: header.to_vec(),
        rows: rows.clone(),
    };
    put(&out.join("curve.html"), render_sheet(&sheet)?.as_bytes())?;
    let failed = |error| cannot_write("standard output".as_ref(), &error);
    let shown = format!(
        "\n{}\n\n{}\n\nThe curve: {folder}/curve.csv and {folder}/curve.html",
        plain_table(&header, &rows),
        said.iter()
            .map(|text| wrapped(text))
            .collect::<Vec<_>>()
            .join("\n"),
        folder = out.display()
    );
    writeln!(printer.out(), "{shown}").map_err(failed)
}

/// Heads on a share of each fold's rows; the rows of a smaller share are among those of a larger one.
fn judge(
    ready: &Ready,
    config: &Config,
    params: &CheckedHeadParams,
    share: f64,
) -> Result<Result<Step, HeadError>, Failure> {
    let Ready { material, plan, .. } = ready;
    let rows = Examples::new(material, plan, config);
    let examples = rows.of(material);
    let mut places: Vec<usize> = (0..rows.train.len()).collect();
    places.shuffle(&mut ChaCha8Rng::seed_from_u64(config.validation.seed));
    let kept = (share * places.len() as f64).ceil() as usize;
    let mut is_kept = vec![false; examples.labels.len()];
    for &place in &places[..kept.min(places.len())] {
        is_kept[rows.train[place]] = true;
    }
    let folds = Folds {
        rows: &rows.train,
        fold: &plan.folds,
        validation: &plan.validation,
    };
    let shares = (0..config.validation.folds).map(|fold| {
        let mut share = folds.share(fold);
        share.train.retain(|&image| is_kept[image]);
        share.validation.retain(|&image| is_kept[image]);
        share
    });
    let shares: Vec<Share> = shares.collect();
    let members: Vec<Member> = shares
        .iter()
        .map(|share| Member {
            train: &share.train,
            stop: Stop::Validation(&share.validation),
            params,
        })
        .collect();
    let device = head::cpu();
    let arrangement = Arrangement::of(&device);
    let classes = material.dataset.classes.len();
    let mut out_of_fold = vec![f32::NAN; rows.train.len() * classes];
    let fitted = head::train_many(&examples, &members, arrangement, &device, &mut |_, _| ());
    for (fitted, share) in fitted.into_iter().zip(&shares) {
        let fitted = match fitted {
            Ok(fitted) => fitted,
            Err(error) => return Ok(Err(error)),
        };
        let held_out: Vec<usize> = share.held_out.iter().map(|&at| rows.train[at]).collect();
        let judged = fitted
            .head
            .probabilities(&material.features, &held_out, &device)?;
        for (&place, row) in share.held_out.iter().zip(judged.chunks(classes)) {
            out_of_fold[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
    }
    let learned = shares
        .iter()
        .map(|share| share.train.len() + share.validation.len());
    let predictions = predictions(material, plan, &out_of_fold, &[]);
    let is_out = |fold| matches!(fold, Fold::Out(_));
    let table = Table::from_predictions(&predictions, &ready.design, is_out)?;
    Ok(Ok(Step {
        rows: learned.sum::<usize>() as f64 / shares.len() as f64,
        audit: audit(&table, &Params::default().check()?),
    }))
}

/// Everyone first, then every group that is large enough.
fn series(steps: &[Step]) -> Vec<Series> {
    let everyone = steps
        .iter()
        .map(|step| (step.rows, step.audit.overall.clone()));
    let mut all = vec![Series {
        name: "everyone".into(),
        points: everyone.collect(),
    }];
    let groupings = steps.last().map_or(0, |step| step.audit.groupings.len());
    for at in 0..groupings {
        let grouping = |step: &Step| step.audit.groupings[at].clone();
        let last = grouping(&steps[steps.len() - 1]);
        let usable = last
            .cells
            .iter()
            .filter(|(_, cell)| cell.accuracy().estimate.is_ok());
        all.extend(usable.map(|(value, _)| {
            Series {
                name: format!("{} {value}", last.name),
                points: steps
                    .iter()
                    .filter_map(|step| {
                        let cells = grouping(step).cells;
                        let (_, cell) = cells.into_iter().find(|(other, _)| other == value)?;
                        Some((step.rows, cell))
                    })
                    .collect(),
            }
        }));
    }
    all
}

fn rows(series: &Series) -> Vec<Vec<String>> {
    let row = |(rows, cell): &(f64, Cell)| {
        let numbers = match cell.accuracy().estimate {
            Ok(estimate) => [
                estimate.value,
                estimate.interval.low,
                estimate.interval.high,
            ]
            .map(|value| format!("{value:.4}")),
            Err(reason) => [reason.to_string(), String::new(), String::new()],
        };
        [
            series.name.clone(),
            format!("{rows:.0}"),
            cell.n.to_string(),
        ]
        .into_iter()
        .chain(numbers)
        .collect()
    };
    series.points.iter().map(row).collect()
}

fn figure(series: &Series) -> Figure {
    let dots = series.points.iter().filter_map(|(rows, cell)| {
        let estimate = cell.accuracy().estimate.ok()?;
        Some(Dot {
            x: rows.log2(),
            y: estimate.value,
            interval: Some(estimate.interval),
            class: "last",
            title: format!("{rows:.0} labels"),
        })
    });
    let ticks = series.points.iter();
    Figure {
        caption: format!("{}, with 95 % intervals", series.name),
        x_title: "labels learned from".into(),
        ticks: ticks
            .map(|(rows, _)| (rows.log2(), format!("{rows:.0}")))
            .collect(),
        dots: dots.collect(),
    }
}

/// The law is fitted to the largest sizes: on few rows errors fall faster than they do later.
const FITTED: usize = 3;

/// Whether more labels would help, with care: for everyone and for every group.
fn sentences(series: &[Series], seed: u64) -> Vec<String> {
    let caution = "A law fitted to a range is a guess beyond it, mostly a hopeful one: errors stop \
                   falling where labels or images are wrong.";
    let said = series.iter().map(|series| more_labels(series, seed));
    said.chain([caution.to_owned()]).collect()
}

fn more_labels(series: &Series, seed: u64) -> String {
    let level = Level::new(0.95).expect("it is between 0 and 1");
    let name = &series.name;
    let points = series.points.iter().map(|(rows, cell)| Point {
        rows: *rows,
        judged: Counts {
            hits: cell.confusion.correct(),
            n: cell.n,
        },
    });
    let points: Vec<Point> = points.collect();
    let last = &points[points.len().saturating_sub(FITTED)..];
    let in_points = |gain: f64| format!("{:.1}", 100.0 * gain);
    let Some(Doubling { gain, interval }) = Doubling::of(last, level, seed) else {
        return format!("{name}: too little is known to say what more labels would do.");
    };
    let ends = [interval.low, interval.high].map(in_points);
    if interval.low <= 0.0 {
        return format!(
            "{name}: no sign that more labels would help ({} to {} points from twice as many).",
            ends[0], ends[1]
        );
    }
    let brought = match last {
        [.., before, now] => now.judged.rate() - before.judged.rate(),
        _ => f64::NAN,
    };
    format!(
        "{name}: the last doubling brought {} points; twice as many labels would add about {} ({}-{}), \
         if errors go on falling as they did.",
        in_points(brought),
        in_points(gain),
        ends[0],
        ends[1]
    )
}
