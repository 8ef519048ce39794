//! How often a verdict finds a gap with the planned rows, and how wide intervals of shares are with the planned coded
//! rows. `cargo test --release plan::simulation -- --ignored --nocapture` prints the tables of docs/guide/plan.md.

use super::*;
use crate::audit::toy::two;
use crate::audit::{Audit, Design, Params, Row, Sampling, Table, audit};
use crate::estimate::{Coded, EstimateInputs, Method, Missing, Rows, estimate};
use crate::record::Classes;
use crate::stats::Level;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const RATE: f64 = 0.9;

fn level() -> Level {
    Level::new(0.95).unwrap()
}

fn gap_params(gap: f64, power: f64, clusters: Clusters) -> GapParams {
    GapParams {
        metric: planned_metric("accuracy").unwrap(),
        gaps: vec![gap],
        powers: vec![power],
        level: level(),
        clusters,
    }
}

/// The audit of groups of `n` rows, the first of them worse by `gap`. With probability `√icc` a row is as right as its
/// cluster's typical one, so that two rows of a cluster correlate by `icc`.
fn simulated(groups: u64, n: u64, gap: f64, (size, icc): (u64, f64), seed: u64) -> Audit {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let names: Vec<String> = (0..groups).map(|at| format!("g{at}")).collect();
    let persons: Vec<String> = (0..groups * n)
        .map(|at| format!("p{}", at / size))
        .collect();
    let rows = (0..groups * n).map(|at| {
        let (group, row) = (at / n, at % n);
        let right = if group == 0 { RATE - gap } else { RATE };
        // A typical row is drawn from the cluster's own numbers.
        let mut cluster = ChaCha8Rng::seed_from_u64(seed ^ ((at / size) << 32));
        let typical = cluster.random_bool(right);
        let own = rng.random_bool(right);
        let is_right = if rng.random_bool(icc.sqrt()) {
            typical
        } else {
            own
        };
        let label = usize::from(row % 2 == 0);
        Row {
            label,
            predicted: if is_right { label } else { 1 - label },
            score: None,
            attributes: vec![&names[group as usize], &persons[at as usize]],
        }
    });
    let sampling = match size {
        1 => Sampling::Independent,
        _ => Sampling::Clusters {
            column: "person".to_owned(),
        },
    };
    let design = Design {
        sampling,
        ..Design::of(crate::groups::parse("group").unwrap())
    };
    let columns = ["group", "person"].map(str::to_owned);
    let table = Table::new(&two(), &columns, &design, rows).unwrap();
    let params = Params {
        replicates: 100,
        ..Params::default()
    };
    audit(&table, &params.check().unwrap())
}

/// Share of audits whose verdict finds the first group by accuracy.
fn found(groups: u64, n: u64, gap: f64, clusters: (u64, f64), draws: u64) -> f64 {
    let found = (0..draws).filter(|&seed| {
        let audit = simulated(groups, n, gap, clusters, seed);
        audit.verdict.find("group", "g0", "accuracy").is_some()
    });
    found.count() as f64 / draws as f64
}

#[test]
fn a_verdict_finds_a_gap_as_often_as_planned() {
    let needs = gap_params(0.1, 0.8, Clusters::NONE).needs(&[3], RATE);
    let found = found(3, needs[0].cases.unwrap(), 0.1, (1, 0.0), 200);
    assert!((0.73..0.88).contains(&found), "{needs:?}: {found}");
}

/// Prints how often the verdict finds gaps for which rows were planned: of so many groups, a gap, and clusters.
fn print_power(cases: &[(u64, f64, (u64, f64))]) {
    eprintln!("| groups | gap | planned | rows a group | verdict finds it |");
    eprintln!("|---|---|---|---|---|");
    for &(groups, gap, (size, icc)) in cases {
        let clusters = Clusters::new(size as f64, icc);
        for power in [0.8, 0.9] {
            let needs = gap_params(gap, power, clusters).needs(&[groups], RATE);
            let n = needs[0].cases.unwrap();
            let found = 100.0 * found(groups, n, gap, (size, icc), 1_000);
            let (gap, power) = (100.0 * gap, 100.0 * power);
            eprintln!("| {groups} | {gap:.0} points | {power:.0} % | {n} | {found:.1} % |");
        }
    }
}

