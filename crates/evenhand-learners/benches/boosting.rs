//! Time and memory of gradient boosting on one table: 100 trees of 31 leaves. `benches/peers/boosting.sh` runs it
//! beside LightGBM.
//!
//!     cargo bench -p evenhand-learners --bench boosting                      a drawn table of 1,000,000 x 18
//!     cargo bench -p evenhand-learners --bench boosting -- TRAIN TEST        tables of a file each
//!
//! A file holds the numbers of rows and columns (u32), the values row by row and the labels (f32), little-endian.
//! RAYON_NUM_THREADS sets the threads. Seconds are those of the processor, of all threads; memory is Linux's.
#![allow(clippy::print_stdout, reason = "a program for developers")]

use evenhand_learners::examples::Examples;
use evenhand_learners::frame::{Column, Frame, Values};
use evenhand_learners::tree::boosting::{Params, Stop, fit};
use evenhand_stats::metric::scores::Scores;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::time::Instant;

const TREES: usize = 100;
const DRAWN: usize = 1_000_000;
const COLUMNS: usize = 18;

struct Table {
    frame: Frame,
    labels: Vec<usize>,
}

impl Table {
    fn read(path: &str) -> Self {
        let bytes = std::fs::read(path).expect("a table");
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        let (rows, columns) = (word(0) as usize, word(4) as usize);
        let value = |at: usize| f32::from_bits(word(8 + 4 * at));
        let column = |column: usize| {
            let values = (0..rows).map(|row| value(row * columns + column));
            let name = format!("x{column}");
            Column::new(name, Values::Numbers(values.collect()))
        };
        let labels = (0..rows).map(|row| usize::from(value(rows * columns + row) > 0.5));
        Self {
            frame: Frame::new((0..columns).map(column).collect()),
            labels: labels.collect(),
        }
    }

    /// Columns of different numbers of values, some with gaps.
    fn draw(rows: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut columns = Vec::new();
        let mut margins = vec![0.0; rows];
        for column in 0..COLUMNS {
            let levels = [2.0, 5.0, 10.0, 80.0, 300.0, 1e6][column % 6];
            let mut value = |margin: &mut f32| {
                let value: f32 = rng.random::<f32>();
                *margin += (value * (1.0 + column as f32)).sin() / 2.0;
                let is_gap = column % 4 == 3 && rng.random_bool(0.2);
                if is_gap {
                    f32::NAN
                } else {
                    (value * levels).floor()
                }
            };
            let values = margins.iter_mut().map(&mut value).collect();
            columns.push(Column::new(format!("x{column}"), Values::Numbers(values)));
        }
        let mean = margins.iter().sum::<f32>() / rows as f32;
        let mut label = |margin: &f32| {
            let chance = 1.0 / (1.0 + f64::from(mean - margin).exp());
            usize::from(rng.random_bool(chance))
        };
        Self {
            frame: Frame::new(columns),
            labels: margins.iter().map(&mut label).collect(),
        }
    }
}

/// Seconds of all threads so far.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .map(|rest| rest.split_whitespace().collect())
        .unwrap_or_default();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}

/// Megabytes of memory, at most so far (`VmHWM`) or now (`VmRSS`).
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    number.expect("a number") / 1024.0
}

fn main() {
    let paths: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let (train, test) = match &paths[..] {
        [train, test] => (Table::read(train), Table::read(test)),
        _ => (Table::draw(DRAWN, 1), Table::draw(20_000, 2)),
    };
    let rows: Vec<usize> = (0..train.labels.len()).collect();
    let examples = Examples {
        frame: &train.frame,
        labels: &train.labels,
        classes: 2,
        weights: &vec![1.0; rows.len()],
        margins: None,
    };
    let (data, wall, before) = (memory("VmRSS"), Instant::now(), processor());
    let fitted =
        fit(&examples, &rows, Stop::After(TREES), &Params::default()).expect("two classes");
    let (wall, seconds) = (wall.elapsed().as_secs_f64(), processor() - before);
    let peak = memory("VmHWM") - data;
    let of_test: Vec<usize> = (0..test.labels.len()).collect();
    let probabilities = fitted.model.probabilities(&test.frame, &of_test);
    let second = probabilities.chunks_exact(2).map(|row| row[1]);
    let scores = Scores::new(second.zip(test.labels.iter().map(|&label| label == 1)));
    let metrics = scores.metrics();
    println!(
        "{{\"name\": \"evenhand\", \"wall\": {wall:.2}, \"processor\": {seconds:.2}, \"memory_mb\": {peak:.0}, \"auc\": {:.5}, \"log_loss\": {:.5}}}",
        metrics.auc.unwrap_or(f64::NAN),
        metrics.log_loss.unwrap_or(f64::NAN),
    );
}
