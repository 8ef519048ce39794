use super::*;

/// 300 rows that are right where they are sure, and as often wrong as right where they are not; of group
/// `y` there are 79.
fn rows() -> (Vec<HeldOut>, Vec<u32>) {
    let rows = (0..300usize).map(|row| {
        let confidence = 0.999_999 - 0.001 * row as f64;
        let is_wrong = row >= 200 && row % 2 == 0;
        let group = u32::from(row % 4 == 0 || row >= 295);
        (
            HeldOut {
                confidence,
                is_wrong,
            },
            group,
        )
    });
    rows.unzip()
}

fn confidences() -> Confidences {
    let (rows, of) = rows();
    let values = ["x", "y"].map(String::from);
    let grouping = Grouping {
        name: "group",
        values: &values,
        of: &of,
    };
    Confidences::new(&rows, &[grouping]).unwrap()
}

#[test]
fn bins_hold_all_rows_and_go_down() {
    let found = confidences();
    assert!(
        found
            .bins
            .windows(2)
            .all(|pair| pair[0].from > pair[1].from)
    );
    let all = *found.steps().last().unwrap();
    assert_eq!((all.n, all.hits), (300, 50));
    let groups = &found.groupings[0].groups;
    let [x, y] = [0, 1].map(|group: usize| groups[group].steps());
    for ((both, x), y) in found.steps().iter().zip(&x).zip(&y) {
        assert_eq!((both.n, both.hits), (x.n + y.n, x.hits + y.hits));
    }
    let kept = rows()
        .0
        .iter()
        .filter(|row| row.confidence >= found.bins[3].from)
        .count();
    assert_eq!(kept as u64, found.steps()[3].n);
}

#[test]
fn thresholds_rise_have_six_decimals_and_include_a_half() {
    let thresholds = thresholds();
    assert!(thresholds.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(thresholds.len() < 220 && thresholds.contains(&0.5));
    let last = *thresholds.last().unwrap();
    assert!(last < 1.0 && last > 0.999_99, "{last}");
    assert!(
        thresholds
            .iter()
            .all(|at| format!("{at:.6}").parse() == Ok(*at))
    );
}

#[test]
fn a_promise_is_the_lowest_threshold_that_passes() {
    let found = confidences();
    let promise = found.promise(0.05, None).unwrap();
    assert_eq!(promise.rows, 300);
    assert!(
        promise.error_high <= 0.05 && promise.kept > 190,
        "{promise:?}"
    );
    let next = found
        .bins
        .iter()
        .position(|bin| bin.from == promise.threshold)
        .unwrap()
        + 1;
    let next = found.steps()[next];
    let level = crate::stats::Level::new(LEVEL).unwrap();
    assert!(
        crate::stats::conformal::highest(next, level) > 0.05,
        "{next:?}"
    );
    let looser = found.promise(0.1, None).unwrap();
    assert!(looser.kept > promise.kept);
}

#[test]
fn a_promise_for_every_group_needs_rows_of_each_and_keeps_fewer() {
    let found = confidences();
    let all = found.promise(0.1, None).unwrap();
    let each = found.promise(0.1, Some("group")).unwrap();
    assert!(each.kept < all.kept && each.error_high <= 0.1, "{each:?}");
    let needed = NoPromise::TooFew {
        group: Some("y".into()),
        rows: 79,
        needed: 149,
    };
    assert_eq!(found.promise(0.02, Some("group")), Err(needed));
    let unknown = found.promise(0.1, Some("race")).unwrap_err();
    assert_eq!(
        unknown,
        NoPromise::UnknownGrouping {
            known: vec!["group".into()]
        }
    );
}

#[test]
fn rows_without_a_group_are_none_that_a_promise_is_for() {
    let (rows, of) = rows();
    let values = ["x", crate::record::MISSING].map(String::from);
    let grouping = Grouping {
        name: "group",
        values: &values,
        of: &of,
    };
    let found = Confidences::new(&rows, &[grouping]).unwrap();
    assert!(found.promise(0.03, Some("group")).is_ok());
    assert!(confidences().promise(0.03, Some("group")).is_err());
}

#[test]
fn nothing_is_promised_of_a_classifier_that_guesses() {
    let guesses = |n: usize| {
        let row = |at: usize| HeldOut {
            confidence: 0.5 + 0.4 * (at as f64 / n as f64),
            is_wrong: at.is_multiple_of(2),
        };
        Confidences::new(&(0..n).map(row).collect::<Vec<_>>(), &[])
    };
    let found = guesses(1_000).unwrap();
    assert_eq!(found.promise(0.1, None), Err(NoPromise::TooManyErrors));
    let few = NoPromise::TooFew {
        group: None,
        rows: 20,
        needed: 29,
    };
    assert_eq!(guesses(20).unwrap().promise(0.1, None), Err(few));
    assert_eq!(guesses(0), None);
    // Of rows that are kept and wrong, hardly any are among 1,000 if hardly any is kept.
    assert!(found.controlled(0.05).unwrap().kept.n < 110);
}

#[test]
fn a_damaged_histogram_is_not_complete() {
    let good = confidences();
    assert!(good.is_complete());
    let mut short = good.clone();
    short.groupings[0].groups[0].rows.pop();
    assert!(!short.is_complete());
    let mut wrong = good;
    wrong.bins[0].errors = wrong.bins[0].rows + 1;
    assert!(!wrong.is_complete());
}
