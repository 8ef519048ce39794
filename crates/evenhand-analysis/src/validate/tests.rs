use super::*;
use crate::codes::CodeColumns;
use crate::predictions::Columns;
use crate::testing::{Folder, lines};
use evenhand_table::ReadOptions;
use serde_json::Value;

const HEADER: &str =
    "path,sha,status,error,label,fold,predicted,probability_F,probability_M,race\n";

fn options() -> ValidateOptions {
    ValidateOptions {
        positive: Some("F".to_owned()),
        params: evenhand_stats::audit::Params {
            min_n: 1,
            ..Default::default()
        },
        ..ValidateOptions::default()
    }
}

/// Both tables. The predictions are those of a run.
fn read(folder: &Folder, codes: &str, predictions: &str) -> (PredictionTable, CodeTable) {
    let codes = folder.write("codes.csv", codes);
    folder.write("predictions.csv", predictions);
    let read = ReadOptions::default();
    let predictions = PredictionTable::read(&folder.path("."), &Columns::default(), &read);
    let codes = CodeTable::read(&codes, &CodeColumns::default(), &read);
    (predictions.unwrap(), codes.unwrap())
}

fn result_of(codes: &str, predictions: &str) -> Result<ValidationResult, String> {
    let folder = Folder::new();
    let (predictions, codes) = read(&folder, codes, predictions);
    validate(&predictions, &codes, &options()).map_err(|error| folder.told(error))
}

/// The JSON, and what is said of it.
fn validated(codes: &str, predictions: &str) -> Result<(Value, String), String> {
    let result = result_of(codes, predictions)?;
    let said = lines(&result.sentences()) + &lines(&result.warnings);
    Ok((result.to_json(), said))
}

/// Predictions of `1.jpg` and so on.
fn predictions(answers: &[&str]) -> String {
    let rows = answers.iter().zip(1..).map(|(answer, at)| {
        let p = if *answer == "F" { 0.8 } else { 0.3 };
        format!(
            "faces/{at}.jpg,ab,ok,,,{},{answer},{p},{},x\n",
            at % 3,
            1.0 - p
        )
    });
    HEADER.to_owned() + &rows.collect::<String>()
}

#[test]
fn the_machine_is_held_against_consensus_by_agreement_and_against_each_coder() {
    let codes = "path,coder_a,coder_b,coder_c\n1.jpg,F,F,F\n2.jpg,M,M,F\n3.jpg,F,M,\n4.jpg,M,M,M\n9.jpg,F,F,F\n";
    let (json, notes) = validated(codes, &predictions(&["F", "F", "F", "M", "M"])).unwrap();
    assert_eq!(json["items"]["compared"], 4);
    assert_eq!(json["items"]["absent"][0], "9.jpg");
    assert_eq!(json["items"]["matched_by_end"], 4);
    assert_eq!(json["predictions_of"]["out_of_fold"], 4);
    let consensus = &json["consensus"];
    assert_eq!(
        (&consensus["overall"]["n"], &consensus["overall"]["tp"]),
        (&3.into(), &1.into())
    );
    assert_eq!(consensus["overall"]["fp"], 1);
    let by = &consensus["groups"]["agreement"];
    assert_eq!(
        (&by["unanimous"]["accuracy"], &by["split"]["accuracy"]),
        (&1.0.into(), &0.0.into())
    );
    assert!(
        consensus["overall"]["brier"].is_number(),
        "scores are known"
    );
    // Of 1, 2, 3 and 4 the machine says F, F, F, M and coder_a F, M, F, M.
    let with = json["coders"]["with"]["pairs"].as_array().unwrap();
    let pair = with
        .iter()
        .find(|pair| pair["coders"] == serde_json::json!(["coder_a", "machine"]));
    assert_eq!(pair.unwrap()["cohen_kappa"], 0.5);
    assert_eq!(
        json["coders"]["without"]["pairs"].as_array().unwrap().len(),
        3
    );
    for said in [
        "1 of 5 coded items not among the predictions, such as `9.jpg`",
        "1 tie left out",
    ] {
        assert!(notes.contains(said), "no `{said}` in {notes}");
    }
}

