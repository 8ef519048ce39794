use crate::world::{Row, World, json, printed, rows};
use std::fs;

fn train(world: &World, run: &str, more: &[&str]) {
    let mut train = world.train(run);
    train.args(["--holdout", "0.25", "--groups", "glasses"]);
    let trained = train.args(more).output().unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));
}

fn is_right(row: &Row) -> bool {
    row["label"] == row["predicted"]
}

#[test]
fn two_runs_are_compared_on_the_test_rows_of_both() {
    let world = World::with_faces(240);
    train(&world, "plain", &[]);
    train(
        &world,
        "robust",
        &["--loss", "group-dro", "--balance", "oversample"],
    );
    let plain_config = fs::read_to_string(world.path("plain/config.toml")).unwrap();
    let config = fs::read_to_string(world.path("robust/config.toml")).unwrap();
    assert!(
        !plain_config.contains("group_dro"),
        "a plain run says what it always said"
    );
    assert!(config.contains("group_dro = 0.1") && config.contains("balance = \"oversample\""));

    let compared = world
        .evenhand("compare")
        .args(["robust", "plain", "--json"])
        .output()
        .unwrap();
    assert!(compared.status.success(), "{}", printed(&compared));
    let found: serde_json::Value = serde_json::from_slice(&compared.stdout).unwrap();
    assert_eq!(
        (&found["rows"]["n"], &found["rows"]["are"]),
        (&60.into(), &"test".into())
    );
    let [a, b] =
        ["robust", "plain"].map(|run| rows(&world.path(&format!("{run}/predictions.csv"))));
    let test = a.iter().zip(&b).filter(|(row, _)| row["fold"] == "test");
    let only_a = test.filter(|(a, b)| is_right(a) && !is_right(b)).count();
    assert_eq!(found["overall"]["accuracy"]["only_a"], only_a);
    let accuracy = &json(&world.path("plain/metrics.json"))["test"]["overall"]["accuracy"];
    assert_eq!(&found["overall"]["accuracy"]["b"], accuracy);

    let shown = world
        .evenhand("compare")
        .args(["robust", "plain"])
        .output()
        .unwrap();
    let shown = printed(&shown);
    assert!(
        shown.contains("on 60 test rows") && shown.contains("worst group"),
        "{shown}"
    );
}

#[test]
fn runs_of_several_seeds_are_compared_with_what_others_would_have_given() {
    let world = World::with_faces(160);
    train(&world, "plain", &[]);
    train(&world, "seeds", &["--seeds", "3"]);
    train(&world, "wide", &["--seeds", "3", "--dropout", "0.1"]);
    let predictions = |run: &str| fs::read(world.path(run).join("predictions.csv")).unwrap();
    assert_eq!(
        predictions("plain"),
        predictions("seeds"),
        "the first seed is the run"
    );
    let seeds = &json(&world.path("seeds/metrics.json"))["seeds"];
    assert_eq!(seeds["test"]["seeds"], 3);
    let overall = &seeds["cross_validation"]["overall"];
    let [lowest, mean, highest] = ["lowest", "mean", "highest"]
        .map(|what| overall[format!("accuracy_{what}")].as_f64().unwrap());
    assert!(lowest <= mean && mean <= highest);
    assert!(
        overall["brier_sd"].as_f64().unwrap() > 0.0,
        "folds and heads are others"
    );
    let page = fs::read_to_string(world.path("seeds/report.html")).unwrap();
    assert!(page.contains("Trained with 3 seeds, accuracy is "));

    let compared = |runs: [&str; 2]| {
        let mut compare = world.evenhand("compare");
        let found = compare.args(runs).args(["--json"]).output().unwrap();
        assert!(found.status.success(), "{}", printed(&found));
        serde_json::from_slice::<serde_json::Value>(&found.stdout).unwrap()
    };
    let width = |found: &serde_json::Value| {
        let end = |end: &str| found["overall"]["brier"][format!("difference_{end}")].as_f64();
        end("high").unwrap() - end("low").unwrap()
    };
    let (alone, with_seeds) = (compared(["wide", "plain"]), compared(["wide", "seeds"]));
    assert!(width(&with_seeds) > width(&alone));
    assert_eq!(with_seeds["seeds"], serde_json::json!([3, 3]));
    assert!(alone["seeds"].is_null());
    let said = |runs: [&str; 2]| printed(&world.evenhand("compare").args(runs).output().unwrap());
    assert!(said(["wide", "plain"]).contains("Each is one training"));
    assert!(said(["wide", "seeds"]).contains("from 3 and 3 seeds"));
}

