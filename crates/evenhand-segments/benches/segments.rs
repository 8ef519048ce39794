//! Processor time of segments of a drawn table, in parts: scaling and components, k-means of 7 segments with 10 starts, and all
//! that `segment` does.
//!
//!     cargo bench -p evenhand-segments --bench segments -- ROWS COLUMNS [FILE]
//!
//! FILE is what the table is written to, row by row as f64, little-endian, so that another program can be measured on it:
//!
//!     x = MinMaxScaler().fit_transform(np.fromfile(FILE).reshape(-1, COLUMNS))
//!     z = PCA(5, svd_solver="covariance_eigh").fit_transform(x); KMeans(7, n_init=10, random_state=0).fit(z)
//!
//! RAYON_NUM_THREADS sets the threads. Seconds are those of the processor, of all threads; memory is Linux's.
#![allow(clippy::print_stdout, reason = "a program for developers")]

use evenhand_segments::kmeans::{KMeans, Params, Points, Starts};
use evenhand_segments::pca::{self, Components, MOST_EXACT, RandomisedParams};
use evenhand_segments::scale::{Scale, Scaling};
use evenhand_segments::segmentation::SegmentCount;
use evenhand_segments::{Options, Rows, segment};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const COMPONENTS: usize = 5;
const SEGMENTS: usize = 7;

/// Twelve overlapping clouds whose columns have less and less variance.
fn draw(rows: usize, columns: usize) -> Rows {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut noise = move || (0..4).map(|_| rng.random::<f64>() - 0.5).sum::<f64>();
    let corners: Vec<f64> = (0..12 * columns).map(|_| 2.0 * noise()).collect();
    let mut values = Vec::with_capacity(rows * columns);
    for row in 0..rows {
        let corner = &corners[row * 7 % 12 * columns..][..columns];
        let share = |column: usize| 1.0 - 0.8 * column as f64 / columns as f64;
        values.extend((0..columns).map(|column| corner[column] + noise() * share(column)));
    }
    let names = (0..columns).map(|column| format!("x{column}"));
    Rows::new(names.collect(), values).expect("numbers")
}

/// Seconds of all threads so far.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}

/// Megabytes of memory, at most so far.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    number.expect("a number") / 1024.0
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let number = |at: usize, default: usize| {
        arguments
            .get(at)
            .map_or(default, |text| text.parse().expect("a number"))
    };
    let rows = draw(number(0, 100_000), number(1, 34));
    if let Some(file) = arguments.get(2) {
        let bytes = rows.values().iter().flat_map(|value| value.to_le_bytes());
        std::fs::write(file, bytes.collect::<Vec<u8>>()).expect("a file");
    }
    let (start, data) = (processor(), memory());
    let scaled = Scale::fit(&rows, Scaling::MinMax)
        .expect("no constant")
        .apply(rows.values());
    let points = Points::new(&scaled, rows.columns().len());
    let pca = match points.dims() {
        ..=MOST_EXACT => pca::exact(points).keep(COMPONENTS),
        _ => pca::randomised(points, &RandomisedParams::new(COMPONENTS, 1)),
    };
    let scores = pca.scores(&scaled);
    drop(scaled);
    let components = processor();
    let params = Params {
        starts: Starts::Exactly(10),
        ..Params::for_rows(rows.len(), SEGMENTS, 1)
    };
    let found = KMeans::fit(Points::new(&scores, COMPONENTS), &params).expect("enough rows");
    let clusters = processor();
    let peak = memory() - data;
    let options = Options {
        components: Components::Number(COMPONENTS),
        segments: SegmentCount::Number(SEGMENTS),
        compared: None,
        ..Options::default()
    };
    let all = segment(&rows, None, &options).expect("segments");
    println!(
        "{{\"rows\": {}, \"columns\": {}, \"components\": {:.2}, \"kmeans\": {:.2}, \"segment\": {:.2}, \"memory_mb\": {peak:.0}, \"inertia\": {:.4}, \"best\": {:.4}}}",
        rows.len(),
        rows.columns().len(),
        components - start,
        clusters - components,
        processor() - clusters,
        found.inertia,
        all.inertia,
    );
}
