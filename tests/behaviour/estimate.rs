//! From predictions of a corpus to a sample that people code, and from there to corrected shares.

use crate::world::{Row, World, json, printed, rows};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Output;

/// A corpus of two topics whose women are overlooked by the classifier; the truth is in a column.
fn corpus(world: &World, n: usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut table = String::from(
        "path,sha,status,error,label,fold,predicted,probability_Male,probability_Female,topic,source,truth\n",
    );
    for row in 0..n {
        let topic = if rng.random_bool(0.6) {
            "politics"
        } else {
            "sports"
        };
        let female = rng.random_bool(if topic == "sports" { 0.3 } else { 0.4 });
        let centre = if female { 0.55 } else { 0.3 };
        let score = centre + rng.random_range(-0.25..0.4);
        let (predicted, truth) = (
            if score >= 0.5 { "Female" } else { "Male" },
            if female { "Female" } else { "Male" },
        );
        let source = row / 5;
        let _ = writeln!(
            table,
            "{row}.jpg,,ok,,,,{predicted},{:.6},{score:.6},{topic},s{source},{truth}",
            1.0 - score
        );
    }
    table.push_str("gone.jpg,,missing,no such file,,,,,,politics,s0,Female\n");
    world.write("predictions.csv", table);
}

/// Fills the first coder's column of a sample with the truth, which is a column of the predictions.
pub fn code(world: &World, truth: &str, sample: &str, coded: &str) {
    let all = rows(&world.path("predictions.csv"));
    let truth = all
        .iter()
        .map(|row| (row["path"].clone(), row[truth].clone()));
    let truth: BTreeMap<String, String> = truth.collect();
    let mut writer = csv::Writer::from_path(world.path(coded)).unwrap();
    let sampled = rows(&world.path(sample));
    writer.write_record(sampled[0].keys()).unwrap();
    for mut row in sampled {
        row.insert("coder_1".to_owned(), truth[&row["path"]].clone());
        writer.write_record(row.values()).unwrap();
    }
    writer.flush().unwrap();
}

/// predictions.csv of 6,000 rows, and coded.csv of 300 of them.
pub fn coded_corpus(world: &World) {
    corpus(world, 6_000);
    let drawn = sample(world, "to_code.csv", &["--allocation", "neyman"]);
    assert!(drawn.status.success(), "{}", printed(&drawn));
    code(world, "truth", "to_code.csv", "coded.csv");
}

fn sample(world: &World, out: &str, more: &[&str]) -> Output {
    let mut sample = world.evenhand("sample");
    sample.args([
        "predictions.csv",
        "--n",
        "300",
        "--groups",
        "topic,score",
        "--out",
        out,
    ]);
    sample.args(more).output().unwrap()
}

fn estimate(world: &World, validation: &str, more: &[&str]) -> Output {
    let mut estimate = world.evenhand("estimate");
    estimate.args(["predictions.csv", "--coded", validation]);
    estimate.args(more).output().unwrap()
}