#[test]
fn runs_that_judged_other_rows_are_not_compared() {
    let world = World::with_faces(80);
    train(&world, "one", &[]);
    train(&world, "two", &["--seed", "5"]);
    let compared = world
        .evenhand("compare")
        .args(["one", "two"])
        .output()
        .unwrap();
    let said = printed(&compared);
    assert!(!compared.status.success(), "{said}");
    assert!(
        said.contains("have not judged the same test rows") && said.contains("hint: train both"),
        "{said}"
    );
}

#[test]
fn fine_tuning_refuses_what_is_for_a_frozen_backbone() {
    let world = World::with_faces(24);
    for (option, value) in [("--loss", "group-dro"), ("--balance", "oversample")] {
        let mut train = world.train("tuned");
        train.args(["--unfreeze", "1", option, value]);
        let said = printed(&train.output().unwrap());
        let refusal = format!("{value} is for heads on a frozen backbone");
        assert!(said.contains(&refusal), "{said}");
    }
    for (option, value) in [("--seeds", "3"), ("--leave-out", "glasses")] {
        let mut train = world.train("tuned");
        train.args(["--unfreeze", "1", option, value]);
        let said = printed(&train.output().unwrap());
        let hint = format!("hint: leave out --unfreeze or {option}");
        assert!(said.contains(&hint), "{said}");
    }
    let mut train = world.train("eta");
    let said = printed(&train.args(["--dro-step", "0.1"]).output().unwrap());
    assert!(
        said.contains("--dro-step is for the loss group-dro"),
        "{said}"
    );
}

#[test]
fn the_positive_class_of_the_training_stays_positive() {
    let world = World::with_faces(80);
    for run in ["run", "again"] {
        train(&world, run, &["--positive", "no"]);
    }
    let metrics = &json(&world.path("run/metrics.json"))["cross_validation"]["overall"];
    let numbers = |line: &str| -> serde_json::Value {
        let mut words = line.split(' ');
        let mut command = world.evenhand(words.next().unwrap());
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{line}\n{}", printed(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    for name in ["tpr", "fpr", "precision", "selection_rate"] {
        assert!(metrics[name].is_number(), "{name}: {metrics}");
    }
    let audited = numbers("audit run/predictions.csv --only fold!=test --json=-");
    let table = fs::read_to_string(world.path("run/predictions.csv")).unwrap();
    let header = table.lines().next().unwrap();
    let kept = table.lines().filter(|line| !line.contains(",test,"));
    world.write(
        "copy.csv",
        kept.map(|line| format!("{line}\n")).collect::<String>(),
    );
    assert!(
        header.contains("probability_yes,probability_no"),
        "{header}"
    );
    let validated = numbers("validate run copy.csv --item path --label label --json=-");
    for name in ["tpr", "fpr", "precision", "selection_rate"] {
        assert_eq!(audited["overall"][name], metrics[name], "audit: {name}");
        assert_eq!(
            validated["consensus"]["overall"][name], metrics[name],
            "validate: {name}"
        );
    }
    let test = &json(&world.path("run/metrics.json"))["test"]["overall"];
    for line in [
        "compare run again --json=-",
        "compare run/predictions.csv again/predictions.csv --json=-",
    ] {
        let compared = numbers(line);
        assert_eq!(compared["overall"]["tpr"]["a"], test["tpr"], "{line}");
        assert_eq!(compared["overall"]["fpr"]["b"], test["fpr"], "{line}");
    }
    // Whoever names another class gets it.
    let other = numbers("audit run/predictions.csv --only fold!=test --positive yes --json=-");
    let specificity = 1.0 - metrics["fpr"].as_f64().unwrap();
    assert!((other["overall"]["tpr"].as_f64().unwrap() - specificity).abs() < 1e-12);
}
