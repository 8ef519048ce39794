//! A made-up run in the shape of FairFace, with a planted gap: what the tests render, and what the
//! eye looks at.

use super::run::*;
use crate::audit::{Audit, Cell, Estimate, Grouping, Rate, Worst};
use crate::record::{LabelSource, Status};
use crate::stats::Interval;

/// Wilson's interval, enough for samples.
fn rate(hits: u64, n: u64) -> Rate {
    if n == 0 {
        return Rate {
            hits,
            n,
            estimate: None,
        };
    }
    let (p, count, z) = (hits as f64 / n as f64, n as f64, 1.96);
    let scale = 1.0 + z * z / count;
    let centre = (p + z * z / (2.0 * count)) / scale;
    let half = z * (p * (1.0 - p) / count + z * z / (4.0 * count * count)).sqrt() / scale;
    let interval = Interval {
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    };
    Rate {
        hits,
        n,
        estimate: Some(Estimate { value: p, interval }),
    }
}

/// A cell of `positives` and `negatives`, of which these shares are judged rightly.
pub fn cell(positives: u64, negatives: u64, right: f64) -> Cell {
    let of = |n: u64, share: f64| (n as f64 * share).round() as u64;
    let (tp, tn) = (of(positives, right + 0.01), of(negatives, right - 0.01));
    let n = positives + negatives;
    let rates = vec![
        ("accuracy", rate(tp + tn, n)),
        ("tpr", rate(tp, positives)),
        ("fpr", rate(negatives - tn, negatives)),
    ];
    Cell { n, rates }
}

fn sum(cells: &[(String, Cell)], skip: Option<&str>) -> Cell {
    let kept = || {
        cells
            .iter()
            .filter(|(value, _)| Some(value.as_str()) != skip)
    };
    let total = |i: usize| {
        let (hits, n) = kept().fold((0, 0), |(hits, n), (_, cell)| {
            (hits + cell.rates[i].1.hits, n + cell.rates[i].1.n)
        });
        (cells[0].1.rates[i].0, rate(hits, n))
    };
    Cell {
        n: kept().map(|(_, cell)| cell.n).sum(),
        rates: (0..cells[0].1.rates.len()).map(total).collect(),
    }
}

const MIN_N: u64 = 30;

pub fn grouping(name: &str, cells: Vec<(&str, Cell)>) -> Grouping {
    let cells: Vec<(String, Cell)> = cells
        .into_iter()
        .map(|(value, cell)| (value.to_owned(), cell))
        .collect();
    let share = |cell: &Cell| {
        cell.rates[0]
            .1
            .estimate
            .map_or(1.0, |estimate| estimate.value)
    };
    let large = cells.iter().filter(|(_, cell)| cell.n >= MIN_N);
    let worst = large
        .min_by(|a, b| share(&a.1).total_cmp(&share(&b.1)))
        .map(|(value, cell)| {
            let (accuracy, rest) = (cell.rates[0].1, sum(&cells, Some(value)).rates[0].1);
            let (p2, p1) = (accuracy.estimate.unwrap(), rest.estimate.unwrap());
            let down = (p1.value - p1.interval.low).hypot(p2.interval.high - p2.value);
            let up = (p1.interval.high - p1.value).hypot(p2.value - p2.interval.low);
            let value_of_gap = p1.value - p2.value;
            let interval = Interval {
                low: value_of_gap - down,
                high: value_of_gap + up,
            };
            let gap = Estimate {
                value: value_of_gap,
                interval,
            };
            Worst {
                value: value.clone(),
                accuracy,
                rest,
                gap,
            }
        });
    Grouping {
        name: name.to_owned(),
        cells,
        worst,
    }
}

