use crate::world::{World, json, printed, rows};
use std::fs;

/// The drawn faces as three people coded them, each of whom errs now and then, the last one often.
fn codes(world: &World) -> String {
    let mut text = "file,glasses,coder_a,coder_b,coder_c\n".to_owned();
    for (at, row) in rows(&world.table).iter().enumerate() {
        let (label, other) = match row["smiling"].as_str() {
            "yes" => ("yes", "no"),
            _ => ("no", "yes"),
        };
        let code = |every: usize| {
            if at % every == every - 1 {
                other
            } else {
                label
            }
        };
        let (a, b, c) = (code(11), code(7), code(3));
        text += &format!("{},{},{a},{b},{c}\n", row["file"], row["glasses"]);
    }
    text
}

#[test]
fn agreement_is_the_same_twice_and_its_consensus_can_be_coded_on() {
    let world = World::with_faces(60);
    world.write("codes.csv", codes(&world));
    let study = |out: &str| {
        let mut coders = world.evenhand("coders");
        coders.args(["codes.csv", "--groups", "glasses", "--out", out]);
        let output = coders.output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = study("first");
    assert_eq!(printed, study("again"));
    for name in [
        "agreement.json",
        "agreement.html",
        "agreement.csv",
        "confusion.csv",
        "consensus.csv",
        "adjudicate.csv",
    ] {
        let [first, again] =
            ["first", "again"].map(|out| fs::read(world.path(out).join(name)).unwrap());
        assert_eq!(first, again, "{name}");
    }
    let found = json(&world.path("first/agreement.json"));
    let alpha = found["overall"]["krippendorff_alpha"].as_f64().unwrap();
    let low = found["overall"]["krippendorff_alpha_low"].as_f64().unwrap();
    assert!(0.1 < low && low < alpha && alpha < 0.5, "{low} {alpha}");
    let agrees = |coder: &str| {
        found["per_coder"][coder]["agrees_with_others"]
            .as_f64()
            .unwrap()
    };
    assert!(agrees("coder_a") > agrees("coder_c"));

    let consensus = rows(&world.path("first/consensus.csv"));
    assert_eq!(consensus.len(), 60);
    let doubtful = consensus.iter().filter(|row| row["adjudicate"] == "yes");
    let listed = rows(&world.path("first/adjudicate.csv"));
    assert_eq!(doubtful.count(), listed.len());
    let mut again = world.evenhand("coders");
    again
        .args(["first/consensus.csv", "--label", "majority"])
        .assert()
        .success();
}

#[test]
fn a_run_validated_by_its_own_labels_is_the_run_audited() {
    let world = World::with_faces(60);
    world.train("run").assert().success();
    let mut validate = world.evenhand("validate");
    validate.args([
        "run",
        "run/predictions.csv",
        "--label",
        "label",
        "--groups",
        "glasses",
    ]);
    let output = validate
        .args(["--json", "validation.json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("by a model that did not learn from it"));
    let mut audit = world.evenhand("audit");
    audit.args([
        "run/predictions.csv",
        "--groups",
        "glasses",
        "--json",
        "audit.json",
    ]);
    audit.assert().success();
    let (validation, audit) = (
        json(&world.path("validation.json")),
        json(&world.path("audit.json")),
    );
    for part in ["overall", "groups", "disparity"] {
        assert_eq!(validation["consensus"][part], audit[part], "{part}");
    }

    world.write("codes.csv", codes(&world));
    let mut validate = world.evenhand("validate");
    validate.args([
        "run",
        "codes.csv",
        "--groups",
        "glasses",
        "--out",
        "validation",
    ]);
    let output = validate.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let found = json(&world.path("validation/validation.json"));
    assert_eq!(found["items"]["compared"], 60);
    let by = &found["consensus"]["groups"]["agreement"];
    assert_eq!(
        by["unanimous"]["n"].as_u64().unwrap() + by["split"]["n"].as_u64().unwrap(),
        60
    );
    assert_eq!(
        found["coders"]["with"]["pairs"].as_array().unwrap().len(),
        6
    );
    assert_eq!(rows(&world.path("validation/rows.csv")).len(), 60);
    let ceiling = &found["ceiling"]["one_coder"];
    assert_eq!(
        (&ceiling["machine_n"], &ceiling["coder_n"]),
        (&60.into(), &60.into())
    );
    let told = printed(&output);
    let page = fs::read_to_string(world.path("validation/validation.html")).unwrap();
    let sentence = found["ceiling"]["sentences"][0].as_str().unwrap();
    assert!(
        page.contains(sentence) && told.contains(&sentence[..40]),
        "{sentence}"
    );
}

#[test]
fn bad_codes_fail_with_the_line_and_a_hint() {
    let world = World::with_faces(2);
    let cases = [
        (
            "item,coder,label\n1,a,F\n1,a,M\n",
            "lines 2 and 3: `a` coded `1` as `F` and as `M`",
        ),
        ("item,coder,label\n1,a,\n", "nothing is coded"),
        (
            "item,coder,label,race\n1,a,F,x\n1,b,F,y\n",
            "`race` of `1` is `x` and `y`",
        ),
        ("name,coder,label\n1,a,F\n", "no column names the items"),
    ];
    for (text, words) in cases {
        world.write("codes.csv", text);
        let output = world.evenhand("coders").arg("codes.csv").output().unwrap();
        let told = printed(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(words) && told.contains("\nhint: "), "{told}");
    }
}