fn fails(output: &Output, words: &[&str]) {
    let told = printed(output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let error = told.lines().find(|line| line.starts_with("error: "));
    let error = error.unwrap_or_else(|| panic!("{told}"));
    for word in words {
        assert!(error.contains(word), "no `{word}` in: {error}");
    }
    assert!(
        told.lines().any(|line| line.starts_with("hint: ")),
        "{told}"
    );
}

#[test]
fn a_sample_is_exact_blind_and_repeatable() {
    let world = World::with_faces(1);
    corpus(&world, 3_000);
    let output = sample(&world, "to_code.csv", &["--seed", "5"]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("cannot be drawn: 1 missing"), "{told}");
    assert!(told.contains("politics*score 0."), "{told}");
    let drawn = rows(&world.path("to_code.csv"));
    assert_eq!(drawn.len(), 300);
    let columns: Vec<&str> = drawn[0].keys().map(String::as_str).collect();
    assert_eq!(
        columns,
        [
            "coder_1",
            "coder_2",
            "coder_3",
            "inclusion_probability",
            "path",
            "stratum",
            "stratum_rows"
        ]
    );
    let header = std::fs::read_to_string(world.path("to_code.csv")).unwrap();
    assert!(header.starts_with("path,coder_1,"), "{header}");
    // Weights add up to the corpus.
    let weight = |row: &Row| 1.0 / row["inclusion_probability"].parse::<f64>().unwrap();
    let sum: f64 = drawn.iter().map(weight).sum();
    assert!((sum - 3_000.0).abs() < 1e-6, "{sum}");
    assert!(
        sample(&world, "again.csv", &["--seed", "5"])
            .status
            .success()
    );
    let read = |name: &str| std::fs::read(world.path(name)).unwrap();
    assert!(read("to_code.csv") == read("again.csv"));
    fails(&sample(&world, "again.csv", &[]), &["again.csv", "already"]);
    let ask = |n: &str, by: &str| {
        let mut sample = world.evenhand("sample");
        sample.args([
            "predictions.csv",
            "--n",
            n,
            "--groups",
            by,
            "--out",
            "new.csv",
        ]);
        sample.output().unwrap()
    };
    fails(&ask("4000", "topic"), &["4000", "3000"]);
    fails(&ask("10", "topic,score"), &["10 rows", "10 strata", "20"]);
    fails(&ask("300", "tpoic"), &["tpoic"]);
}

#[test]
fn a_coded_sample_corrects_what_the_classifier_overlooks() {
    let world = World::with_faces(1);
    coded_corpus(&world);
    let arguments = [
        "--class",
        "gender=Female",
        "--groups",
        "topic",
        "--json",
        "shares.json",
    ];
    let outputs = ["--csv", "shares.csv", "--out", "shares.html"];
    let output = estimate(&world, "coded.csv", &[&arguments[..], &outputs].concat());
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("weighted by how likely each was to be drawn"),
        "{told}"
    );
    assert!(
        told.contains("rows of the corpus without a prediction: 1 missing"),
        "{told}"
    );
    let found = json(&world.path("shares.json"));
    let all = rows(&world.path("predictions.csv"));
    let women = |topic: &str| {
        let of = all.iter().filter(|row| row["status"] == "ok");
        let of: Vec<&Row> = of
            .filter(|row| topic.is_empty() || row["topic"] == topic)
            .collect();
        of.iter().filter(|row| row["truth"] == "Female").count() as f64 / of.len() as f64
    };
    let share = &found["shares"]["Female"];
    let holds = |cell: &serde_json::Value, truth: f64| {
        cell["low"].as_f64().unwrap() <= truth && truth <= cell["high"].as_f64().unwrap()
    };
    assert!(!holds(&share["overall"]["naive"], women("")), "{share:#}");
    assert!(holds(&share["overall"]["ppi"], women("")), "{share:#}");
    assert!(holds(&share["overall"]["adjusted"], women("")), "{share:#}");
    for topic in ["politics", "sports"] {
        assert!(
            holds(&share["by"]["topic"][topic]["ppi"], women(topic)),
            "{share:#}"
        );
    }
    let apart = &share["differences"]["topic"][0];
    assert!(
        holds(&apart["ppi"], women("politics") - women("sports")),
        "{share:#}"
    );
    let tidy = rows(&world.path("shares.csv"));
    // Five methods of everyone, two topics and their difference.
    assert_eq!(tidy.len(), 20);
    let page = std::fs::read_to_string(world.path("shares.html")).unwrap();
    assert!(page.contains("What each assumes") || page.contains("what each assumes"));
    assert!(page.contains("class=\"corrected\""));

    let output = estimate(&world, "coded.csv", &["--cluster", "source", "--json", "-"]);
    assert!(output.status.success(), "{}", printed(&output));
    let clustered: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(clustered["clusters"]["all"], 1_200);
    assert!(clustered["shares"]["Male"]["overall"]["ppi"]["value"].is_number());
}

#[test]
fn a_coded_sample_corrects_a_regression_and_its_page_says_so() {
    let world = World::with_faces(1);
    coded_corpus(&world);
    let mut regress = world.evenhand("regress");
    regress.args([
        "predictions.csv",
        "--coded",
        "coded.csv",
        "--formula",
        "female ~ topic",
    ]);
    regress.args(["--out", "regress.html", "--json", "regress.json"]);
    let output = regress.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let found = json(&world.path("regress.json"));
    assert!(
        found["coefficients"]["topic[sports]"]["ppi"]["se"].is_number(),
        "{found:#}"
    );
    let page = std::fs::read_to_string(world.path("regress.html")).unwrap();
    for words in [
        "<h3>topic[sports]</h3>",
        "class=\"predicted\"",
        "predictions alone",
    ] {
        assert!(page.contains(words), "no {words} in {page}");
    }
}

