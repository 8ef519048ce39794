use super::*;
use crate::examples::Examples;
use crate::frame::{Column, Frame, Values};
use crate::learner::{Nested, Task};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// A number and a category that tell the label by `signal`, and numbers of noise.
fn toy(rows: usize, noise: usize, signal: f64, seed: u64) -> (Frame, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let hours: Vec<f32> = (0..rows).map(|_| random.random_range(-2.0..2.0)).collect();
    let codes: Vec<u32> = (0..rows).map(|_| random.random_range(0..3u32)).collect();
    let label = |row: usize| {
        let margin = signal * (f64::from(hours[row]) + 1.5 * f64::from(codes[row]) - 1.5);
        usize::from(random.random_bool(1.0 / (1.0 + (-margin).exp())))
    };
    let labels = (0..rows).map(label).collect();
    let levels = ["x", "y", "z"].map(String::from).to_vec().into();
    let mut columns = vec![
        Column::new("hours", Values::Numbers(hours)),
        Column::new("state", Values::Levels { codes, levels }),
    ];
    columns.extend((0..noise).map(|at| {
        let values = (0..rows).map(|_| random.random::<f32>()).collect();
        Column::new(format!("noise {at}"), Values::Numbers(values))
    }));
    (Frame::new(columns), labels)
}

fn with_task<R>(frame: &Frame, labels: &[usize], run: impl FnOnce(&Task) -> R) -> R {
    let rows: Vec<usize> = (0..labels.len()).collect();
    let folds: Vec<usize> = rows.iter().map(|row| row % 5).collect();
    run(&Task {
        examples: &Examples {
            frame,
            labels,
            classes: 2,
            weights: &vec![1.0; rows.len()],
            margins: None,
        },
        rows: &rows,
        folds: &folds,
        seed: 1,
    })
}

/// What a way to select columns keeps.
fn kept(by: Select, frame: &Frame, labels: &[usize]) -> Vec<String> {
    let mut learners = LearnerParams::default();
    (learners.boosting.rounds, learners.boosting.leaves) = (30, 4);
    let params = SelectParams::default();
    let selector = SelectParams { by, ..params }.selector(&learners);
    let selector = selector.expect("a way that selects");
    with_task(frame, labels, |task| selector.select(task).unwrap())
}

#[test]
fn columns_that_tell_something_are_kept_and_noise_is_dropped() {
    let (frame, labels) = toy(250, 6, 1.2, 4);
    for by in [Select::Lasso, Select::Stability, Select::Importance] {
        let kept = kept(by, &frame, &labels);
        assert_eq!(kept[..2], ["hours", "state"], "{by}");
        assert!(kept.len() <= 3, "{by}: {kept:?}");
    }
}

#[test]
fn where_nothing_tells_anything_one_column_is_kept() {
    let (frame, labels) = toy(80, 6, 0.0, 2);
    for by in [Select::Lasso, Select::Stability] {
        assert_eq!(kept(by, &frame, &labels).len(), 1, "{by}");
    }
}

/// The five numbers that differ most between the labels.
struct Greedy;

impl Selector for Greedy {
    fn select(&self, task: &Task) -> Result<Vec<String>, LearnerError> {
        let mean = |numbers: &[f32], label: usize| {
            let rows = task.rows.iter();
            let rows = rows.filter(|row| task.examples.labels[**row] == label);
            rows.clone().map(|&row| numbers[row]).sum::<f32>() / rows.count() as f32
        };
        let differs = |column: &Column| match &column.values {
            Values::Numbers(numbers) => (mean(numbers, 1) - mean(numbers, 0)).abs(),
            Values::Levels { .. } => 0.0,
        };
        let mut columns: Vec<&Column> = task.examples.frame.columns().iter().collect();
        columns.sort_by(|a, b| differs(b).total_cmp(&differs(a)));
        Ok(columns[..5]
            .iter()
            .map(|column| column.source.clone())
            .collect())
    }
}

fn cross_validated(frame: &Frame, labels: &[usize], selector: Option<&dyn Selector>) -> Nested {
    with_task(frame, labels, |task| {
        let params = LearnerParams::default();
        auto(task, &[Learner::Logistic], &params, selector, &mut |_| ()).unwrap()
    })
}

/// Labels that nothing tells, few rows and many columns: who selects on all rows finds what is not there.
#[test]
fn selection_within_folds_gives_chance_where_selection_on_all_rows_does_not() {
    let (mut inside, mut outside) = (0.0, 0.0);
    for seed in 0..3 {
        let (frame, labels) = toy(60, 200, 0.0, seed);
        let found = cross_validated(&frame, &labels, Some(&Greedy));
        inside += found.winner().auc / 3.0;
        let selected = found.selected.clone().unwrap();
        let narrow = frame.of_sources(&selected);
        outside += cross_validated(&narrow, &labels, None).winner().auc / 3.0;
        // Folds chose by other rows, and models are asked about what they were fitted to.
        assert!(
            found
                .fold_models
                .iter()
                .any(|fold| fold.selected != found.selected)
        );
        let all: Vec<usize> = (0..60).collect();
        assert_eq!(found.held_out(&frame, &all, 2), found.probabilities);
        assert_eq!(found.narrowed(&frame).sources(), narrow.sources());
        let looked_into = with_task(&frame, &labels, |task| {
            found.contributions(task.examples, 1)
        });
        let looked_into = looked_into.unwrap();
        assert_eq!(looked_into.sources.len(), 202);
        let size = looked_into.mean_absolute(&vec![1.0; looked_into.rows.len()]);
        let used = size.iter().filter(|size| **size > 0.0).count();
        assert!((5..=25).contains(&used), "{used} columns of five folds");
    }
    assert!(inside < 0.6, "above chance: {inside}");
    assert!(outside > 0.75, "a test that cannot fail: {outside}");
}

#[test]
fn names_of_ways_are_read_and_written() {
    for by in Select::ALL {
        assert_eq!(by.name().parse(), Ok(by));
        assert_eq!(serde_json::to_value(by).unwrap(), by.name());
    }
    assert_eq!(
        "best".parse::<Select>().unwrap_err(),
        "`best` is no way to select columns; there are none, lasso, stability, importance"
    );
}
