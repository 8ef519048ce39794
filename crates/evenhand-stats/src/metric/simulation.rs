//! How often intervals of scores hold the truth, before and after: `cargo test --release simulation --
//! --ignored --nocapture` prints the tables of docs/decisions/statistics.md.

use super::calibration::{Line, sigmoid};
use super::scores::Scores;
use super::{Metric, Replicates, find};
use crate::metric::{Of, ScoreForm};
use crate::stats::bootstrap::{bca, percentile};
use crate::stats::resample::Plan;
use crate::stats::{Interval, Level};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 1_000;
const ROWS_OF_TRUTH: usize = 4_000_000;

/// Scores `sigmoid(t)`, `t` normal with a deviation of 1.5, and labels positive by `line`.
fn draw(n: usize, line: Line, rng: &mut ChaCha8Rng) -> Vec<(f64, bool)> {
    (0..n).map(|_| row(1.5 * normal(rng), line, rng)).collect()
}

fn row(t: f64, line: Line, rng: &mut ChaCha8Rng) -> (f64, bool) {
    (sigmoid(t), rng.random_bool(line.probability(t)))
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// The plain error of so many rows that chance adds nothing; 0 where calibration is perfect.
fn true_error(line: Line) -> f64 {
    if line == Line::IDENTITY {
        return 0.0;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let scores = Scores::new(draw(ROWS_OF_TRUTH, line, &mut rng));
    scores.metrics().ece.unwrap()
}

/// Mean, and how often the interval holds the truth.
#[derive(Debug, Default)]
struct Found {
    mean: f64,
    held: f64,
}

impl Found {
    fn add(&mut self, value: f64, interval: Option<Interval>, truth: f64) {
        let held = interval.is_some_and(|interval| interval.contains(truth));
        self.mean += value / DRAWS as f64;
        self.held += f64::from(u8::from(held)) / DRAWS as f64;
    }
}

fn level() -> Level {
    Level::new(0.95).unwrap()
}

/// The expected calibration error as it was before: with what chance adds.
fn plain_error(scores: &Scores, weights: &[u32]) -> f64 {
    let (mut bins, mut rows) = ([0.0; 15], 0.0);
    for (row, &weight) in weights.iter().enumerate() {
        let score = scores.score(row);
        let bin = ((15.0 * score).ceil() as usize).clamp(1, 15) - 1;
        bins[bin] += f64::from(weight) * (score - f64::from(u8::from(scores.is_positive(row))));
        rows += f64::from(weight);
    }
    bins.iter().map(|excess: &f64| excess.abs()).sum::<f64>() / rows
}

fn form(metric: &Metric) -> ScoreForm {
    match metric.of {
        Of::Scores(form) => form,
        _ => panic!("{} is of scores", metric.name),
    }
}

/// The value and the interval of before: BCa.
fn resampled(scores: &Scores, plan: &Plan, seed: u64, metric: &Metric) -> (f64, Option<Interval>) {
    let of = form(metric).resampled;
    let ready = Replicates::new(scores);
    let value = |weights: &[u32]| match metric.name {
        "ece" => plain_error(scores, weights),
        _ => of(&ready.metrics(weights)).unwrap_or(f64::NAN),
    };
    let mut values = plan.replicate(500, seed, value);
    let without = plan.jackknife(value);
    let all = value(&vec![1; scores.len()]);
    let interval =
        bca(all, &mut values, &without, level()).or_else(|| percentile(&mut values, level()));
    (all, interval)
}

/// Before and after.
fn simulate(
    metric: &str,
    truth: f64,
    mut sample: impl FnMut(&mut ChaCha8Rng) -> (Scores, Plan),
) -> [Found; 2] {
    let metric = find(metric).unwrap();
    let estimate = form(metric).estimate;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut found = [Found::default(), Found::default()];
    for seed in 0..DRAWS {
        let (scores, plan) = sample(&mut rng);
        let after = estimate(&scores, &plan, level());
        let Some(after) = after else { continue };
        let (value, interval) = resampled(&scores, &plan, seed, metric);
        found[0].add(value, interval, truth);
        found[1].add(after.value, after.interval, truth);
    }
    found
}

fn rows(n: usize, line: Line) -> impl FnMut(&mut ChaCha8Rng) -> (Scores, Plan) {
    move |rng| (Scores::new(draw(n, line, rng)), Plan::rows(n))
}

/// Rows of `people` of 1 to 9 each, who share half of the variance of the score and of the noise
/// that makes labels.
fn photographs(people: u32) -> impl FnMut(&mut ChaCha8Rng) -> (Scores, Plan) {
    move |rng| {
        let (mut rows, mut person_of) = (Vec::new(), Vec::new());
        for person in 0..people {
            let (usual, chance) = (normal(rng), rng.random::<f64>());
            for _ in 0..rng.random_range(1..=9) {
                let t = 1.5 * (usual + normal(rng)) / std::f64::consts::SQRT_2;
                let own = match rng.random_bool(0.5) {
                    true => chance,
                    false => rng.random(),
                };
                rows.push((sigmoid(t), own < sigmoid(t)));
                person_of.push(person);
            }
        }
        let (scores, order) = Scores::with_order(rows);
        let person_of: Vec<u32> = order.iter().map(|&at| person_of[at as usize]).collect();
        (scores, Plan::clusters(&person_of))
    }
}

fn print(case: &str, truth: f64, [before, after]: &[Found; 2]) {
    eprintln!(
        "| {case} | {truth:.3} | {:.3} | {:.3} | {:.1} % | {:.1} % |",
        before.mean,
        after.mean,
        100.0 * before.held,
        100.0 * after.held
    );
}

const LINES: [(&str, Line); 4] = [
    ("perfect", Line::IDENTITY),
    (
        "too extreme",
        Line {
            intercept: 0.0,
            slope: 0.6,
        },
    ),
    (
        "too low",
        Line {
            intercept: 0.5,
            slope: 1.0,
        },
    ),
    (
        "both",
        Line {
            intercept: 1.0,
            slope: 0.5,
        },
    ),
];

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn calibration_errors() {
    for (name, line) in LINES {
        let truth = true_error(line);
        for n in [60, 200, 1_000] {
            let found = simulate("ece", truth, rows(n, line));
            print(&format!("ECE, {name}, {n} rows"), truth, &found);
        }
    }
    let found = simulate("ece", 0.0, photographs(60));
    print("ECE, perfect, 60 clusters", 0.0, &found);
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn calibration_lines() {
    for n in [60, 200, 1_000] {
        for (name, line) in LINES.into_iter().take(2) {
            let found = simulate("calibration_slope", line.slope, rows(n, line));
            print(&format!("slope, {name}, {n} rows"), line.slope, &found);
        }
        let found = simulate("calibration_intercept", 0.0, rows(n, Line::IDENTITY));
        print(&format!("intercept, {n} rows"), 0.0, &found);
    }
    for people in [10, 20, 40, 80] {
        for (metric, truth) in [("calibration_slope", 1.0), ("calibration_intercept", 0.0)] {
            let found = simulate(metric, truth, photographs(people));
            print(&format!("{metric}, {people} clusters"), truth, &found);
        }
    }
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn perfect_orders() {
    // Φ(2.904 / √2) = 0.98
    const SHIFT: f64 = 2.904;
    const TRUTH: f64 = 0.98;
    let auc = form(find("auc").unwrap()).estimate;
    for n in [10, 20, 40] {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (mut perfect, mut held) = (0, 0);
        for _ in 0..DRAWS {
            let scores = Scores::new((0..2 * n).map(|at| {
                let positive = at < n;
                let t = normal(&mut rng) + if positive { SHIFT } else { 0.0 };
                (sigmoid(t), positive)
            }));
            let found = auc(&scores, &Plan::rows(2 * n), level()).unwrap();
            if found.value == 1.0 {
                perfect += 1;
                held += u32::from(found.interval.is_some_and(|found| found.contains(TRUTH)));
            }
        }
        eprintln!("| {n} and {n} rows | {perfect} of {DRAWS} perfect | {held} hold {TRUTH} |");
    }
}

#[test]
fn perfect_calibration_is_within_its_interval_and_near_0() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let metric = find("ece").unwrap();
    let (mut mean, mut held) = (0.0, 0);
    for _ in 0..400 {
        let (scores, plan) = rows(60, Line::IDENTITY)(&mut rng);
        let found = (form(metric).estimate)(&scores, &plan, level()).unwrap();
        mean += found.value / 400.0;
        held += u32::from(found.interval.unwrap().contains(0.0));
    }
    assert!(mean < 0.06, "{mean}");
    assert!((380..=398).contains(&held), "{held} of 400");
}

/// Rows of two labels, `distance` standard deviations of the score apart, in clusters of 1 to 9 rows that share the label
/// and half of the variance, if there are any.
#[derive(Clone, Copy)]
struct Apart {
    name: &'static str,
    positives: f64,
    distance: f64,
    units: u32,
    is_clustered: bool,
}

impl Apart {
    fn draw(self, rng: &mut ChaCha8Rng) -> (Scores, Plan) {
        let odds = (self.positives / (1.0 - self.positives)).ln();
        let (mut rows, mut cluster_of) = (Vec::new(), Vec::new());
        for cluster in 0..self.units {
            let (usual, positive) = (normal(rng), rng.random_bool(self.positives));
            let size = match self.is_clustered {
                true => rng.random_range(1..=9),
                false => 1,
            };
            for _ in 0..size {
                let noise = match self.is_clustered {
                    true => (usual + normal(rng)) / std::f64::consts::SQRT_2,
                    false => usual,
                };
                let x = noise + if positive { self.distance } else { 0.0 };
                rows.push((
                    sigmoid(self.distance * (x - self.distance / 2.0) + odds),
                    positive,
                ));
                cluster_of.push(cluster);
            }
        }
        let (scores, order) = Scores::with_order(rows);
        let cluster_of: Vec<u32> = order.iter().map(|&at| cluster_of[at as usize]).collect();
        (scores, Plan::clusters(&cluster_of))
    }

    /// How often intervals hold the truth in per cent, by the influence of rows alone and now, with the median width of
    /// each. As in an audit, there is none of fewer than ten rows of a label.
    fn found(self, metric: &str) -> [[f64; 2]; 2] {
        let metric = find(metric).unwrap();
        let form = form(metric);
        let many = Self {
            units: 1_000_000,
            is_clustered: false,
            ..self
        };
        let (scores, _) = many.draw(&mut ChaCha8Rng::seed_from_u64(9));
        let truth = (form.linear)(&scores).unwrap().value;
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (mut held, mut widths) = ([0.0; 2], [Vec::new(), Vec::new()]);
        for _ in 0..4 * DRAWS {
            let (scores, plan) = self.draw(&mut rng);
            let is_enough = scores.labelled().iter().all(|rows| *rows >= 10);
            let Some(linear) = (form.linear)(&scores).filter(|_| metric.name != "auc" || is_enough)
            else {
                continue;
            };
            let scale = form.weighted.unwrap().scale;
            let reach = plan.spread(&linear.influence).reach(level());
            let now = (form.estimate)(&scores, &plan, level()).unwrap().interval;
            let before = scale.interval(linear.value, reach).or(now);
            for (at, interval) in [before, now].into_iter().enumerate() {
                let Some(interval) = interval else { continue };
                held[at] += f64::from(u8::from(interval.contains(truth)));
                widths[at].push(interval.high - interval.low);
            }
        }
        [0, 1].map(|at| {
            let widths = &mut widths[at];
            widths.sort_by(f64::total_cmp);
            let (n, middle) = (widths.len() as f64, widths.len() / 2);
            [
                100.0 * held[at] / n,
                widths.get(middle).copied().unwrap_or(f64::NAN),
            ]
        })
    }
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn coverage_of_losses_and_the_auc() {
    for (name, positives, distance) in [
        ("good", 0.5, 3.0),
        ("poor", 0.5, 0.8),
        ("good, 20 % positive", 0.2, 3.0),
        ("poor, 20 % positive", 0.2, 0.8),
    ] {
        for (units, is_clustered) in [(20, false), (60, false), (200, false), (30, true)] {
            let case = Apart {
                name,
                positives,
                distance,
                units,
                is_clustered,
            };
            let cells = ["auc", "brier", "log_loss"].map(|metric| {
                let [before, now] = case.found(metric);
                format!(
                    "{:.1} → {:.1} ({:.3} → {:.3})",
                    before[0], now[0], before[1], now[1]
                )
            });
            let unit = if is_clustered { "clusters" } else { "rows" };
            eprintln!("| {}, {units} {unit} | {} |", case.name, cells.join(" | "));
        }
    }
}
