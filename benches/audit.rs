//! The audit: all metrics with intervals and 1,000 resamples, of everyone and of 126 groups.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::audit::{Design, Params, Row, Table, audit};
use evenhand::groups;
use evenhand::record::Classes;
use std::hint::black_box;

const RACES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
const AGES: [&str; 9] = ["0", "3", "10", "20", "30", "40", "50", "60", "70"];
const GENDERS: [&str; 2] = ["x", "y"];

fn table(rows: usize) -> Table {
    let columns = ["race", "age", "gender"].map(str::to_owned);
    let groups = groups::parse("race*age*gender").expect("the groups are well-formed");
    let row = |at: usize| Row {
        label: at % 2,
        predicted: (at * 7919 / 13) % 2,
        score: Some(((at * 7919 / 13) % 2 * 400 + at * 31 % 600) as f64 / 1000.0),
        attributes: vec![RACES[at * 31 % 7], AGES[at * 17 % 9], GENDERS[at % 2]],
    };
    let two = Classes::new(vec!["no".into(), "yes".into()]).expect("two names");
    Table::new(&two, &columns, &Design::of(groups), (0..rows).map(row))
        .expect("every group has members")
}

fn bench(criterion: &mut Criterion) {
    let params = Params::default().check().expect("the defaults are valid");
    let mut group = criterion.benchmark_group("audit");
    group.sample_size(10);
    for rows in [10_000, 1_000_000] {
        let table = table(rows);
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_function(BenchmarkId::from_parameter(rows), |bencher| {
            bencher.iter(|| audit(black_box(&table), &params));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
