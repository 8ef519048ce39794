mod outputs;

use super::*;
use evenhand::audit::{Design, Params};
use std::fs;

fn config(folder: &Path, csv: &str) -> Config {
    let predictions = folder.join("faces.csv");
    fs::write(&predictions, csv).unwrap();
    Config {
        predictions,
        columns: Columns {
            only: None,
            label: "label".to_owned(),
            answer: Answer::default(),
            cut: None,
            positive: None,
        },
        design: Design::default(),
        params: Params {
            min_n: 1,
            ..Params::default()
        },
        against: None,
        outputs: Outputs::default(),
    }
}

/// What goes to the output and to the notes; the folder's name is taken out of messages.
fn run_on(csv: &str, change: impl FnOnce(&mut Config)) -> Result<(String, String), String> {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path(), csv);
    change(&mut config);
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let clean = |text: String| text.replace(&format!("{}/", folder.path().display()), "");
    run(&config, &mut out, &mut notes)
        .map_err(|error| clean(format!("{error}; {}", error.hint().unwrap_or_default())))?;
    let text = |bytes| clean(String::from_utf8(bytes).unwrap());
    Ok((text(out), text(notes)))
}

fn json_of(csv: &str, change: impl FnOnce(&mut Config)) -> serde_json::Value {
    let (out, _) = run_on(csv, |config| {
        config.outputs.json = Some("-".into());
        change(config);
    })
    .unwrap();
    serde_json::from_str(&out).unwrap()
}

const OURS: &str = "\
path,sha,status,error,label,fold,predicted,probability_M,probability_F,race
1.jpg,aa,ok,,F,0,F,0.1,0.9,x
2.jpg,bb,ok,,M,0,F,0.4,0.6,x
3.jpg,cc,ok,,M,0,M,0.6,0.4,
4.jpg,,unreadable,no such marker,M,0,,,,x
5.jpg,dd,ok,,,0,M,0.9,0.1,x
";

#[test]
fn our_predictions_are_audited_without_bad_or_unlabelled_rows() {
    let (out, notes) = run_on(OURS, |config| {
        config.design.groups = groups::parse("race*label").unwrap()
    })
    .unwrap();
    assert!(
        out.starts_with(
            "faces.csv: 3 of 5 rows audited; left out: 1 unreadable, 1 without a label.\n\
             Classes: F, M. Positive: M, the last in sorted order.\n"
        ),
        "{out}"
    );
    assert!(out.contains("(missing)*M"), "{out}");
    assert_eq!(notes, "");
}

#[test]
fn a_score_is_positive_from_the_threshold_on() {
    let scored = |threshold| {
        json_of(OURS, |config| {
            let column = "probability_F".to_owned();
            config.columns.answer = Answer::Score { column };
            config.columns.cut = Some(Cut::At(threshold));
            config.columns.positive = Some("F".to_owned());
            config.design.groups = groups::parse("race").unwrap();
        })
    };
    let json = scored(0.6);
    assert_eq!(
        (&json["overall"]["tpr"], &json["overall"]["fpr"]),
        (&1.0.into(), &0.5.into())
    );
    assert_eq!(json["groups"]["race"]["(missing)"]["n"], 1);
    assert_eq!(scored(0.61)["overall"]["fpr"], 0.0);
}

#[test]
fn test_rows_can_be_audited_apart_from_out_of_fold_ones() {
    let both = "path,sha,status,error,fold,label,predicted\n\
                1,x,ok,,0,a,a\n2,x,ok,,1,b,a\n3,x,ok,,test,a,a\n4,x,ok,,test,b,b\n";
    let (together, _) = run_on(both, |_| ()).unwrap();
    let expected = "faces.csv: all 4 rows audited.\n\
                    Out-of-fold and test predictions together; --only fold=test audits the \
                    test rows.\n";
    assert!(together.starts_with(expected), "{together}");
    let only_test = |config: &mut Config| config.columns.only = Some("fold=test".parse().unwrap());
    let (apart, _) = run_on(both, only_test).unwrap();
    let expected = "faces.csv: 2 of 4 rows audited; left out: 2 with another `fold`.\nClasses";
    assert!(apart.starts_with(expected), "{apart}");
    assert_eq!(json_of(both, only_test)["overall"]["accuracy"], 1.0);
}

