//! How often the intervals of an audit hold the truth, by resampling (before) and linearised (now): `cargo test
//! --release audit::simulation -- --ignored --nocapture` prints the table of docs/decisions/statistics.md.

use super::toy::two;
use super::{Cell, Design, IntervalKind, Params, Row, Sampling, Table, audit};
use crate::metric::calibration::sigmoid;
use crate::stats::resample::mix;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 1_000;
const METRICS: [&str; 8] = [
    "balanced_accuracy",
    "f1",
    "macro_f1",
    "mcc",
    "auc",
    "average_precision",
    "brier",
    "log_loss",
];

/// Scores of positive rows lie `distance` standard deviations above those of negative ones, and are
/// probabilities; rows come in clusters of 1 to 9 that share half of the variance, if there are any.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    positives: f64,
    distance: f64,
    rows: usize,
    clusters: bool,
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

impl Case {
    /// Label, score, cluster.
    fn draw(self, rng: &mut ChaCha8Rng) -> Vec<(usize, f64, String)> {
        let odds = (self.positives / (1.0 - self.positives)).ln();
        let mut rows = Vec::new();
        for cluster in 0..self.rows {
            let (usual, label) = (normal(rng), rng.random_bool(self.positives));
            let size = if self.clusters {
                rng.random_range(1..=9)
            } else {
                1
            };
            for _ in 0..size {
                let noise = match self.clusters {
                    true => (usual + normal(rng)) / std::f64::consts::SQRT_2,
                    false => usual,
                };
                let x = noise + if label { self.distance } else { 0.0 };
                let logit = self.distance * (x - self.distance / 2.0) + odds;
                rows.push((usize::from(label), sigmoid(logit), cluster.to_string()));
            }
        }
        rows
    }

    fn audited(self, rows: &[(usize, f64, String)], interval: IntervalKind, seed: u64) -> Cell {
        let rows = rows.iter().map(|(label, score, cluster)| Row {
            label: *label,
            predicted: usize::from(*score >= 0.5),
            score: Some(*score),
            attributes: vec![cluster.as_str()],
        });
        let column = "cluster".to_owned();
        let columns = [column.clone()];
        let design = Design {
            sampling: match self.clusters {
                true => Sampling::Clusters { column },
                false => Sampling::Independent,
            },
            ..Design::default()
        };
        let params = Params {
            interval,
            replicates: 500,
            seed,
            ..Params::default()
        };
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        audit(&table, &params.check().unwrap()).overall
    }

    fn truth(self) -> Cell {
        let many = Self {
            rows: 1_000_000,
            clusters: false,
            ..self
        };
        let rows = many.draw(&mut ChaCha8Rng::seed_from_u64(9));
        many.audited(&rows, IntervalKind::Wilson, 0)
    }

    fn print(self) {
        let truth = self.truth();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        // Draws with an interval, and those whose interval holds the truth.
        let mut found = [[[0_u32; 2]; 2]; METRICS.len()];
        for seed in 0..DRAWS {
            let rows = self.draw(&mut rng);
            for (kind, interval) in [IntervalKind::Bootstrap, IntervalKind::Wilson]
                .into_iter()
                .enumerate()
            {
                let cell = self.audited(&rows, interval, mix(7, seed));
                for (name, found) in METRICS.iter().zip(&mut found) {
                    let truth = truth.measure(name).unwrap().value().unwrap();
                    if let Ok(estimate) = cell.measure(name).unwrap().estimate {
                        found[kind][0] += 1;
                        found[kind][1] += u32::from(estimate.interval.contains(truth));
                    }
                }
            }
        }
        let unit = if self.clusters { "clusters" } else { "rows" };
        let cells = found.iter().map(|[before, now]| {
            let share = |[all, held]: [u32; 2]| 100.0 * f64::from(held) / f64::from(all);
            match now[0] < 100 {
                true => "-".to_owned(),
                false => format!("{:.1} → {:.1}", share(*before), share(*now)),
            }
        });
        let cells: Vec<String> = cells.collect();
        eprintln!(
            "| {}, {} {unit} | {} |",
            self.name,
            self.rows,
            cells.join(" | ")
        );
    }
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn coverage_of_metrics_that_are_no_rates() {
    eprintln!("| classifier | {} |", METRICS.join(" | "));
    for (name, positives, distance) in [
        ("good", 0.5, 3.0),
        ("poor", 0.5, 0.8),
        ("good, 20 % positive", 0.2, 3.0),
        ("poor, 20 % positive", 0.2, 0.8),
    ] {
        let case = |rows, clusters| Case {
            name,
            positives,
            distance,
            rows,
            clusters,
        };
        for rows in [20, 60, 200, 1_000] {
            case(rows, false).print();
        }
        case(30, true).print();
    }
}
