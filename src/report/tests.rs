//! The report of a made-up run in the shape of FairFace: fourteen groups of race and gender, one of
//! them with a planted gap.

use super::*;
use crate::audit::{Audit, Cell, Estimate, Grouping, Rate, Worst};
use crate::record::Status;
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
fn cell(positives: u64, negatives: u64, right: f64) -> Cell {
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

fn grouping(name: &str, cells: Vec<(&str, Cell)>) -> Grouping {
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

fn run() -> Run {
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

/// The part of a page between its tags, with the tags taken out.
fn text(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let mut text = String::new();
    let mut inside = false;
    for character in body.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}

fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html.find(&format!("<section id=\"{id}\"")).unwrap();
    &html[start..start + html[start..].find("</section>").unwrap()]
}

#[test]
fn a_report_loads_nothing_and_runs_nothing() {
    let html = render(&run()).unwrap();
    for forbidden in [
        "http:", "https:", "<script", "<link", "<img", "src=", "@import", "url(",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(
        html.matches("<table").count(),
        html.matches("<caption").count()
    );
}

#[test]
fn the_summary_names_the_worst_group_of_each_attribute_with_its_numbers() {
    let html = render(&run()).unwrap();
    let summary = text(&format!("<body>{}", section(&html, "summary")));
    assert!(summary.contains("Cross-validation accuracy"), "{summary}");
    assert!(summary.contains("Test set accuracy"), "{summary}");
    assert!(summary.contains("race Black"), "{summary}");
    assert!(
        summary.contains("right for 79.2% (77.0–81.2) of 1,447 images"),
        "{summary}"
    );
    assert!(
        summary.contains("The intervals do not overlap."),
        "{summary}"
    );
    assert!(
        summary.contains("race × gender Black × Female"),
        "{summary}"
    );
    assert!(summary.contains("Test set: the same group"), "{summary}");
    assert!(
        summary.contains("Collect and label more images of Black (race), 0-2 (age) and"),
        "{summary}"
    );
}

#[test]
fn a_gap_that_may_be_none_is_not_called_one() {
    let mut run = run();
    run.test = None;
    run.cross_validation.groupings = vec![grouping(
        "glasses",
        vec![("no", cell(100, 100, 0.9)), ("yes", cell(100, 100, 0.88))],
    )];
    let html = render(&run).unwrap();
    let summary = section(&html, "summary");
    assert!(
        summary.contains("The data cannot tell them apart."),
        "{summary}"
    );
    assert!(summary.contains("No group stands apart"), "{summary}");
    assert!(!summary.contains("Collect and label"), "{summary}");
}

#[test]
fn text_from_the_data_is_escaped_everywhere() {
    let evil = "<script>alert('x')</script>";
    let mut run = run();
    run.title = evil.to_owned();
    run.label = evil.to_owned();
    run.classes = vec![evil.to_owned(), "b".to_owned()];
    run.dataset.notes = vec![evil.to_owned()];
    run.bad_rows.first[0].path = evil.to_owned();
    run.cross_validation.groupings = vec![grouping(
        evil,
        vec![
            (evil, cell(50, 50, 0.5)),
            ("\" onload=\"x", cell(50, 50, 0.9)),
        ],
    )];
    let html = render(&run).unwrap();
    assert!(!html.contains("<script"));
    assert!(!html.contains("\" onload"));
    assert!(html.contains("&#60;script&#62;"));
}

#[test]
fn a_rate_without_a_denominator_is_not_estimable_and_says_why() {
    let html = render(&run()).unwrap();
    let groups = section(&html, "groups");
    let row = &groups[groups.find("more than 70 <span class=\"tag\">").unwrap()..];
    let row = &row[..row.find("</tr>").unwrap()];
    assert!(row.contains("too small to be called the worst"), "{row}");
    assert!(row.contains("not estimable: no positives"), "{row}");
    assert!(groups.contains("fewer than 30 images: more than 70 (17)"));
    assert!(!html.contains("NaN"));
}

#[test]
fn a_value_whose_interval_leaves_out_the_overall_value_is_marked() {
    let html = render(&run()).unwrap();
    let groups = section(&html, "groups");
    let row = |name: &str| {
        let row = &groups[groups.find(&format!("<th scope=\"row\">{name}")).unwrap()..];
        &row[..row.find("</tr>").unwrap()]
    };
    assert!(
        row("Black").contains(r#"class="number worse""#),
        "{}",
        row("Black")
    );
    assert!(row("Black").contains("below overall") && row("Black").contains("above overall"));
    assert!(!row("Indian").contains("overall"), "{}", row("Indian"));
    assert!(row("Middle Eastern").contains(r#"class="number better""#));
}

#[test]
fn more_than_two_classes_have_accuracy_only() {
    let mut run = run();
    run.classes.push("Other".to_owned());
    run.positive = None;
    for audit in [Some(&mut run.cross_validation), run.test.as_mut()]
        .into_iter()
        .flatten()
    {
        audit.overall.rates.truncate(1);
        for (_, cell) in audit
            .groupings
            .iter_mut()
            .flat_map(|grouping| &mut grouping.cells)
        {
            cell.rates.truncate(1);
        }
    }
    let html = render(&run).unwrap();
    assert!(html.contains("Male, Female or Other"));
    assert!(html.contains("no positive class") && !html.contains("True-positive rate"));
}

#[test]
fn a_run_without_a_test_part_speaks_of_cross_validation_only() {
    let mut run = run();
    run.test = None;
    let html = render(&run).unwrap();
    assert!(!html.contains("Test set") && !html.contains("judged on the test set"));
    assert!(section(&html, "summary").contains("Cross-validation accuracy"));
}

#[test]
fn a_figure_of_many_groups_draws_the_lowest_and_the_table_has_all() {
    let names: Vec<String> = (0..63).map(|i| format!("country-{i:02}")).collect();
    let cells = names
        .iter()
        .enumerate()
        .map(|(i, name)| (name.as_str(), cell(40, 40, 0.6 + 0.005 * i as f64)));
    let mut run = run();
    run.test = None;
    run.cross_validation.groupings = vec![grouping("country", cells.collect())];
    let html = render(&run).unwrap();
    assert!(html.contains("The lowest 30 groups are drawn; the table has the other 33 too."));
    assert_eq!(html.matches("class=\"interval\"").count(), 30);
    assert_eq!(html.matches("<th scope=\"row\">country-").count(), 63);
}

/// For the eye: `EVENHAND_SAMPLE=sample.html cargo test --lib sample_report -- --ignored`.
#[test]
#[ignore = "writes a file to look at"]
fn sample_report() {
    let path = std::env::var("EVENHAND_SAMPLE").unwrap();
    std::fs::write(path, render(&run()).unwrap()).unwrap();
}