#[test]
fn a_sample_that_is_validated_counts_by_its_probabilities() {
    let world = World::with_faces(1);
    coded_corpus(&world);
    let validate = |more: &[&str]| {
        let mut validate = world.evenhand("validate");
        validate.args(["predictions.csv", "coded.csv"]);
        validate.args(more).output().unwrap()
    };
    let output = validate(&["--groups", "topic", "--out", "validation"]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("Weighted by `inclusion_probability`"),
        "{told}"
    );
    assert!(
        told.contains("each coded item once (not weighted)"),
        "{told}"
    );
    let all = rows(&world.path("predictions.csv"));
    let judged: Vec<&Row> = all.iter().filter(|row| row["status"] == "ok").collect();
    let right = judged.iter().filter(|row| row["predicted"] == row["truth"]);
    let truth = right.count() as f64 / judged.len() as f64;
    let found = json(&world.path("validation/validation.json"));
    let accuracy = found["weighted"]["overall"]["accuracy"]["value"].as_f64();
    let unweighted = found["consensus"]["overall"]["accuracy"].as_f64();
    let off = |found: Option<f64>| (found.unwrap() - truth).abs();
    assert!(off(accuracy) < 0.05, "{accuracy:?} {truth}");
    assert!(
        off(accuracy) < off(unweighted),
        "{accuracy:?} {unweighted:?}"
    );
    let tidy = rows(&world.path("validation/weighted.csv"));
    assert!(tidy.iter().any(|row| row["group"] == "sports"), "{tidy:?}");
    fails(
        &validate(&["--weights", "importance"]),
        &["no column `importance` of weights"],
    );
    world.write("margins.csv", "variable,value,share\ntopic,politics,0.6\n");
    fails(
        &estimate(&world, "coded.csv", &["--margins", "margins.csv"]),
        &["margins.csv", "no share of `topic` = `sports`"],
    );
}

#[test]
fn labels_beside_predictions_of_their_own_need_not_be_of_the_corpus() {
    let world = World::with_faces(1);
    corpus(&world, 2_000);
    let mut table = String::from("path,status,label,predicted,topic\n");
    for row in 0..200 {
        let (label, predicted) = match row % 10 {
            0..=3 => ("Female", "Female"),
            4 => ("Female", "Male"),
            5 => ("Male", "Female"),
            _ => ("Male", "Male"),
        };
        let _ = writeln!(table, "other/{row}.jpg,ok,{label},{predicted},politics");
    }
    world.write("run.csv", table);
    let output = estimate(
        &world,
        "run.csv",
        &[
            "--class",
            "Female",
            "--groups",
            "topic,source",
            "--json",
            "-",
        ],
    );
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["coded_within_corpus"], 0);
    assert_eq!(found["ppi_from"], "predicted classes");
    let female = &found["shares"]["Female"];
    assert!(female["overall"]["adjusted"]["value"].is_number());
    assert_eq!(
        female["by"]["topic"]["sports"]["not_estimable"]["adjusted"],
        "0 coded rows"
    );
    assert_eq!(
        female["by"]["source"]["s0"]["not_estimable"]["ppi"],
        "the coded rows do not have this column"
    );
}