/// Scores that turn at 0.3 in the part `tune`, and 40 rows of each part and group.
fn tuned() -> String {
    let rows = (0..160).map(|at| {
        let (part, group) = (["tune", "test"][at % 2], ["x", "y"][at / 2 % 2]);
        let score = (at * 37 % 160) as f64 / 160.0;
        let label = if (score >= 0.3) == (at % 9 > 0) {
            "yes"
        } else {
            "no"
        };
        format!("{at},{label},{score},{part},{group}\n")
    });
    format!("id,label,p,part,group\n{}", rows.collect::<String>())
}

fn cut(on: &str) -> impl Fn(&mut Config) + '_ {
    move |config| {
        config.columns.answer = Answer::Score {
            column: "p".to_owned(),
        };
        config.columns.positive = Some("yes".to_owned());
        config.columns.cut = Some(Cut::new("max-accuracy", Some(on.parse().unwrap())).unwrap());
    }
}

#[test]
fn a_threshold_is_found_on_rows_that_are_then_left_out() {
    let (out, _) = run_on(&tuned(), cut("part=tune")).unwrap();
    assert!(
        out.contains(
            "80 of 160 rows audited; left out: 80 that the threshold was found on (part=tune)"
        ),
        "{out}"
    );
    let json = json_of(&tuned(), cut("part=tune"));
    let threshold = json["threshold"]["value"].as_f64().unwrap();
    assert!((threshold - 0.3).abs() < 0.04, "{threshold}");
    assert_eq!(json["threshold"]["found"]["rows"], 80);
    assert_eq!(json["overall"]["n"], 80);
    assert!(json["overall"]["accuracy"].as_f64().unwrap() > 0.8);
}

#[test]
fn a_threshold_is_never_found_on_the_rows_that_it_is_reported_on() {
    let both = |config: &mut Config| {
        cut("part=tune")(config);
        config.columns.only = Some("part=tune".parse().unwrap());
    };
    assert_eq!(
        run_on(&tuned(), both).unwrap_err(),
        "faces.csv: no row to audit; left out: 80 that the threshold was found on (part=tune), \
         80 with another `part`; rows need a prediction and a label to be audited"
    );
    let failed = |threshold: &str, on: Option<&str>| {
        let on = on.map(|on| on.parse().unwrap());
        let error = Cut::new(threshold, on).unwrap_err();
        format!("{error}; {}", error.hint().unwrap())
    };
    assert_eq!(
        failed("max-balanced", None),
        "rule max-balanced needs rows to find the threshold on, other than those it is reported on; \
         name them, as in --threshold-on part=tune"
    );
    assert_eq!(
        failed("1.5", None),
        "threshold `1.5` is no number from 0 to 1, and no rule; \
         rules are max-accuracy, max-balanced and equal-error"
    );
    assert!(failed("0.4", Some("part=tune")).starts_with("a threshold that is a number"));
}

#[test]
fn our_own_predictions_can_be_cut_elsewhere_and_others_need_scores() {
    let at = |config: &mut Config| config.columns.cut = Some(Cut::At(0.3));
    let json = json_of(OURS, |config| {
        at(config);
        config.columns.positive = Some("F".to_owned());
    });
    assert_eq!(
        (&json["overall"]["fpr"], &json["threshold"]["value"]),
        (&1.0.into(), &0.3.into())
    );
    assert_eq!(
        run_on("label,predicted\na,a\nb,b\n", at).unwrap_err(),
        "a threshold is for scores of two classes, and this file has none beside its predictions; \
         name the column of scores with --score"
    );
}

#[test]
fn what_looks_wrong_is_said_and_audited_as_it_stands() {
    let rows: String = (0..30)
        .map(|at| format!("{},{},{at},Black\n", at / 2, ["Female", "Male"][at % 2]))
        .collect();
    let csv = format!("path,label,name,race\n{rows}15,female,30,black \n")
        .replace(",label,", ",label,predicted,")
        .replace(",Female,", ",Female,Female,")
        .replace(",Male,", ",Male,Male,")
        .replace(",female,", ",female,female,");
    let (out, _) = run_on(&csv, |config| {
        config.design.groups = groups::parse("name,race").unwrap();
    })
    .unwrap();
    for doubt in [
        "Warning: class: `Female` and `female` are taken as different; are they spellings of one?",
        "Warning: `name` is different in every row: it makes groups of one.",
        "Warning: race: `Black` and `black` are taken as different; are they spellings of one?",
        "Warning: 15 rows repeat the `path` of an earlier one; each of them counts.",
        "Warning: spaces around values were taken off in 1 row.",
    ] {
        assert!(out.contains(doubt), "{doubt}\n{out}");
    }
}