#[test]
#[ignore = "prints a table, takes minutes"]
fn power_of_the_verdict_by_groups_and_gap() {
    let cases = [
        (2, 0.05),
        (2, 0.1),
        (7, 0.05),
        (7, 0.1),
        (14, 0.1),
        (50, 0.1),
    ];
    print_power(&cases.map(|(groups, gap)| (groups, gap, (1, 0.0))));
}

#[test]
#[ignore = "prints a table"]
fn power_of_the_verdict_in_clusters_of_3_and_10() {
    print_power(&[(7, 0.1, (3, 0.2)), (7, 0.1, (10, 0.2))]);
}

/// Rows of a corpus of 12 % in the class, the first `coded` of them coded, and predictions of a classifier with a true
/// positive rate of 85 % and a false positive rate of 5 %.
fn corpus(rows: usize, coded: usize, seed: u64) -> EstimateInputs {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let labels: Vec<u16> = (0..rows).map(|_| rng.random_bool(0.12).into()).collect();
    let rates = [0.05, 0.85];
    let predicted = labels.iter().map(|label| rates[usize::from(*label)]);
    let predicted: Vec<u16> = predicted.map(|rate| rng.random_bool(rate).into()).collect();
    let judged = |predicted: &[u16]| Rows {
        predicted: predicted.to_vec(),
        ..Rows::default()
    };
    EstimateInputs {
        classes: Classes::new(vec!["no".to_owned(), "yes".to_owned()]).unwrap(),
        targets: vec![1],
        attributes: Vec::new(),
        corpus: judged(&predicted),
        is_coded: (0..rows).map(|row| row < coded).collect(),
        coded: Coded {
            labels: labels[..coded].to_vec(),
            rows: judged(&predicted[..coded]),
            ..Coded::default()
        },
        missing: Missing::default(),
        clusters: 0,
        finite: false,
    }
}

/// Mean half widths of 95 % intervals by a method, and how often they hold the share.
fn half_width(rows: usize, coded: u64, method: Method, draws: u64) -> (f64, f64) {
    let params = crate::estimate::Params {
        level: level(),
        min_n: 10,
    };
    let intervals: Vec<_> = (0..draws)
        .map(|seed| {
            let found = estimate(&corpus(rows, coded as usize, seed), params);
            let share = found.targets[0].overall.share(method).as_ref().unwrap();
            share.interval
        })
        .collect();
    let widths: f64 = intervals.iter().map(|of| of.high - of.low).sum();
    let held = intervals.iter().filter(|of| of.contains(0.12)).count();
    let draws = draws as f64;
    (widths / 2.0 / draws, held as f64 / draws)
}

fn share_needs(within: f64, rows: usize) -> ShareNeed {
    let params = ShareParams {
        share: 0.12,
        within: vec![within],
        level: level(),
        clusters: Clusters::NONE,
        classifier: Some(Classifier::of_rates(0.85, 0.05)),
        corpus: Some(rows as u64),
    };
    params.needs()[0]
}

#[test]
fn planned_coded_rows_give_intervals_as_narrow_as_planned() {
    let rows = 3_000;
    let need = share_needs(0.02, rows);
    let planned = [
        (need.coded, Method::Coded),
        (need.assisted, Method::Powered),
    ];
    for (n, method) in planned {
        let (half, _) = half_width(rows, n.unwrap(), method, 100);
        assert!((half - 0.02).abs() < 0.0005, "{method:?}: {half}");
    }
}

#[test]
#[ignore = "prints a table"]
fn half_widths_of_planned_coded_rows() {
    eprintln!(
        "| rows | planned | coded rows | half width, coverage | with the classifier | half width, coverage |"
    );
    eprintln!("|---|---|---|---|---|---|");
    for rows in [3_000, 20_000] {
        for within in [0.02, 0.03, 0.05] {
            let need = share_needs(within, rows);
            let told = |n: Option<u64>, method| {
                let n = n.unwrap();
                let (half, held) = half_width(rows, n, method, 1_000);
                format!("{n} | {:.2}, {:.1} %", 100.0 * half, 100.0 * held)
            };
            let (alone, assisted) = (
                told(need.coded, Method::Coded),
                told(need.assisted, Method::Powered),
            );
            eprintln!(
                "| {rows} | {:.0} points | {alone} | {assisted} |",
                100.0 * within
            );
        }
    }
}
