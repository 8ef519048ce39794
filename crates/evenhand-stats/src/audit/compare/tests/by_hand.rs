//! Cases small enough to count.

use super::*;

fn answered(label: usize, answers: [usize; 2], group: &str) -> [Row<'_>; 2] {
    answers.map(|predicted| Row {
        label,
        predicted,
        score: None,
        attributes: vec![group],
    })
}

/// Rows alike: group, label, answers of A and of B, and how many.
type Alike = (&'static str, usize, [usize; 2], usize);

fn alike(rows: &[Alike]) -> [Table; 2] {
    let rows = rows.iter().flat_map(|&(group, label, answers, n)| {
        std::iter::repeat_n((answered(label, answers, group), ""), n)
    });
    tables(&two(), Sampling::Independent, rows)
}

#[test]
fn a_hand_case_by_group() {
    // Of x, A finds 8 positives that B misses and misses 2 that B finds; of y nothing changes but 5
    // negatives that A alone takes for positive.
    let [a, b] = alike(&[
        ("x", 1, [1, 1], 20),
        ("x", 1, [1, 0], 8),
        ("x", 1, [0, 1], 2),
        ("x", 0, [0, 0], 30),
        ("y", 1, [1, 1], 30),
        ("y", 0, [0, 0], 25),
        ("y", 0, [1, 0], 5),
    ]);
    let found = compare(&a, &b, &params());
    let json = found.to_json();
    let x = &json["groups"]["g"]["x"];
    assert_eq!(
        (x["n"].as_u64(), x["tpr"]["n"].as_u64()),
        (Some(60), Some(30))
    );
    assert_eq!(
        (x["tpr"]["only_a"].as_u64(), x["tpr"]["only_b"].as_u64()),
        (Some(8), Some(2))
    );
    let near = |found: &Value, expected: f64| (found.as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(near(&x["tpr"]["a"], 28.0 / 30.0) && near(&x["tpr"]["b"], 22.0 / 30.0));
    assert!(near(&x["tpr"]["difference"], 0.2) && near(&x["accuracy"]["difference"], 0.1));
    // 2·P(X <= 2) of 10 fair coins; and of 5 coins none.
    assert!(near(&x["tpr"]["p"], 112.0 / 1024.0) && near(&x["tpr"]["p_holm"], 224.0 / 1024.0));
    let y = &json["groups"]["g"]["y"];
    assert!(near(&y["fpr"]["difference"], 5.0 / 30.0) && near(&y["fpr"]["p"], 0.0625));
    assert!(near(&y["precision"]["difference"], 30.0 / 35.0 - 1.0));
    assert!(
        y["precision"].get("p").is_none() && json["overall"].get("auc").is_none(),
        "precision has no test, and rows no scores"
    );
    assert!(
        y.get("positive_rate").is_none(),
        "labels are no classifier's"
    );
    let gap = &json["gaps"]["g"]["tpr"];
    assert!(near(&gap["a"], 2.0 / 30.0) && near(&gap["b"], 8.0 / 30.0));
    assert!(near(&gap["difference"], -0.2));
    assert_eq!(
        (gap["b_lowest"].as_str(), gap["b_highest"].as_str()),
        (Some("x"), Some("y"))
    );
    let names: Vec<_> = found.groupings[0]
        .gaps
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(names, ["accuracy", "tpr", "fpr", "selection_rate"]);
}

#[test]
fn the_gap_of_two_groups_far_apart_has_the_interval_of_independent_differences() {
    // The lower group and the higher one are never mistaken for each other, so that the gaps' change
    // is one of paired differences by group: ± 1.96·sqrt(Σ (f + g - (f - g)² / n) / n²).
    let [a, b] = alike(&[
        ("low", 1, [1, 1], 200),
        ("low", 1, [1, 0], 60),
        ("low", 1, [0, 1], 20),
        ("low", 1, [0, 0], 120),
        ("high", 1, [1, 1], 360),
        ("high", 1, [1, 0], 10),
        ("high", 1, [0, 1], 10),
        ("high", 1, [0, 0], 20),
    ]);
    let found = compare(&a, &b, &params());
    let (_, gap) = &found.groupings[0].gaps[0];
    let Estimate { value, interval } = gap.difference.unwrap();
    let half = 1.96 * ((80.0 - 1600.0 / 400.0 + 20.0_f64) / 160_000.0).sqrt();
    assert!((value + 0.1).abs() < 1e-12, "{gap:?}");
    for end in [value - interval.low, interval.high - value] {
        assert!((end / half - 1.0).abs() < 0.12, "{interval:?}, not {half}");
    }
}

#[test]
fn the_worst_of_a_group_far_below_has_the_interval_of_its_paired_difference() {
    let [a, b] = alike(&[
        ("low", 1, [1, 1], 200),
        ("low", 1, [1, 0], 60),
        ("low", 1, [0, 1], 20),
        ("low", 1, [0, 0], 120),
        ("high", 1, [1, 1], 400),
    ]);
    let found = compare(&a, &b, &params());
    let worst = found.groupings[0].worst.as_ref().unwrap();
    assert_eq!((worst.a.accuracy, worst.b.accuracy), (0.65, 0.55));
    let Estimate { value, interval } = worst.difference.unwrap();
    // ± 1.96·sqrt((f + g - (f - g)² / n) / n²), of 60 and 20 discordant rows among 400.
    let half = 1.96 * ((80.0 - 1600.0 / 400.0_f64) / 160_000.0).sqrt();
    assert!((value - 0.1).abs() < 1e-12, "{worst:?}");
    for end in [value - interval.low, interval.high - value] {
        assert!((end / half - 1.0).abs() < 0.12, "{interval:?}, not {half}");
    }
}

#[test]
fn the_worst_may_be_another_group_under_each() {
    let [a, b] = alike(&[
        ("x", 1, [1, 0], 20),
        ("x", 1, [1, 1], 20),
        ("y", 1, [0, 1], 10),
        ("y", 1, [1, 1], 30),
    ]);
    let found = compare(&a, &b, &params());
    let json = &found.to_json()["worst"]["g"]["accuracy"];
    assert_eq!(
        (json["a_group"].as_str(), json["b_group"].as_str()),
        (Some("y"), Some("x"))
    );
    assert_eq!(
        (json["a"].as_f64(), json["b"].as_f64()),
        (Some(0.75), Some(0.5))
    );
    assert_eq!(json["difference"].as_f64(), Some(0.25));
}

#[test]
fn strata_are_drawn_by_themselves_and_keep_the_test() {
    // In one stratum A alone is right, in the other B alone: nothing is left to chance.
    let rows = (0..60).map(|at| {
        let (answers, stratum) = [([1, 0], "s"), ([0, 1], "t")][at % 2];
        (answered(1, answers, "x"), stratum)
    });
    let strata = Sampling::Strata {
        column: "unit".to_owned(),
    };
    let [a, b] = tables(&two(), strata, rows);
    let found = compare(&a, &b, &params());
    let change = of(&found, "x", "accuracy");
    assert_eq!(change.value(), Some(0.0));
    assert_eq!(change.difference, Err(NotEstimable::NoVariation));
    assert_eq!(change.p.unwrap().p, 1.0);
}

#[test]
fn small_groups_are_not_estimable_and_take_no_part_in_tests_and_gaps() {
    let [a, b] = alike(&[
        ("x", 1, [1, 0], 12),
        ("x", 0, [0, 0], 12),
        ("y", 1, [1, 0], 12),
        ("y", 0, [0, 1], 9),
        ("few", 1, [0, 1], 4),
    ]);
    let found = compare(&a, &b, &params());
    let few = of(&found, "few", "tpr");
    let cases = "positives";
    assert_eq!(few.difference, Err(NotEstimable::TooFew { n: 4, cases }));
    assert_eq!((few.a, few.b, few.p), (None, None, None));
    let json = found.to_json();
    let cell = &json["groups"]["g"]["few"];
    assert!(cell["tpr"]["difference"].is_null() && cell["tpr"]["p_holm"].is_null());
    assert_eq!(cell["not_estimable"]["tpr"], "4 positives");
    // A predicts nobody of `few` positive, and B nobody of `x`: the fewer count.
    assert_eq!(cell["not_estimable"]["precision"], "no predicted positives");
    assert_eq!(of(&found, "x", "precision").n, 0);
    let p = of(&found, "x", "tpr").p.unwrap();
    assert!((p.holm - 2.0 * p.p).abs() < 1e-15, "two groups are tested");
    let names: Vec<_> = found.groupings[0]
        .gaps
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(
        names,
        ["accuracy", "tpr", "selection_rate"],
        "only x has negatives enough"
    );
}

#[test]
fn a_group_of_few_rows_has_the_metrics_of_scores_too_and_says_why_not() {
    let rows = (0..64).map(|at| {
        let scored = |score| Row {
            score: Some(score),
            ..answered(at % 2, [1; 2], if at < 60 { "x" } else { "few" })[0].clone()
        };
        let at = at as f64;
        ([scored(at / 64.0), scored((at * 7.0 % 64.0) / 64.0)], "")
    });
    let [a, b] = tables(&two(), Sampling::Independent, rows);
    let found = compare(&a, &b, &params());
    let cells = &found.groupings[0].cells;
    assert_eq!(cells[0].1.changes.len(), cells[1].1.changes.len());
    let cases = "rows of the rarest label";
    let few = of(&found, "few", "auc");
    assert_eq!(few.difference, Err(NotEstimable::TooFew { n: 2, cases }));
    assert!(of(&found, "x", "auc").difference.is_ok());
}

#[test]
fn several_classes_are_compared_by_what_applies_to_them() {
    let classes = Classes::new(["a", "b", "c"].map(String::from).to_vec()).unwrap();
    let rows = (0..90).map(|at| {
        let label = at % 3;
        // Both wrong in different ways, A alone right, and both right.
        let answers = match at % 5 {
            0 => [(label + 1) % 3, (label + 2) % 3],
            1 => [label, (label + 1) % 3],
            _ => [label, label],
        };
        (answered(label, answers, "x"), "")
    });
    let [a, b] = tables(&classes, Sampling::Independent, rows);
    let found = compare(&a, &b, &params()).overall;
    for (metric, only_a, only_b) in [("accuracy", 18, 0), ("error", 0, 18)] {
        let change = found.change(metric).unwrap();
        assert_eq!(change.discordant, Some(Discordant { only_a, only_b }));
    }
    let names: Vec<_> = found.changes.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "accuracy",
            "error",
            "balanced_accuracy",
            "macro_precision",
            "macro_f1",
            "mcc"
        ]
    );
    let (accuracy, error) = (&found.changes[0].1, &found.changes[1].1);
    assert!((interval(accuracy).low + interval(error).high).abs() < 1e-12);
}

#[test]
#[should_panic = "tables of the same rows"]
fn rows_of_different_people_are_not_compared() {
    let [a, _] = alike(&[("x", 1, [1, 1], 20)]);
    let [b, _] = alike(&[("x", 0, [1, 1], 20)]);
    compare(&a, &b, &params());
}

#[test]
fn nobody_is_compared_without_a_number() {
    let [a, b] = alike(&[]);
    let found = compare(&a, &b, &params());
    assert!(
        found
            .overall
            .changes
            .iter()
            .all(|(_, change)| change.difference.is_err())
    );
}
