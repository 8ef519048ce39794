//! The comparison against statsmodels, scikit-learn and numpy, on the 600 rows of
//! `fixtures/audit.json`. A has the scores that are there; B mixes 0.6 of them with 0.4 of
//! `(row·37 mod 101) / 101`.

mod by_hand;

use super::super::toy::two;
use super::super::{Design, Params, Row, Sampling, Table};
use super::*;
use crate::stats::Interval;
use serde_json::Value;

fn params() -> CheckedParams {
    Params::default().check().unwrap()
}

/// Tables of A and of B by the group `g`, as `sampling` says by the column `unit`.
fn tables<'a>(
    classes: &Classes,
    sampling: Sampling,
    rows: impl Iterator<Item = ([Row<'a>; 2], &'a str)>,
) -> [Table; 2] {
    let (a, b): (Vec<Row>, Vec<Row>) = rows
        .map(|(rows, unit)| {
            let [a, b] = rows.map(|mut row| {
                row.attributes.push(unit);
                row
            });
            (a, b)
        })
        .unzip();
    let design = Design {
        sampling,
        ..Design::of(crate::groups::parse("g").unwrap())
    };
    let columns = ["g".to_owned(), "unit".to_owned()];
    [a, b].map(|rows| Table::new(classes, &columns, &design, rows).unwrap())
}

/// Each row `times` times, as one unit.
fn oracle(times: usize, sampling: Sampling) -> [Table; 2] {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/audit.json"));
    let fixture: Value = serde_json::from_str(text).unwrap();
    let rows: Vec<(usize, f64, String, String)> = (0..)
        .zip(fixture["audit"]["rows"].as_array().unwrap())
        .map(|(at, row): (usize, _)| {
            let label = row["label"].as_u64().unwrap() as usize;
            let group = row["g1"].as_str().unwrap().to_owned();
            (label, row["score"].as_f64().unwrap(), group, at.to_string())
        })
        .collect();
    let both = (0..).zip(&rows).flat_map(|(at, row): (usize, _)| {
        let (label, score, group, unit) = row;
        let mixed = 0.6 * score + 0.4 * ((at * 37 % 101) as f64 / 101.0);
        let row = [*score, mixed].map(|score| Row {
            label: *label,
            predicted: usize::from(score >= 0.5),
            score: Some(score),
            attributes: vec![group.as_str()],
        });
        std::iter::repeat_n((row, unit.as_str()), times)
    });
    tables(&two(), sampling, both)
}

fn compared(tables: &[Table; 2]) -> Comparison {
    compare(&tables[0], &tables[1], &params())
}

fn interval(change: &Change) -> Interval {
    change.difference.unwrap().interval
}

fn of<'a>(comparison: &'a Comparison, group: &str, metric: &str) -> &'a Change {
    let cells = &comparison.groupings[0].cells;
    let cell = cells.iter().find(|(name, _)| name == group);
    let cell = cell.map_or(&comparison.overall, |(_, cell)| cell);
    cell.change(metric).unwrap()
}

