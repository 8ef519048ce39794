mod dialects;
mod names;
mod weights;

use super::*;
use crate::predictions::{Answer, Columns};
use crate::testing::{Folder, lines};
use evenhand_stats::groups;
use evenhand_stats::hint::Hint;
use evenhand_stats::record::{LabelSource, Unit};
use evenhand_table::ReadOptions;

/// What an audit is asked.
struct Config {
    columns: Columns,
    options: AuditOptions,
}

/// A result, or an error without the folder's name.
fn result_of(csv: &str, change: impl FnOnce(&mut Config)) -> Result<AuditResult, String> {
    let folder = Folder::new();
    let path = folder.write("faces.csv", csv);
    let mut config = Config {
        columns: Columns::default(),
        options: AuditOptions::default(),
    };
    config.options.params.min_n = 1;
    change(&mut config);
    let predictions = PredictionTable::read(&path, &config.columns, &ReadOptions::default())
        .map_err(|error| folder.told(error))?;
    let mut result = audit(&predictions, &config.options).map_err(|error| folder.told(error))?;
    result.summary.table = folder.clean(&result.summary.table);
    Ok(result)
}

/// What is said of the rows, and the warnings.
fn run_on(csv: &str, change: impl FnOnce(&mut Config)) -> Result<(String, String), String> {
    let result = result_of(csv, change)?;
    let said = lines(&result.summary.sentences());
    Ok((said, lines(&result.warnings)))
}

fn json_of(csv: &str, change: impl FnOnce(&mut Config)) -> serde_json::Value {
    result_of(csv, change).unwrap().to_json()
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
    let design =
        |config: &mut Config| config.options.design.groups = groups::parse("race*label").unwrap();
    let (out, warnings) = run_on(OURS, design).unwrap();
    assert_eq!(
        out,
        "faces.csv: 3 of 5 rows audited; left out: 1 unreadable, 1 without a label.\n\
         Classes: F, M. Positive: F, as in the training.\n"
    );
    let (other, _) = run_on(OURS, |config| config.options.positive = Some("M".into())).unwrap();
    assert!(other.ends_with("Positive: M.\n"), "{other}");
    // Of a table that somebody else wrote, columns say nothing.
    let theirs =
        "label,predicted,probability_M,probability_F\nF,F,0.1,0.9\nM,F,0.4,0.6\nM,M,0.6,0.4\n";
    let (said, _) = run_on(theirs, |_| ()).unwrap();
    assert!(
        said.contains("Positive: M, the last in sorted order."),
        "{said}"
    );
    let one_label = "each group of `race*label` has one label only";
    assert!(warnings.starts_with(one_label) && warnings.lines().count() == 1);
    let json = json_of(OURS, design);
    assert_eq!(json["groups"]["race*label"]["(missing)*M"]["n"], 1);
}