#[test]
fn the_folder_has_people_and_machine_side_by_side() {
    let rows = (1..=12).map(|at| {
        let (b, c) = (
            if at % 3 == 0 { "M" } else { "F" },
            if at % 4 == 0 { "M" } else { "F" },
        );
        format!("{at}.jpg,F,{b},{c}\n")
    });
    let codes = "path,coder_a,<b>,coder_c\n".to_owned() + &rows.collect::<String>();
    let folder = Folder::new();
    let answers: Vec<&str> = (1..=12).map(|at| if at < 12 { "F" } else { "M" }).collect();
    let columns = CodeColumns {
        coders: ["coder_a", "<b>", "coder_c"].map(String::from).to_vec(),
        ..CodeColumns::default()
    };
    let (predictions, _) = read(&folder, &codes, &predictions(&answers));
    let codes = CodeTable::read(&folder.path("codes.csv"), &columns, &ReadOptions::default());
    let result = validate(&predictions, &codes.unwrap(), &options()).unwrap();

    let ceiling = &result.to_json()["ceiling"];
    // The twelfth item is F, M, M, and M to the machine; others disagree on five more.
    let one = &ceiling["one_coder"];
    assert_eq!(one["machine_n"], 12);
    let machine = one["machine"].as_f64().unwrap();
    assert!(
        (machine - (6.0 + 6.0 * 2.0 / 3.0) / 12.0).abs() < 1e-12,
        "{one}"
    );
    assert!(one["machine_low"].is_number() && one["difference"].is_number());
    let reason = &one["not_estimable"]["difference_low"];
    assert_eq!(reason, "they differ on fewer than 10 items");
    let own = &ceiling["per_coder"]["<b>"]["majority_of_others"];
    assert_eq!(own["coder_n"], 9, "the other two agree on these: {own}");

    let files = result.files().unwrap();
    let text = |name: &str| {
        let file = files.iter().find(|(known, _)| *known == name);
        String::from_utf8(file.unwrap().1.clone()).unwrap()
    };
    let page = text("validation.html");
    for words in [
        "The classifier agrees with one coder in 83.3 % (",
        "&#60;b&#62;",
        "<svg",
    ] {
        assert!(page.contains(words), "no `{words}` in {page}");
    }
    assert!(!page.contains("<b>"), "{page}");
    let csv = text("agreement.csv");
    assert!(
        csv.contains("ceiling,difference,same_as_majority_of_others,<b>,"),
        "{csv}"
    );
}

#[test]
fn a_group_may_be_a_column_of_either_file() {
    let folder = Folder::new();
    let codes = "path,topic,label\n1.jpg,a,F\n2.jpg,b,M\n";
    let (predictions, codes) = read(&folder, codes, &predictions(&["F", "M"]));
    let options = ValidateOptions {
        design: evenhand_stats::audit::Design::of(groups::parse("race,topic").unwrap()),
        ..options()
    };
    let json = validate(&predictions, &codes, &options).unwrap().to_json();
    let groups = &json["consensus"]["groups"];
    assert_eq!(
        (&groups["race"]["x"]["n"], &groups["topic"]["b"]["n"]),
        (&2.into(), &1.into())
    );
    assert!(
        groups["agreement"].is_null(),
        "one coder agrees with nobody"
    );
    let reasons = &json["coders"]["not_estimable"];
    assert_eq!(
        reasons["cohen_kappa_among_coders"],
        "there is one coder only"
    );
}

