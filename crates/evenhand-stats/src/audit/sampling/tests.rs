mod simulation;

use crate::audit::toy::two;
use crate::audit::{Audit, Design, Params, Row, Sampling, Table, audit};
use crate::stats::resample::mix;

/// 200 people with `copies` photographs each, all of them judged alike.
fn photographs(copies: usize, sampling: Sampling) -> Audit {
    let names: Vec<String> = (0..200).map(|person| format!("p{person}")).collect();
    let rows = names.iter().zip(0..).flat_map(|(name, person)| {
        let label = person % 2;
        let right = !mix(1, person as u64).is_multiple_of(5);
        let score = (mix(2, person as u64) % 997) as f64 / 1000.0;
        let row = Row {
            label,
            predicted: if right { label } else { 1 - label },
            score: Some(score),
            attributes: vec![name, ["x", "y"][person / 100]],
        };
        std::iter::repeat_n(row, copies)
    });
    let design = Design {
        sampling,
        ..Design::of(crate::groups::parse("group").unwrap())
    };
    let columns = ["person", "group"].map(String::from);
    let table = Table::new(&two(), &columns, &design, rows).unwrap();
    audit(&table, &Params::default().check().unwrap())
}

pub(super) fn people_are_clusters() -> Sampling {
    Sampling::Clusters {
        column: "person".to_owned(),
    }
}

fn width(audit: &Audit, metric: &str) -> f64 {
    let interval = audit
        .overall
        .measure(metric)
        .unwrap()
        .estimate
        .unwrap()
        .interval;
    interval.high - interval.low
}

#[test]
fn photographs_of_one_person_are_no_more_evidence_than_the_person() {
    let single = photographs(1, Sampling::Independent);
    let naive = photographs(9, Sampling::Independent);
    let clustered = photographs(9, people_are_clusters());
    for metric in [
        "accuracy",
        "tpr",
        "balanced_accuracy",
        "mcc",
        "auc",
        "average_precision",
        "brier",
        "log_loss",
    ] {
        let [single, naive, clustered] =
            [&single, &naive, &clustered].map(|audit| width(audit, metric));
        // A share has as many degrees of freedom as its design effect.
        let is_share = ["accuracy", "tpr"].contains(&metric);
        let close = if is_share { 0.1 } else { 1e-9 };
        assert!(
            (clustered / single - 1.0).abs() < close,
            "{metric}: {clustered} {single}"
        );
        assert!(
            (naive * 3.0 / single - 1.0).abs() < 0.1,
            "{metric}: {naive} {single}"
        );
    }
    let effect = clustered.overall.design_effect("accuracy").value;
    assert!((effect - 9.0 * 200.0 / 199.0).abs() < 1e-9, "{effect}");
    let p = |audit: &Audit| {
        audit.groupings[0].disparity.gap("accuracy").unwrap().versus[0]
            .1
            .p
    };
    let (once, again) = (p(&single), p(&clustered));
    // Effective counts are rounded.
    assert!((once - again).abs() < 0.2, "{once} {again}");
    assert!(p(&naive) < p(&clustered));
    assert_eq!(clustered.overall.n, 1800, "rows are counted as they are");
}

#[test]
fn two_groups_are_as_far_from_each_other_as_each_is_from_the_rest() {
    // 600 people with a photograph each, and 12 with fifty.
    let people = (0..612u64).map(|person| {
        let (group, copies) = if person < 600 { ("x", 1) } else { ("y", 50) };
        let right = mix(7, person) % 10 < if group == "x" { 8 } else { 5 };
        (format!("p{person}"), group, copies, usize::from(right))
    });
    let people: Vec<_> = people.collect();
    let rows = people.iter().flat_map(|(name, group, copies, right)| {
        let row = Row {
            label: 1,
            predicted: *right,
            score: None,
            attributes: vec![name.as_str(), group],
        };
        std::iter::repeat_n(row, *copies)
    });
    let design = Design {
        sampling: people_are_clusters(),
        ..Design::of(crate::groups::parse("group").unwrap())
    };
    let columns = ["person", "group"].map(String::from);
    let table = Table::new(&two(), &columns, &design, rows).unwrap();
    let audit = audit(&table, &Params::default().check().unwrap());
    let grouping = &audit.groupings[0];
    let versus = &grouping.disparity.gap("accuracy").unwrap().versus;
    let (x, y) = (&versus[0].1, &versus[1].1);
    assert!((x.p - y.p).abs() < 1e-12, "{x:?} {y:?}");
    let (a, b) = (x.difference.interval, y.difference.interval);
    assert!((a.low + b.high).abs() < 1e-12 && (a.high + b.low).abs() < 1e-12);
    let cell = &grouping.cells[1].1;
    assert!(
        cell.more_for_2_points.unwrap() > 20_000,
        "{:?}",
        cell.more_for_2_points
    );
    assert_eq!(cell.clusters, Some(12));
}

#[test]
fn clusters_of_one_row_change_nothing() {
    let plain = photographs(1, Sampling::Independent);
    let clustered = photographs(1, people_are_clusters());
    for metric in crate::metric::METRICS.iter().map(|metric| metric.name) {
        let [plain, clustered] = [&plain, &clustered].map(|audit| width(audit, metric));
        assert!((plain - clustered).abs() < 1e-9, "{metric}");
    }
}

