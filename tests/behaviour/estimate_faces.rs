//! Shares of women among real faces: 8,000 to learn from, 4,000 as a corpus, 400 of them coded.

use crate::estimate::code;
use crate::real_faces::faces;
use crate::world::{Row, World, json, printed, rows};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Rows of FairFace's train and val, with their full paths.
fn listed(faces: &Path, name: &str) -> Vec<Row> {
    let mut all = rows(&faces.join(name));
    for row in &mut all {
        let file = faces.join(&row["file"]).display().to_string();
        row.insert("file".to_owned(), file);
    }
    all
}

fn write_list(world: &World, name: &str, list: &[Row]) {
    let mut writer = csv::Writer::from_path(world.path(name)).unwrap();
    writer.write_record(["file", "gender", "race"]).unwrap();
    for row in list {
        writer
            .write_record([&row["file"], &row["gender"], &row["race"]])
            .unwrap();
    }
    writer.flush().unwrap();
}

#[test]
fn shares_of_women_among_real_faces_are_within_their_intervals() {
    let Some(faces) = faces() else { return };
    let world = World::with_faces(1);
    let mut list = listed(&faces, "train.csv");
    list.shuffle(&mut ChaCha8Rng::seed_from_u64(6));
    let mut corpus = list.split_off(8_000);
    corpus.extend(listed(&faces, "val.csv"));
    write_list(&world, "train.csv", &list);
    write_list(&world, "corpus.csv", &corpus);
    let run = |command: &str, arguments: &[&str]| {
        let output = world.evenhand(command).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        printed(&output)
    };
    run(
        "train",
        &[
            "train.csv",
            "--label",
            "gender",
            "--positive",
            "Female",
            "--out",
            "run",
        ],
    );
    run(
        "predict",
        &["run", "corpus.csv", "--out", "predictions.csv"],
    );
    let sample = [
        "predictions.csv",
        "--n",
        "400",
        "--by",
        "race,score",
        "--seed",
        "6",
    ];
    run(
        "sample",
        &[&sample[..], &["--coders", "1", "--out", "to_code.csv"]].concat(),
    );
    code(&world, "gender", "to_code.csv", "coded.csv");
    let all = rows(&world.path("predictions.csv"));
    let share = [
        "predictions.csv",
        "--validation",
        "coded.csv",
        "--share",
        "gender=Female",
    ];
    let outputs = [
        "--by",
        "race",
        "--json",
        "shares.json",
        "--out",
        "shares.html",
    ];
    eprintln!("{}", run("estimate", &[&share[..], &outputs].concat()));
    if let Some(folder) = std::env::var_os("EVENHAND_SCREENSHOTS") {
        std::fs::create_dir_all(&folder).unwrap();
        let page = Path::new(&folder).join("shares.html");
        std::fs::copy(world.path("shares.html"), page).unwrap();
    }
    let found = json(&world.path("shares.json"));
    let female = &found["shares"]["Female"];
    let mut cells = vec![("everyone".to_owned(), &female["overall"])];
    let by = female["by"]["race"].as_object().unwrap();
    cells.extend(by.iter().map(|(race, cell)| (race.clone(), cell)));
    assert_eq!(cells.len(), 8);
    let mut held = BTreeMap::from([("naive", 0), ("coded", 0), ("adjusted", 0), ("ppi", 0)]);
    for (race, cell) in cells {
        let of: Vec<&Row> = (all.iter())
            .filter(|row| race == "everyone" || row["race"] == race)
            .collect();
        let women = of.iter().filter(|row| row["gender"] == "Female").count();
        let truth = women as f64 / of.len() as f64;
        let mut line = format!("{race}: true {:.1}", 100.0 * truth);
        for (method, held) in &mut held {
            let number = |name: &str| cell[method][name].as_f64().unwrap();
            let (low, high) = (number("low"), number("high"));
            let holds = low <= truth && truth <= high;
            *held += usize::from(holds);
            let [value, low, high] = [number("value"), low, high].map(|share| 100.0 * share);
            let mark = if holds { "" } else { " misses" };
            let _ = write!(line, "; {method} {value:.1} ({low:.1}-{high:.1}){mark}");
        }
        eprintln!("{line}");
    }
    eprintln!("{held:?}");
    assert!(held["ppi"] >= 7, "{held:?}");
}