#[test]
fn what_does_not_fit_together_is_refused_with_the_reason() {
    let two = predictions(&["F", "M"]);
    let cases = [
        (
            "path,label\n1.jpg,female\n2.jpg,male\n",
            "does not know `female`, `male`, as 2 items are coded; it knows `F`, `M`",
        ),
        (
            "path,label\nx/1.jpg,F\n",
            "not `x/1.jpg`, where there is `faces/1.jpg`",
        ),
        (
            "path,coder_a,coder_b\n1.jpg,F,M\n",
            "has both a consensus and a prediction",
        ),
        ("path,label\n3.jpg,F\n", "none of the items"),
    ];
    for (codes, words) in cases {
        let error = validated(codes, &two).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    let foreign = "id,predicted\n1.jpg,F\n2.jpg,F\n";
    let error = validated("path,label\n1.jpg,F\n2.jpg,F\n", foreign).unwrap_err();
    assert!(
        error.contains("every item is coded `F`, and so predicted"),
        "{error}"
    );
    let error = validated("path,label\n1.jpg,x\n2.jpg,y\n", foreign).unwrap_err();
    assert!(error.contains("does not know `x`, `y`"), "{error}");
}

#[test]
fn codes_that_are_no_class_are_left_out_and_counted() {
    let codes = "path,coder_a,coder_b,coder_c\n1.jpg,F,F,unclear\n2.jpg,M,unclear,unclear\n3.jpg,M,M,M\n\
                 4.jpg,F,unclear,\n5.jpg,F,M,\n";
    let (json, said) = validated(codes, &predictions(&["F", "F", "M", "F", "F"])).unwrap();
    assert_eq!(json["items"]["coded"], 5);
    assert_eq!(json["items"]["compared"], 3);
    assert_eq!(json["items"]["with_consensus"], 2);
    assert_eq!(json["items"]["without_class"], 2);
    assert_eq!(json["consensus"]["overall"]["n"], 2);
    let warning = "4 codes left out that are no class of the classifier (F, M): `unclear` (4), and with them 2 items \
                   that had no other consensus; --map 'unclear=F' takes one for a class";
    assert!(said.contains(warning), "{said}");
}

#[test]
fn codes_are_the_classes_however_they_are_written() {
    let predictions = predictions(&["F", "M", "F"]);
    let predictions = predictions
        .replace(",F,", ",1,")
        .replace(",M,", ",0,")
        .replace("probability_F,probability_M", "probability_1,probability_0");
    let folder = Folder::new();
    let codes = "path,label,topic\n1.jpg,1.0,1\n2.jpg,0.0,1.0\n3.jpg,1.0,2\n";
    let (predictions, codes) = read(&folder, codes, &predictions);
    let options = ValidateOptions {
        positive: Some("1.0".to_owned()),
        design: evenhand_stats::audit::Design::of(groups::parse("topic").unwrap()),
        ..options()
    };
    let json = validate(&predictions, &codes, &options).unwrap().to_json();
    assert_eq!(json["consensus"]["overall"]["accuracy"], 1.0);
    assert_eq!(json["consensus"]["positive"], "1");
    assert_eq!(json["consensus"]["groups"]["topic"]["1"]["n"], 2);
}

#[test]
fn an_image_without_a_prediction_is_counted_and_one_class_is_no_rate() {
    let rows = predictions(&["F", "M"]) + "faces/3.jpg,,unreadable,empty,,,,,,x\n";
    let codes = "path,label\n1.jpg,F\n2.jpg,F\n3.jpg,F\n";
    let (json, notes) = validated(codes, &rows).unwrap();
    assert_eq!(json["items"]["without_prediction"], 1);
    let overall = &json["consensus"]["overall"];
    assert_eq!((&overall["n"], &overall["tpr"]), (&2.into(), &0.5.into()));
    assert_eq!(overall["not_estimable"]["fpr"], "no negatives");
    assert!(notes.contains("every code is `F`"), "{notes}");
}

#[test]
fn a_label_that_only_the_machine_uses_has_its_place_among_the_others() {
    let foreign = "path,predicted\n1.jpg,3-9\n2.jpg,10-19\n3.jpg,0-2\n";
    let codes = "path,coder_a,coder_b\n1.jpg,3-9,3-9\n2.jpg,10-19,10-19\n3.jpg,3-9,10-19\n";
    let folder = Folder::new();
    let (predictions, codes) = read(&folder, codes, foreign);
    let options = ValidateOptions {
        positive: None,
        ..options()
    };
    let paired = PairedItems::new(&predictions, codes, &options).unwrap();
    assert_eq!(paired.codes().labels, ["0-2", "3-9", "10-19"]);
    assert_eq!(paired.answers(), [1, 2, 0]);
    let columns = CodeColumns {
        order: ["3-9", "10-19"].map(String::from).to_vec(),
        ..CodeColumns::default()
    };
    let codes = CodeTable::read(&folder.path("codes.csv"), &columns, &ReadOptions::default());
    let error = PairedItems::new(&predictions, codes.unwrap(), &options);
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("label `0-2` is not in the order 3-9, 10-19"),
        "{error}"
    );
}

#[test]
fn missing_codes_and_predictions_are_missing_however_they_are_written() {
    let rows = predictions(&["F", "M", "None", "F"]).replace(",x\n", ",NA\n");
    let codes = "path,coder_a,coder_b\n1.jpg,F,NA\n2.jpg,.,M\n3.jpg,M,M\n4.jpg,null,N/A\n";
    let result = result_of(codes, &rows).unwrap();
    let json = result.to_json();
    assert_eq!(json["items"]["coded"], 3, "nobody coded the last one");
    assert_eq!(json["items"]["without_prediction"], 1);
    assert_eq!(json["items"]["compared"], 2);
    assert_eq!(
        result.notes.len(),
        2,
        "once for each table: {:?}",
        result.notes
    );
}
