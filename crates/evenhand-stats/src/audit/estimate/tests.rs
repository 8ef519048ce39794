use crate::audit::toy::{audited, two};
use crate::audit::{Audit, Design, Estimate, IntervalKind, Params, Row, Sampling, Table, audit};
use crate::metric::{METRICS, Of};
use crate::record::Classes;
use crate::stats::resample::mix;

/// A number from 0 to 1.
fn uniform(seed: u64, row: u64) -> f64 {
    (mix(seed, row) >> 11) as f64 / (1_u64 << 53) as f64
}

fn intervals(kind: IntervalKind, rows: u64, sampling: Sampling) -> Audit {
    let persons: Vec<String> = (0..rows).map(|row| format!("p{}", row / 3)).collect();
    let rows = (0..rows).zip(&persons).map(|(row, person)| {
        let ease = uniform(5, row / 3);
        let score = (uniform(1, row) + ease) / 2.0;
        let label = usize::from(uniform(2, row) < 0.1 + 0.5 * score + 0.4 * ease);
        Row {
            label,
            predicted: usize::from(score >= 0.5),
            score: Some(score),
            attributes: vec![person],
        }
    });
    let design = Design {
        sampling,
        ..Design::default()
    };
    let table = Table::new(&two(), &["person".to_owned()], &design, rows).unwrap();
    let params = Params {
        interval: kind,
        replicates: 10_000,
        ..Params::default()
    };
    audit(&table, &params.check().unwrap())
}

#[test]
fn intervals_are_as_wide_as_those_of_10_000_resamples() {
    let clusters = Sampling::Clusters {
        column: "person".to_owned(),
    };
    for sampling in [Sampling::Independent, clusters] {
        let [linearised, resampled] = [IntervalKind::Wilson, IntervalKind::Bootstrap]
            .map(|kind| intervals(kind, 2_400, sampling.clone()).overall);
        for metric in &METRICS {
            let smooth = match metric.of {
                Of::Counts(_) => true,
                Of::Scores(form) => form.has_bootstrap,
                Of::Rate(_) | Of::Difference(_) => false,
            };
            let [a, b] = [&linearised, &resampled].map(|cell| {
                let interval = cell
                    .measure(metric.name)
                    .unwrap()
                    .estimate
                    .unwrap()
                    .interval;
                interval.high - interval.low
            });
            // Those of a share of a part of the rows have Student's quantile too.
            let close = if smooth { 0.02 } else { 0.1 };
            assert!(
                (a / b - 1.0).abs() < close,
                "{} {sampling:?}: {a} {b}",
                metric.name
            );
            assert!(a != b || !smooth, "{}", metric.name);
        }
    }
}

#[test]
fn a_perfect_metric_keeps_its_bound_whichever_interval_is_asked_for() {
    let rows = (0..60).map(|row| Row {
        label: row % 2,
        predicted: row % 2,
        score: Some(if row % 2 == 1 { 0.9 } else { 0.2 }),
        attributes: vec![],
    });
    let rows: Vec<Row> = rows.collect();
    for kind in [IntervalKind::Wilson, IntervalKind::Bootstrap] {
        let table = Table::new(&two(), &[], &Design::default(), rows.clone()).unwrap();
        let params = Params {
            interval: kind,
            ..Params::default()
        };
        let overall = audit(&table, &params.check().unwrap()).overall;
        for metric in ["accuracy", "balanced_accuracy", "f1", "mcc", "auc"] {
            let estimate = overall.measure(metric).unwrap().estimate.unwrap();
            assert_eq!(estimate.interval.high, 1.0, "{metric}");
            assert!(
                (0.8..0.95).contains(&estimate.interval.low),
                "{metric}: {estimate:?}"
            );
        }
    }
}

#[test]
fn a_correlation_of_0_is_no_bound() {
    let audit = audited("g", &[("x", [15, 15, 15, 15])], Params::default());
    let Estimate { value, interval } = audit.overall.measure("mcc").unwrap().estimate.unwrap();
    assert_eq!(value, 0.0);
    assert!((interval.low + interval.high).abs() < 1e-12, "{interval:?}");
    assert!((0.24..0.28).contains(&interval.high), "{interval:?}");
}

#[test]
fn a_class_among_several_has_the_f1_of_it_against_all_others() {
    let rows = |relabel: fn(usize) -> usize| {
        (0..300_u64).map(move |row| {
            let label = row as usize % 3;
            let right = uniform(3, row) < 0.7;
            let predicted = if right {
                label
            } else {
                mix(4, row) as usize % 3
            };
            Row {
                label: relabel(label),
                predicted: relabel(predicted),
                score: None,
                attributes: vec![],
            }
        })
    };
    let classes = Classes::new(["a", "b", "c"].map(String::from).to_vec()).unwrap();
    let params = Params::default().check().unwrap();
    let table = Table::new(&classes, &[], &Design::default(), rows(|class| class)).unwrap();
    let of_three = audit(&table, &params).overall;
    let is_c = |class| usize::from(class == 2);
    let table = Table::new(&two(), &[], &Design::default(), rows(is_c)).unwrap();
    let of_two = audit(&table, &params).overall;
    for (name, (_, found)) in ["tpr", "precision", "f1"]
        .into_iter()
        .zip(&of_three.by_class[2])
    {
        assert_eq!(of_two.measure(name), Some(found), "{name}");
    }
}
