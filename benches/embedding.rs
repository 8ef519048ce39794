//! What embedding costs beside the backbone: the engine alone on pixels that are ready, the whole
//! pipeline from files to features, and the same files again.

mod embed;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use embed::embed;
use evenhand::backbone::embed::{Embedder, Images, Options};
use evenhand::backbone::engine::{self, Choice, Engine};
use evenhand::backbone::prepare::prepare;
use evenhand::backbone::source::{self, Source};
use evenhand::backbone::store::{self, Store};
use evenhand::dataset::preprocess::Limits;
use evenhand::record::Location;
use image::RgbImage;
use std::hint::black_box;
use std::path::Path;
use std::thread;

const IMAGES: usize = 64;
const BATCH: usize = 16;

fn embedding(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = pictures(folder.path());
    let backbone = source::open(&Source::default()).expect("the shipped backbone");
    let prepared = prepare(&backbone.model, &backbone.spec).expect("a prepared graph");
    let geometry = backbone.spec.geometry();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let open = || {
        let options = engine::Options {
            choice: Choice::Auto,
            device: None,
            threads,
            precision: evenhand::backbone::Precision::F32,
        };
        engine::open(&prepared, &options).expect("an engine").engine
    };
    let embedder = |store| {
        let images = Images::files(geometry, Limits::default());
        let options = Options {
            batch: BATCH,
            threads,
        };
        Embedder::new(open(), images, store, options)
    };
    let mut group = criterion.benchmark_group("embedding");
    group.sample_size(10);
    group.throughput(Throughput::Elements(IMAGES as u64));

    let mut alone = open();
    let images = Images::files(geometry, Limits::default());
    let ready: Vec<u8> = files[..BATCH]
        .iter()
        .flat_map(|file| {
            let bytes = (images.read)(file).expect("a file");
            (images.decode)(&bytes).expect("an image")
        })
        .collect();
    group.bench_function("engine alone", |bencher| {
        bencher.iter(|| infer(alone.as_mut(), &ready));
    });

    let mut unknown = embedder(None);
    group.bench_function("files, none known", |bencher| {
        bencher.iter(|| embed(&mut unknown, &files));
    });

    let digest = store::digest(&prepared.digest, geometry);
    let store = Store::open(&folder.path().join("store"), &digest).expect("a store");
    let mut known = embedder(Some(store));
    embed(&mut known, &files);
    group.bench_function("files, all known", |bencher| {
        bencher.iter(|| embed(&mut known, &files));
    });
    group.finish();
}

fn infer(engine: &mut dyn Engine, pixels: &[u8]) {
    for _ in 0..IMAGES / BATCH {
        black_box(engine.run(pixels, BATCH).expect("features"));
    }
}

/// JPEGs of the size of face crops, each different.
fn pictures(folder: &Path) -> Vec<Location> {
    let draw = |number: usize| {
        let image = RgbImage::from_fn(224, 224, |x, y| {
            let wave = |period: f32| (127.0 + 120.0 * ((x * y) as f32 / period).sin()) as u8;
            image::Rgb([wave(900.0 + number as f32), wave(2e3), (x ^ y) as u8])
        });
        let file = folder.join(format!("{number}.jpg"));
        image.save(&file).expect("a JPEG");
        Location::File(file)
    };
    (0..IMAGES).map(draw).collect()
}

criterion_group!(benches, embedding);
criterion_main!(benches);