#[test]
fn rates_match_newcombes_formula_and_statsmodels_mcnemar() {
    // Newcombe's formula in numpy; mcnemar([[e, f], [g, h]], exact=True).pvalue
    #[rustfmt::skip]
    let cases = [
        ("", "accuracy", 69, 31, 0.06333333333333334, 0.030893902044735994, 0.09594879288920244, 0.00018314322488235366),
        ("", "error", 31, 69, -0.06333333333333334, -0.09594879288920242, -0.030893902044735966, 0.00018314322488235366),
        ("", "tpr", 40, 18, 0.06984126984126984, 0.022584536118055956, 0.1172350124603777, 0.005354859650800294),
        ("", "fnr", 18, 40, -0.06984126984126984, -0.11723501246037757, -0.022584536118055866, 0.005354859650800294),
        ("", "fpr", 13, 29, -0.056140350877192984, -0.10141441290614273, -0.011410330717660705, 0.019520472782460274),
        ("", "tnr", 29, 13, 0.056140350877192984, 0.011410330717660705, 0.10141441290614264, 0.019520472782460274),
        ("", "selection_rate", 53, 47, 0.01, -0.022740788778649372, 0.042688602104569345, 0.6172994135892524),
        ("a", "accuracy", 44, 20, 0.06818181818181818, 0.023787953195626828, 0.11270457593781039, 0.0036899642765400487),
        ("a", "fpr", 7, 18, -0.06875, -0.1309980417886431, -0.0069511638547782376, 0.043285250663757324),
        ("b", "tpr", 11, 4, 0.07142857142857142, -0.008231219040823329, 0.15275623826213508, 0.11846923828124999),
        ("c", "accuracy", 4, 3, 0.01818181818181818, -0.08385633910584142, 0.12036736958898517, 1.0),
        ("c", "selection_rate", 5, 2, 0.05454545454545454, -0.04449915985228292, 0.1521143800174511, 0.453125),
    ];
    let found = compared(&oracle(1, Sampling::Independent));
    for (group, metric, only_a, only_b, difference, low, high, p) in cases {
        let change = of(&found, group, metric);
        assert_eq!(change.discordant, Some(Discordant { only_a, only_b }));
        let interval = interval(change);
        for (found, expected) in [
            (change.value().unwrap(), difference),
            (interval.low, low),
            (interval.high, high),
            (change.p.unwrap().p, p),
        ] {
            assert!(
                (found - expected).abs() < 1e-10,
                "{group} {metric}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn tests_of_groups_are_corrected_as_statsmodels_does_and_everyone_is_one_test() {
    // multipletests(p, method="holm" / "fdr_bh")[1] of accuracy's p of a, b and c
    let found = compared(&oracle(1, Sampling::Independent));
    for (group, holm, bh) in [
        ("a", 0.011069892829620146, 0.011069892829620146),
        ("b", 0.0482390895485878, 0.03617931716144085),
        ("c", 1.0, 1.0),
    ] {
        let p = of(&found, group, "accuracy").p.unwrap();
        assert!(
            (p.holm - holm).abs() < 1e-12 && (p.bh - bh).abs() < 1e-12,
            "{group}: {p:?}"
        );
    }
    let everyone = of(&found, "", "accuracy").p.unwrap();
    assert_eq!((everyone.holm, everyone.bh), (everyone.p, everyone.p));
}

#[test]
fn other_metrics_match_a_paired_bootstrap_in_numpy_and_the_normal_interval() {
    // The same rows for both, 20,000 resamples in numpy (2,000 of average_precision_score); of AUC
    // DeLong, DeLong and Clarke-Pearson's (1988) interval; of the losses 1.96 standard errors of the
    // mean of the rows' differences.
    let cases = [
        ("precision", 0.05706905687036379, 0.0216, 0.0930),
        ("npv", 0.06868623590477896, 0.0297, 0.1085),
        ("balanced_accuracy", 0.06299081035923149, 0.0301, 0.0952),
        ("f1", 0.06377702287803044, 0.0303, 0.0976),
        ("mcc", 0.12586841135505616, 0.0601, 0.1903),
        ("auc", 0.06931216931216931, 0.0463, 0.0923),
        ("average_precision", 0.060822321724237294, 0.0369, 0.0840),
        ("brier", -0.03872488670747312, -0.0475, -0.0299),
        ("log_loss", -0.0963752844666773, -0.1243, -0.0684),
    ];
    let found = compared(&oracle(1, Sampling::Independent));
    for (metric, difference, low, high) in cases {
        let change = of(&found, "", metric);
        let interval = interval(change);
        assert!(
            (change.value().unwrap() - difference).abs() < 1e-12,
            "{metric}: {change:?}"
        );
        // Ends of 1,000 resamples themselves are uncertain by about 3 % of the width.
        let near = |found: f64, expected: f64| (found - expected).abs() < 0.07 * (high - low);
        assert!(
            near(interval.low, low) && near(interval.high, high),
            "{metric}: {interval:?}"
        );
        assert!(
            change.p.is_none() && change.discordant.is_none(),
            "{metric}"
        );
    }
}

#[test]
fn the_other_way_round_all_signs_turn() {
    let [a, b] = oracle(1, Sampling::Independent);
    let (there, back) = (
        compare(&a, &b, &params()).overall,
        compare(&b, &a, &params()).overall,
    );
    for ((name, there), (_, back)) in there.changes.iter().zip(&back.changes) {
        assert_eq!(there.value(), back.value().map(|value| -value), "{name}");
    }
}

#[test]
fn a_classifier_differs_from_itself_by_0_and_only_rates_know_within_which_ends() {
    let [a, _] = oracle(1, Sampling::Independent);
    let found = compare(&a, &a, &params());
    for (name, change) in &found.overall.changes {
        assert_eq!(change.value(), Some(0.0), "{name}");
        match &change.p {
            Some(p) => {
                let interval = interval(change);
                assert_eq!((p.p, p.holm, p.bh), (1.0, 1.0, 1.0), "{name}");
                assert!(
                    interval.low < 0.0 && interval.high > 0.0,
                    "{name}: {interval:?}"
                );
            }
            None => assert_eq!(change.difference, Err(NotEstimable::NoVariation), "{name}"),
        }
    }
    for (name, gap) in &found.groupings[0].gaps {
        assert_eq!(gap.a, gap.b, "{name}");
        assert_eq!(gap.difference, Err(NotEstimable::NoVariation), "{name}");
    }
    let json = found.to_json();
    assert_eq!(json["overall"]["auc"]["difference"], 0.0);
    assert!(json["overall"]["auc"]["difference_low"].is_null());
    assert_eq!(
        json["overall"]["not_estimable"]["auc"],
        "these rows show no variation"
    );
}

#[test]
fn clusters_of_identical_rows_say_as_much_as_one_row_of_each() {
    let clusters = Sampling::Clusters {
        column: "unit".to_owned(),
    };
    let once = compared(&oracle(1, clusters.clone()));
    let clustered = compared(&oracle(4, clusters));
    let rows = compared(&oracle(4, Sampling::Independent));
    let width = |comparison: &Comparison, metric: &str| {
        let interval = interval(of(comparison, "a", metric));
        interval.high - interval.low
    };
    for metric in ["accuracy", "tpr", "precision", "f1", "auc", "brier"] {
        let wider = width(&clustered, metric) / width(&rows, metric);
        assert!((1.7..2.3).contains(&wider), "{metric}: {wider}");
        let same = width(&clustered, metric) / width(&once, metric);
        assert!((0.85..1.15).contains(&same), "{metric}: {same}");
        assert!(of(&clustered, "a", metric).p.is_none(), "{metric}");
    }
    let gap = |comparison: &Comparison| {
        let (_, gap) = &comparison.groupings[0].gaps[0];
        let interval = gap.difference.unwrap().interval;
        interval.high - interval.low
    };
    assert!((1.7..2.3).contains(&(gap(&clustered) / gap(&rows))));
}
