use super::*;

fn config(folder: &Path, csv: &str) -> Config {
    let predictions = folder.join("faces.csv");
    fs::write(&predictions, csv).unwrap();
    Config {
        predictions,
        only: None,
        label: "label".to_owned(),
        answer: Answer::default(),
        positive: None,
        groups: Vec::new(),
        params: Params {
            min_n: 1,
            ..Params::default()
        },
        csv: None,
        json: None,
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
        config.json = Some("-".into());
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
        config.groups = groups::parse("race*label").unwrap()
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
            config.answer = Answer::Score { column, threshold };
            config.positive = Some("F".to_owned());
            config.groups = groups::parse("race").unwrap();
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
fn json_goes_to_a_whole_file_or_alone_to_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.json");
    run_on(OURS, |config| config.json = Some(file.clone())).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(json, json_of(OURS, |_| ()));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file is left"
    );

    let (_, notes) = run_on(OURS, |config| config.json = Some("-".into())).unwrap();
    assert!(
        notes.starts_with("faces.csv: 3 of 5 rows audited"),
        "{notes}"
    );
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
    let only_test =
        |config: &mut Config| config.only = Some(("fold".to_owned(), "test".to_owned()));
    let (apart, _) = run_on(both, only_test).unwrap();
    let expected = "faces.csv: 2 of 4 rows audited; left out: 2 with another `fold`.\nClasses";
    assert!(apart.starts_with(expected), "{apart}");
    assert_eq!(json_of(both, only_test)["overall"]["accuracy"], 1.0);
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
        config.groups = groups::parse("name,race").unwrap();
    })
    .unwrap();
    for doubt in [
        "Warning: class: `Female` and `female` are taken as different; are they spellings of one?",
        "Warning: `name` is different in every row: it makes groups of one.",
        "Warning: race: `Black` and `black` are taken as different; are they spellings of one?",
        "Warning: 15 rows repeat the `path` of an earlier one; each of them counts.",
    ] {
        assert!(out.contains(doubt), "{doubt}\n{out}");
    }
}

#[test]
fn errors_say_where_what_and_what_is_allowed() {
    let score = |positive: Option<&str>| {
        let positive = positive.map(str::to_owned);
        move |config: &mut Config| {
            config.answer = Answer::Score {
                column: "p".to_owned(),
                threshold: 0.5,
            };
            config.positive = positive;
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
        &|config| config.only = Some(("fold".to_owned(), "test".to_owned())),
        "faces.csv: no row has `test` as its `fold`; \
         the values there are: 0, 1",
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
        &|config| config.positive = Some("c".to_owned()),
        "positive class `c` is not one of `a`, `b`; ",
    );
}
