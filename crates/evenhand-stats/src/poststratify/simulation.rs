//! How often intervals hold the truth where some groups answer less: `cargo test --release coverage_by_cells -- --ignored
//! --nocapture` prints the table of docs/guide/estimate.md.

use super::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

const DRAWS: u64 = 1_000;
const PLACES: usize = 6;
const AGES: usize = 4;
const CELLS: usize = PLACES * AGES * 2;

/// Log odds of the class by place of birth, age and gender.
const BY_PLACE: [f64; PLACES] = [-0.6, -0.3, 0.0, 0.2, 0.5, 0.9];
const BY_AGE: [f64; AGES] = [-0.4, 0.0, 0.1, 0.5];
const BY_GENDER: [f64; 2] = [-0.3, 0.3];
/// How likely people are to answer, but for a factor: those of the class live where few do.
const ANSWERS_BY_PLACE: [f64; PLACES] = [1.0, 0.8, 0.6, 0.5, 0.3, 0.15];
const ANSWERS_BY_AGE: [f64; AGES] = [1.0, 0.9, 0.7, 0.4];
const SIZES: [f64; PLACES] = [0.3, 0.2, 0.2, 0.15, 0.1, 0.05];

fn place(cell: usize) -> usize {
    cell / (2 * AGES)
}

fn age(cell: usize) -> usize {
    cell / 2 % AGES
}

fn true_share(cell: usize) -> f64 {
    model::logistic(-0.5 + BY_PLACE[place(cell)] + BY_AGE[age(cell)] + BY_GENDER[cell % 2])
}

/// Cells of a survey of so many rows, with those of the class.
fn survey(rows: usize, rng: &mut ChaCha8Rng) -> (Cells, Hits) {
    let counts: Vec<f64> = (0..CELLS)
        .map(|cell| 10_000.0 * SIZES[place(cell)])
        .collect();
    let chances = counts
        .iter()
        .enumerate()
        .map(|(cell, count)| count * ANSWERS_BY_PLACE[place(cell)] * ANSWERS_BY_AGE[age(cell)]);
    let chances: Vec<f64> = chances.collect();
    let all: f64 = chances.iter().sum();
    let (mut answered, mut hits) = (vec![0; CELLS], vec![0; CELLS]);
    for _ in 0..rows {
        let mut at = rng.random::<f64>() * all;
        let cell = chances.iter().position(|chance| {
            at -= chance;
            at < 0.0
        });
        let cell = cell.unwrap_or(CELLS - 1);
        answered[cell] += 1;
        hits[cell] += u64::from(rng.random_bool(true_share(cell)));
    }
    let grouping = |name: &str, groups: usize, of: fn(usize) -> usize| Grouping {
        name: name.to_owned(),
        groups: (0..groups).map(|group| group.to_string()).collect(),
        of: (0..CELLS).map(|cell| of(cell) as u32).collect(),
    };
    let cells = Cells {
        names: (0..CELLS).map(|cell| cell.to_string()).collect(),
        counts,
        rows: answered,
        groupings: vec![
            grouping("place", PLACES, place),
            grouping("age", AGES, age),
            grouping("gender", 2, |cell| cell % 2),
        ],
    };
    let class = "yes".to_owned();
    (cells, Hits { class, of: hits })
}

/// A group: its name, its shares, the true one.
type Who = (&'static str, fn(&Target) -> Group, f64);

/// Bias, length and coverage of a share, of the draws that have a number.
#[derive(Default, Clone, Copy)]
struct Tally {
    n: f64,
    bias: f64,
    length: f64,
    held: f64,
}

impl Tally {
    fn add(&mut self, share: &Share, truth: f64) {
        self.n += 1.0;
        self.bias += share.value - truth;
        self.length += share.interval.high - share.interval.low;
        self.held += f64::from(u8::from(share.interval.contains(truth)));
    }

    fn row(&self, rows: usize, who: &str, method: &str) -> String {
        let mean = |of: f64| 100.0 * of / self.n;
        let numbers = match self.n > 0.0 {
            true => format!(
                "{:+.1} | {:.1} | {:.1} %",
                mean(self.bias),
                mean(self.length),
                mean(self.held)
            ),
            false => "| | no number".to_owned(),
        };
        let share = 100.0 * self.n / DRAWS as f64;
        let of = if share < 99.95 {
            format!(" of {share:.0} %")
        } else {
            String::new()
        };
        format!("| {rows} | {who} | {method} | {numbers}{of} |")
    }
}

fn truth(is_in: impl Fn(usize) -> bool) -> f64 {
    let cells = (0..CELLS).filter(|&cell| is_in(cell));
    let sums = cells.fold([0.0, 0.0], |[share, size], cell| {
        let of = SIZES[place(cell)];
        [share + of * true_share(cell), size + of]
    });
    sums[0] / sums[1]
}

#[test]
#[ignore = "a simulation of some minutes"]
fn coverage_by_cells() {
    for rows in [300, 1_000] {
        let draws = (0..DRAWS).into_par_iter().map(|seed| {
            let (cells, hits) = survey(rows, &mut ChaCha8Rng::seed_from_u64(seed));
            let level = Level::new(0.95).unwrap();
            poststratify(cells, &[hits], Params { level, seed })
        });
        let draws: Vec<Poststratified> = draws.collect();
        let whole = |target: &Target| target.overall.clone();
        let first = |target: &Target| target.by[0][0].clone();
        let last = |target: &Target| target.by[0][PLACES - 1].clone();
        let groups: [Who; 3] = [
            ("everyone", whole, truth(|_| true)),
            (
                "the place that answers most",
                first,
                truth(|cell| place(cell) == 0),
            ),
            (
                "the place that answers least",
                last,
                truth(|cell| place(cell) == PLACES - 1),
            ),
        ];
        for (who, of, truth) in groups {
            for info in METHODS {
                let mut tally = Tally::default();
                let found = draws.iter().map(|draw| of(&draw.targets[0]));
                let shares = found.filter_map(|group| group.share(info.method).ok());
                shares.for_each(|share| tally.add(&share, truth));
                eprintln!("{}", tally.row(rows, who, info.title));
            }
        }
    }
}
