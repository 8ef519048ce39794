use super::*;
use crate::frame::Column;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

const GAP_CODE: u32 = NO_LEVEL;

fn numbers(name: &str, of: &[f32]) -> Column {
    Column::new(name, Values::Numbers(of.to_vec()))
}

fn levels(name: &str, codes: Vec<u32>, count: usize) -> Column {
    let levels: Vec<String> = (0..count).map(|level| format!("l{level}")).collect();
    let levels = Arc::from(levels);
    Column::new(name, Values::Levels { codes, levels })
}

fn encoded(frame: &Frame, weights: &[f64], params: &EncodeParams) -> (Encoder, Design) {
    let labels: Vec<usize> = (0..frame.rows()).map(|row| row % 2).collect();
    let examples = Examples {
        frame,
        labels: &labels,
        classes: 2,
        weights,
        margins: None,
    };
    let rows: Vec<usize> = (0..frame.rows()).collect();
    Encoder::fit(&examples, &rows, params).unwrap()
}

fn column(design: &Design, at: usize) -> Vec<f64> {
    (0..design.rows()).map(|row| design.at(row, at)).collect()
}

#[test]
fn numbers_are_imputed_and_standardised_by_weight() {
    let frame = Frame::new(vec![
        numbers("age", &[1.0, 3.0, f32::NAN, 8.0]),
        numbers("same", &[5.0; 4]),
    ]);
    let weights = [2.0, 0.5, 1.0, 0.5];
    let (encoder, design) = encoded(&frame, &weights, &EncodeParams::default());
    let names: Vec<&str> = encoder
        .design_columns
        .iter()
        .map(|of| of.name.as_str())
        .collect();
    assert_eq!(names, ["age", "age=(gap)"]);
    assert_eq!(encoder.constant, ["same"]);
    // (2·1 + 0.5·3 + 0.5·8) / 3
    assert_eq!(encoder.design_columns[0].centre, 2.5);
    let values = column(&design, 0);
    let mean = |power: i32| -> f64 {
        let all = values.iter().zip(weights);
        all.map(|(value, weight)| weight * value.powi(power))
            .sum::<f64>()
            / 4.0
    };
    assert!(mean(1).abs() < 1e-12 && (mean(2) - 1.0).abs() < 1e-12);
    assert_eq!(values[2], 0.0);
    assert_eq!(column(&design, 1), [0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn only_training_rows_are_learned_from() {
    let frame = Frame::new(vec![numbers("x", &[1.0, 3.0, 1000.0, f32::NAN])]);
    let examples = Examples {
        frame: &frame,
        labels: &[0, 1, 0, 1],
        classes: 2,
        weights: &[1.0; 4],
        margins: None,
    };
    let (encoder, _) = Encoder::fit(&examples, &[0, 1], &EncodeParams::default()).unwrap();
    let design = encoder.design(&frame, &[2, 3]);
    assert_eq!(column(&design, 0), [998.0, 0.0]);
    let same = Encoder::fit(&examples, &[0], &EncodeParams::default());
    assert!(matches!(same, Err(LearnerError::NoFeature)));
}

#[test]
fn rare_levels_are_pooled_and_unseen_ones_count_as_gaps() {
    // Level 0 twelve times, level 1 ten, levels 2 and 3 three in all, a gap, and no level 4.
    let mut codes = [vec![0; 12], vec![1; 10], vec![2, 2, 3]].concat();
    let without_gaps = Frame::new(vec![levels("state", codes.clone(), 5)]);
    codes.push(GAP_CODE);
    let frame = Frame::new(vec![levels("state", codes, 5)]);
    let params = EncodeParams::default();
    let (encoder, design) = encoded(&frame, &[1.0; 26], &params);
    let names: Vec<&str> = encoder
        .design_columns
        .iter()
        .map(|of| of.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["state=l0", "state=l1", "state=(other)", "state=(gap)"]
    );
    assert!(encoder.design_columns.iter().all(|of| of.source == "state"));
    let pooled = Pooled {
        column: "state".into(),
        levels: vec![("l2".into(), 2), ("l3".into(), 1)],
    };
    assert_eq!(encoder.pooled, [pooled]);
    let sums = [12.0, 10.0, 3.0, 1.0];
    for (at, sum) in sums.into_iter().enumerate() {
        assert_eq!(column(&design, at).iter().sum::<f64>(), sum);
    }
    let new = Frame::new(vec![levels("state", vec![4, GAP_CODE, 3], 5)]);
    let design = encoder.design(&new, &[0, 1, 2]);
    assert_eq!(column(&design, 3), [1.0, 1.0, 0.0]);
    assert_eq!(column(&design, 2), [0.0, 0.0, 1.0]);
    let (encoder, _) = encoded(&without_gaps, &[1.0; 25], &params);
    let design = encoder.design(&new, &[0]);
    assert_eq!(design.values, [0.0; 3]);
}

/// Codes of many levels and labels that depend on them as much as asked for.
fn many_levels(rows: usize, count: u32, share: f64) -> (Frame, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let codes: Vec<u32> = (0..rows).map(|_| rng.random_range(0..count)).collect();
    let label = |code: &u32| {
        let p = 0.5 + share * (f64::from(code % 2) - 0.5);
        usize::from(rng.random::<f64>() < p)
    };
    let labels = codes.iter().map(label).collect();
    (
        Frame::new(vec![levels("zip", codes, count as usize)]),
        labels,
    )
}

#[test]
fn many_levels_become_their_shrunk_mean_label() {
    let (frame, labels) = many_levels(6000, 60, 0.8);
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &vec![1.0; 6000],
        margins: None,
    };
    let rows: Vec<usize> = (0..6000).collect();
    let (encoder, design) = Encoder::fit(&examples, &rows, &EncodeParams::default()).unwrap();
    let Encoding::Target { values, .. } = &encoder.columns[0].encoding else {
        panic!("a target encoding");
    };
    let mean = labels.iter().sum::<usize>() as f64 / 6000.0;
    // Levels without a row, and gaps, have the mean of all.
    assert!((f64::from(values[60][0]) - mean).abs() < 1e-7);
    for (level, value) in values[..60].iter().enumerate() {
        let truth = 0.5 + 0.8 * ((level % 2) as f32 - 0.5);
        assert!((value[0] - truth).abs() < 0.15, "{level}: {value:?}");
    }
    // Training rows of one level differ by the fold that they are in; new rows do not.
    let own = encoder.design(&frame, &rows);
    let differ = own
        .values
        .iter()
        .zip(&design.values)
        .filter(|(a, b)| a != b);
    assert!(differ.count() > 5000);
}

#[test]
fn levels_that_differ_by_chance_only_tell_nothing() {
    // One row a level and label by a fair coin: all variance is within.
    let rows: Vec<target::Row> = (0..100).map(|at| (at % 50, (at % 2) as f64, 1.0)).collect();
    let balanced: Vec<target::Row> = (0..100).map(|at| (at / 2, (at % 2) as f64, 1.0)).collect();
    assert!(!target::Shrinkage::of(&balanced, 50).tells_levels());
    let shrinkage = target::Shrinkage::of(&rows, 50);
    assert!(shrinkage.tells_levels());
    // n_l = 2: τ² = (2·0.25·50 - 0.25·49) / (100 - 2) = 0.130102..., kept τ² / (τ² + 0.125)
    let means = shrinkage.means(rows.iter());
    let kept = 0.13010204081632654 / (0.13010204081632654 + 0.125);
    assert!(
        (means[1] - (0.5 + kept * 0.5)).abs() < 1e-12,
        "{}",
        means[1]
    );
}
