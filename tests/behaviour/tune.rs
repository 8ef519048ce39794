//! `tune` finds settings, can be stopped anywhere, and says whether more labels would help.

use crate::world::{Row, World, printed, rows};
use evenhand::backbone::source::shipped;
use std::fs;

fn tune(world: &World, more: &[&str]) -> std::process::Output {
    let mut tune = world.evenhand("tune");
    tune.arg(&world.table);
    tune.args(["--label", "smiling", "--groups", "glasses"]);
    tune.args(["--engine", "burn", "--folds", "2", "--hidden", "8"]);
    tune.args(more).output().unwrap()
}

/// The trials without how long they took.
fn trials(world: &World) -> Vec<Row> {
    let mut trials = rows(&world.path("tune/trials.csv"));
    for trial in &mut trials {
        trial.remove("seconds");
    }
    trials
}

#[test]
fn a_search_that_was_stopped_goes_on_to_the_same_end() {
    let world = World::with_faces(80);
    let whole = tune(&world, &["--budget", "4"]);
    assert!(whole.status.success(), "{}", printed(&whole));
    let first = trials(&world);
    assert_eq!(first.len(), 4);
    let said = "embedding 9 poolings of 3 taps: 18048 features a view";
    assert!(printed(&whole).contains(said), "{}", printed(&whole));
    let judged = |trial: &Row| trial["folds"] == "2";
    assert!(first.iter().filter(|trial| judged(trial)).count() >= 2);
    assert!(
        first
            .iter()
            .any(|trial| trial["trial"] == "0" && judged(trial))
    );

    // As a kill would leave it: the last whole line is missing, the one before is torn.
    let journal = world.path("tune/journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let kept = lines[..lines.len() - 2].join("\n") + "\n" + &lines[lines.len() - 2][..20];
    fs::write(&journal, kept).unwrap();
    fs::remove_file(world.path("tune/trials.csv")).unwrap();
    let again = tune(&world, &["--budget", "4"]);
    assert!(again.status.success(), "{}", printed(&again));
    let known = format!("{} trials of a fold are known already", lines.len() - 3);
    assert!(printed(&again).contains(&known), "{}", printed(&again));
    assert_eq!(trials(&world), first);

    let other = tune(&world, &["--budget", "4", "--seed", "5"]);
    assert!(!other.status.success());
    assert!(
        printed(&other).contains("other data or settings"),
        "{}",
        printed(&other)
    );

    let trained = world
        .evenhand("train")
        .args(["--config", "tune/config.toml", "--out", "run"])
        .output()
        .unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));
    let config = fs::read_to_string(world.path("run/config.toml")).unwrap();
    for name in ["hidden", "learning_rate", "weight_decay", "dropout"] {
        let line = format!("\n{name} = {}", first[0][name]);
        assert!(config.contains(&line), "{line}\n{config}");
    }
    assert_eq!(config.contains("views = 2"), first[0]["views"] == "2");
    // Other folds than those that the settings looked best on.
    assert!(config.contains("\ndraw = 1\n"), "{config}");
    let told = printed(&trained);
    assert!(told.contains("the settings are the best of "), "{told}");
    let folds = |run: &str| -> Vec<String> {
        let rows = rows(&world.path(run).join("predictions.csv"));
        rows.iter().map(|row| row["fold"].clone()).collect()
    };
    fs::write(
        world.path("same.toml"),
        config.replace("\ndraw = 1\n", "\n"),
    )
    .unwrap();
    let same = world
        .evenhand("train")
        .args(["--config", "same.toml", "--out", "same"])
        .output()
        .unwrap();
    assert!(same.status.success(), "{}", printed(&same));
    assert_ne!(folds("run"), folds("same"));
    let taps: Vec<&str> = first[0]["taps"].split(' ').collect();
    for tap in &taps {
        let (tensor, pool) = tap.split_once('=').unwrap();
        let tap = format!("tensor = \"{tensor}\"\npool = \"{pool}\"");
        assert!(config.contains(&tap), "{tap}\n{config}");
    }
    assert_eq!(config.matches("\ntensor = ").count(), taps.len());
    let page = fs::read_to_string(world.path("tune/tune.html")).unwrap();
    assert!(page.contains("<circle") && page.contains("log loss"));
}