#[test]
fn a_score_is_positive_from_the_threshold_on() {
    let scored = |threshold| {
        json_of(OURS, |config| {
            let column = "probability_F".to_owned();
            config.columns.answer = Answer::Score { column };
            config.options.threshold = Some(ThresholdChoice::At(threshold));
            config.options.positive = Some("F".to_owned());
            config.options.design.groups = groups::parse("race").unwrap();
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
    let only_test = |config: &mut Config| config.options.only = Some("fold=test".parse().unwrap());
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
        config.options.positive = Some("yes".to_owned());
        config.options.threshold =
            Some(ThresholdChoice::new("max-accuracy", Some(on.parse().unwrap())).unwrap());
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
        config.options.only = Some("part=tune".parse().unwrap());
    };
    assert_eq!(
        run_on(&tuned(), both).unwrap_err(),
        "faces.csv: no row to audit; left out: 80 that the threshold was found on (part=tune), \
         80 with another `part`; rows need a prediction and a label to be audited"
    );
    let failed = |threshold: &str, on: Option<&str>| {
        let on = on.map(|on| on.parse().unwrap());
        let error = ThresholdChoice::new(threshold, on).unwrap_err();
        let hint = crate::testing::in_flags(&error.hint().unwrap());
        format!("{error}; {hint}")
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
    let at = |config: &mut Config| config.options.threshold = Some(ThresholdChoice::At(0.3));
    let json = json_of(OURS, |config| {
        at(config);
        config.options.positive = Some("F".to_owned());
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
    let (_, out) = run_on(&csv, |config| {
        config.options.design.groups = groups::parse("name,race").unwrap();
    })
    .unwrap();
    for doubt in [
        "class: `Female` (15) and `female` (1) are taken as different; are they spellings of one? --map \
         'female=Female' makes them one",
        "`name` is different in every row: it makes groups of one.",
        "race: `Black` (30) and `black` (1) are taken as different; are they spellings of one? --map \
         'race:black=Black' makes them one",
        "15 rows repeat the `path` of an earlier one; each of them counts.",
        "spaces around values were taken off in 1 row.",
    ] {
        assert!(out.contains(doubt), "{doubt}\n{out}");
    }
}

#[test]
fn our_own_scores_are_checked_and_held_against_the_predictions() {
    let bad = OURS.replace(",0.4,0.6,", ",0.4,1.6,");
    assert_eq!(
        run_on(&bad, |config| config.options.positive =
            Some("F".to_owned()))
        .unwrap_err(),
        "faces.csv:3: `probability_F` is `1.6`, not a number from 0 to 1; \
         correct the rows or leave them out of the file"
    );
    let turned = OURS.replace(",F,0.4,0.6,", ",M,0.4,0.6,");
    let (_, out) = run_on(&turned, |_| ()).unwrap();
    assert!(
        out.contains("predictions are not those of a threshold of 0.5: 1 of 3"),
        "{out}"
    );
}

#[test]
fn what_cannot_be_a_classifier_or_a_group_is_doubted() {
    let rows: String = (0..40)
        .map(|at| format!("{},a,{}\n", ["a", "b"][at % 2], at % 4))
        .collect();
    let (_, out) = run_on(&format!("label,predicted,g\n{rows}"), |config| {
        config.options.design.groups = groups::parse("g").unwrap();
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
    let (_, out) = run_on(&format!("label,predicted\n{rows}"), |_| ()).unwrap();
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
            config.options.positive = positive;
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
        "faces.csv: the column `label` occurs twice; give each column a name of its own",
    );
    check(
        "label,predicted,fold\na,a,0\nb,b,1\na,b,1\n",
        &|config| config.options.only = Some("fold=test".parse().unwrap()),
        "faces.csv: no row with fold=test; the values there are: 0, 1",
    );
    check("", &plain, "faces.csv: there are no rows in it; ");
    check(
        "label,predicted\n",
        &plain,
        "faces.csv: there are no rows in it; ",
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
        "faces.csv:2: 3 values in a table of 2 columns; quote values that hold the delimiter",
    );
    check(
        "label,predicted\n0,F\n1,M\n",
        &plain,
        "faces.csv: `predicted` (F, M) and `label` (0, 1) have no value in common; \
         give both columns the same names for the classes, with --map OLD=NEW",
    );
    check(
        "label,p\na,0.5\nb,1.5\na,x\nb,\nb,-1\n",
        &|config| score(Some("a"))(config),
        "faces.csv:3: `p` is `1.5`, not a number from 0 to 1, and so are lines 4, 6; \
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
        &|config| config.options.positive = Some("c".to_owned()),
        "positive class `c` is not one of `a`, `b`; ",
    );
}

#[test]
fn missing_labels_predictions_and_groups_are_missing_however_they_are_written() {
    let csv = "label,predicted,race\nF,F,x\nM,F,NA\nNA,M,x\nM,None,y\nF,M,.\nN/A,null,\nM,M,y\n";
    let result = result_of(csv, |config| {
        config.options.design.groups = groups::parse("race").unwrap();
    })
    .unwrap();
    assert!(lines(&result.summary.sentences()).starts_with(
        "faces.csv: 4 of 7 rows audited; left out: 2 without a label, 1 without a prediction.\n\
                          Classes: F, M."
    ));
    let json = result.to_json();
    assert_eq!(json["groups"]["race"]["(missing)"]["n"], 2);
    assert_eq!(result.notes.len(), 1, "said once: {:?}", result.notes);
    let note = crate::testing::in_flags(&result.notes[0]);
    assert!(
        note.contains("1 value `NA` in `label`") && note.contains("--missing ''"),
        "{note}"
    );
}

#[test]
fn missing_values_of_ones_own_are_taken_literally_elsewhere() {
    let folder = Folder::new();
    let path = folder.write(
        "faces.csv",
        "label,predicted,beard\nF,F,None\nM,M,None\nM,F,full\n",
    );
    let read = |missing: &[&str]| {
        let options = ReadOptions {
            missing: evenhand_table::MissingValues::only(missing),
            ..ReadOptions::default()
        };
        let table = PredictionTable::read(&path, &Columns::default(), &options).unwrap();
        let options = AuditOptions {
            design: Design::of(groups::parse("beard").unwrap()),
            ..AuditOptions::default()
        };
        audit(&table, &options).unwrap().to_json()["groups"]["beard"].clone()
    };
    assert_eq!(read(&[])["None"]["n"], 2);
    assert_eq!(read(&["full"])["(missing)"]["n"], 1);
}

#[test]
fn tables_of_older_versions_are_ours_too() {
    let old = OURS.replace("left-out", "learned");
    let new = old.replace("path,sha,", "path,blake3,");
    let [old, new] = [old, new].map(|csv| json_of(&csv, |_| ()));
    assert!(old["overall"]["brier"].is_number(), "scores are known");
    assert_eq!(old, new);
}

#[test]
fn two_classifiers_are_compared_on_the_rows_that_both_have() {
    let folder = Folder::new();
    let row = |at: usize| format!("{at},{},a,x\n", ["a", "b"][at % 2]);
    let rows: String = (5..130).map(row).collect();
    let other = format!("id,label,predicted,g\n{rows}");
    let row = |at: usize| {
        let label = ["a", "b"][at % 2];
        let predicted = if !at.is_multiple_of(10) {
            label
        } else {
            ["b", "a"][at % 2]
        };
        format!("{at},{label},{predicted},{}\n", ["x", "y"][at / 60])
    };
    let rows: String = (0..120).rev().map(row).collect();
    let ours = format!("id,label,predicted,g\n{rows}");
    let against = |text: &str| {
        let path = folder.write("other.csv", text);
        let predictions =
            PredictionTable::read(&path, &Columns::default(), &ReadOptions::default()).unwrap();
        move |config: &mut Config| {
            config.options.design.groups = groups::parse("g").unwrap();
            config.options.against = Some(Against {
                predictions,
                id: None,
            });
        }
    };
    let (out, _) = run_on(&ours, against(&other)).unwrap();
    assert!(
        out.contains("115 of 120 rows audited; left out: 5 not in "),
        "{out}"
    );
    let told = "Compared with other.csv on 115 rows, which are told apart by `id`; left out: 10 rows of \
                other.csv that are not audited here.";
    assert!(out.contains(told), "{out}");
    let json = json_of(&ours, against(&other));
    let accuracy = &json["comparison"]["overall"]["accuracy"];
    let number = |name: &str| accuracy[name].as_f64().unwrap();
    assert!((number("b") - 57.0 / 115.0).abs() < 1e-12, "{accuracy}");
    assert!(number("difference_low") > 0.2, "{accuracy}");
    let p = &json["comparison"]["groups"]["g"]["y"]["accuracy"]["p_holm"];
    assert!(p.as_f64().unwrap() < 0.01);

    let error = |text: &str| run_on(&ours, against(text)).unwrap_err();
    let told = error("id,label,predicted,g\n3,a,a,x\n4,b,b,x\n");
    assert!(
        told.contains("`4` in `id` is labelled `b`, and in the audited file `a`"),
        "{told}"
    );
    let told = error("id,label,predicted,g\n3,b,a,x\n3,b,b,x\n5,a,a,x\n");
    assert!(told.contains("two rows have `3` as their `id`"), "{told}");
    let told = error("label,predicted,g\nb,a,x\na,a,x\n");
    assert!(
        told.contains("no column `id` or `path` in common"),
        "{told}"
    );
}

/// With all that a report can show of it.
fn tuned_in_detail() -> AuditResult {
    result_of(&tuned(), |config| {
        cut("part=tune")(config);
        config.options.design.groups = groups::parse("group").unwrap();
        config.options.detail = Detail::Rows;
    })
    .unwrap()
}

#[test]
fn a_report_shows_the_threshold_and_the_groups() {
    let result = tuned_in_detail();
    let report = result.report(&ReportOptions::default());
    let page = evenhand_report::render(&report).unwrap();
    for said in [
        "Audit of faces.csv",
        "by max-accuracy on the 80 rows of part=tune",
        "Other thresholds",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let card = evenhand_report::model_card(&report);
    let metrics = card["quantitative_analysis"]["performance_metrics"].as_array();
    let is_of_x = |metric: &serde_json::Value| metric["slice"] == "Predictions: group=x";
    assert!(metrics.unwrap().iter().any(is_of_x));
    let csv = String::from_utf8(result.to_csv()).unwrap();
    assert!(
        csv.starts_with(
            "grouping,group,metric,value,low,high,n,estimable,reason\noverall,,accuracy"
        )
    );
}

#[test]
fn a_report_of_rows_without_images_misses_none() {
    let result = tuned_in_detail();
    let about = |unit| {
        let report = result.report(&ReportOptions {
            unit,
            ..ReportOptions::default()
        });
        let page = evenhand_report::render(&report).unwrap();
        let of_rows = page.contains("the share of rows for which");
        (
            of_rows,
            report.error_analysis.unwrap().about_images.is_some(),
        )
    };
    assert_eq!(about(Unit::Image), (false, true));
    assert_eq!(about(Unit::Row), (true, false));
}

#[test]
fn rows_of_our_own_tables_without_a_hash_are_no_images() {
    let unit = |hash: &str| {
        let row = |label: &str| format!("r,{hash},ok,,{label},0,a\n");
        let text = format!(
            "path,blake3,status,error,label,fold,predicted\n{}{}",
            row("a"),
            row("b")
        );
        let result = result_of(&text, |_| ()).unwrap();
        let report = result.report(&ReportOptions {
            unit: result.unit(),
            ..ReportOptions::default()
        });
        (result.unit(), report.data.label_source)
    };
    assert_eq!(unit(""), (Unit::Row, LabelSource::Recorded));
    assert_eq!(unit("00ff"), (Unit::Image, LabelSource::Perceived));
    assert_eq!(
        tuned_in_detail().unit(),
        Unit::Image,
        "nothing says that they are none"
    );
}
