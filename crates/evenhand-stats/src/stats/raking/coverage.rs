//! How often intervals of weighted rates hold the truth. `cargo test --release coverage_of_weighted -- --ignored
//! --nocapture` prints a table of docs/decisions/statistics.md.

use super::{Margin, rake};
use crate::stats::Level;
use crate::stats::survey::Survey;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 2_000;

/// Part of the population, how often its rows are cases, and how often cases are hits.
#[derive(Clone, Copy)]
struct Stratum {
    share: f64,
    cases: f64,
    hits: f64,
}

/// Few rows are difficult, as a classifier's score says.
fn strata(count: usize) -> Vec<Stratum> {
    let of = |at: usize| {
        let doubt = at as f64 / (count - 1) as f64;
        Stratum {
            share: 0.5_f64.powi(at.min(4) as i32),
            cases: 0.9 - 0.6 * doubt,
            hits: 0.97 - 0.35 * doubt,
        }
    };
    let all: Vec<Stratum> = (0..count).map(of).collect();
    let total: f64 = all.iter().map(|of| of.share).sum();
    let scaled = all.into_iter().map(|of| Stratum {
        share: of.share / total,
        ..of
    });
    scaled.collect()
}

fn truth(strata: &[Stratum], only_cases: bool) -> f64 {
    let size = |of: &Stratum| of.share * if only_cases { of.cases } else { 1.0 };
    let hits: f64 = strata.iter().map(|of| size(of) * of.hits).sum();
    hits / strata.iter().map(size).sum::<f64>()
}

/// Weighted rows with hits and cases.
#[derive(Default)]
struct Sample {
    survey: Survey,
    rows: Vec<[f64; 2]>,
}

impl Sample {
    fn push(&mut self, of: Stratum, weight: f64, only_cases: bool, rng: &mut ChaCha8Rng) {
        let is_case = !only_cases || rng.random_bool(of.cases);
        let is_hit = is_case && rng.random_bool(of.hits);
        self.rows
            .push([is_hit, is_case].map(|is| f64::from(u8::from(is))));
        self.survey.weights.push(weight);
    }

    fn holds(&self, truth: f64) -> Option<[bool; 2]> {
        let all: Vec<u32> = (0..self.rows.len() as u32).collect();
        let is_case = |row: &u32| self.rows[*row as usize][1] > 0.0;
        let cases: Vec<u32> = all.iter().copied().filter(is_case).collect();
        let level = Level::new(0.95).unwrap();
        let interval = |survey: &Survey| {
            let found = survey.ratio(&all, |row| self.rows[row])?;
            let spread = survey.spread(&found.moves, &cases)?;
            spread.of_rate(found.value, survey.effective_rows(&cases), level)
        };
        let unweighted = Survey {
            weights: vec![1.0; self.rows.len()],
            ..Survey::default()
        };
        let found = [interval(&unweighted)?, interval(&self.survey)?];
        Some(found.map(|interval| interval.contains(truth)))
    }
}

/// As many rows of each stratum.
fn equal(strata: &[Stratum], each: usize, only_cases: bool, rng: &mut ChaCha8Rng) -> Sample {
    let mut sample = Sample::default();
    for (at, &of) in (0u32..).zip(strata) {
        for _ in 0..each {
            sample.push(of, 1_000.0 * of.share / each as f64, only_cases, rng);
            sample.survey.strata.push(at);
        }
    }
    sample
}

/// Clusters of 1 to 9 rows of one stratum, the more likely to be drawn the more difficult.
fn clustered(strata: &[Stratum], clusters: u32, rng: &mut ChaCha8Rng) -> Sample {
    let mut sample = Sample::default();
    for cluster in 0..clusters {
        let of = strata[rng.random_range(0..strata.len())];
        for _ in 0..rng.random_range(1..=9) {
            sample.push(of, of.share, false, rng);
            sample.survey.clusters.push(cluster);
        }
    }
    sample
}

/// Rows by chance, raked to the sizes of the strata.
fn raked(strata: &[Stratum], n: usize, rng: &mut ChaCha8Rng) -> Option<Sample> {
    let mut sample = Sample::default();
    let mut of = Vec::new();
    for _ in 0..n {
        // Difficult rows are three times as likely to be drawn.
        let at = loop {
            let at = rng.random_range(0..strata.len());
            let chance = strata[at].share * if at > 0 { 3.0 } else { 1.0 };
            if rng.random_bool(chance.min(1.0)) {
                break at;
            }
        };
        sample.push(strata[at], 1.0, false, rng);
        of.push(at as u32);
    }
    let margin = Margin {
        variable: "stratum".to_owned(),
        categories: (0..strata.len()).map(|at| at.to_string()).collect(),
        shares: strata.iter().map(|of| of.share).collect(),
        of,
    };
    sample.survey.weights = rake(&sample.survey.weights, std::slice::from_ref(&margin)).ok()?;
    sample.survey.margins = vec![margin.of];
    Some(sample)
}

fn print(what: &str, truth: f64, mut sample: impl FnMut(&mut ChaCha8Rng) -> Option<Sample>) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut held, mut given) = ([0.0; 2], 0.0);
    for _ in 0..DRAWS {
        let Some(found) = sample(&mut rng).and_then(|of| of.holds(truth)) else {
            continue;
        };
        given += 1.0;
        for (held, holds) in held.iter_mut().zip(found) {
            *held += f64::from(u8::from(holds));
        }
    }
    let [plain, weighted] = held.map(|held| 100.0 * held / given);
    eprintln!("| {what} | {plain:.1} % | {weighted:.1} % |");
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn coverage_of_weighted_rates() {
    for (count, each) in [(2, 200), (6, 67), (30, 13), (6, 5)] {
        let strata = strata(count);
        let n = count * each;
        for (name, only_cases) in [("accuracy", false), ("true positive rate", true)] {
            let what = format!("{name}, {n} rows, {count} strata, as many of each");
            let truth = truth(&strata, only_cases);
            print(&what, truth, |rng| {
                Some(equal(&strata, each, only_cases, rng))
            });
        }
    }
    let six = strata(6);
    let accuracy = truth(&six, false);
    for clusters in [10, 20, 40, 80] {
        let what = format!("accuracy, {clusters} clusters, unequal weights");
        print(&what, accuracy, |rng| Some(clustered(&six, clusters, rng)));
    }
    for n in [100, 400] {
        let what = format!("accuracy, {n} rows, raked to 6 strata");
        print(&what, accuracy, |rng| raked(&six, n, rng));
    }
}
