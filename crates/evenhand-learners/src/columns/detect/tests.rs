//! Kinds of columns by their values.

use super::super::profile::tests::table;
use super::*;

fn kind_of(name: &str, values: &str) -> Found {
    find(&Profile::with_found_gaps(&table(&[(name, values)]), 0, &[]))
}

fn row(value: impl Fn(usize) -> String) -> String {
    (0..60).map(value).collect::<Vec<_>>().join(" ")
}

#[test]
fn kinds_are_found_from_values_and_names() {
    let cases = [
        ("x", row(|at| format!("{}.5", at % 7)), Kind::Number),
        ("x", row(|at| (at * 7 % 53).to_string()), Kind::Number),
        ("age", row(|at| (at % 5).to_string()), Kind::Number),
        (
            "x",
            row(|at| ["1", "5", "2", "1"][at % 4].into()),
            Kind::Code,
        ),
        ("x", row(|at| format!("0{}", 1000 + at % 30)), Kind::Code),
        (
            "home_zip",
            row(|at| (94_000 + at % 30).to_string()),
            Kind::Code,
        ),
        ("x", row(|at| format!("25-00{}", 503 + at % 3)), Kind::Code),
        ("x", row(|at| ["yes", "No"][at % 2].into()), Kind::YesNo),
        ("x", row(|at| ["1.0", "0.0"][at % 2].into()), Kind::YesNo),
        ("sex", row(|at| ["1", "2"][at % 2].into()), Kind::Code),
        (
            "x",
            row(|at| ["red", "blue"][at % 2].into()),
            Kind::Category,
        ),
        (
            "x",
            row(|at| ["18-24", "25-64", "65+"][at % 3].into()),
            Kind::Ordered,
        ),
        ("x", row(|at| (1000 + at).to_string()), Kind::Identifier),
        ("x", row(|at| (1000 - at * at).to_string()), Kind::Number),
        ("year", row(|at| (1950 + at).to_string()), Kind::Number),
        (
            "zip_income",
            row(|at| (5_000 + at * 7 % 53).to_string()),
            Kind::Number,
        ),
        (
            "CensusId",
            row(|at| (1000 + at * 37 % 60).to_string()),
            Kind::Identifier,
        ),
        ("x", row(|at| format!("a{at}")), Kind::Identifier),
        ("x", row(|at| format!("a{}", at % 40)), Kind::Text),
        ("x", row(|_| "7".into()), Kind::Constant),
        ("x", row(|_| "_".into()), Kind::Constant),
        ("x", row(|at| ["x", "_"][at % 2].into()), Kind::Constant),
        ("x", row(|at| ["x", "?"][at % 2].into()), Kind::Category),
        (
            "x",
            row(|at| format!("2026-11-{}", 1 + at % 30)),
            Kind::Date,
        ),
    ];
    for (name, values, kind) in cases {
        let found = kind_of(name, &values);
        assert_eq!(found.kind, kind, "{name}: {values}: {}", found.why);
    }
}

#[test]
fn what_another_kind_could_be_is_unsure_and_reasons_are_sentences() {
    let found = kind_of("x", &row(|at| ["1", "5", "2", "1"][at % 4].into()));
    assert!(found.is_unsure);
    assert_eq!(
        found.why,
        "only 3 different numbers from 1 to 5, which may be labels"
    );
    let found = kind_of("x", &row(|at| ["Y", "n"][at % 2].into()));
    assert_eq!(found.why, "`Y` is yes and `n` no");
    assert_eq!(found.order.unwrap(), ["n", "Y"]);
}