#[test]
fn a_search_begins_with_what_train_gives() {
    let world = World::with_faces(60);
    let searched = tune(&world, &["--budget", "1"]);
    assert!(searched.status.success(), "{}", printed(&searched));
    let mut train = world.evenhand("train");
    train.arg(&world.table);
    train.args(["--label", "smiling", "--groups", "glasses"]);
    train.args(["--engine", "burn", "--folds", "2", "--hidden", "8"]);
    let trained = train.output().unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));

    let trial = &trials(&world)[0];
    let predictions = rows(&world.path("run/predictions.csv"));
    let mut sums = [0.0, 0.0];
    for row in &predictions {
        let probability: f64 = row[&format!("probability_{}", row["label"])]
            .parse()
            .unwrap();
        sums[0] -= probability.ln();
        sums[1] += f64::from(u8::from(row["label"] == row["predicted"]));
    }
    for (name, sum) in ["log_loss", "accuracy"].into_iter().zip(sums) {
        let searched: f64 = trial[name].parse().unwrap();
        let trained = sum / predictions.len() as f64;
        assert!(
            (searched - trained).abs() < 1e-4,
            "{name}: {searched}, {trained}"
        );
    }
}

#[test]
fn taps_that_the_user_names_are_not_searched() {
    let world = World::with_faces(40);
    let shipped = shipped();
    let taps = shipped[0].taps.iter().map(ToString::to_string);
    let taps: Vec<String> = taps.collect();
    let named = taps.iter().flat_map(|tap| ["--tap", tap]);
    let budget = ["--budget", "3", "--views", "1"];
    let searched = tune(&world, &budget.into_iter().chain(named).collect::<Vec<_>>());
    assert!(searched.status.success(), "{}", printed(&searched));
    assert!(!printed(&searched).contains("poolings of"));
    for trial in trials(&world) {
        assert_eq!(trial["taps"], taps.join(" "));
    }

    let free = tune(&world, &budget);
    assert!(!free.status.success());
    assert!(
        printed(&free).contains("other data or settings"),
        "{}",
        printed(&free)
    );
}

#[test]
fn no_trial_begins_when_the_time_is_up() {
    let world = World::with_faces(40);
    let stopped = tune(&world, &["--time", "0s", "--views", "1"]);
    assert!(stopped.status.success(), "{}", printed(&stopped));
    assert!(printed(&stopped).contains("the same command goes on"));
    assert!(trials(&world).is_empty());
    assert!(!world.path("tune/config.toml").exists());
}

#[test]
fn a_learning_curve_judges_everyone_at_every_size() {
    let world = World::with_faces(80);
    let curve = tune(&world, &["--curve"]);
    assert!(curve.status.success(), "{}", printed(&curve));
    let all = rows(&world.path("tune/curve.csv"));
    let everyone: Vec<&Row> = all.iter().filter(|row| row["who"] == "everyone").collect();
    let labels = |row: &Row| row["labels"].parse::<usize>().unwrap();
    assert_eq!(labels(everyone[everyone.len() - 1]), 40);
    assert!(everyone.len() > 1, "{}", printed(&curve));
    assert!(
        everyone
            .windows(2)
            .all(|pair| labels(pair[0]) < labels(pair[1]))
    );
    assert!(everyone.iter().all(|row| row["judged"] == "80"));
    for said in ["\neveryone: ", "A law fitted to a range"] {
        assert!(printed(&curve).contains(said), "{}", printed(&curve));
    }
}

#[test]
fn a_goal_for_groups_needs_groups() {
    let world = World::with_faces(10);
    let refused = world
        .evenhand("tune")
        .arg(&world.table)
        .args(["--label", "smiling", "--goal", "gap"])
        .output()
        .unwrap();
    assert!(
        printed(&refused).contains("the goal gap needs groups"),
        "{}",
        printed(&refused)
    );
}