#[test]
fn the_rest_of_a_group_has_the_design_effect_of_its_own_clusters() {
    // 90 people of 1 to 5 photographs, some of them in both groups.
    let seen: Vec<(String, &str, usize)> = (0..90u64)
        .flat_map(|person| {
            (0..=person % 5).map(move |photo| {
                let group = if mix(person, photo) % 3 > person % 2 {
                    "x"
                } else {
                    "y"
                };
                let right =
                    !mix(3, person).is_multiple_of(4) || mix(photo, person).is_multiple_of(2);
                (format!("p{person}"), group, usize::from(right))
            })
        })
        .collect();
    let audited = |kept: &dyn Fn(&str) -> bool| {
        let rows = seen.iter().filter(|(_, group, _)| kept(group));
        let rows = rows.map(|(name, group, right)| Row {
            label: 1,
            predicted: *right,
            score: None,
            attributes: vec![name.as_str(), group],
        });
        let design = Design {
            sampling: people_are_clusters(),
            ..Design::of(crate::groups::parse("group").unwrap())
        };
        let columns = ["person", "group"].map(String::from);
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        audit(&table, &Params::default().check().unwrap())
    };
    let cells = &audited(&|_| true).groupings[0].cells;
    for (at, other) in [(0, "y"), (1, "x")] {
        let rest = audited(&|group| group == other).overall;
        for metric in ["accuracy", "tpr", "selection_rate", "share_error"] {
            let expected = rest.design_effect(metric);
            assert_eq!(cells[at].1.rest_design_effect(metric), expected, "{metric}");
            assert!(expected.value > 1.0, "{metric}: {expected:?}");
        }
    }
}

/// People with a photograph in each of two groups: `(right in x, right in y, people)`.
fn pairs(people: [(usize, usize, usize); 4]) -> Audit {
    let each = people
        .iter()
        .flat_map(|&(x, y, times)| std::iter::repeat_n([x, y], times));
    let people: Vec<(String, [usize; 2])> = (each.enumerate())
        .map(|(at, right)| (format!("p{at}"), right))
        .collect();
    let rows = people.iter().flat_map(|(name, right)| {
        ["x", "y"].into_iter().zip(right).map(|(group, right)| Row {
            label: 1,
            predicted: *right,
            score: None,
            attributes: vec![name.as_str(), group],
        })
    });
    let design = Design {
        sampling: people_are_clusters(),
        ..Design::of(crate::groups::parse("group").unwrap())
    };
    let columns = ["person", "group"].map(String::from);
    let table = Table::new(&two(), &columns, &design, rows).unwrap();
    audit(&table, &Params::default().check().unwrap())
}

#[test]
fn people_who_are_in_both_groups_are_compared_with_themselves() {
    // Of both kinds, 70 of 100 are right in x and 50 in y.
    let alike = pairs([(1, 1, 48), (1, 0, 22), (0, 1, 2), (0, 0, 28)]);
    let opposed = pairs([(1, 1, 22), (1, 0, 48), (0, 1, 28), (0, 0, 2)]);
    // phi = (48 · 28 - 22 · 2) / sqrt(70 · 30 · 50 · 50), of the opposed -, with 100 / 99 of a sample; as if two
    // more pairs had none where it is positive.
    let phi = 1300.0 / f64::sqrt(70.0 * 30.0 * 50.0 * 50.0) * 100.0 / 99.0;
    let strangers =
        f64::hypot(0.7 - 0.6041515, 0.5961685 - 0.5) + f64::hypot(0.7810511 - 0.7, 0.5 - 0.4038315);
    for (audit, r) in [(&alike, phi * 100.0 / 102.0), (&opposed, -phi)] {
        let grouping = &audit.groupings[0];
        for (_, cell) in &grouping.cells {
            assert!((cell.rest_correlation("accuracy") - r).abs() < 1e-12);
        }
        let gap = grouping.disparity.gap("accuracy").unwrap();
        let interval = gap.versus[0].1.difference.interval;
        // Variances of 0.21 and 0.25: the difference has 1 - 2 r sqrt(0.21 · 0.25) / 0.46 of their sum.
        let ratio = 1.0 - 2.0 * r * f64::sqrt(0.21 * 0.25) / 0.46;
        let width = (interval.high - interval.low) / strangers;
        assert!(
            (width / ratio.sqrt() - 1.0).abs() < 0.03,
            "{interval:?} {ratio}"
        );
    }
    let gap = |audit: &Audit| {
        audit.groupings[0]
            .disparity
            .gap("accuracy")
            .unwrap()
            .clone()
    };
    let (alike, opposed) = (gap(&alike), gap(&opposed));
    // McNemar's exact test of 22 and 2 has 3.6e-5.
    let p = alike.versus[0].1.p;
    assert!((1e-6..1e-3).contains(&p), "{p}");
    assert!(opposed.versus[0].1.p > 0.02, "{opposed:?}");
    assert!(alike.largest.p < 0.005 && opposed.largest.p > 0.01);
    assert!(alike.largest.low > opposed.largest.low && alike.largest.high < opposed.largest.high);
}

#[test]
fn groups_that_nobody_is_in_twice_have_no_correlation() {
    let audit = photographs(9, people_are_clusters());
    for (_, cell) in &audit.groupings[0].cells {
        assert!(!cell.rest_correlations.is_empty());
        assert!(cell.rest_correlations.iter().all(|(_, r)| *r == 0.0));
    }
}

#[test]
fn strata_keep_their_sizes_and_what_differs_between_them_is_no_chance() {
    let column = "group".to_owned();
    let stratified = photographs(1, Sampling::Strata { column });
    let plain = photographs(1, Sampling::Independent);
    assert_eq!(width(&plain, "accuracy"), width(&stratified, "accuracy"));
    let ratio = width(&stratified, "mcc") / width(&plain, "mcc");
    assert!((0.85..1.1).contains(&ratio), "{ratio}");
}
