//! What a training on columns says of them: which are selected, how they are used, and what weights change.

use super::{train, with_survey};
use crate::world::{json, printed, rows};
use std::fs;

#[test]
fn a_run_with_weights_is_audited_by_them_as_its_predictions_are() {
    let world = with_survey(600);
    let told = train(&world, &["--learner", "logistic", "--out", "run"]);
    assert!(
        told.contains("Weighted by `weight`: 600 rows stand for"),
        "{told}"
    );
    let own = json(&world.path("run/metrics.json"))["cross_validation"]["weighted"].clone();
    let mut audit = world.evenhand("audit");
    audit.args("run/predictions.csv --groups born,gender --weights weight".split(' '));
    let audit = audit.args(["--json", "audit.json", "--out", "audit.html"]);
    let output = audit.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert_eq!(own, json(&world.path("audit.json"))["weighted"]);
    let metrics = json(&world.path("run/metrics.json"));
    let once = &metrics["cross_validation"]["overall"]["accuracy"];
    assert_ne!(own["overall"]["accuracy"]["value"], *once, "weights differ");
    for page in ["run/report.html", "audit.html"] {
        let page = fs::read_to_string(world.path(page)).unwrap();
        assert!(page.contains("<h2>By weights</h2>"), "both say so");
        assert!(
            page.contains("people answered") && !page.contains("images"),
            "rows, not images"
        );
    }
}

#[test]
fn columns_that_are_not_selected_are_not_asked_for() {
    let world = with_survey(600);
    let told = train(
        &world,
        &[
            "--learner",
            "logistic",
            "--select",
            "stability",
            "--out",
            "run",
        ],
    );
    assert!(told.contains("Selected (stability): "), "{told}");
    let metrics = json(&world.path("run/metrics.json"));
    let selection = &metrics["learners"]["selection"];
    let columns = selection["columns"].as_array().unwrap();
    let kept = columns.iter().filter(|of| of["is_kept"] == true);
    let kept: Vec<&str> = kept.map(|of| of["column"].as_str().unwrap()).collect();
    assert!(kept.contains(&"hours") && kept.len() < 9, "{selection}");
    assert!(columns.iter().all(|of| of["folds"].as_u64() <= Some(5)));
    let page = fs::read_to_string(world.path("run/report.html")).unwrap();
    assert!(
        page.contains("Selected columns")
            && page.contains("is no feature: not selected (stability)")
    );

    // A table of the columns that were kept is enough.
    let row = vec![""; kept.len()].join(",");
    world.write("new.csv", format!("id,{}\na,{row}\n", kept.join(",")));
    let mut predict = world.evenhand("predict");
    predict
        .args(["run", "new.csv", "--out", "scores.csv"])
        .assert()
        .success();
    assert_eq!(rows(&world.path("scores.csv"))[0]["status"], "ok");
    let mut train = world.evenhand("train");
    let train = train.args(["survey.csv", "--from", "run", "--select", "lasso"]);
    assert!(
        !train.output().unwrap().status.success(),
        "a transfer keeps all columns"
    );
}

#[test]
fn how_scores_go_with_columns_and_what_columns_add_is_told_by_group() {
    let world = with_survey(600);
    let told = train(&world, &["--learner", "boosting", "--out", "run"]);
    let uses = json(&world.path("run/metrics.json"))["columns"]["uses"].clone();
    assert_eq!(
        (&uses["class"], &uses["rows"]),
        (&"yes".into(), &600.into()),
        "{told}"
    );
    let dependence = uses["dependence"].as_array().unwrap();
    let of = |column: &str| dependence.iter().find(|of| of["column"] == column);
    let gender = of("gender").expect("one of the most important columns");
    let at = |level: &str| {
        let points = gender["points"].as_array().unwrap();
        points.iter().find(|point| point["value"] == level).unwrap()
    };
    let mean = |point: &serde_json::Value| point["mean"].as_f64().unwrap();
    assert!(mean(at("woman")) > mean(at("man")), "{gender}");
    for point in [at("woman"), at("man")] {
        let [low, high] = ["low", "high"].map(|end| point[end].as_f64().unwrap());
        assert!(low <= mean(point) && mean(point) <= high, "{point}");
        assert!(point["groups"]["born"]["here"].is_number(), "{point}");
    }
    let contributions = &uses["contributions"];
    assert_eq!(contributions["scale"], "log-odds");
    assert!(
        contributions["largest_error"].as_f64().unwrap() < 1e-4,
        "{contributions}"
    );
    let columns = contributions["columns"].as_array().unwrap();
    let hours = columns.iter().find(|of| of["column"] == "hours").unwrap();
    assert!(hours["mean"].as_f64() > Some(0.0) && hours["groups"]["gender"]["man"].is_number());
    let page = fs::read_to_string(world.path("run/report.html")).unwrap();
    for said in [
        "How scores go with columns",
        "What columns add to scores",
        "need not be a cause",
    ] {
        assert!(page.contains(said), "{said}");
    }
}
