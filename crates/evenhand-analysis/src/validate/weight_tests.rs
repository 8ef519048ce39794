//! Validation of items that count by weights.

use super::*;
use crate::codes::CodeColumns;
use crate::margins::Margins;
use crate::predictions::Columns;
use crate::testing::{Folder, lines};
use evenhand_table::ReadOptions;
use serde_json::Value;

/// Rows are `a` (0 to 899) or `b` (the other 100).
fn predictions() -> String {
    let rows = (0..1_000).map(|at| {
        let (topic, weight) = if at < 900 { ("a", 45) } else { ("b", 5) };
        let predicted = if at % 2 == 0 { "F" } else { "M" };
        format!("{at}.jpg,{predicted},{topic},{weight}\n")
    });
    format!("path,predicted,topic,w\n{}", rows.collect::<String>())
}

/// 20 rows of each topic, of which the classifier is right on 19 and 12. `coded` says of which there are codes.
fn codes(header: &str, coded: impl Fn(usize) -> bool, more: impl Fn(usize) -> String) -> String {
    let rows = (0..40).map(|at| {
        let (row, right) = match at {
            0..20 => (at, at != 7),
            _ => (880 + at, at < 32),
        };
        let is_f = (row % 2 == 0) == right;
        let label = match (coded(at), is_f) {
            (false, _) => "",
            (true, true) => "F",
            (true, false) => "M",
        };
        format!("{row}.jpg,{label}{}\n", more(at))
    });
    format!("path,coder_a{header}\n{}", rows.collect::<String>())
}

fn sampled(coded: impl Fn(usize) -> bool) -> String {
    codes(",stratum,stratum_rows,inclusion_probability", coded, |at| {
        let of_stratum = if at < 20 {
            ",1,900,0.022222222222222223"
        } else {
            ",2,100,0.2"
        };
        of_stratum.to_owned()
    })
}

fn plain() -> String {
    codes("", |_| true, |_| String::new())
}

fn validated(codes: &str, options: &ValidateOptions) -> Result<(Value, String), String> {
    let folder = Folder::new();
    let read = ReadOptions::default();
    let predictions = folder.write("predictions.csv", predictions());
    let predictions = PredictionTable::read(&predictions, &Columns::default(), &read).unwrap();
    let codes = folder.write("codes.csv", codes);
    let codes = CodeTable::read(&codes, &CodeColumns::default(), &read).unwrap();
    let result = validate(&predictions, &codes, options).map_err(|error| folder.told(error))?;
    let said = lines(&result.sentences()) + &lines(&result.notes);
    Ok((result.to_json(), said))
}

fn by_column(column: &str) -> ValidateOptions {
    ValidateOptions {
        weights: Some(column.to_owned()),
        ..ValidateOptions::default()
    }
}

fn weighted(json: &Value, metric: &str) -> [f64; 2] {
    let of = &json["weighted"]["overall"][metric];
    ["value", "se"].map(|name| of[name].as_f64().unwrap())
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

/// Σ W² p(1 - p) / (n - 1)
fn by_strata(n: [f64; 2]) -> f64 {
    (0.81 * 0.95 * 0.05 / (n[0] - 1.0) + 0.01 * 0.6 * 0.4 / (n[1] - 1.0)).sqrt()
}

#[test]
fn a_sample_counts_by_its_probabilities_and_strata() {
    let (json, said) = validated(&sampled(|_| true), &ValidateOptions::default()).unwrap();
    assert_eq!(json["consensus"]["overall"]["accuracy"], 31.0 / 40.0);
    let [accuracy, se] = weighted(&json, "accuracy");
    near(accuracy, 0.9 * 0.95 + 0.1 * 0.6);
    near(se, by_strata([20.0, 20.0]));
    assert!(
        said.contains("Weighted by `inclusion_probability`: 40 items stand for 1000 rows"),
        "{said}"
    );
    let (plain, _) = validated(&plain(), &ValidateOptions::default()).unwrap();
    assert!(plain["weighted"].is_null());
}

#[test]
fn a_part_of_a_sample_counts_by_what_is_coded() {
    // Half of the second stratum, of which 6 of 10 are right.
    let coded = |at: usize| at < 20 || at.is_multiple_of(2);
    let (json, said) = validated(&sampled(coded), &ValidateOptions::default()).unwrap();
    let [accuracy, se] = weighted(&json, "accuracy");
    near(accuracy, 0.9 * 0.95 + 0.1 * 0.6);
    near(se, by_strata([20.0, 10.0]));
    assert!(said.contains("a part of the sample is coded"), "{said}");
}

#[test]
fn a_column_of_weights_may_be_of_codes_or_of_predictions() {
    let (of_predictions, said) = validated(&plain(), &by_column("w")).unwrap();
    near(weighted(&of_predictions, "accuracy")[0], 0.915);
    assert!(said.contains("Weighted by `w`"), "{said}");
    let weight = |at: usize| format!(",{}", if at < 20 { "9,0" } else { "1" }.replace(',', "."));
    let (of_codes, _) = validated(&codes(",v", |_| true, weight), &by_column("v")).unwrap();
    near(weighted(&of_codes, "accuracy")[0], 0.915);
    let error = validated(&plain(), &by_column("x")).unwrap_err();
    assert!(error.contains("no column `x` of weights"), "{error}");
    let zero = codes(",v", |_| true, |at| format!(",{at}"));
    let error = validated(&zero, &by_column("v")).unwrap_err();
    assert!(
        error.contains("`v` of `0.jpg` is `0`, not a number above 0"),
        "{error}"
    );
}

#[test]
fn known_shares_are_met_and_take_their_part_out_of_the_variance() {
    let folder = Folder::new();
    let margins = "variable,value,share\ntopic,a,0.9\ntopic,b,0.1\n";
    let path = folder.write("margins.csv", margins);
    let options = ValidateOptions {
        margins: Some(Margins::read(&path, &ReadOptions::default()).unwrap()),
        ..ValidateOptions::default()
    };
    let (json, said) = validated(&plain(), &options).unwrap();
    let [accuracy, se] = weighted(&json, "accuracy");
    near(accuracy, 0.915);
    // What is left varies within topics: n / (n - 1) Σ_topic W² p(1 - p) / n_topic
    let within = 0.81 * 0.95 * 0.05 / 20.0 + 0.01 * 0.6 * 0.4 / 20.0;
    near(se, (40.0_f64 / 39.0 * within).sqrt());
    assert!(
        said.contains("Weighted by the known shares of topic"),
        "{said}"
    );
}
