use super::*;
use crate::frame::{Column, Values};
use crate::learner::{Learner, LearnerParams, Task, auto, margin_frame};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const ROWS: usize = 300;

/// A number with a gap code, a category, and a number that says nothing; labels of two or three classes.
fn toy(classes: usize) -> (Frame, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (mut hours, mut coded, mut codes, mut noise) = (vec![], vec![], vec![], vec![]);
    let mut labels = vec![];
    for row in 0..ROWS {
        let is_gap = row % 11 == 0;
        let x: f32 = random.random_range(-2.0..2.0);
        hours.push(if is_gap { f32::NAN } else { x });
        coded.push(f32::from(u8::from(is_gap)));
        codes.push(random.random_range(0..3u32));
        noise.push(random.random::<f32>());
        let margin = f64::from(if is_gap { 1.5 } else { 1.5 * x }) + f64::from(codes[row]) - 1.0;
        let hit = random.random_bool(1.0 / (1.0 + (-margin).exp()));
        let other = random.random_bool(0.5);
        labels.push(if hit {
            (classes - 1).min(1 + usize::from(other))
        } else {
            0
        });
    }
    let levels = ["x", "y", "z"].map(String::from).to_vec().into();
    let frame = Frame::new(vec![
        Column::new("hours", Values::Numbers(hours)),
        Column {
            name: "hours: N".into(),
            source: "hours".into(),
            values: Values::Numbers(coded),
        },
        Column::new("state", Values::Levels { codes, levels }),
        Column::new("noise", Values::Numbers(noise)),
    ]);
    (frame, labels)
}

/// Cross-validates one learner, and looks into the result.
fn looked_into(
    learner: Learner,
    classes: usize,
) -> (Nested, Frame, Vec<f64>, Option<Contributions>) {
    let (frame, labels) = toy(classes);
    let rows: Vec<usize> = (0..ROWS).collect();
    let folds: Vec<usize> = rows.iter().map(|row| row % 3).collect();
    let weights: Vec<f64> = rows
        .iter()
        .map(|row| 0.5 + (row % 3) as f64 / 2.0)
        .collect();
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes,
        weights: &weights,
        margins: None,
    };
    let task = Task {
        examples: &examples,
        rows: &rows,
        folds: &folds,
        seed: 1,
    };
    let nested = auto(
        &task,
        &[learner],
        &LearnerParams::default(),
        None,
        &mut |_| (),
    )
    .unwrap();
    let found = nested.contributions(&examples, 3);
    (nested, frame, weights, found)
}

#[test]
fn what_columns_add_sums_to_the_margin_of_every_learner() {
    for classes in [2, 3] {
        for learner in Learner::ALL {
            let (_, _, weights, found) = looked_into(learner, classes);
            let found = found.unwrap();
            assert_eq!(found.sources, ["hours", "state", "noise"]);
            assert!(
                found.largest_error < 1e-5,
                "{learner}: {}",
                found.largest_error
            );
            assert_eq!(found.outputs, if classes == 2 { 1 } else { 3 });
            let is_averaged = matches!(learner, Learner::Tree | Learner::Forest);
            assert_eq!(found.scale == Scale::Probability, is_averaged);
            let weights: Vec<f64> = found.rows.iter().map(|&row| weights[row]).collect();
            let size = found.mean_absolute(&weights);
            assert!(
                size[0] > 2.0 * size[2] && size[0] > size[1],
                "{learner}: {size:?}"
            );
            assert!(found.mean_absolute(&vec![0.0; found.rows.len()])[0].is_nan());
        }
    }
}

#[test]
fn a_logistic_regression_adds_its_coefficients_times_what_is_above_the_mean() {
    let (nested, frame, weights, _) = looked_into(Learner::Logistic, 2);
    let Model::Logistic(model) = &nested.fitted.model else {
        panic!("one learner was asked for")
    };
    // x @ coef - np.average(x @ coef, weights=w) for the one-hot columns of `state`: shap.LinearExplainer has the same.
    let rows: Vec<usize> = (0..40).collect();
    let found = nested
        .fitted
        .model
        .contributions(&frame, &rows, &weights)
        .unwrap();
    let (_, coefficients) = model.unstandardised();
    let columns = model.encoder.design_columns.iter().zip(&coefficients);
    let of_state: Vec<f64> = columns
        .filter(|(column, _)| column.source == "state")
        .map(|(_, of)| *of)
        .collect();
    let Values::Levels { codes, .. } = &frame.columns()[2].values else {
        unreachable!("a category")
    };
    let mean = rows
        .iter()
        .map(|&row| weights[row] * of_state[codes[row] as usize])
        .sum::<f64>()
        / rows.iter().map(|&row| weights[row]).sum::<f64>();
    for &row in &rows {
        let expected = of_state[codes[row] as usize] - mean;
        assert!((found.of(row)[1] - expected).abs() < 1e-9);
    }
}

#[test]
fn corrections_add_up_and_a_corrected_forest_has_no_sum() {
    let of = |learner| looked_into(learner, 2).0.fitted.model;
    let (_, frame, weights, _) = looked_into(Learner::Logistic, 2);
    let [linear, trees, forest] = [Learner::Logistic, Learner::Boosting, Learner::Forest].map(of);
    let rows: Vec<usize> = (0..30).collect();
    let sum = |model: &Model, correction: &Model| {
        let sum = Model::Sum(Box::new(model.clone()), Box::new(correction.clone()));
        sum.contributions(&frame, &rows, &weights)
    };
    let found = sum(&trees, &linear).unwrap();
    let parts = [&trees, &linear].map(|of| of.contributions(&frame, &rows, &weights).unwrap());
    for (at, value) in found.values.iter().enumerate() {
        assert!((value - parts[0].values[at] - parts[1].values[at]).abs() < 1e-12);
    }
    assert!(found.largest_error < 1e-5, "{}", found.largest_error);
    assert_eq!(sum(&forest, &linear), None);
    let correction = Logistic {
        intercepts: vec![0.3],
        coefficients: vec![-0.4],
        ..recalibration(&trees.margins(&frame, &rows))
    };
    let model = Model::Recalibrated(Box::new(trees), correction);
    let found = model.contributions(&frame, &rows, &weights).unwrap();
    assert!(found.largest_error < 1e-5, "{}", found.largest_error);
    assert!(found.mean_absolute(&[1.0; 30])[0] < parts[0].mean_absolute(&[1.0; 30])[0]);
}

/// A logistic regression on margins.
fn recalibration(margins: &[f64]) -> Logistic {
    let frame = margin_frame(margins, 1);
    let rows: Vec<usize> = (0..margins.len()).collect();
    let labels: Vec<usize> = rows.iter().map(|row| row % 2).collect();
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &vec![1.0; rows.len()],
        margins: None,
    };
    let mut path = Logistic::fit_path(&examples, &rows, &[1.0], &Default::default()).unwrap();
    path.remove(0)
}
