//! Head training at the size of the main job: 14,208 features a row. Many trainings at once are
//! timed one after another, side by side and stacked; `Arrangement::of` rests on that.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evenhand::features::Features;
use evenhand::head::Device;
use evenhand::head::{
    Arrangement, CheckedHeadParams, Examples, HeadParams, Member, Stop, fit, train_many,
};
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DIM: usize = 14_208;
const TRAIN: usize = 2048;
const FOLDS: usize = 5;

fn features() -> Features {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut features = Features::with_capacity(DIM, TRAIN);
    for _ in 0..TRAIN {
        let row: Vec<f16> = (0..DIM)
            .map(|_| f16::from_f32(rng.random_range(-1.0..1.0)))
            .collect();
        features.push(&row);
    }
    features
}

/// One epoch.
fn params(dropout: f64, learning_rate: f64) -> CheckedHeadParams {
    let params = HeadParams {
        epochs: 1,
        min_steps: 0,
        dropout,
        learning_rate,
        ..HeadParams::default()
    };
    params.check().expect("they are in range")
}

fn head(criterion: &mut Criterion) {
    let features = features();
    let labels: Vec<usize> = (0..TRAIN).map(|row| row % 2).collect();
    let weights = vec![1.0; TRAIN];
    let examples = Examples {
        features: &features,
        views: 1,
        labels: &labels,
        classes: 2,
        weights: &weights,
        strata: &[0; TRAIN],
        oversample: false,
    };
    let train: Vec<usize> = (0..TRAIN).collect();
    let device = Device::cpu();
    let one_epoch = |train: &[usize], params: &CheckedHeadParams| {
        let stop = Stop::After(1);
        fit(&examples, train, stop, params, &device, &mut |_| ())
    };

    let mut group = criterion.benchmark_group("head");
    group.sample_size(10);
    group.throughput(Throughput::Elements(TRAIN as u64));
    let usual = params(0.5, 1e-3);
    group.bench_function("one epoch", |bencher| {
        bencher.iter(|| one_epoch(&train, &usual));
    });
    let head = one_epoch(&train, &usual)
        .expect("the features can be learned from")
        .head;
    group.bench_function("probabilities", |bencher| {
        bencher.iter(|| head.probabilities(&features, &train, &device));
    });
    group.finish();

    let folds: Vec<Vec<usize>> = (0..FOLDS)
        .map(|fold| (0..TRAIN).filter(|row| row % FOLDS != fold).collect())
        .collect();
    let configurations = [
        usual,
        params(0.5, 5e-4),
        params(0.3, 1e-3),
        params(0.3, 5e-4),
    ];
    for count in [1, configurations.len()] {
        let members: Vec<Member> = configurations[..count]
            .iter()
            .flat_map(|params| {
                folds.iter().map(move |train| Member {
                    train,
                    stop: Stop::After(1),
                    params,
                })
            })
            .collect();
        let name = format!("{FOLDS} folds x {count} configurations");
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function("one after another", |bencher| {
            bencher.iter(|| {
                let fits = members.iter().map(|m| one_epoch(m.train, m.params));
                fits.collect::<Vec<_>>()
            });
        });
        for (name, arrangement) in [
            ("side by side", Arrangement::SideBySide),
            ("stacked", Arrangement::Stacked),
        ] {
            group.bench_function(name, |bencher| {
                bencher
                    .iter(|| train_many(&examples, &members, arrangement, &device, &mut |_, _| ()));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, head);
criterion_main!(benches);
