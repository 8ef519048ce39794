//! A made-up training on a survey, with a group that it scores worse: what the tests render, and what the eye looks at.

mod uses;

use super::content::{
    BadRow, BadRows, Compared, Data, ErrorAnalysis, Part, Report, RowImage, Source, Training,
    WeightedPart,
};
use super::method::{
    ColumnMethod, ColumnSelection, Importance, Leaderboard, LeaderboardRow, Method, SelectedColumn,
};
use super::sample::{outcome, texts};
use crate::audit::toy::two;
use crate::audit::{
    CheckedParams, Design, Estimate, Evidence, Measure, MoreOf, Params, Row, Slice, Table, audit,
    compare, examine,
};
use crate::error_analysis::pictured_rows;
use crate::record::{LabelSource, Status, Unit};
use crate::stats::Interval;
use evenhand_stats::groups::parse;
use evenhand_stats::text::TextTable;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::sync::LazyLock;

/// A person, and what is said of them.
struct Person {
    attributes: [&'static str; 3],
    is_yes: bool,
    score: f64,
}

/// 900 people by region and age. Scores of people in the country say little.
fn people(seed: u64) -> Vec<Person> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut noise = ChaCha8Rng::seed_from_u64(seed);
    let mut person = |at: usize| {
        let is_rural = rng.random::<f64>() < 0.3;
        let is_yes = rng.random::<f64>() < 0.35;
        let tells = if is_rural { 0.2 } else { 1.4 };
        let logit = if is_yes { tells } else { -tells } + 4.0 * (noise.random::<f64>() - 0.5);
        Person {
            attributes: [
                ["urban", "rural"][usize::from(is_rural)],
                ["18-34", "35-64", "65 and more"][at % 3],
                ["women", "men"][at / 3 % 2],
            ],
            is_yes,
            score: 1.0 / (1.0 + (-logit).exp()),
        }
    };
    (0..900).map(&mut person).collect()
}

fn table(people: &[Person]) -> Table {
    let rows = people.iter().map(|person| Row {
        label: usize::from(person.is_yes),
        predicted: usize::from(person.score >= 0.5),
        score: Some(person.score),
        attributes: person.attributes.to_vec(),
    });
    let columns = ["region", "age", "sex"].map(str::to_owned);
    let design = Design {
        groups: parse("region, age, region*age").unwrap(),
        control: parse("sex").unwrap().pop(),
        ..Design::default()
    };
    Table::new(&two(), &columns, &design, rows).unwrap()
}

/// A kind of rows that fails, of which one group has more.
fn slice() -> Slice {
    let around = |value: f64| Estimate {
        value,
        interval: Interval {
            low: value - 0.05,
            high: value + 0.05,
        },
    };
    Slice {
        accuracy: Measure {
            n: 60,
            estimate: Ok(around(0.6)),
        },
        gap: around(0.2),
        p_holm: 0.002,
        more_of: vec![MoreOf {
            grouping: "region".to_owned(),
            group: "rural".to_owned(),
            share: 0.8,
            elsewhere: 0.2,
        }],
        examples: vec![0, 1, 2],
    }
}

fn leaderboard() -> Leaderboard {
    let row = |learner: &str, log_loss: f64, auc: f64, seconds: f64| LeaderboardRow {
        learner: learner.to_owned(),
        log_loss,
        standard_error: 0.006,
        auc: Some(auc),
        seconds,
        is_chosen: learner == "gradient boosting",
    };
    Leaderboard {
        rows: vec![
            row("gradient boosting", 0.412, 0.861, 3.4),
            row("random forest", 0.421, 0.852, 9.2),
            row("logistic regression", 0.437, 0.839, 0.6),
            row("decision tree", 0.466, 0.811, 0.3),
        ],
        sentence: "Gradient boosting has the least log loss, and no simpler learner is within one standard error of it.".to_owned(),
    }
}

/// 24 columns, the last ones of no importance.
fn importance() -> Vec<Importance> {
    let names = ["age", "education", "hours", "occupation", "household_size"].map(str::to_owned);
    let others = (1..20).map(|at| format!("question_{at:02}"));
    let columns = names.into_iter().chain(others).enumerate();
    let importance = columns.map(|(at, column)| {
        let loss = 0.08 * (-0.4 * at as f64).exp() - 0.0005;
        Importance {
            column,
            loss,
            low: loss - 0.002 - 0.1 * loss.abs(),
            high: loss + 0.002 + 0.1 * loss.abs(),
        }
    });
    importance.collect()
}

