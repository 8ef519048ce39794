use crate::world::{Row, World, json, printed, rows};

#[test]
fn an_audit_of_our_predictions_says_what_the_run_said() {
    let world = World::with_faces(60);
    world
        .train("run")
        .args(["--groups", "glasses,glasses*age_band"])
        .assert()
        .success();
    let mut audit = world.evenhand("audit");
    audit.args([
        "run/predictions.csv",
        "--groups",
        "glasses,glasses*age_band",
        "--json",
        "audit.json",
    ]);
    let output = audit.args(["--positive", "yes"]).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let (audit, metrics) = (
        json(&world.path("audit.json")),
        json(&world.path("run/metrics.json")),
    );
    for part in ["overall", "groups"] {
        assert_eq!(audit[part], metrics["cross_validation"][part], "{part}");
    }
}

#[test]
fn scores_of_anybody_are_audited() {
    let world = World::with_faces(1);
    world.write(
        "theirs.csv",
        "truth,p,race\nF,0.9,a\nM,0.2,a\nF,0.4,b\nM,0.6,b\n",
    );
    let mut audit = world.evenhand("audit");
    audit.args([
        "theirs.csv",
        "--label",
        "truth",
        "--score",
        "p",
        "--positive",
        "F",
        "--groups",
        "race",
    ]);
    audit.args(["--json", "-"]);
    let read = |output: std::process::Output| -> serde_json::Value {
        assert!(output.status.success(), "{}", printed(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let metrics = read(audit.output().unwrap());
    assert!(metrics["overall"]["accuracy"].is_null());
    assert_eq!(metrics["overall"]["not_estimable"]["accuracy"], "4 rows");
    let csv = world.path("audit.csv");
    let metrics = read(
        audit
            .args(["--min-n", "1", "--csv"])
            .arg(&csv)
            .output()
            .unwrap(),
    );
    let tidy = rows(&csv);
    let of_b = |row: &&Row| row["group"] == "b" && row["metric"] == "fpr";
    assert_eq!(tidy.iter().find(of_b).unwrap()["value"], "1");
    assert_eq!(metrics["overall"]["accuracy"], 0.5);
    assert_eq!(metrics["groups"]["race"]["a"]["tpr"], 1.0);
    assert_eq!(metrics["groups"]["race"]["b"]["fpr"], 1.0);
}

/// Predictions of 40 images, of which one class is written in two ways.
fn misspelt(world: &World) {
    let row = |at: usize| {
        let label = if at == 7 {
            "male"
        } else {
            ["Female", "Male"][at % 2]
        };
        format!("{at}.jpg;{label};{label};{}\n", ["a", "b"][at / 20])
    };
    let rows: String = (0..40).map(row).collect();
    world.write("theirs.csv", format!("path;label;predicted;race\n{rows}"));
}

#[test]
fn warnings_of_an_audit_are_beside_its_results_and_can_be_silenced() {
    let world = World::with_faces(1);
    misspelt(&world);
    let audit = |more: &[&str]| {
        let mut audit = world.evenhand("audit");
        let output = audit.arg("theirs.csv").args(more).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let warning = "warning: class: `Male` (19) and `male` (1) are taken as different; are they spellings of one? \
                   --map 'male=Male' makes them one";
    let (out, err) = audit(&["--groups", "race"]);
    assert!(
        out.starts_with("theirs.csv: all 40 rows audited.\n"),
        "{out}"
    );
    assert!(
        err.contains(warning) && !out.to_lowercase().contains("warning"),
        "{out}{err}"
    );
    assert_eq!(
        audit(&["--groups", "race", "-q"]),
        (out.clone(), String::new())
    );

    let (found, err) = audit(&["--groups", "race", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["groups"]["race"]["a"]["n"], 20);
    assert_eq!(found["warnings"].as_array().unwrap().len(), 1);
    assert!(
        err.starts_with("theirs.csv") && err.contains(warning),
        "{err}"
    );
    audit(&[
        "--groups",
        "race",
        "--json",
        "audit.json",
        "--markdown",
        "audit.md",
    ]);
    assert_eq!(json(&world.path("audit.json")), found);
    let markdown = std::fs::read_to_string(world.path("audit.md")).unwrap();
    assert!(markdown.contains("| race | "), "{markdown}");
    let (csv, _) = audit(&["--csv", "-"]);
    assert!(csv.starts_with("grouping,group,metric,value,low,high,n,estimable,reason\noverall,,"));
}

#[test]
fn nothing_that_is_read_is_replaced_and_no_output_by_another() {
    let world = World::with_faces(1);
    misspelt(&world);
    world.write("codes.csv", "path,label\n1.jpg,Male\n");
    let told = |arguments: &[&str]| {
        let mut command = world.evenhand(arguments[0]);
        let output = command.args(&arguments[1..]).output().unwrap();
        assert!(!output.status.success(), "{}", printed(&output));
        printed(&output)
    };
    for arguments in [
        &["audit", "theirs.csv", "--csv", "./theirs.csv"][..],
        &["coders", "codes.csv", "--json", "codes.csv"],
        &["validate", "theirs.csv", "codes.csv", "--json", "codes.csv"],
        &[
            "estimate",
            "theirs.csv",
            "--coded",
            "codes.csv",
            "--csv",
            "codes.csv",
        ],
        &[
            "sample",
            "theirs.csv",
            "--n",
            "2",
            "--out",
            "theirs.csv",
            "--force",
        ],
    ] {
        let told = told(arguments);
        assert!(told.contains("is read, and would be replaced"), "{told}");
    }
    let twice = ["audit", "theirs.csv", "--out", "audit.html"];
    let twice = [&twice[..], &["--json", "audit.model_card.json"]].concat();
    assert!(told(&twice).contains("two outputs go to"));
    assert!(told(&["audit", "theirs.csv", "--out", "audit.txt"]).contains("ends in .html"));
    let features = ["audit", "theirs.csv", "--features", "f.safetensors"];
    assert!(told(&features).contains("they are for a report or for JSON"));
}

#[test]
fn values_that_stand_for_a_missing_one_can_be_named() {
    let world = World::with_faces(1);
    let table = "label,predicted,race\nF,F,NA\nM,M,-9\nM,F,a\nF,M,a\n";
    world.write("theirs.csv", table);
    let groups = |missing: &[&str]| {
        let mut audit = world.evenhand("audit");
        audit.args(["theirs.csv", "--groups", "race", "--json=-"]);
        let output = audit.args(missing).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let groups = found["groups"]["race"].as_object().unwrap();
        groups.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(groups(&[]), ["(missing)", "-9", "a"]);
    assert_eq!(groups(&["--missing=-9"]), ["(missing)", "NA", "a"]);
    assert_eq!(groups(&["--missing", ""]), ["-9", "NA", "a"]);
}