fn audit(scale: u64) -> Audit {
    let races = [
        "Black",
        "East Asian",
        "Indian",
        "Latino_Hispanic",
        "Middle Eastern",
        "Southeast Asian",
        "White",
    ];
    let shares = [0.792, 0.874, 0.882, 0.893, 0.905, 0.861, 0.888];
    let race = races
        .iter()
        .zip(shares)
        .map(|(&race, right)| (race, cell(7 * scale, 7 * scale + scale / 3, right)));
    let ages = [
        ("0-2", 2, 0.71),
        ("3-9", 13, 0.80),
        ("10-19", 11, 0.84),
        ("20-29", 30, 0.90),
        ("30-39", 22, 0.905),
        ("40-49", 12, 0.90),
        ("50-59", 7, 0.89),
        ("60-69", 3, 0.86),
    ];
    let mut age: Vec<(&str, Cell)> = ages
        .iter()
        .map(|&(age, n, right)| (age, cell(n * scale / 2, n * scale / 2, right)))
        .collect();
    age.push(("more than 70", cell(0, 17, 0.77)));
    let crossed: Vec<String> = races
        .iter()
        .flat_map(|race| [format!("{race}*Female"), format!("{race}*Male")])
        .collect();
    let both = crossed.iter().enumerate().map(|(i, value)| {
        let right = shares[i / 2] + if i % 2 == 0 { -0.02 } else { 0.02 };
        let n = 7 * scale;
        (
            value.as_str(),
            if i % 2 == 0 {
                cell(n, 0, right)
            } else {
                cell(0, n, right)
            },
        )
    });
    let race = grouping("race", race.collect());
    Audit {
        overall: sum(&race.cells, None),
        groupings: vec![
            race,
            grouping("age", age),
            grouping("race*gender", both.collect()),
        ],
        min_n: MIN_N,
        level: 0.95,
    }
}

fn curve(fit: Fit, epochs: u32, shift: f64) -> Curve {
    let point = |epoch: u32| {
        let t = f64::from(epoch) / 12.0;
        CurvePoint {
            epoch,
            train_loss: 0.12 + 0.55 * (-t).exp() + shift / 3.0,
            validation_loss: Some(0.30 + 0.36 * (-1.4 * t).exp() + 0.012 * t * t + shift),
            validation_accuracy: Some(0.882 - 0.22 * (-1.2 * t).exp() - shift),
        }
    };
    Curve {
        fit,
        points: (1..=epochs).map(point).collect(),
    }
}

pub fn run() -> Run {
    let shifts = [0.012, -0.008, 0.004, 0.017, -0.011];
    let folds = shifts.iter().enumerate();
    let mut curves: Vec<Curve> = folds
        .map(|(i, &shift)| curve(Fit::Fold(i), 28 + 2 * i as u32, shift))
        .collect();
    curves.push(curve(Fit::Final, 31, 0.0));
    let bad = |path: &str, status, reason: &str| BadRow {
        path: path.to_owned(),
        status,
        reason: reason.to_owned(),
    };
    Run {
        title: "Perceived gender on FairFace".to_owned(),
        created: Some("23 November 2026, 14:05".to_owned()),
        label: "gender".to_owned(),
        classes: vec!["Male".to_owned(), "Female".to_owned()],
        positive: Some("Female".to_owned()),
        dataset: DatasetSummary {
            source: "train.csv and val.csv".to_owned(),
            about: None,
            label_source: LabelSource::Perceived,
            rows: 12_006,
            statuses: vec![(Status::Ok, 12_000), (Status::Missing, 1), (Status::Unreadable, 4), (Status::TooLarge, 1)],
            train: 10_000,
            test: 2_000,
            notes: vec![
                "age: 1,362 values that a spreadsheet had turned into dates were restored (03-Sep is 3-9)".to_owned(),
                "14 images occur twice; copies stay on one side of every split".to_owned(),
            ],
        },
        bad_rows: BadRows {
            first: vec![
                bad("train/00231.jpg", Status::Unreadable, "the file ends in the middle of the image"),
                bad("train/07123.jpg", Status::Missing, "no such file"),
                bad("val/a-very-long-folder-name-that-goes-on/and-on/and-on/0001.png", Status::TooLarge, "30000 x 30000 pixels, more than the 178 million allowed"),
            ],
            total: 6,
        },
        training: Training {
            backbone: "efficientnet-lite0".to_owned(),
            engine: "ONNX Runtime".to_owned(),
            engine_version: "1.26.0".to_owned(),
            device: "CPU, 2 threads".to_owned(),
            taps: vec!["blocks.4.2".to_owned(), "blocks.6.0".to_owned()],
            pooling: "grid:3".to_owned(),
            features: 3_888,
            head: [("hidden", "512"), ("dropout", "0.3"), ("learning rate", "0.001"), ("batch", "128"), ("epochs", "at most 60, patience 8"), ("balance", "none")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            folds: 5,
            seed: 42,
            seconds: 322.4,
        },
        cross_validation: audit(101),
        test: Some(audit(20)),
        curves,
    }
}