fn coefficients() -> TextTable {
    let texts = |row: [&str; 4]| row.map(str::to_owned).to_vec();
    TextTable {
        header: texts(["Feature", "Coefficient", "Standard error", "p"]),
        rows: vec![
            texts(["age", "0.031", "0.004", "< 0.001"]),
            texts(["education: university", "0.82", "0.11", "< 0.001"]),
            texts(["hours: not asked", "−0.20", "0.14", "0.15"]),
        ],
    }
}

fn selection() -> ColumnSelection {
    let column = |column: &str, is_kept: bool, folds: u64| SelectedColumn {
        column: column.to_owned(),
        is_kept,
        folds,
    };
    ColumnSelection {
        by: "lasso",
        columns: vec![
            column("age", true, 5),
            column("hours", true, 3),
            column("question_20", false, 1),
        ],
        folds: 5,
    }
}

fn method() -> ColumnMethod {
    let importance = importance();
    ColumnMethod {
        learner: "gradient boosting".to_owned(),
        columns: importance.iter().map(|one| one.column.clone()).collect(),
        features: 61,
        selection: Some(selection()),
        settings: texts([("trees", "140"), ("leaves", "31"), ("learning rate", "0.1")]),
        leaderboard: Some(leaderboard()),
        importance,
        uses: Some(Box::new(uses::uses())),
        coefficients: Some(coefficients()),
        notes: vec!["zip_code is a code of 812 levels: each became the share of yes among training rows of other folds".to_owned()],
    }
}

fn weighted() -> WeightedPart {
    let texts = |row: [&str; 2]| row.map(str::to_owned).to_vec();
    WeightedPart {
        sentence: "Weighted by `PWGTP`: 900 rows stand for 90310 rows.".to_owned(),
        tables: vec![TextTable {
            header: texts(["region", "accuracy"]),
            rows: vec![texts(["rural", "61.3%"])],
        }],
    }
}

fn data() -> Data {
    Data {
        source: "survey.csv".to_owned(),
        about: None,
        label_source: LabelSource::Recorded,
        rows: 904,
        outcomes: vec![outcome("ok", 900), outcome("unlabelled", 4)],
        notes: Vec::new(),
        bad_rows: BadRows {
            first: vec![BadRow {
                path: "line 17".to_owned(),
                status: Status::Unlabelled,
                reason: "care is empty".to_owned(),
            }],
            total: 4,
        },
    }
}

fn error_analysis(table: &Table, people: &[Person], params: &CheckedParams) -> ErrorAnalysis {
    let probabilities = people.iter().flat_map(|one| [1.0 - one.score, one.score]);
    let probabilities: Vec<f64> = probabilities.collect();
    let evidence = Evidence {
        probabilities: Some(&probabilities),
        features: None,
    };
    let mut examination = examine(table, evidence, params).unwrap();
    examination.slices = Some(vec![slice()]);
    let row = |row: usize| {
        let person = &people[row];
        let shown = RowImage {
            name: format!("line {}", row + 2),
            label: usize::from(person.is_yes),
            predicted: usize::from(person.score >= 0.5),
            groups: person.attributes[..2].join(", "),
            image: None,
        };
        (row, shown)
    };
    ErrorAnalysis {
        source: Source::CrossValidation,
        rows: pictured_rows(&examination).into_iter().map(row).collect(),
        examination,
        about_images: None,
        maps: None,
    }
}

/// With everything that a page about a survey can have.
pub fn report() -> Report {
    static REPORT: LazyLock<Report> = LazyLock::new(new);
    REPORT.clone()
}

fn new() -> Report {
    let params = Params {
        replicates: 100,
        ..Params::default()
    };
    let params = params.check().unwrap();
    // Of another seed.
    let [(people, table), (_, other)] = [1, 2].map(|seed| {
        let people = people(seed);
        let table = table(&people);
        (people, table)
    });
    Report {
        title: "Classifying care".to_owned(),
        created: None,
        unit: Unit::Row,
        label: "care".to_owned(),
        classes: two(),
        data: data(),
        training: Some(Training {
            train: 900,
            test: 0,
            method: Method::Columns(method()),
            folds: 5,
            seed: 42,
            seconds: 13.5,
            curves: Vec::new(),
            seeds: Vec::new(),
            across: None,
        }),
        parts: vec![Part {
            source: Source::CrossValidation,
            audit: audit(&table, &params),
            weighted: Some(weighted()),
        }],
        error_analysis: Some(error_analysis(&table, &people, &params)),
        comparison: Some(Compared {
            with: "from-scratch".to_owned(),
            comparison: compare(&table, &other, &params),
        }),
    }
}