#[test]
fn labels_that_do_not_fit_are_refused_or_said_to_tell_nothing() {
    let world = World::with_faces(1);
    corpus(&world, 500);
    let table = |name: &str, label: &dyn Fn(usize) -> &'static str, prefix: &str| {
        let mut text = String::from("path,label\n");
        for row in 0..100 {
            let _ = writeln!(text, "{prefix}{row}.jpg,{}", label(row));
        }
        world.write(name, text);
    };
    let both = |row: usize| {
        if row.is_multiple_of(3) {
            "Female"
        } else {
            "Male"
        }
    };
    table("elsewhere.csv", &both, "other/");
    fails(
        &estimate(&world, "elsewhere.csv", &[]),
        &["elsewhere.csv", "predictions.csv", "other/0.jpg"],
    );
    table(
        "unknown.csv",
        &|row| if row == 7 { "Unsure" } else { both(row) },
        "",
    );
    let output = estimate(&world, "unknown.csv", &[]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    let said = "1 coded row left out, whose label is no class of the classifier (Male, Female): `Unsure` (1); --map \
                'Unsure=Male' takes one for a class";
    assert!(told.contains(said), "{told}");
    assert!(told.contains("99 rows with a label"), "{told}");
    table("all.csv", &|_| "Unsure", "");
    fails(
        &estimate(&world, "all.csv", &[]),
        &["`Unsure`", "Male, Female"],
    );
    table("known.csv", &both, "");
    fails(
        &estimate(&world, "known.csv", &["--class", "Femal"]),
        &["Femal", "Female"],
    );
    fails(
        &estimate(&world, "known.csv", &["--cluster", "person"]),
        &["person"],
    );
    table("one.csv", &|_| "Male", "");
    let output = estimate(&world, "one.csv", &["--class", "Female"]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("0.0 % (0.0-3.7)"), "{told}");
    assert!(told.contains("- 0 coded rows are `Female`"), "{told}");
    let mut some = std::fs::read_to_string(world.path("known.csv")).unwrap();
    some.push_str("absent.jpg,Female\ngone.jpg,Female\nempty.jpg,\n");
    world.write("some.csv", some);
    let told = printed(&estimate(&world, "some.csv", &["--class", "Female"]));
    assert!(
        told.contains("since they are not in predictions.csv or have no prediction there: 2"),
        "{told}"
    );
    assert!(
        told.contains("warning: rows of some.csv without a label yet: 1;"),
        "{told}"
    );
    // Labels by chance: the classifier finds either class as often.
    let all = rows(&world.path("predictions.csv"));
    let mut text = String::from("path,label\n");
    for predicted in ["Female", "Male"] {
        let of = all
            .iter()
            .filter(|row| row["predicted"] == predicted)
            .take(60);
        for (at, row) in of.enumerate() {
            let _ = writeln!(
                text,
                "{},{}",
                row["path"],
                if at % 2 == 0 { "Female" } else { "Male" }
            );
        }
    }
    world.write("chance.csv", text);
    let told = printed(&estimate(&world, "chance.csv", &["--class", "Female"]));
    assert!(
        told.contains("- true- and false-positive rates (50.0 %, 50.0 %)"),
        "{told}"
    );
}

/// Answers of a survey that the younger gave more often than their number, and a census.
fn survey(world: &World) {
    let mut table = String::from("id,answer,born,gender\n");
    for row in 0..200 {
        let young = row % 10 < 8;
        let gender = if row % 2 == 0 { "F" } else { "M" };
        let yes = row / 10 % 10 < if young { 2 } else { 7 };
        let (born, answer) = (
            if young { 1990 } else { 1950 },
            if yes { "yes" } else { "no" },
        );
        let _ = writeln!(table, "{row},{answer},{born},{gender}");
    }
    world.write("survey.csv", table);
    let census = "born,gender,count\n1950,F,300\n1950,M,200\n1990,F,250\n1990,M,250\n";
    world.write("census.csv", census);
}

fn by_cells(world: &World, more: &[&str]) -> Output {
    let mut estimate = world.evenhand("estimate");
    estimate.args([
        "survey.csv",
        "--cells",
        "census.csv",
        "--class",
        "answer=yes",
    ]);
    estimate.args(more).output().unwrap()
}

#[test]
fn answers_count_as_in_the_census() {
    let world = World::with_faces(1);
    survey(&world);
    let output = by_cells(&world, &["--groups", "born,gender", "--json", "cells.json"]);
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    for part in [
        "everyone",
        "born: 1950",
        "MRP",
        "Survey weights of rows are not used",
    ] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
    let found = json(&world.path("cells.json"));
    let everyone = &found["estimates"][0];
    // 160 of the 200 rows are young, 500 of 1,000 people: 0.8 · 0.2 + 0.2 · 0.7, and half of 0.2 + 0.7.
    assert_eq!(everyone["unadjusted"]["value"], 0.3);
    let value = |method: &str| everyone[method]["value"].as_f64().unwrap();
    assert!((value("poststratified") - 0.45).abs() < 1e-9, "{everyone}");
    assert!((value("mrp") - 0.45).abs() < 0.03, "{everyone}");
}

#[test]
fn answers_in_no_cell_are_named() {
    let world = World::with_faces(1);
    survey(&world);
    world.write("census.csv", "born,n\n1990,500\n");
    let told = by_cells(&world, &["--groups", "born"]);
    fails(
        &told,
        &[
            "survey.csv: 40 rows are in no cell of census.csv",
            "`1950` (40)",
        ],
    );
    let told = by_cells(&world, &["--groups", "born", "--weights", "w"]);
    assert_eq!(told.status.code(), Some(2), "{}", printed(&told));
}
