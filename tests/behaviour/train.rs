use crate::world::{World, json, printed, rows};
use evenhand::head::HeadParams;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn a_run_holds_everything_and_can_be_repeated_to_the_byte() {
    let world = World::with_faces(80);
    let first = world
        .train("first")
        .args(["--holdout", "0.25", "--groups", "glasses"])
        .output()
        .unwrap();
    assert!(first.status.success(), "{}", printed(&first));
    for file in [
        "config.toml",
        "classifier.onnx",
        "predictions.csv",
        "metrics.json",
        "report.html",
    ] {
        assert!(
            fs::metadata(world.path("first").join(file)).unwrap().len() > 0,
            "{file}"
        );
    }
    let predictions = rows(&world.path("first/predictions.csv"));
    assert_eq!(predictions.len(), 80);
    assert_eq!(
        predictions
            .iter()
            .filter(|row| row["fold"] == "test")
            .count(),
        20
    );
    let folds: BTreeSet<&str> = predictions.iter().map(|row| row["fold"].as_str()).collect();
    assert_eq!(folds, BTreeSet::from(["0", "1", "test"]));
    let metrics = json(&world.path("first/metrics.json"));
    for part in ["cross_validation", "test"] {
        for name in [
            "n",
            "accuracy",
            "accuracy_low",
            "accuracy_high",
            "tpr",
            "fpr_low",
        ] {
            assert!(metrics[part]["overall"][name].is_number(), "{part} {name}");
            let group = &metrics[part]["groups"]["glasses"]["yes"];
            let metric = name.split('_').next().unwrap();
            let reason = &group["not_estimable"][metric];
            assert!(
                group[name].is_number() != reason.is_string(),
                "{part} {name}"
            );
        }
    }

    let config = world.path("first/config.toml");
    let again = world
        .evenhand("train")
        .arg("--config")
        .arg(config)
        .args(["--out", "again"])
        .output()
        .unwrap();
    assert!(again.status.success(), "{}", printed(&again));
    assert!(
        printed(&again).contains("80 known already"),
        "{}",
        printed(&again)
    );
    for file in [
        "config.toml",
        "classifier.onnx",
        "predictions.csv",
        "metrics.json",
    ] {
        let read = |run: &str| fs::read(world.path(run).join(file)).unwrap();
        assert!(read("first") == read("again"), "{file} differs");
    }
}

#[test]
fn copies_and_people_stay_on_one_side_of_every_split() {
    let world = World::with_faces(40);
    let faces = rows(&world.table);
    let folder = world.table.parent().unwrap();
    let mut table = String::from("file,smiling,who\n");
    for (at, face) in faces.iter().enumerate() {
        table += &format!("{},{},{}\n", face["file"], face["smiling"], at / 2);
        if at < 10 {
            let copy = format!("copy-{at}.png");
            fs::copy(folder.join(&face["file"]), folder.join(&copy)).unwrap();
            table += &format!("{copy},{},\n", face["smiling"]);
        }
    }
    let table = world.write("data/people.csv", table);
    let mut train = world.evenhand("train");
    train.arg(table).args([
        "--label",
        "smiling",
        "--person",
        "who",
        "--holdout",
        "0.3",
        "--out",
        "run",
    ]);
    train
        .args([
            "--engine", "burn", "--epochs", "2", "--hidden", "4", "--folds", "3",
        ])
        .assert()
        .success();
    let mut fold_of = std::collections::BTreeMap::new();
    for row in rows(&world.path("run/predictions.csv")) {
        let mut same = |key: String| {
            let fold = fold_of
                .entry(key.clone())
                .or_insert_with(|| row["fold"].clone());
            assert_eq!(*fold, row["fold"], "{key}");
        };
        same(format!("bytes {}", row["blake3"]));
        if row["who"] != "(missing)" {
            same(format!("person {}", row["who"]));
        }
    }
}

#[test]
fn an_existing_run_is_kept_unless_force_is_given() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    let refused = world.train("run").output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        printed(&refused).contains("--force"),
        "{}",
        printed(&refused)
    );
    world.train("run").arg("--force").assert().success();
}

