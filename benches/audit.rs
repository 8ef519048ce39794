//! The audit: metrics with intervals by three groupings, from a table of predictions in memory.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use evenhand::audit::{Params, Row, Table, audit, groups};
use std::hint::black_box;

const RACES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
const GENDERS: [&str; 2] = ["x", "y"];

fn table(rows: usize) -> Table {
    let columns = ["race".to_owned(), "gender".to_owned()];
    let groups = groups::parse("race,gender,race*gender").expect("the groups are well-formed");
    let row = |at: usize| Row {
        label: at % 2,
        predicted: (at * 7919 / 13) % 2,
        attributes: vec![RACES[at * 31 % 7], GENDERS[at % 2]],
    };
    Table::new(2, &columns, &groups, (0..rows).map(row)).expect("every group has members")
}

fn bench(criterion: &mut Criterion) {
    let params = Params::default().check().expect("the defaults are valid");
    let mut group = criterion.benchmark_group("audit");
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
