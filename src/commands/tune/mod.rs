//! `tune`: settings that classify better, found by trials on features that are computed once; and
//! whether more labels would help.

mod bench;
mod curve;
mod journal;
mod outputs;
mod search;
mod taps;

use super::failure::Failure;
use super::run_dir::cannot_write;
use super::train::{self, Config, Ready};
use crate::cli::args::{FinetuneOptions, PictureOptions, TrainArgs, TuneArgs};
use crate::cli::printer::Printer;
use evenhand::head::Balance;
use evenhand::tune::{Candidate, Goal, Space};
use std::fs;
use std::time::Duration;
use taps::Blocks;

/// Views of an image that are tried where the user names none.
const VIEWS: [usize; 2] = [1, 2];

pub fn command(args: TuneArgs, printer: &mut Printer) -> Result<(), Failure> {
    let TuneArgs {
        data,
        config,
        out,
        budget,
        time,
        goal,
        curve,
        data_options,
        limits,
        backbone,
        head,
        engine,
        store,
    } = args;
    let goal: Goal = goal.parse().map_err(Failure::usage)?;
    let time = time.as_deref().map(parse_time).transpose()?;
    if budget == 0 {
        return Err(Failure::usage("--budget 0: at least one trial is needed"));
    }
    let (views, taps_are_named) = (backbone.views, taps::are_named(&backbone.spec));
    let training = TrainArgs {
        data,
        config,
        out: None,
        force: false,
        json: false,
        pictures: PictureOptions::default(),
        data_options,
        limits,
        backbone,
        head,
        finetune: FinetuneOptions::default(),
        engine,
        store,
    };
    let (mut config, _) = train::resolve(training, printer)?;
    check(&config, goal)?;
    config.settle_precision(printer)?;
    config.make_absolute()?;
    fs::create_dir_all(&out).map_err(|error| cannot_write(&out, &error))?;
    if curve {
        return curve::run(&config, &out, printer);
    }
    let blocks = Blocks::new(&config.backbone, taps_are_named)?;
    blocks.note().iter().for_each(|note| printer.note(note));
    let space = space(&config, views, &blocks);
    // The first of two views is the one that there would be alone.
    let most = space.views.iter().copied().max();
    let mut widest = config.clone();
    widest.backbone.views = most.unwrap_or(config.backbone.views);
    widest.backbone.spec.taps = blocks.taps().to_vec();
    let ready = Ready::new(&widest, printer)?;
    let search = search::Search {
        config: &config,
        space: &space,
        ready: &ready,
        blocks: &blocks,
        goal,
        budget,
        time,
        out: &out,
    };
    search.run(printer)
}

fn check(config: &Config, goal: Goal) -> Result<(), Failure> {
    if config.finetune.is_some() {
        return Err(Failure::usage("settings are tuned for a frozen backbone")
            .with_hint("take the section [finetune] out of the configuration"));
    }
    if config.validation.folds < 2 {
        return Err(Failure::usage("trials are compared by cross-validation")
            .with_hint("use at least --folds 2"));
    }
    if goal.needs_groups() && config.data.layout.groups.is_empty() {
        return Err(Failure::usage(format!("--goal {goal} needs groups"))
            .with_hint("name them, as in --groups race"));
    }
    Ok(())
}

/// What is tried, beginning with what the user would have got.
fn space(config: &Config, views: Option<usize>, blocks: &Blocks) -> Space {
    let balances = match config.data.layout.groups.is_empty() {
        true => vec![Balance::None, Balance::Label],
        false => vec![Balance::None, Balance::Label, Balance::Group],
    };
    Space {
        start: Candidate {
            number: 0,
            views: config.backbone.views,
            balance: config.validation.balance,
            head: config.head.clone(),
            blocks: blocks.configured(),
        },
        views: views.map_or(VIEWS.to_vec(), |views| vec![views]),
        balances,
        poolings: blocks.choices(),
        seed: config.validation.seed,
    }
}

/// `90s`, `30m`, `2h`.
fn parse_time(text: &str) -> Result<Duration, Failure> {
    let wrong = || {
        Failure::usage(format!("--time {text}: no time"))
            .with_hint("write a number and s, m or h, as in 90s, 30m or 2h")
    };
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        let parsed = |text| parse_time(text).unwrap().as_secs_f64();
        assert_eq!(
            (parsed("90s"), parsed("30m"), parsed("1.5h")),
            (90.0, 1800.0, 5400.0)
        );
        for text in ["", "30", "m", "-1m", "10d", "∞"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
