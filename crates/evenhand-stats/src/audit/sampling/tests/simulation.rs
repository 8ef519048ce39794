//! Groups that share clusters: how often differences hold the truth and chance is flagged, if clusters in several
//! groups are taken for several clusters (before) and now: `cargo test --release shared_clusters -- --ignored
//! --nocapture` prints the table of docs/decisions/statistics.md.

use super::super::PairCorrelations;
use super::people_are_clusters;
use crate::audit::toy::two;
use crate::audit::{Audit, Design, Disparity, Params, Row, Table, Verdict, audit};
use crate::metric::calibration::sigmoid;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 1_000;

/// People with photographs in every group. How much easier one is than another is alike in all groups, or sums to
/// nothing over them.
#[derive(Clone, Copy)]
struct Case {
    groups: usize,
    people: usize,
    is_alike: bool,
    /// How much less often the classifier is right in the first group, in logits.
    gap: f64,
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

impl Case {
    /// Person, group, and whether the classifier is right.
    fn draw(self, rng: &mut ChaCha8Rng) -> Vec<(usize, usize, bool)> {
        let mut rows = Vec::new();
        for person in 0..self.people {
            let common = normal(rng);
            let own: Vec<f64> = (0..self.groups).map(|_| normal(rng)).collect();
            let mean = own.iter().sum::<f64>() / self.groups as f64;
            let scale = (self.groups as f64 / (self.groups as f64 - 1.0)).sqrt();
            for (group, own) in own.iter().enumerate() {
                let easy = match self.is_alike {
                    true => common,
                    false => scale * (own - mean),
                };
                let gap = if group == 0 { self.gap } else { 0.0 };
                let right = sigmoid(1.5 + 1.5 * easy - gap);
                for _ in 0..rng.random_range(2..=6) {
                    rows.push((person, group, rng.random_bool(right)));
                }
            }
        }
        rows
    }

    fn audited(self, rows: &[(usize, usize, bool)], seed: u64) -> Audit {
        let people: Vec<String> = (0..self.people).map(|at| format!("p{at}")).collect();
        let groups = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let rows = rows.iter().map(|&(person, group, right)| Row {
            label: 1,
            predicted: usize::from(right),
            score: None,
            attributes: vec![people[person].as_str(), groups[group]],
        });
        let design = Design {
            sampling: people_are_clusters(),
            ..Design::of(crate::groups::parse("group").unwrap())
        };
        let columns = ["person", "group"].map(String::from);
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        let params = Params {
            replicates: 200,
            seed,
            ..Params::default()
        };
        audit(&table, &params.check().unwrap())
    }

    /// Difference in accuracy of the first group from the rest.
    fn truth(self) -> f64 {
        let many = Self {
            people: 100_000,
            ..self
        };
        let rows = many.draw(&mut ChaCha8Rng::seed_from_u64(9));
        let rate = |is_first: bool| {
            let of = || {
                rows.iter()
                    .filter(|(_, group, _)| (*group == 0) == is_first)
            };
            of().filter(|(.., right)| *right).count() as f64 / of().count() as f64
        };
        if self.gap == 0.0 {
            0.0
        } else {
            rate(true) - rate(false)
        }
    }

    fn print(self) {
        let truth = self.truth();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut found = [[0.0; 5]; 2];
        for seed in 0..DRAWS {
            let now = self.audited(&self.draw(&mut rng), seed);
            for (found, audit) in found.iter_mut().zip([&strangers(&now), &now]) {
                let gap = audit.groupings[0].disparity.gap("accuracy").unwrap();
                let interval = gap.versus[0].1.difference.interval;
                let flags = [
                    interval.contains(truth),
                    !audit.verdict.apart.is_empty(),
                    gap.largest.p <= 0.05,
                    gap.largest.omnibus_p <= 0.05,
                ];
                for (found, flag) in found.iter_mut().zip(flags) {
                    *found += 100.0 * f64::from(u8::from(flag)) / DRAWS as f64;
                }
                found[4] += 100.0 * (interval.high - interval.low) / DRAWS as f64;
            }
        }
        let [before, now] = found;
        let cells = before.iter().zip(now);
        let cells: Vec<String> = cells.map(|(a, b)| format!("{a:.1} → {b:.1}")).collect();
        let how = if self.is_alike { "alike" } else { "opposed" };
        eprintln!(
            "| {} groups, {} people, {how}, {:.1} points | {} |",
            self.groups,
            self.people,
            100.0 * truth.abs(),
            cells.join(" | ")
        );
    }
}

/// The same audit, as if nobody were in two groups.
fn strangers(audit: &Audit) -> Audit {
    let mut audit = audit.clone();
    for (_, cell) in &mut audit.groupings[0].cells {
        cell.rest_correlations.clear();
    }
    let cells = &audit.groupings[0].cells;
    audit.groupings[0].disparity = Disparity::new(
        cells,
        &PairCorrelations::new(),
        &audit.overall,
        &audit.params,
    );
    audit.verdict = Verdict::new(&audit.groupings, &audit.overall, &audit.params);
    audit
}

#[test]
#[ignore = "prints a table of docs/decisions/statistics.md"]
fn shared_clusters() {
    eprintln!("| people | coverage | verdict names one | permutation p | omnibus p | width |");
    for is_alike in [true, false] {
        for groups in [2, 5] {
            for people in [10, 20, 40, 100] {
                let case = Case {
                    groups,
                    people,
                    is_alike,
                    gap: 0.0,
                };
                case.print();
            }
            let case = Case {
                groups,
                people: 100,
                is_alike,
                gap: 0.6,
            };
            case.print();
        }
    }
}
