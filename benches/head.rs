//! Head training at the size of the main job: 14,208 features a row.

use burn::tensor::Device;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evenhand::features::Features;
use evenhand::head::{Examples, HeadParams, Stop, fit};
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DIM: usize = 14_208;
const TRAIN: usize = 2048;

fn head(criterion: &mut Criterion) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut features = Features::with_capacity(DIM, TRAIN);
    for _ in 0..TRAIN {
        let row: Vec<f16> = (0..DIM)
            .map(|_| f16::from_f32(rng.random_range(-1.0..1.0)))
            .collect();
        features.push(&row);
    }
    let labels: Vec<usize> = (0..TRAIN).map(|row| row % 2).collect();
    let weights = vec![1.0; TRAIN];
    let examples = Examples {
        features: &features,
        labels: &labels,
        classes: 2,
        weights: &weights,
    };
    let train: Vec<usize> = (0..TRAIN).collect();
    let params = HeadParams {
        epochs: 1,
        min_steps: 0,
        ..HeadParams::default()
    };
    let params = params.check().expect("the defaults are in range");
    let device = Device::flex();

    let one_epoch = || {
        fit(
            &examples,
            &train,
            Stop::After(1),
            &params,
            &device,
            &mut |_| (),
        )
    };

    let mut group = criterion.benchmark_group("head");
    group.sample_size(10);
    group.throughput(Throughput::Elements(TRAIN as u64));
    group.bench_function("one epoch", |bencher| bencher.iter(one_epoch));
    let head = one_epoch().expect("the features can be learned from").head;
    group.bench_function("probabilities", |bencher| {
        bencher.iter(|| head.probabilities(&features, &train, &device));
    });
    group.finish();
}

criterion_group!(benches, head);
criterion_main!(benches);
