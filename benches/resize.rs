//! Resizing against `fast_image_resize`, which resized here before the bytes were Pillow's, alone and within the
//! embedding of files: both in turn on the same images, so that whatever else the machine does strikes both.

#![allow(clippy::print_stdout)]

mod embed;

use embed::embed;
use evenhand::backbone::Precision;
use evenhand::backbone::embed::{Embedder, Images, Options};
use evenhand::backbone::engine::{self, Choice};
use evenhand::backbone::prepare::prepare;
use evenhand::backbone::source::{self, Source};
use evenhand::dataset::preprocess::{Filter, Fit, Geometry, Limits, pixels, resize};
use evenhand::record::Location;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{Rgb, RgbImage};
use std::hint::black_box;
use std::path::Path;
use std::thread;
use std::time::Instant;

const SIDE: u32 = 224;
const ROUNDS: usize = 41;

fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let grain = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 13;
        Rgb([x, y, x + y].map(|base| (base % 240 + grain) as u8))
    })
}

/// Across first, then down, with bytes between.
fn before(image: &RgbImage, filter: FilterType) -> Vec<u8> {
    let (width, height) = image.dimensions();
    let source = ImageRef::new(width, height, image, PixelType::U8x3).expect("an RGB image");
    let mut between = Image::new(SIDE, height, PixelType::U8x3);
    let mut target = Image::new(SIDE, SIDE, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    let mut resizer = Resizer::new();
    resizer
        .resize(&source, &mut between, &options)
        .and_then(|()| resizer.resize(&between, &mut target, &options))
        .expect("sizes that can be resized");
    target.into_vec()
}

fn milliseconds(work: impl FnOnce() -> Vec<u8>) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Files to features of the shipped int8 backbone, with either resizer.
fn embedding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = Source {
        backbone: Some("efficientnet-lite0-int8".to_owned()),
        ..Source::default()
    };
    let backbone = source::open(&source).expect("a backbone that ships");
    let prepared = prepare(&backbone.model, &backbone.spec).expect("a prepared graph");
    let geometry = backbone.spec.geometry();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let embedder = |images| {
        let options = engine::Options {
            choice: Choice::Auto,
            device: None,
            threads,
            precision: Precision::F32,
        };
        let engine = engine::open(&prepared, &options).expect("an engine").engine;
        let options = Options { batch: 16, threads };
        Embedder::new(engine, images, None, options)
    };
    for (width, height, count) in [(200, 200, 256), (2000, 1500, 48)] {
        let files = files(folder.path(), (width, height), count);
        let whole = Geometry {
            width: width as usize,
            height: height as usize,
            ..geometry
        };
        let old = Images {
            decode: Box::new(move |bytes| {
                let levels = pixels(bytes, whole, Limits::default())?;
                let image = RgbImage::from_raw(width, height, levels).expect("its own size");
                Ok(before(&image, FilterType::Bilinear))
            }),
            ..Images::files(geometry, Limits::default())
        };
        let mut old = embedder(old);
        let mut ours = embedder(Images::files(geometry, Limits::default()));
        let (mut times, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            let [ours, old] = [&mut ours, &mut old].map(|embedder| {
                milliseconds(|| {
                    embed(embedder, &files);
                    Vec::new()
                })
            });
            times.push(ours / f64::from(count));
            ratios.push(ours / old);
        }
        println!(
            "embedding of {width}x{height}: {:.2} ms an image, ratio {:.3}",
            median(times),
            median(ratios)
        );
    }
}

/// As many JPEGs, each different.
fn files(folder: &Path, (width, height): (u32, u32), count: u32) -> Vec<Location> {
    let draw = |number: u32| {
        let mut image = picture(width, height);
        image.put_pixel(0, 0, Rgb([number as u8, 0, 0]));
        let file = folder.join(format!("{width}-{number}.jpg"));
        image.save(&file).expect("a JPEG");
        Location::File(file)
    };
    (0..count).map(draw).collect()
}

fn main() {
    embedding();
    let filters = [
        (Filter::Bilinear, FilterType::Bilinear),
        (Filter::Bicubic, FilterType::CatmullRom),
        (Filter::Lanczos, FilterType::Lanczos3),
    ];
    for (width, height) in [(200, 200), (448, 448), (2000, 1500)] {
        let image = picture(width, height);
        for (filter, theirs) in filters {
            let geometry = Geometry {
                width: SIDE as usize,
                height: SIDE as usize,
                fit: Fit::Squash,
                filter,
            };
            let (mut ours, mut old, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let copy = image.clone();
                ours.push(milliseconds(|| resize(copy, geometry)));
                old.push(milliseconds(|| before(&image, theirs)));
                ratios.push(ours[ours.len() - 1] / old[old.len() - 1]);
            }
            println!(
                "{width}x{height} to {SIDE}, {filter:?}: {:.3} ms, fast_image_resize {:.3} ms, ratio {:.2}",
                median(ours),
                median(old),
                median(ratios)
            );
        }
    }
}
