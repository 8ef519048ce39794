//! What comes out beside the terminal, and comparisons.

use super::*;
use evenhand::report::gallery::Images;

#[test]
fn two_classifiers_are_compared_on_the_rows_that_both_have() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.csv");
    let rows: String = (5..130)
        .map(|at| format!("{at},{},a,x\n", ["a", "b"][at % 2]))
        .collect();
    fs::write(&other, format!("id,label,predicted,g\n{rows}")).unwrap();
    let rows: String = (0..120)
        .rev()
        .map(|at| {
            let label = ["a", "b"][at % 2];
            let predicted = if at % 10 > 0 {
                label
            } else {
                ["b", "a"][at % 2]
            };
            format!("{at},{label},{predicted},{}\n", ["x", "y"][at / 60])
        })
        .collect();
    let ours = format!("id,label,predicted,g\n{rows}");
    let against = |config: &mut Config| {
        config.design.groups = groups::parse("g").unwrap();
        config.against = Some(Against {
            predictions: other.clone(),
            id: None,
        });
    };
    let (out, _) = run_on(&ours, against).unwrap();
    assert!(
        out.contains("115 of 120 rows audited; left out: 5 not in "),
        "{out}"
    );
    let told = "Compared with other.csv on 115 rows, which are told apart by `id`; left out: 10 rows of \
                other.csv that are not audited here.";
    assert!(out.contains(told), "{out}");
    let json = json_of(&ours, against);
    let accuracy = &json["comparison"]["overall"]["accuracy"];
    assert!(
        (accuracy["b"].as_f64().unwrap() - 57.0 / 115.0).abs() < 1e-12,
        "{accuracy}"
    );
    assert!(
        accuracy["difference_low"].as_f64().unwrap() > 0.2,
        "{accuracy}"
    );
    assert!(
        json["comparison"]["groups"]["g"]["y"]["accuracy"]["p_holm"]
            .as_f64()
            .unwrap()
            < 0.01
    );

    fs::write(&other, "id,label,predicted,g\n3,a,a,x\n4,b,b,x\n").unwrap();
    let error = run_on(&ours, against).unwrap_err();
    assert!(
        error.contains("`4` in `id` is labelled `b`, and in the audited file `a`"),
        "{error}"
    );
    fs::write(&other, "id,label,predicted,g\n3,b,a,x\n3,b,b,x\n5,a,a,x\n").unwrap();
    assert!(
        run_on(&ours, against)
            .unwrap_err()
            .contains("two rows have `3` as their `id`")
    );
    fs::write(&other, "label,predicted,g\nb,a,x\na,a,x\n").unwrap();
    assert!(
        run_on(&ours, against)
            .unwrap_err()
            .contains("no column `id` or `path` in common")
    );
}

#[test]
fn a_report_and_its_model_card_appear_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.html");
    let asked = |config: &mut Config| {
        cut("part=tune")(config);
        config.design.groups = groups::parse("group").unwrap();
        config.outputs.report = Some(Report {
            path: path.clone(),
            images: None,
            shown: Images::Shown,
        });
        config.outputs.markdown = Some(folder.path().join("audit.md"));
    };
    run_on(&tuned(), asked).unwrap();
    let page = fs::read_to_string(&path).unwrap();
    for said in [
        "Audit of faces.csv",
        "by max-accuracy on the 80 rows of part=tune",
        "Other thresholds",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let card = fs::read(folder.path().join("audit.model_card.json")).unwrap();
    let card: serde_json::Value = serde_json::from_slice(&card).unwrap();
    let metrics = card["quantitative_analysis"]["performance_metrics"]
        .as_array()
        .unwrap();
    assert!(
        metrics
            .iter()
            .any(|metric| metric["slice"] == "Predictions: group=x")
    );
    let markdown = fs::read_to_string(folder.path().join("audit.md")).unwrap();
    assert!(
        markdown.contains("| group |   |  n | accuracy "),
        "{markdown}"
    );

    let as_text = |config: &mut Config| {
        asked(config);
        config.outputs.report.as_mut().unwrap().path = "audit.txt".into();
    };
    assert!(
        run_on(&tuned(), as_text)
            .unwrap_err()
            .contains("a report needs a file that ends in .html")
    );
    let twice = |config: &mut Config| {
        asked(config);
        config.outputs.csv = config.outputs.markdown.clone();
    };
    assert!(
        run_on(&tuned(), twice)
            .unwrap_err()
            .starts_with("two outputs go to")
    );
}

#[test]
fn a_table_alone_goes_to_the_output_when_it_is_asked_for() {
    let (out, notes) = run_on(OURS, |config| config.outputs.csv = Some("-".into())).unwrap();
    assert!(
        out.starts_with(
            "grouping,group,metric,value,low,high,n,estimable,reason\noverall,,accuracy"
        )
    );
    assert!(notes.starts_with("faces.csv: 3 of 5 rows audited"));
}

#[test]
fn json_goes_to_a_whole_file_or_alone_to_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.json");
    run_on(OURS, |config| config.outputs.json = Some(file.clone())).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(json, json_of(OURS, |_| ()));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file is left"
    );

    let (_, notes) = run_on(OURS, |config| config.outputs.json = Some("-".into())).unwrap();
    assert!(
        notes.starts_with("faces.csv: 3 of 5 rows audited"),
        "{notes}"
    );
}

#[test]
fn nothing_that_is_read_is_replaced() {
    let failed = run_on(OURS, |config| {
        let folder = config.predictions.parent().unwrap();
        config.outputs.csv = Some(folder.join(".").join("faces.csv"));
    });
    assert_eq!(
        failed.unwrap_err().replace("./", ""),
        "`faces.csv` is read, and would be replaced; write to another file"
    );
    let clash = run_on(OURS, |config| {
        config.outputs.report = Some(Report {
            path: "audit.html".into(),
            images: None,
            shown: Images::Shown,
        });
        config.outputs.json = Some("audit.model_card.json".into());
    });
    assert!(clash.unwrap_err().starts_with("two outputs go to"));
    let for_nothing = run_on(OURS, |config| {
        config.outputs.features = Some("f.safetensors".into())
    });
    assert!(
        for_nothing
            .unwrap_err()
            .starts_with("features are for a report or for JSON")
    );
}
