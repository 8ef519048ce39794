//! Labels and groups as people and programs write them.

use super::*;
use evenhand_table::Recode;

fn recodes(texts: &[&str]) -> Vec<Recode> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn notes(result: &AuditResult) -> String {
    lines(&result.notes)
}

#[test]
fn dates_among_groups_are_ranges_again_and_said_once() {
    let csv =
        "label,predicted,age\na,a,0-2\nb,b,03-Sep\na,b,Okt 19\nb,b,10-19\na,a,20-29\nb,a,3-9\n";
    let result = result_of(csv, |config| {
        config.options.design.groups = groups::parse("age,age*label").unwrap();
        config.options.only = Some("age!=20-29".parse().unwrap());
    })
    .unwrap();
    let json = result.to_json();
    assert_eq!(json["groups"]["age"]["3-9"]["n"], 2);
    assert_eq!(json["groups"]["age"]["10-19"]["n"], 2);
    let said = notes(&result);
    let restored = "age: 2 values that a spreadsheet turned into dates restored";
    assert_eq!(said.matches(restored).count(), 1, "{said}");
}

#[test]
fn labels_and_answers_that_are_the_same_number_are_one_class() {
    let csv = "label,predicted,kind\n1.0,1,1\n0.0,0,1.0\n1.0,0,2\n0.0,0,2\n";
    let result = result_of(csv, |config| {
        config.options.design.groups = groups::parse("kind").unwrap();
        config.options.positive = Some("1.0".to_owned());
    })
    .unwrap();
    let json = result.to_json();
    assert_eq!(json["classes"], serde_json::json!(["0", "1"]));
    assert_eq!(json["positive"], "1");
    assert_eq!(json["overall"]["accuracy"], 0.75);
    assert_eq!(json["groups"]["kind"]["1"]["n"], 2);
    let said = notes(&result);
    assert!(
        said.contains(
            "label, predicted: 4 values taken for the same number written in another way"
        ),
        "{said}"
    );
}

#[test]
fn labels_of_our_tables_are_the_classes_that_have_probabilities() {
    let ours = OURS
        .replace(",F,0,F", ",1.0,0,1")
        .replace(",M,0,F", ",0.0,0,1")
        .replace(",M,0,M", ",0.0,0,0")
        .replace("probability_M,probability_F", "probability_0,probability_1");
    let ours = ours.replace("5.jpg,dd,ok,,,0,M", "5.jpg,dd,ok,,,0,0");
    let ours = ours.replace(",M,0,,", ",0.0,0,,");
    let json = json_of(&ours, |_| {});
    assert_eq!(json["classes"], serde_json::json!(["0", "1"]));
    assert!(json["overall"]["brier"].is_number(), "scores are known");
}

#[test]
fn values_are_renamed_and_numbers_are_audited_as_ranges() {
    let csv = "label,predicted,sex,age\nf,F,w,3\nF,F,w,17.5\nm,M,m,31\nM,F,m,x\n";
    let result = result_of(csv, |config| {
        config.columns.map = recodes(&["f=F,m=M", "sex:w=women"]);
        config.options.bands = vec!["age=0,18".parse().unwrap()];
        config.options.design.groups = groups::parse("sex,age").unwrap();
    })
    .unwrap();
    let json = result.to_json();
    assert_eq!(json["classes"], serde_json::json!(["F", "M"]));
    assert_eq!(json["groups"]["sex"]["women"]["n"], 2);
    assert_eq!(json["groups"]["age"]["0-17"]["n"], 2);
    assert_eq!(json["groups"]["age"]["(missing)"]["n"], 1);
    let said = notes(&result);
    for words in [
        "label: 2 values renamed, as asked (`f` → `F`, `m` → `M`)",
        "sex: 2 values renamed, as asked (`w` → `women`)",
        "age: 1 value in no band taken as missing",
    ] {
        assert_eq!(said.matches(words).count(), 1, "{words}\n{said}");
    }
    let error = result_of(csv, |config| {
        config.options.bands = vec!["years=0,18".parse().unwrap()];
    });
    assert!(error.unwrap_err().contains("no column `years`"));
}
