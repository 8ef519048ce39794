//! Shares of domains: whose error rates, differences, bounds.

use super::tests::{confused, near, outside, params, reason, repeated};
use super::*;

/// Two domains, `a` and `b`, of which the coded rows have as many.
fn in_domains(mut inputs: EstimateInputs) -> EstimateInputs {
    let alternate = |n: usize| (0..n as u32).map(|row| row % 2).collect::<Vec<_>>();
    inputs.attributes = vec![Attribute {
        name: "topic".to_owned(),
        domains: vec!["a".to_owned(), "b".to_owned()],
    }];
    inputs.corpus.domains = vec![alternate(inputs.corpus.len())];
    inputs.coded.rows.domains = vec![alternate(inputs.coded.len())];
    inputs
}

#[test]
fn a_domain_has_an_adjusted_count_only_by_error_rates_of_its_own() {
    let (labels, predicted) = confused([[50, 10], [10, 50]]);
    let corpus = repeated(&[600, 400]);
    let inputs = in_domains(outside(&labels, &predicted, &corpus, &["no", "yes"]));
    let second = |inputs: &EstimateInputs, method: Method| {
        let found = estimate(inputs, params());
        let (_, cell) = &found.targets[0].by[0].cells[1];
        cell.share(method).clone()
    };
    assert!(second(&inputs, Method::Adjusted).is_ok());
    let mut without_column = inputs.clone();
    without_column.coded.rows.domains = vec![Vec::new()];
    for method in [Method::Coded, Method::Adjusted, Method::Powered] {
        let share = second(&without_column, method);
        assert_eq!(share, Err(NotEstimable::NoDomains));
    }
    // Rows in the order of `confused`: right and wrong of the first class, wrong and right of the second.
    let in_second = |parts: [std::ops::Range<u32>; 4]| {
        let mut inputs = inputs.clone();
        let of = |row: u32| u32::from(parts.iter().any(|part| part.contains(&row)));
        inputs.coded.rows.domains = vec![(0..120).map(of).collect()];
        reason(second(&inputs, Method::Adjusted))
    };
    assert_eq!(in_second([0..2, 50..51, 60..61, 70..71]), "5 coded rows");
    assert_eq!(
        in_second([0..15, 50..53, 60..61, 70..77]),
        "8 coded rows are `yes`: code more, 10 are needed"
    );
}

#[test]
fn a_difference_is_that_of_the_shares_shown() {
    let (labels, predicted) = confused([[90, 10], [10, 30]]);
    let mut inputs = in_domains(outside(
        &labels,
        &predicted,
        &repeated(&[600, 400]),
        &["no", "yes"],
    ));
    // Nobody of the first domain is predicted: corrected, its share is below 0.
    inputs.corpus.domains = vec![(0..1000).map(|row| u32::from(row >= 550)).collect()];
    let found = estimate(&inputs, params());
    let by = &found.targets[0].by[0];
    let of = |at: usize| by.cells[at].1.share(Method::Adjusted).clone().unwrap();
    let difference = by.differences[0].shares[Method::Adjusted as usize]
        .clone()
        .unwrap();
    let (a, b) = (of(0), of(1));
    assert_eq!(a.value, 0.0);
    assert_eq!(difference.value, a.value - b.value);
    // A share of 0 adds nothing on its lower side.
    near(difference.interval.low, -b.interval.high);
    assert!(difference.interval.high < a.interval.high - b.interval.low);
}

#[test]
fn rows_without_a_prediction_widen_bounds_and_no_interval() {
    let (labels, predicted) = confused([[50, 14], [10, 50]]);
    let mut inputs = in_domains(outside(
        &labels,
        &predicted,
        &repeated(&[600, 400]),
        &["no", "yes"],
    ));
    let before = estimate(&inputs, params()).to_json();
    assert!(before["shares"]["yes"]["overall"]["ppi"]["bounds_low"].is_null());
    inputs.missing = Missing {
        all: 250,
        by: vec![vec![250, 0]],
    };
    let found = estimate(&inputs, params());
    let (json, by) = (found.to_json(), &found.targets[0].by[0]);
    let overall = &json["shares"]["yes"]["overall"];
    assert_eq!(overall["missing"], 250);
    let number = |name: &str| overall["ppi"][name].as_f64().unwrap();
    assert_eq!(
        number("low"),
        before["shares"]["yes"]["overall"]["ppi"]["low"]
            .as_f64()
            .unwrap()
    );
    near(number("bounds_low"), number("low") * 0.8);
    near(number("bounds_high"), number("high") * 0.8 + 0.2);
    assert!(by.cells[0].1.bounds(Method::Powered).is_some());
    assert_eq!(by.cells[1].1.bounds(Method::Powered), None);
}
