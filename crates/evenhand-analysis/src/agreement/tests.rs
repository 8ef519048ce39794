use super::*;
use crate::codes::CodeColumns;
use crate::testing::{Folder, lines};
use evenhand_stats::groups;
use evenhand_table::ReadOptions;

/// What is asked of codes.
#[derive(Default)]
struct Config {
    columns: CodeColumns,
    options: AgreementOptions,
}

fn studied(text: &str, change: impl Fn(&mut Config)) -> Result<AgreementResult, String> {
    let folder = Folder::new();
    let path = folder.write("codes.csv", text);
    let mut config = Config::default();
    change(&mut config);
    let table = CodeTable::read(&path, &config.columns, &ReadOptions::default());
    let table = table.map_err(|error| folder.told(error))?;
    agreement(&table, &config.options).map_err(|error| folder.told(error))
}

/// Everything that is said of codes: sentences, warnings and statistics.
fn printed(text: &str, change: impl Fn(&mut Config)) -> Result<String, String> {
    let result = studied(text, change)?;
    let said = lines(&[result.summary(), result.to_adjudicate()]);
    Ok(said + &lines(&result.warnings) + &result.to_json().to_string())
}

fn holds(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in: {text}");
    }
}

#[test]
fn what_codes_cannot_say_is_said_with_the_reason() {
    let wide = "item,coder_a,coder_b,coder_c\n1,F,F,\n2,F,M,\n3,M,,\n4,,,\n";
    let text = printed(wide, |_| {}).unwrap();
    holds(
        &text,
        &[
            "4 items, 2 coders, 5 codes",
            "`coder_c` coded nothing and takes no part",
            "1 item coded once",
            "1 item coded by nobody",
            "fewer than 10 items",
            "1 tie, and",
        ],
    );
    let one_class = "item,coder_a,coder_b\n1,F,F\n2,F,F\n";
    holds(
        &printed(one_class, |_| {}).unwrap(),
        &["every code is `F`", "only one label is used"],
    );
    let one_coder = "item,label\n1,F\n2,M\n";
    holds(
        &printed(one_coder, |_| {}).unwrap(),
        &["no item is coded by two", "no estimate by Dawid and Skene"],
    );
    let spelt = "item,coder_a,coder_b\n1,F,f\n2,F,F\n";
    holds(&printed(spelt, |_| {}).unwrap(), &["spellings of one"]);
    let drawn = "item,inclusion_probability,coder_a\n1,0.5,F\n2,0.1,M\n";
    holds(&printed(drawn, |_| {}).unwrap(), &["unequal probabilities"]);
}

#[test]
fn a_scale_needs_what_it_measures_by() {
    let words = "item,coder_a,coder_b\n1,low,low\n2,high,low\n";
    let scale = |scale| move |config: &mut Config| config.options.scale = scale;
    let error = printed(words, scale(MeasurementLevel::Ordinal)).unwrap_err();
    holds(&error, &["high, low have no known order", "--order"]);
    let error = printed(words, scale(MeasurementLevel::Interval)).unwrap_err();
    holds(&error, &["not all numbers", "--scale"]);
    let ordered = |config: &mut Config| {
        config.options.scale = MeasurementLevel::Ordinal;
        config.columns.order = ["low", "middle", "high"].map(String::from).to_vec();
    };
    holds(
        &printed(words, ordered).unwrap(),
        &["\"ordinal\"", "Labels: low, middle, high"],
    );
    let numbers = "item,coder_a,coder_b\n1,1,2\n2,10,10\n";
    holds(
        &printed(numbers, scale(MeasurementLevel::Ordinal)).unwrap(),
        &["Labels: 1, 2, 10"],
    );
}

#[test]
fn a_group_that_is_no_column_is_answered_with_those_there_are() {
    let error = printed("item,race,coder_a\n1,x,F\n", |config| {
        config.options.groups = groups::parse("rcae").unwrap();
    });
    holds(&error.unwrap_err(), &["rcae", "race"]);
}

#[test]
fn shares_are_corrected_by_a_column_of_true_labels() {
    // One coder, who takes every fifth M for F, of which twenty are known.
    let rows = (0..200).map(|at| {
        let truth = if at % 4 == 0 { "F" } else { "M" };
        let code = if at % 4 == 0 || at % 5 == 1 { "F" } else { "M" };
        let gold = if at < 40 { truth } else { "" };
        format!("{at},{code},{gold}\n")
    });
    let text = "item,label,truth\n".to_owned() + &rows.collect::<String>();
    let gold = |column: &str| {
        let column = Some(column.to_owned());
        studied(&text, move |config| config.options.gold.clone_from(&column))
    };
    let result = gold("truth").unwrap();
    let json = &result.to_json()["corrected_shares"];
    assert_eq!(
        (&json["basis"], &json["gold_items"]),
        (&"gold".into(), &40.into())
    );
    let share = &json["shares"]["F"];
    let [coded, corrected] =
        ["coded_share", "corrected_share"].map(|name| share[name].as_f64().unwrap());
    assert!(
        (coded - 0.4).abs() < 1e-9 && (corrected - 0.25).abs() < 1e-6,
        "{share}"
    );
    let csv = String::from_utf8(result.agreement_csv()).unwrap();
    holds(&csv, &["overall,,corrected_share(F),,0.2"]);
    holds(
        &gold("gold").unwrap_err(),
        &["gold gold: ", "no such column describes the items"],
    );
}