#[test]
fn a_report_shows_where_predictions_come_from_if_it_shows_images_and_features_keep_places() {
    let world = World::with_faces(40);
    let report = |run: &str, options: &[&str]| {
        let mut train = world.train(run);
        train.args(["--groups", "glasses"]).args(options);
        train.assert().success();
        fs::read_to_string(world.path(run).join("report.html")).unwrap()
    };
    for (run, options) in [("shown", &[][..]), ("blurred", &["--blur"])] {
        let page = report(run, options);
        let start = page.find("<section id=\"maps\"").unwrap();
        let section = &page[start..start + page[start..].find("</section>").unwrap()];
        let (images, maps) = (
            section.matches("<img"),
            section.matches("class=\"overlay\""),
        );
        let (images, maps) = (images.count(), maps.count());
        assert!(
            images >= 8 && maps <= images && 2 * maps > images,
            "{run}: {maps}, {images}"
        );
        assert!(
            section.contains("viewBox=\"0 0 7 7\""),
            "the finest of the grids"
        );
    }
    for (run, options) in [
        ("hidden", &["--no-images"][..]),
        ("pooled", &["--pool", "gap"]),
    ] {
        let page = report(run, options);
        assert!(
            !page.contains("class=\"overlay\"") && !page.contains("#maps"),
            "{run}"
        );
    }
}

#[test]
fn bad_rows_are_counted_and_too_many_of_them_stop_the_run() {
    let world = World::with_faces(40);
    let mut table = fs::read_to_string(&world.table).unwrap();
    for at in 0..3 {
        table += &format!("nowhere/{at}.png,yes,3,no,adult\n");
    }
    fs::write(&world.table, &table).unwrap();
    world.train("run").assert().success();
    let bad = rows(&world.path("run/predictions.csv"))
        .into_iter()
        .filter(|row| row["status"] != "ok");
    let bad: Vec<_> = bad.collect();
    assert_eq!(bad.len(), 3);
    assert!(
        bad.iter()
            .all(|row| row["status"] == "missing" && row["predicted"].is_empty())
    );

    let stopped = world
        .train("other")
        .args(["--max-bad", "0.05"])
        .output()
        .unwrap();
    assert_eq!(stopped.status.code(), Some(1));
    assert!(
        printed(&stopped).contains("nowhere/2.png: missing"),
        "{}",
        printed(&stopped)
    );
    assert!(!world.path("other").exists());
}

#[test]
fn help_tells_the_defaults_that_hold() {
    let world = World::with_faces(1);
    let help = printed(&world.evenhand("train").arg("--help").output().unwrap());
    let help: Vec<&str> = help.split_whitespace().collect();
    let help = help.join(" ");
    let HeadParams {
        hidden,
        dropout,
        learning_rate,
        weight_decay,
        epochs,
        batch_size,
        seed,
        ..
    } = HeadParams::default();
    for (flag, value) in [
        ("hidden", hidden.to_string()),
        ("dropout", dropout.to_string()),
        ("epochs", epochs.to_string()),
        ("learning-rate", learning_rate.to_string()),
        ("weight-decay", weight_decay.to_string()),
        ("batch-size", batch_size.to_string()),
        ("seed", seed.to_string()),
    ] {
        let (_, text) = help.split_once(&format!("--{flag} <")).unwrap();
        let (text, _) = text.split_once(" --").unwrap_or((text, ""));
        assert!(
            text.contains(&format!("[default: {value}]")),
            "{flag}: {text}"
        );
    }
}

#[test]
fn sources_are_left_out_one_after_the_other() {
    let world = World::with_faces(120);
    let table = fs::read_to_string(&world.table).unwrap();
    let archives = ["web", "film", "press"].iter().cycle();
    let lines = table.lines().zip(["archive"].iter().chain(archives));
    let lines: Vec<String> = lines
        .map(|(line, archive)| format!("{line},{archive}"))
        .collect();
    fs::write(&world.table, lines.join("\n")).unwrap();
    let trained = world
        .train("run")
        .args(["--leave-out", "archive"])
        .output()
        .unwrap();
    let said = printed(&trained);
    assert!(trained.status.success(), "{said}");
    assert!(
        said.contains("tested on film") && said.contains("all but web"),
        "{said}"
    );
    assert!(
        said.contains("On web, a classifier of the other sources is right for"),
        "{said}"
    );
    let across = &json(&world.path("run/metrics.json"))["across"]["trained_on"];
    for trained in ["web", "all but web"] {
        for tested in ["web", "film", "press"] {
            let cell = &across[trained]["tested_on"][tested];
            assert_eq!(cell["n"], 40, "{trained} {tested}");
            assert!(
                cell["accuracy"].as_f64().unwrap() > 0.4,
                "{trained} {tested}"
            );
        }
    }
    assert!(
        fs::read_to_string(world.path("run/report.html"))
            .unwrap()
            .contains("id=\"across\"")
    );

    let refused = world
        .train("other")
        .args(["--leave-out", "camera"])
        .output()
        .unwrap();
    let said = printed(&refused);
    assert!(!refused.status.success(), "{said}");
    assert!(
        said.contains("there is no column `camera`") && said.contains("`archive`"),
        "{said}"
    );
}
