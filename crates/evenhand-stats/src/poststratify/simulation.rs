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

fn true_share(cell: usize, by_place: &[f64; PLACES]) -> f64 {
    model::logistic(-0.5 + by_place[place(cell)] + BY_AGE[age(cell)] + BY_GENDER[cell % 2])
}

/// Cells of a survey of so many rows, with those of the class.
fn survey(rows: usize, by_place: &[f64; PLACES], rng: &mut ChaCha8Rng) -> (Cells, Hits) {
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
        hits[cell] += u64::from(rng.random_bool(true_share(cell, by_place)));
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

/// A group: its name, its shares, and the cells in it.
type Who = (&'static str, fn(&Target) -> &Group, fn(usize) -> bool);

const WHO: [Who; 3] = [
    ("everyone", |target| &target.overall, |_| true),
    (
        "the place that answers most",
        |target| &target.by[0][0],
        |cell| place(cell) == 0,
    ),
    (
        "the place that answers least",
        |target| &target.by[0][PLACES - 1],
        |cell| place(cell) == PLACES - 1,
    ),
];

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

    fn row(&self, rows: &str, who: &str, method: &str) -> String {
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
        let of = match 0.0 < share && share < 99.95 {
            true => format!(" of {share:.0} %"),
            false => String::new(),
        };
        format!("| {rows} | {who} | {method} | {numbers}{of} |")
    }
}

fn truth(by_place: &[f64; PLACES], is_in: impl Fn(usize) -> bool) -> f64 {
    let cells = (0..CELLS).filter(|&cell| is_in(cell));
    let sums = cells.fold([0.0, 0.0], |[share, size], cell| {
        let of = SIZES[place(cell)];
        [share + of * true_share(cell, by_place), size + of]
    });
    sums[0] / sums[1]
}

/// Prints rows of the table, of surveys of so many rows in populations whose places differ as told.
fn simulate(rows: usize, name: &str, by_place: impl Fn(&mut ChaCha8Rng) -> [f64; PLACES] + Sync) {
    let level = Level::new(0.95).unwrap();
    let draws = (0..DRAWS).into_par_iter().map(|seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let places = by_place(&mut rng);
        let (cells, hits) = survey(rows, &places, &mut rng);
        let found = poststratify(cells, &[hits], Params { level, seed });
        (places, found)
    });
    let draws: Vec<([f64; PLACES], Poststratified)> = draws.collect();
    for (who, group, is_in) in WHO {
        for info in METHODS {
            let mut tally = Tally::default();
            for (places, found) in &draws {
                if let Ok(share) = group(&found.targets[0]).share(info.method) {
                    tally.add(share, truth(places, is_in));
                }
            }
            eprintln!("{}", tally.row(&format!("{rows}{name}"), who, info.title));
        }
    }
}

#[test]
#[ignore = "a simulation of some minutes"]
fn coverage_by_cells() {
    for rows in [300, 1_000] {
        simulate(rows, "", |_| BY_PLACE);
    }
}

#[test]
#[ignore = "a simulation of some minutes"]
fn coverage_by_cells_where_places_are_drawn() {
    simulate(300, ", places drawn anew", |rng| {
        BY_PLACE.map(|_| 0.5 * normal::normal(rng))
    });
}