#[test]
fn a_group_on_which_coders_agree_less_is_told_drawn_and_in_the_files() {
    // Both coders see every other item of x alike, and all of y.
    let rows = (0..120).map(|at| {
        let (group, other) = match (at % 3, at % 2) {
            (0, 0) => ("x", "M"),
            (0, _) => ("x", "F"),
            _ => ("y", "F"),
        };
        let [a, b] = if at % 4 < 2 {
            ["F", other]
        } else {
            [other, "F"]
        };
        format!("{at},{group},{a},{b}\n")
    });
    let text = "item,group,coder_a,coder_b\n".to_owned() + &rows.collect::<String>();
    let result = studied(&text, |config| {
        config.options.groups = groups::parse("group").unwrap();
    })
    .unwrap();
    let files = result.files().unwrap();
    let page = String::from_utf8(files[1].1.clone()).unwrap();
    holds(
        &page,
        &[
            "On items of `group` x, coders agree less often: 50.0 %",
            "50.0 points less than on the others",
            "Pairs of codes that are the same, by group",
        ],
    );
    let csv = String::from_utf8(result.agreement_csv()).unwrap();
    let row = csv
        .lines()
        .find(|row| row.starts_with("group,x,percent_agreement_difference,,-0.5,"));
    let p: f64 = row.unwrap().rsplit(',').next().unwrap().parse().unwrap();
    assert!(p < 1e-6, "{csv}");
}

#[test]
fn crossed_values_that_hold_a_star_stay_two_groups() {
    let text = "item,g,h,coder_a,coder_b\n1,A*B,C,F,F\n2,A,B*C,F,M\n3,A,NA,M,M\n";
    let result = studied(text, |config| {
        config.options.groups = groups::parse("g*h").unwrap();
    })
    .unwrap();
    let cells = result.study.groupings[0].cells.iter();
    let values: Vec<&str> = cells.map(|(value, _)| value.as_str()).collect();
    assert_eq!(values, ["A*(missing)", "A*B\\*C", "A\\*B*C"]);
}

#[test]
fn the_folder_holds_a_verdict_for_every_item_and_the_doubtful_ones_once_more() {
    let text = "path,race,codes,coder_a,coder_b,coder_c\n1.jpg,x,k,F,F,M\n2.jpg,y,k,M,F,\n3.jpg,,k,M,M,M\n4.jpg,x,k,,,\n";
    let result = studied(text, |config| config.options.certain = 0.0).unwrap();
    let files = result.files().unwrap();
    let read = |name: &str| {
        let file = files.iter().find(|(known, _)| *known == name);
        String::from_utf8(file.unwrap().1.clone()).unwrap()
    };
    let consensus = read("consensus.csv");
    let header = "path,majority,share,codes,agreement,dawid_skene,posterior_F,posterior_M,adjudicate,reason,race,data_codes";
    assert_eq!(consensus.lines().next(), Some(header));
    assert_eq!(consensus.lines().count(), 5);
    holds(
        &consensus,
        &[
            "1.jpg,F,0.6666666666666666,3,split,",
            "4.jpg,,,0,uncoded,,,,no,,x,k",
        ],
    );
    let adjudicate = read("adjudicate.csv");
    assert_eq!(adjudicate.lines().count(), 2);
    holds(&adjudicate, &["2.jpg,,tie,coder_a: M; coder_b: F,"]);
    let json: serde_json::Value = serde_json::from_str(&read("agreement.json")).unwrap();
    assert_eq!(json["adjudicate"][0]["item"], "2.jpg");
    assert_eq!(json["per_coder"]["coder_c"]["against_others"]["F"]["M"], 1);
    assert!(json["overall"]["krippendorff_alpha"].is_number());
    assert_eq!(
        json["overall"]["not_estimable"]["krippendorff_alpha_low"],
        "fewer than 10 items"
    );
    holds(
        &read("agreement.csv"),
        &["overall,,cohen_kappa,coder_a coder_b,"],
    );
    assert_eq!(read("confusion.csv").lines().count(), 1 + 3 * 4);
}

#[test]
fn codes_that_are_the_same_number_agree() {
    let wide = "item,coder1,coder2,coder3\n1,1.0,1,1\n2,2.0,2,2\n3,,2,2\n4,1.0,1,1\n";
    let result = studied(wide, |_| {}).unwrap();
    assert_eq!(result.table.codes.labels, ["1", "2"]);
    assert_eq!(result.to_json()["overall"]["krippendorff_alpha"], 1.0);
    let notes = lines(&result.table.notes);
    holds(
        &notes,
        &[
            "coder1, coder2, coder3: 3 values taken for the same number written in another way (`1.0` for `1`, `2.0` for `2`)",
        ],
    );
}

#[test]
fn coders_are_found_by_a_column_of_any_name_or_by_their_values() {
    let long = "item,rater,code\n1,ann,F\n1,bob,F\n2,ann,M\n2,bob,f\n";
    let named = |config: &mut Config| {
        config.columns.coder = Some("rater".to_owned());
        config.columns.label = Some("code".to_owned());
        config.columns.map = vec!["f=F".parse().unwrap()];
    };
    let codes = studied(long, named).unwrap().table.codes;
    assert_eq!((codes.coders.len(), codes.labels.len()), (2, 2));
    let wide = "item,race,ann,bob\n1,x,F,F\n2,y,M,F\n3,x,F,F\n";
    let result = studied(wide, |_| {}).unwrap();
    assert_eq!(result.table.codes.coders, ["ann", "bob"]);
    assert_eq!(result.table.codes.columns, ["race"]);
    holds(
        &lines(&result.table.notes),
        &[
            "the values of `ann`, `bob` are alike, and taken for codes; --coders names the columns of coders",
        ],
    );
}
