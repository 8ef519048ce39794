//! Labels, codes and lists as people and programs write them, seen from outside.

use crate::world::{World, json, printed, rows};
use std::fs;
use std::process::Output;

/// Runs a command that succeeds.
fn done(output: Output) -> String {
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    told
}

/// The rows of the drawn faces, changed.
fn changed(world: &World, change: impl Fn(usize, &mut Vec<String>)) -> String {
    let text = fs::read_to_string(&world.table).unwrap();
    let mut lines: Vec<Vec<String>> = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect();
    for (row, values) in lines.iter_mut().enumerate().skip(1) {
        change(row, values);
    }
    let lines: Vec<String> = lines.iter().map(|values| values.join(",")).collect();
    lines.join("\n") + "\n"
}

fn column(world: &World, name: &str) -> usize {
    let text = fs::read_to_string(&world.table).unwrap();
    let header = text.lines().next().unwrap();
    header.split(',').position(|column| column == name).unwrap()
}

/// Beside the drawn faces.
fn beside(world: &World, name: &str, text: &str) -> String {
    let path = world.table.with_file_name(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn labels_of_a_list_and_of_class_folders_are_there_for_an_audit() {
    let world = World::with_faces(60);
    done(world.train("run").output().unwrap());
    let truth = column(&world, "smiling");
    let text = fs::read_to_string(&world.table).unwrap();
    let text = text.replacen("smiling", "label", 1);
    let list = beside(&world, "list.csv", &text);
    let mut predict = world.evenhand("predict");
    predict.args(["run", &list, "--out", "p.csv", "--engine", "burn"]);
    done(predict.output().unwrap());
    let predicted = rows(&world.path("p.csv"));
    let labels: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(truth).unwrap())
        .collect();
    let kept: Vec<&str> = predicted.iter().map(|row| row["label"].as_str()).collect();
    assert_eq!(kept, labels);
    let told = done(world.evenhand("audit").arg("p.csv").output().unwrap());
    assert!(told.contains("all 60 rows audited"), "{told}");

    for (row, line) in text.lines().skip(1).enumerate() {
        let file = line.split(',').next().unwrap();
        let from = world.table.with_file_name(file);
        let to = world.write(&format!("folders/{}/{row}.png", labels[row]), "");
        fs::copy(from, to).unwrap();
    }
    let mut predict = world.evenhand("predict");
    predict.args(["run", "folders", "--out", "f.csv", "--engine", "burn"]);
    done(predict.output().unwrap());
    for row in rows(&world.path("f.csv")) {
        let folder = row["path"].split('/').nth_back(1).unwrap();
        assert_eq!(row["label"], folder);
    }
}

#[test]
fn a_list_comes_from_standard_input_and_images_from_another_folder() {
    let world = World::with_faces(40);
    done(world.train("run").output().unwrap());
    let text = fs::read_to_string(&world.table).unwrap();
    let files: Vec<&str> = text
        .lines()
        .skip(1)
        .take(3)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let root = world.table.parent().unwrap().to_str().unwrap().to_owned();
    let predict = |more: &[&str], input: String| {
        let mut predict = world.evenhand("predict");
        predict.args(["run", "--engine", "burn"]).args(more);
        let told = done(predict.write_stdin(input).output().unwrap());
        assert!(!told.contains("missing"), "{told}");
        told
    };
    let lines = |change: fn(&str) -> String| {
        let lines = files.iter().map(|file| change(file) + "\n");
        lines.collect::<String>()
    };
    let as_is = lines(str::to_owned);
    let told = predict(&["-", "--image-root", &root], as_is);
    assert_eq!(told.matches(",ok,").count(), 3, "{told}");
    let bare = lines(|file| file.trim_end_matches(".png").to_owned());
    let bare = format!(
        "id,photo\n{}",
        bare.lines()
            .map(|line| format!("1,{line}\n"))
            .collect::<String>()
    );
    let told = predict(&["-", "--image-root", &root, "--image-ext", "png"], bare);
    assert_eq!(told.matches(",ok,").count(), 3, "{told}");
    let absolute: String = files
        .iter()
        .map(|file| format!("{root}/{file}\n"))
        .collect();
    world.write("list.txt", absolute);
    let told = predict(&["list.txt"], String::new());
    assert_eq!(told.matches(",ok,").count(), 3, "{told}");
}

#[test]
fn a_training_merges_numbers_and_says_what_is_wrong_with_labels() {
    let world = World::with_faces(120);
    let truth = column(&world, "smiling");
    // As pandas writes a column of integers that has gaps, joined with one that has none.
    let coded = changed(&world, |row, values| {
        let smiles = values[truth] == "yes";
        let forms = if smiles { ["1", "1.0"] } else { ["0", "0.0"] };
        values[truth] = forms[row % 2].to_owned();
    });
    let coded = beside(&world, "coded.csv", &coded);
    let train = |data: &str, more: &[&str]| {
        let mut train = world.evenhand("train");
        train.args([data, "--label", "smiling", "--engine", "burn", "--force"]);
        train.args(["--epochs", "4", "--hidden", "16", "--folds", "2"]);
        train.args(more).output().unwrap()
    };
    let told = done(train(&coded, &[]));
    let metrics = json(&world.path("run/metrics.json"));
    assert_eq!(
        metrics["cross_validation"]["classes"],
        serde_json::json!(["0", "1"]),
        "{told}"
    );
    assert!(
        told.contains("taken for the same number written in another way"),
        "{told}"
    );

    let twice = fs::read_to_string(&world.table).unwrap();
    let flipped = changed(&world, |_, values| {
        let other = if values[truth] == "yes" { "no" } else { "yes" };
        values[truth] = other.to_owned();
    });
    let thirty: String = flipped
        .lines()
        .skip(1)
        .take(30)
        .map(|line| format!("{line}\n"))
        .collect();
    let twice = beside(&world, "twice.csv", &(twice + &thirty));
    let told = done(train(&twice, &[]));
    assert!(
        told.contains("warning: 30 images have more than one label, in 60 rows"),
        "{told}"
    );
    let report = fs::read_to_string(world.path("run/report.html")).unwrap();
    assert!(report.contains("30 images have more than one label"));

    let spelt = changed(&world, |row, values| {
        if row % 3 == 0 {
            values[truth] = values[truth].to_uppercase();
        }
    });
    let spelt = beside(&world, "spelt.csv", &spelt);
    let told = done(train(&spelt, &["--map", "YES=yes,NO=no"]));
    assert!(!told.contains("spellings"), "{told}");
    let config = fs::read_to_string(world.path("run/config.toml")).unwrap();
    assert!(config.contains("map = [\"NO=no,YES=yes\"]"), "{config}");
    let metrics = json(&world.path("run/metrics.json"));
    assert_eq!(
        metrics["cross_validation"]["classes"],
        serde_json::json!(["no", "yes"])
    );

    let numbers = changed(&world, |row, values| values[truth] = format!("{row}.37"));
    let numbers = beside(&world, "numbers.csv", &numbers);
    let output = train(&numbers, &[]);
    let told = printed(&output);
    assert!(!output.status.success(), "{told}");
    let said =
        "`smiling` has 120 different numbers in 120 labelled rows: a quantity, and no classes";
    assert!(
        told.contains(said) && told.contains("--bands 'smiling=FROM"),
        "{told}"
    );
}
