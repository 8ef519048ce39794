//! The audit: all metrics of everyone and of 126 groups, with linearised intervals of independent rows and of
//! rows in clusters of about five, and with 1,000 resamples.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::audit::{Design, IntervalKind, Params, Row, Sampling, Table, audit};
use evenhand::groups;
use evenhand::record::Classes;
use std::hint::black_box;

const RACES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
const AGES: [&str; 9] = ["0", "3", "10", "20", "30", "40", "50", "60", "70"];
const GENDERS: [&str; 2] = ["x", "y"];

fn table(rows: usize, sampling: Sampling) -> Table {
    let columns = ["race", "age", "gender", "person"].map(str::to_owned);
    let groups = groups::parse("race*age*gender").expect("the groups are well-formed");
    let people: Vec<String> = (0..rows / 5).map(|person| format!("p{person}")).collect();
    let row = |at: usize| Row {
        label: at % 2,
        predicted: (at * 7919 / 13) % 2,
        score: Some(((at * 7919 / 13) % 2 * 400 + at * 31 % 600) as f64 / 1000.0),
        attributes: vec![
            RACES[at * 31 % 7],
            AGES[at * 17 % 9],
            GENDERS[at % 2],
            &people[at * 7919 % people.len()],
        ],
    };
    let two = Classes::new(vec!["no".into(), "yes".into()]).expect("two names");
    let design = Design {
        sampling,
        ..Design::of(groups)
    };
    Table::new(&two, &columns, &design, (0..rows).map(row)).expect("every group has members")
}

fn bench(criterion: &mut Criterion) {
    let clusters = || Sampling::Clusters {
        column: "person".to_owned(),
    };
    let mut group = criterion.benchmark_group("audit");
    group.sample_size(10);
    for rows in [10_000, 1_000_000] {
        group.throughput(Throughput::Elements(rows as u64));
        for (name, sampling, interval) in [
            ("linearised", Sampling::Independent, IntervalKind::Wilson),
            ("clusters", clusters(), IntervalKind::Wilson),
            ("bootstrap", Sampling::Independent, IntervalKind::Bootstrap),
        ] {
            let table = table(rows, sampling);
            let params = Params {
                interval,
                ..Params::default()
            };
            let params = params.check().expect("the parameters are in range");
            group.bench_function(BenchmarkId::new(name, rows), |bencher| {
                bencher.iter(|| audit(black_box(&table), &params));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
