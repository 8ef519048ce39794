use super::tests::{oracle, params, same};
use super::*;
use serde_json::Value;

/// Codes such as `01` by two coders, by group, with the true label where it is known.
fn study<'a>(rows: impl Iterator<Item = (&'a str, &'a str, String)>) -> Study {
    let rows: Vec<(String, &str, &str, String)> = (rows.enumerate())
        .map(|(at, (codes, group, gold))| (at.to_string(), codes, group, gold))
        .collect();
    let coders = ["a", "b", "c"];
    let entries = rows.iter().flat_map(|(item, codes, group, gold)| {
        let places = coders.iter().enumerate().take(codes.len());
        places.map(move |(at, coder)| Entry {
            line: 0,
            item,
            coder,
            label: &codes[at..=at],
            attributes: vec![group, gold.as_str()],
        })
    });
    let codes = Codes::collect(vec!["group".to_owned(), "gold".to_owned()], entries).unwrap();
    let asked = Params {
        groups: vec![vec![0]],
        gold: Some(1),
        ..params(Scale::Nominal)
    };
    Study::of(&codes, &asked).unwrap()
}

fn texts(values: &Value) -> impl Iterator<Item = &str> {
    values
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
}

#[test]
fn two_coders_in_two_groups_match_hui_and_walter_by_scipy() {
    let oracle = &oracle()["hui_walter"];
    let groups = [("x", &oracle["groups"][0]), ("y", &oracle["groups"][1])];
    let rows = groups
        .into_iter()
        .flat_map(|(group, codes)| texts(codes).map(move |codes| (codes, group, String::new())));
    let found = study(rows).shares.unwrap();
    assert_eq!(found.basis, Basis::TwoCodersAndGroups);
    for ((_, shares), expected) in found
        .groups
        .iter()
        .zip(oracle["shares"].as_array().unwrap())
    {
        same(shares[1].corrected.value, expected, 1e-4);
        assert!(shares[1].corrected.interval.is_ok());
    }
    let both = oracle["shares"].as_array().unwrap().iter();
    let mean = both.map(|share| share.as_f64().unwrap()).sum::<f64>() / 2.0;
    same(found.overall[1].corrected.value, &mean.into(), 1e-4);
}

#[test]
fn gold_items_tell_how_coders_err_and_are_not_counted() {
    let oracle = &oracle()["gold_items"];
    let truth = oracle["truth"].as_array().unwrap().iter();
    let gold = texts(&oracle["gold_codes"]).zip(truth);
    let gold = gold.map(|(codes, truth)| (codes, "x", truth.to_string()));
    let others = texts(&oracle["codes"]).map(|codes| (codes, "x", String::new()));
    let found = study(gold.chain(others)).shares.unwrap();
    assert_eq!((found.basis, found.gold), (Basis::Gold, 60));
    assert_eq!(found.overall[1].corrected.n, 300);
    same(found.overall[1].corrected.value, &oracle["shares"][0], 1e-4);
}

#[test]
fn what_nothing_tells_of_is_refused() {
    // Two coders who agree, of one group; and three who answer without looking.
    let two = ["00", "11", "11", "00", "01", "11", "00", "00", "11", "10"].repeat(6);
    let found = study(two.iter().map(|codes| (*codes, "x", String::new())));
    assert_eq!(found.shares, Err(NotEstimable::NotIdentified));
    let chance = ["000", "001", "010", "011", "100", "101", "110", "111"].repeat(10);
    let found = study(chance.iter().map(|codes| (*codes, "x", String::new())));
    assert_eq!(found.shares, Err(NotEstimable::NotIdentified));
}

#[test]
fn a_true_label_that_no_coder_gives_is_refused() {
    let entries = [Entry {
        line: 0,
        item: "1",
        coder: "a",
        label: "F",
        attributes: vec!["female"],
    }];
    let codes = Codes::collect(vec!["gold".to_owned()], entries).unwrap();
    let asked = Params {
        gold: Some(0),
        ..params(Scale::Nominal)
    };
    let error = Study::of(&codes, &asked).unwrap_err().to_string();
    assert_eq!(error, "`gold` of `1` is `female`, and no code is");
}