#[test]
fn our_own_scores_are_checked_and_held_against_the_predictions() {
    let bad = OURS.replace(",0.4,0.6,", ",0.4,1.6,");
    assert_eq!(
        run_on(&bad, |config| config.columns.positive =
            Some("F".to_owned()))
        .unwrap_err(),
        "faces.csv:3: `probability_F` is `1.6`, not a number from 0 to 1; \
         correct the rows or leave them out of the file"
    );
    let turned = OURS.replace(",F,0.4,0.6,", ",M,0.4,0.6,");
    let (out, _) = run_on(&turned, |_| ()).unwrap();
    assert!(
        out.contains("Warning: predictions are not those of a threshold of 0.5: 1 of 3"),
        "{out}"
    );
}

#[test]
fn what_cannot_be_a_classifier_or_a_group_is_doubted() {
    let rows: String = (0..40)
        .map(|at| format!("{},a,{}\n", ["a", "b"][at % 2], at % 4))
        .collect();
    let (out, _) = run_on(&format!("label,predicted,g\n{rows}"), |config| {
        config.design.groups = groups::parse("g").unwrap();
    })
    .unwrap();
    for doubt in [
        "every prediction is `a`.",
        "each group of `g` has one label only",
    ] {
        assert!(out.contains(doubt), "{doubt}: {out}");
    }
    let rows: String = (0..40)
        .map(|at| format!("{},{}\n", ["a", "b"][at % 2], ["b", "a"][at % 2]))
        .collect();
    let (out, _) = run_on(&format!("label,predicted\n{rows}"), |_| ()).unwrap();
    assert!(out.contains("only 0 of 40 predictions are right"), "{out}");
}

#[test]
fn errors_say_where_what_and_what_is_allowed() {
    let score = |positive: Option<&str>| {
        let positive = positive.map(str::to_owned);
        move |config: &mut Config| {
            config.columns.answer = Answer::Score {
                column: "p".to_owned(),
            };
            config.columns.positive = positive;
        }
    };
    let check = |csv: &str, change: &dyn Fn(&mut Config), expected: &str| {
        assert_eq!(run_on(csv, change).unwrap_err(), expected);
    };
    let plain = |_: &mut Config| ();
    check(
        "lable,predicted\na,a\n",
        &plain,
        "faces.csv: no column `label`; the columns are: lable, predicted; did you mean `lable`?",
    );
    check(
        "label,predicted\na,a\na,b\n",
        &plain,
        "faces.csv: every `label` is `a`, and one class leaves nothing to tell apart; \
         choose another column with --label",
    );
    check(
        "label,predicted,label\na,a,a\n",
        &plain,
        "faces.csv: two columns are named `label`; rename one of them",
    );
    check(
        "label,predicted,fold\na,a,0\nb,b,1\na,b,1\n",
        &|config| config.columns.only = Some("fold=test".parse().unwrap()),
        "faces.csv: no row with fold=test; the values there are: 0, 1",
    );
    check(
        "",
        &plain,
        "faces.csv: the file is empty; \
         give a CSV file with a header, such as a run's predictions.csv",
    );
    check(
        "label,predicted\n",
        &plain,
        "faces.csv: no row to audit; rows need a prediction and a label to be audited",
    );
    check(
        "label,predicted\n,a\n",
        &plain,
        "faces.csv: no row to audit; left out: 1 without a label; \
         rows need a prediction and a label to be audited",
    );
    check(
        "label,predicted\na,b,c\n",
        &plain,
        "faces.csv:2: 3 fields where the header has 2; \
         a value that has a comma in it must stand in double quotes",
    );
    check(
        "label,predicted\n0,F\n1,M\n",
        &plain,
        "faces.csv: `predicted` (F, M) and `label` (0, 1) have no value in common; \
         give both columns the same names for the classes",
    );
    check(
        "label,p\na,0.5\nb,1.5\na,x\nb,\n",
        &|config| score(Some("a"))(config),
        "faces.csv:3: `p` is `1.5`, not a number from 0 to 1, and so are lines 4, 5; \
         correct the rows or leave them out of the file",
    );
    check(
        "label,p\na,0.5\nb,0.5\n",
        &|config| score(None)(config),
        "a score needs to know which of `a`, `b` is the positive class; \
         name it with --positive",
    );
    check(
        "label,p\na,0.5\nb,0.5\nc,0.5\n",
        &|config| score(Some("a"))(config),
        "a score or a positive class needs two classes, but there are 3: a, b, c; \
         name a column of predicted classes with --predicted instead",
    );
    check(
        "label,predicted\na,a\nb,b\n",
        &|config| config.columns.positive = Some("c".to_owned()),
        "positive class `c` is not one of `a`, `b`; ",
    );
}
