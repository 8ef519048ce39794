//! Part of a sample, abstained rows, rows without a prediction.

use super::tests::{items, options};
use super::*;
use crate::PredictionSource;
use crate::sample::{SampleOptions, sample};
use crate::testing::Folder;
use evenhand_table::ReadOptions;

/// 4,000 rows, of which 1,000 are of topic b; the path says what a row is.
fn corpus() -> String {
    let rows = (0..4_000).map(|at| {
        let topic = if at % 4 == 0 { "b" } else { "a" };
        let predicted = if at % 3 == 0 { "F" } else { "M" };
        format!("{at}.jpg,{predicted},{topic}\n")
    });
    format!("path,predicted,topic\n{}", rows.collect::<String>())
}

/// A sample of as many rows of each topic, with codes of the first rows; the others are cut off or left empty.
fn coded(corpus: &PredictionSource, first: usize, cut: bool) -> String {
    let mut sampling = SampleOptions::new(80);
    sampling.groups = vec!["topic".to_owned()];
    sampling.params.allocation = evenhand_stats::estimate::Allocation::Equal;
    let text = String::from_utf8(sample(corpus, &sampling).unwrap().to_csv()).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    assert!(header.ends_with("stratum,stratum_rows,inclusion_probability"));
    let rows = lines.enumerate().map(|(at, line)| {
        let (path, rest) = line.split_once(",").unwrap();
        let number: usize = path.strip_suffix(".jpg").unwrap().parse().unwrap();
        let label = if number % 5 < 2 { "F" } else { "M" };
        match (at < first, cut) {
            (true, _) => format!("{path},{label}{rest}\n"),
            (false, false) => format!("{line}\n"),
            (false, true) => String::new(),
        }
    });
    format!("{header}\n{}", rows.collect::<String>())
}

fn notes(result: &EstimateResult) -> String {
    let notes: Vec<String> = result
        .reading
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    notes.join("\n")
}

#[test]
fn a_part_of_a_sample_counts_by_stratum_whether_the_others_are_empty_or_cut_off() {
    let folder = Folder::new();
    let path = folder.write("predictions.csv", corpus());
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let found = |text: String| {
        let coded = items(&folder.write("coded.csv", text));
        estimate(&corpus, &coded, &options()).unwrap()
    };
    let whole = found(coded(&corpus, 80, false));
    assert_eq!(whole.to_json()["probabilities_recomputed"], false);
    assert!(
        !notes(&whole).contains("a part of the sample"),
        "{}",
        notes(&whole)
    );
    let [empty, cut] = [false, true].map(|cut| found(coded(&corpus, 31, cut)));
    assert_eq!(empty.to_json()["shares"], cut.to_json()["shares"]);
    assert_eq!(cut.to_json()["probabilities_recomputed"], true);
    assert!(
        notes(&cut).contains(
            "a part of the sample is coded: the probability of a row is the share of its stratum"
        ),
        "{}",
        notes(&cut)
    );
    // Three quarters of the corpus are of topic a, whatever part of the coded rows is.
    let shares = &cut.to_json()["shares"]["F"];
    let value = |cell: &serde_json::Value| cell["coded"]["value"].as_f64().unwrap();
    let by = &shares["by"]["topic"];
    let expected = 0.75 * value(&by["a"]) + 0.25 * value(&by["b"]);
    assert!(
        (value(&shares["overall"]) - expected).abs() < 1e-9,
        "{shares:#}"
    );
    // Files of older versions do not say how many rows a stratum has.
    let without = coded(&corpus, 31, true).replace("stratum_rows", "other");
    let old = found(without);
    assert!(
        notes(&old).contains("(`stratum_rows`), so that strata do not count"),
        "{}",
        notes(&old)
    );
}

/// 1,000 rows, of which 100 are abstained and 50 of topic b unreadable.
fn with_abstained() -> String {
    let row = |at: usize| {
        let topic = if at.is_multiple_of(2) { "a" } else { "b" };
        match at {
            0..100 => format!("{at}.jpg,,ok,,,,,yes,0.45,0.55,{topic}\n"),
            100..150 => format!("{at}.jpg,,unreadable,broken,,,,no,,,b\n"),
            _ if at.is_multiple_of(3) => format!("{at}.jpg,,ok,,,,F,no,0.9,0.1,{topic}\n"),
            _ => format!("{at}.jpg,,ok,,,,M,no,0.2,0.8,{topic}\n"),
        }
    };
    let rows: String = (0..1_000).map(row).collect();
    format!(
        "path,blake3,status,error,label,fold,predicted,abstained,probability_F,probability_M,topic\n{rows}"
    )
}

fn labelled(rows: impl Iterator<Item = usize>) -> String {
    let rows = rows.map(|at| {
        let label = if at < 100 || at % 4 == 0 { "F" } else { "M" };
        format!("{at}.jpg,{label}\n")
    });
    format!("path,label\n{}", rows.collect::<String>())
}

#[test]
fn abstained_rows_that_people_coded_stand_for_themselves() {
    let folder = Folder::new();
    let path = folder.write("predictions.csv", with_abstained());
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let found = |text: String| {
        let coded = items(&folder.write("coded.csv", text));
        estimate(&corpus, &coded, &options()).unwrap()
    };
    let of_judged = || 200..285;
    let with = found(labelled((0..100).chain(of_judged())));
    let json = with.to_json();
    assert_eq!(
        (&json["corpus"], &json["coded"]),
        (&950.into(), &185.into())
    );
    assert_eq!(
        (&json["abstained"], &json["abstained_coded"]),
        (&100.into(), &100.into())
    );
    assert!(
        notes(&with).contains("abstained from: 100, of which people coded 100"),
        "{}",
        notes(&with)
    );
    // All 100 abstained rows are women; of the 85 others 22 are, which stand for 850.
    let coded = json["shares"]["F"]["overall"]["coded"]["value"]
        .as_f64()
        .unwrap();
    assert!((coded - 320.0 / 950.0).abs() < 1e-9, "{coded}");
    let without = found(labelled(of_judged())).to_json();
    assert_eq!(without["corpus"], 850);
    assert_eq!(
        without["without_prediction"]["abstained, and not coded by people"],
        100
    );
    assert_eq!(without["abstained"], 0);
}

#[test]
fn unreadable_rows_have_bounds_in_the_domain_that_they_are_of() {
    let folder = Folder::new();
    let path = folder.write("predictions.csv", with_abstained());
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let coded = items(&folder.write("coded.csv", labelled((0..100).chain(200..400))));
    let result = estimate(&corpus, &coded, &options()).unwrap();
    let shares = &result.to_json()["shares"]["F"];
    let number = |name: &str| shares["overall"]["ppi"][name].as_f64().unwrap();
    assert_eq!(shares["overall"]["missing"], 50);
    assert!((number("bounds_low") - 0.95 * number("low")).abs() < 1e-12);
    assert!((number("bounds_high") - 0.95 * number("high") - 0.05).abs() < 1e-12);
    let by = &shares["by"]["topic"];
    assert_eq!(
        (&by["a"]["missing"], &by["b"]["missing"]),
        (&0.into(), &50.into())
    );
    assert!(by["a"]["ppi"]["bounds_low"].is_null());
    let warnings: Vec<String> = result.warnings().iter().map(ToString::to_string).collect();
    assert!(
        warnings
            .iter()
            .any(|of| of.contains("with the rows that have no prediction, `F` may be from")),
        "{warnings:?}"
    );
}
