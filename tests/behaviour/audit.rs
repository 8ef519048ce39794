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
