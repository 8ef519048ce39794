//! From a file's bytes to a backbone's input: what every image costs before the first convolution.

use criterion::{Criterion, criterion_group, criterion_main};
use evenhand::dataset::preprocess::{Filter, Fit, Geometry, Limits, pixels};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use std::hint::black_box;

/// Gradients with some grain, which cost about as much as a photo.
fn jpeg(side: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(side, side, |x, y| {
        let grain = ((x * 7919) ^ (y * 104_729)) % 13;
        let wave = (f64::from(x) / 9.0).sin() * (f64::from(y) / 13.0).cos() * 60.0;
        let level = |base: u32| (f64::from(base * 120 / side + grain + 60) + wave) as u8;
        Rgb([level(x), level(y), level((x + y) / 2)])
    });
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    image
        .write_with_encoder(encoder)
        .expect("a plain RGB image");
    bytes
}

fn decode(criterion: &mut Criterion) {
    let geometry = Geometry {
        width: 224,
        height: 224,
        fit: Fit::Squash,
        filter: Filter::Bilinear,
    };
    let mut group = criterion.benchmark_group("decode and resize to 224");
    for side in [224, 448, 1024] {
        let bytes = jpeg(side);
        group.bench_function(format!("JPEG {side}x{side}"), |bencher| {
            bencher.iter(|| pixels(black_box(&bytes), geometry, Limits::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
