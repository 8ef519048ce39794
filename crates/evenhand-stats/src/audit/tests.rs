//! The audit against reference implementations: `fixtures/audit.json` holds 600 scored rows
//! with what scikit-learn and fairlearn say of them, and the counts of Gender Shades with the rates
//! that its authors published.

use super::toy::{audited, two};
use super::*;
use crate::stats::counts::Counts;
use serde_json::Value;

fn fixture() -> Value {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/audit.json"));
    serde_json::from_str(text).unwrap()
}

fn oracle() -> (Value, Audit) {
    let oracle = fixture()["audit"].clone();
    let threshold = oracle["threshold"].as_f64().unwrap();
    let rows = oracle["rows"].as_array().unwrap().iter().map(|row| {
        let score = row["score"].as_f64().unwrap();
        Row {
            label: row["label"].as_u64().unwrap() as usize,
            predicted: usize::from(score >= threshold),
            score: Some(score),
            attributes: vec![row["g1"].as_str().unwrap(), row["g2"].as_str().unwrap()],
        }
    });
    let groups = crate::groups::parse("g1,g2,g1*g2").unwrap();
    let table = Table::new(
        &two(),
        &["g1".to_owned(), "g2".to_owned()],
        &Design::of(groups),
        rows,
    )
    .unwrap();
    let params = Params {
        replicates: 200,
        ..Params::default()
    };
    let audit = audit(&table, &params.check().unwrap());
    (oracle, audit)
}

fn near(found: &Value, expected: &Value, what: &str) {
    let (found, expected) = (found.as_f64().expect(what), expected.as_f64().unwrap());
    assert!(
        (found - expected).abs() < 1e-9,
        "{what}: {found}, not {expected}"
    );
}

#[test]
fn every_cell_matches_scikit_learn_and_fairlearn() {
    let (oracle, audit) = oracle();
    let json = audit.to_json();
    let hold = |found: &Value, expected: &Value, what: &str| {
        for (name, value) in expected.as_object().unwrap() {
            near(&found[name], value, &format!("{what} {name}"));
        }
    };
    hold(&json["overall"], &oracle["overall"], "overall");
    for (grouping, key) in [("g1", "by_g1"), ("g2", "by_g2"), ("g1*g2", "by_pair")] {
        for (group, expected) in oracle[key].as_object().unwrap() {
            let found = &json["groups"][grouping][group.replace('|', "*")];
            hold(found, expected, group);
        }
    }
}

#[test]
fn every_disparity_matches_fairlearn() {
    let (oracle, audit) = oracle();
    let json = audit.to_json();
    for (grouping, expected) in oracle["disparity"].as_object().unwrap() {
        let found = &json["disparity"][grouping.replace('|', "*")];
        for (name, value) in expected.as_object().unwrap() {
            near(&found[name], value, &format!("{grouping} {name}"));
        }
    }
}

#[test]
fn every_interval_holds_its_value() {
    let (_, audit) = oracle();
    for row in audit.tidy() {
        if let Ok(estimate) = row.measure.estimate {
            assert!(estimate.interval.contains(estimate.value), "{row:?}");
            assert!(estimate.interval.low < estimate.interval.high, "{row:?}");
        }
    }
}

/// Buolamwini and Gebru (2018): errors of three products by skin and gender.
fn gender_shades(product: &str) -> (Value, Audit) {
    let study = fixture()["gender_shades"].clone();
    let counts = ["DF", "DM", "LF", "LM"].map(|group| {
        let n = study["n"][group].as_u64().unwrap();
        (group, study["errors"][product][group].as_u64().unwrap(), n)
    });
    let rows = counts.iter().flat_map(|&(group, errors, n)| {
        let (skin, gender) = group.split_at(1);
        let label = usize::from(gender == "F");
        (0..n).map(move |at| Row {
            label,
            predicted: if at < errors { 1 - label } else { label },
            score: None,
            attributes: vec![skin, gender],
        })
    });
    let groups = crate::groups::parse("skin,gender,skin*gender").unwrap();
    let columns = ["skin".to_owned(), "gender".to_owned()];
    let table = Table::new(&two(), &columns, &Design::of(groups), rows).unwrap();
    (
        study,
        super::audit(&table, &Params::default().check().unwrap()),
    )
}

#[test]
fn gender_shades_comes_out_as_published_and_flags_darker_women_for_every_product() {
    for product in ["MSFT", "FacePP", "IBM"] {
        let (study, audit) = gender_shades(product);
        let published = study["published_error_percent"][product]
            .as_object()
            .unwrap();
        for (group, percent) in published {
            let cell = match group.as_str() {
                "All" => &audit.overall,
                _ => {
                    let cells = audit.groupings.iter().flat_map(|grouping| &grouping.cells);
                    let mut cells = cells.map(|(name, cell)| (name.replace('*', ""), cell));
                    cells.find(|(name, _)| name == group).unwrap().1
                }
            };
            let error = 100.0 * cell.measure("error").unwrap().value().unwrap();
            let published = percent.as_f64().unwrap();
            assert!(
                (error - published).abs() < 0.4,
                "{product} {group}: {error}"
            );
        }
        let crossed = &audit.groupings[2];
        assert_eq!(crossed.worst.as_ref().unwrap().value, "D*F");
        let accuracy = crossed.disparity.gap("accuracy").unwrap();
        let (_, women) = accuracy
            .versus
            .iter()
            .find(|(name, _)| name == "D*F")
            .unwrap();
        assert!(women.p_holm < 1e-6, "{product}: {women:?}");
        assert!(women.difference.interval.high < 0.0, "{product}: {women:?}");
        assert!(accuracy.largest.p < 0.002 && accuracy.largest.low > 0.1);
    }
}

