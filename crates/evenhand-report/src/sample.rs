//! A made-up run in the shape of FairFace, with a planted gap: what the tests render, and what the
//! eye looks at.

use super::content::*;
use super::method::{ImageMethod, Method};
use crate::audit::toy::audited;
use crate::audit::{Audit, Params};
use crate::record::{Classes, LabelSource, Status, Unit};

const MIN_N: u64 = 30;

/// The outcomes of a group: `[tp, fp, fn, tn]`.
pub type Outcomes = [usize; 4];

/// `positives` and `negatives`, of which these shares are judged rightly.
pub fn outcomes(positives: usize, negatives: usize, right: f64) -> Outcomes {
    let of = |n: usize, share: f64| (n as f64 * share).round() as usize;
    let (tp, tn) = (of(positives, right + 0.01), of(negatives, right - 0.01));
    [tp, negatives - tn, positives - tp, tn]
}

/// An audit by one attribute alone.
pub fn audit_by(attribute: &str, groups: &[(&str, Outcomes)]) -> Audit {
    let params = Params {
        min_n: MIN_N,
        replicates: 100,
        ..Params::default()
    };
    audited(attribute, groups, params)
}

fn audit(scale: usize) -> Audit {
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
    let race: Vec<(&str, Outcomes)> = races
        .iter()
        .zip(shares)
        .map(|(&race, right)| (race, outcomes(7 * scale, 7 * scale + scale / 3, right)))
        .collect();
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
    let mut age: Vec<(&str, Outcomes)> = ages
        .iter()
        .map(|&(age, n, right)| (age, outcomes(n * scale / 2, n * scale / 2, right)))
        .collect();
    age.push(("more than 70", outcomes(0, 17, 0.77)));
    let crossed: Vec<String> = races
        .iter()
        .flat_map(|race| [format!("{race}*Female"), format!("{race}*Male")])
        .collect();
    let both: Vec<(&str, Outcomes)> = crossed
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let n = 7 * scale;
            let group = if i % 2 == 0 {
                outcomes(n, 0, shares[i / 2] - 0.02)
            } else {
                outcomes(0, n, shares[i / 2] + 0.02)
            };
            (value.as_str(), group)
        })
        .collect();
    let mut audit = audit_by("race", &race);
    for mut other in [audit_by("age", &age), audit_by("gender", &both)] {
        audit.groupings.append(&mut other.groupings);
        audit.verdict.comparisons += other.verdict.comparisons;
        audit.verdict.apart.append(&mut other.verdict.apart);
    }
    audit.groupings[2].name = "race*gender".to_owned();
    let crossed = audit.verdict.apart.iter_mut();
    for apart in crossed.filter(|apart| apart.grouping == "gender") {
        apart.grouping = "race*gender".to_owned();
    }
    audit
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

pub fn outcome(name: &str, n: u64) -> Outcome {
    Outcome {
        name: name.to_owned(),
        n,
        meaning: "what became of it".to_owned(),
    }
}

/// The part that says most.
pub fn main_part(report: &mut Report) -> &mut Audit {
    report.parts.truncate(1);
    &mut report.parts[0].audit
}

fn method() -> ImageMethod {
    let head = [
        ("hidden", "512"),
        ("dropout", "0.3"),
        ("learning rate", "0.001"),
        ("batch", "128"),
        ("epochs", "at most 60, patience 8"),
        ("balance", "none"),
    ];
    ImageMethod {
        backbone: "efficientnet-lite0".to_owned(),
        engine: "ONNX Runtime".to_owned(),
        engine_version: "1.26.0".to_owned(),
        device: "CPU, 2 threads".to_owned(),
        taps: vec!["blocks.4.2".to_owned(), "blocks.6.0".to_owned()],
        pooling: "grid:3".to_owned(),
        features: 3_888,
        head: texts(head),
        finetuning: Vec::new(),
    }
}

pub fn texts<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

pub fn report() -> Report {
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
    Report {
        title: "Perceived gender on FairFace".to_owned(),
        created: Some("23 November 2026, 14:05".to_owned()),
        unit: Unit::Image,
        label: "gender".to_owned(),
        classes: Classes::new(vec!["Male".to_owned(), "Female".to_owned()]).unwrap(),
        data: Data {
            source: "train.csv and val.csv".to_owned(),
            about: None,
            label_source: LabelSource::Perceived,
            rows: 12_006,
            outcomes: vec![outcome("ok", 12_000), outcome("missing", 1), outcome("unreadable", 4), outcome("too-large", 1)],
            notes: vec![
                "age: 1,362 values that a spreadsheet had turned into dates were restored (03-Sep is 3-9)".to_owned(),
                "14 images occur twice; copies stay on one side of every split".to_owned(),
            ],
            bad_rows: BadRows {
                first: vec![
                    bad("train/00231.jpg", Status::Unreadable, "the file ends in the middle of the image"),
                    bad("train/07123.jpg", Status::Missing, "no such file"),
                    bad("val/a-very-long-folder-name-that-goes-on/and-on/and-on/0001.png", Status::TooLarge, "30000 x 30000 pixels, more than the 178 million allowed"),
                ],
                total: 6,
            },
        },
        training: Some(Training {
            train: 10_000,
            test: 2_000,
            method: Method::Images(method()),
            folds: 5,
            seed: 42,
            seconds: 322.4,
            curves,
            seeds: Vec::new(),
            across: None,
        }),
        parts: vec![
            Part {
                source: Source::CrossValidation,
                audit: audit(101),
                weighted: None,
            },
            Part {
                source: Source::Test,
                audit: audit(20),
                weighted: None,
            },
        ],
        error_analysis: None,
        comparison: None,
    }
}