/// fairlearn gives a group without positives a true positive rate of 0, which then sets the gap.
#[test]
fn a_group_without_positives_has_no_true_positive_rate_and_sets_no_gap() {
    let counts = [
        ("x", [45, 5, 5, 45]),
        ("y", [40, 5, 10, 45]),
        ("z", [0, 5, 0, 95]),
    ];
    let audit = audited("g", &counts, Params::default());
    let json = audit.to_json();
    assert!(json["groups"]["g"]["z"]["tpr"].is_null());
    assert_eq!(
        json["groups"]["g"]["z"]["not_estimable"]["tpr"],
        "no positives"
    );
    let gap = audit.groupings[0].disparity.gap("tpr").unwrap();
    assert_eq!((gap.lowest().0, gap.highest().0), ("y", "x"));
    assert!((gap.largest.gap - 0.1).abs() < 1e-12);
}

/// fairlearn's bootstrap gives a perfect group the interval [1, 1].
#[test]
fn a_perfect_group_is_not_known_to_be_perfect() {
    let counts = [("x", [38, 0, 0, 0]), ("y", [30, 0, 8, 0])];
    let audit = audited("g", &counts, Params::default());
    let (_, perfect) = &audit.groupings[0].cells[0];
    let interval = perfect.accuracy().estimate.unwrap().interval;
    assert!((interval.low - 0.908).abs() < 0.001 && interval.high == 1.0);
}

/// fairlearn's interval for the largest difference cannot hold 0, and a group of one can set it.
#[test]
fn a_gap_that_chance_makes_has_an_interval_down_to_0_and_one_person_makes_none() {
    let counts = [
        ("x", [45, 5, 5, 45]),
        ("y", [43, 5, 7, 45]),
        ("alone", [0, 1, 0, 0]),
    ];
    let audit = audited("g", &counts, Params::default());
    let gap = audit.groupings[0].disparity.gap("accuracy").unwrap();
    assert_eq!((gap.lowest().0, gap.highest().0), ("y", "x"));
    assert_eq!(gap.largest.low, 0.0);
    assert!(gap.largest.p > 0.5, "{gap:?}");
    let json = audit.to_json();
    assert_eq!(
        json["groups"]["g"]["alone"]["not_estimable"]["accuracy"],
        "1 row"
    );
}

/// Aequitas tests group after group as if each were the only one.
#[test]
fn tests_of_many_groups_are_corrected() {
    let names: Vec<String> = (0..20).map(|at| format!("g{at}")).collect();
    let counts: Vec<(&str, [usize; 4])> = names
        .iter()
        .zip(0..20)
        .map(|(name, at)| {
            (
                name.as_str(),
                [
                    if at == 0 { 41 } else { 48 },
                    0,
                    50 - if at == 0 { 41 } else { 48 },
                    0,
                ],
            )
        })
        .collect();
    let audit = audited("g", &counts, Params::default());
    let gap = audit.groupings[0].disparity.gap("accuracy").unwrap();
    let (_, first) = &gap.versus[0];
    assert!(first.p < 0.05, "{first:?}");
    assert!(
        (first.p_holm - (20.0 * first.p).min(1.0)).abs() < 1e-12,
        "{first:?}"
    );
    assert!(first.p_bh >= first.p && first.p_bh <= first.p_holm);
}

#[test]
fn small_groups_are_drawn_towards_the_others() {
    let counts = [
        ("a", [90, 0, 10, 0]),
        ("b", [80, 0, 20, 0]),
        ("c", [85, 0, 15, 0]),
        ("d", [70, 0, 30, 0]),
        ("few", [2, 0, 4, 0]),
    ];
    let audit = audited("g", &counts, Params::default());
    let disparity = &audit.groupings[0].disparity;
    let shrunk = disparity.shrunk.as_ref().unwrap();
    let (_, few) = shrunk.iter().find(|(name, _)| name == "few").unwrap();
    assert!(few.mean > 0.5 && few.mean < 0.85, "{few:?}");
    let everyone = Counts { hits: 327, n: 406 };
    assert!(few.mean < everyone.hits as f64 / everyone.n as f64);
}

#[test]
fn metrics_of_a_perfect_classifier_keep_their_values_and_have_intervals() {
    let counts = [("x", [30, 0, 0, 20]), ("y", [25, 5, 5, 15])];
    let audit = audited("g", &counts, Params::default());
    let (_, perfect) = &audit.groupings[0].cells[0];
    // proportion_confint(n, n, 0.05, "wilson")[0] of the 20 negatives, and of the 30 positives.
    for (name, low) in [
        ("balanced_accuracy", 0.8388748419471806),
        ("macro_precision", 0.8388748419471806),
        ("macro_f1", 0.8388748419471806),
        ("mcc", 0.8388748419471806),
        ("f1", 0.8864866068260311),
    ] {
        let found = perfect.measure(name).unwrap().estimate.unwrap();
        assert!((found.value - 1.0).abs() < 1e-12, "{name}: {found:?}");
        assert!((found.interval.low - low).abs() < 1e-9, "{name}: {found:?}");
        assert!(found.interval.contains(found.value), "{name}: {found:?}");
    }
}
