use super::*;
use crate::examples::Examples;
use crate::frame::{Column, Frame, Values};
use evenhand_stats::stats::Level;
use evenhand_stats::stats::survey::Survey;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

const ROWS: usize = 400;

/// Labels that follow the mean of two indicators of one source, a number that tells nothing, and a category.
fn frame() -> (Frame, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let codes: Vec<u32> = (0..ROWS).map(|_| rng.random_range(0..2)).collect();
    let indicator = |of: u32| {
        let values = codes.iter().map(|code| f32::from(u8::from(*code == of)));
        Values::Numbers(values.collect())
    };
    let label = |code: &u32| {
        let p = if *code == 1 { 0.8 } else { 0.2 };
        usize::from(rng.random::<f64>() < p)
    };
    let labels = codes.iter().map(label).collect();
    let noise = (0..ROWS).map(|_| rng.random::<f32>()).collect();
    let column = |name: &str, source: &str, values| Column {
        name: name.into(),
        source: source.into(),
        values,
    };
    let frame = Frame::new(vec![
        column("care=no", "care", indicator(0)),
        column("noise", "noise", Values::Numbers(noise)),
        column("care=yes", "care", indicator(1)),
    ]);
    (frame, labels)
}

/// 0.8 where the second indicator says so and the first does not, 0.2 where it is the other way round, and 0.5 where the
/// two contradict each other.
fn predict(frame: &Frame, rows: &[usize]) -> Vec<f32> {
    let number = |column: usize, row: usize| match &frame.columns()[column].values {
        Values::Numbers(of) => of[row],
        Values::Levels { .. } => unreachable!("numbers"),
    };
    let p = rows
        .iter()
        .map(|&row| 0.5 + 0.3 * (number(2, row) - number(0, row)));
    p.flat_map(|p| [1.0 - p, p]).collect()
}

fn params() -> PermutationParams {
    PermutationParams {
        repeats: 5,
        seed: 2,
        level: Level::new(0.95).unwrap(),
    }
}

#[test]
fn columns_of_one_source_are_shuffled_together() {
    let (frame, labels) = frame();
    let weights = vec![1.0; ROWS];
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &weights,
        margins: None,
    };
    let rows: Vec<usize> = (0..ROWS).filter(|row| row % 4 > 0).collect();
    let mut survey = Survey {
        weights: weights.clone(),
        ..Survey::default()
    };
    let found = permutation(&examples, &rows, &survey, predict, params());
    let sources: Vec<&str> = found.sources.iter().map(|of| of.source.as_str()).collect();
    assert_eq!(sources, ["care", "noise"]);
    // Half of the shuffled rows get the other probability: 0.5 · 0.6 · ln(0.8 / 0.2). Shuffled apart, a quarter would.
    let care = &found.sources[0];
    let interval = care.log_loss.interval.unwrap();
    assert!((care.log_loss.value - 0.4159).abs() < 0.12, "{care:?}");
    assert!(interval.contains(care.log_loss.value) && interval.low > 0.0);
    assert!(care.log_loss.sd > 0.0 && care.auc.value > 0.2, "{care:?}");
    // 1 - (0.5 + 0.5 (0.8 - 0.2))
    assert!((found.auc - 0.8).abs() < 0.05, "{}", found.auc);
    let noise = &found.sources[1];
    assert_eq!((noise.log_loss.value, noise.log_loss.interval), (0.0, None));
    assert_eq!(
        permutation(&examples, &rows, &survey, predict, params()),
        found
    );
    // Rows that hang together tell less.
    survey.clusters = (0..ROWS as u32).map(|row| row / 40).collect();
    let clustered = permutation(&examples, &rows, &survey, predict, params());
    assert_ne!(clustered.sources[0].log_loss.interval, Some(interval));
}

#[test]
fn dependence_follows_the_model_by_group_and_by_row() {
    let (frame, _) = frame();
    let rows: Vec<usize> = (0..ROWS).collect();
    let groups: Vec<u32> = (0..ROWS as u32).map(|row| row % 2).collect();
    let weights: Vec<f64> = (0..ROWS).map(|row| 1.0 + (row % 2) as f64).collect();
    let of = DependenceRows {
        frame: &frame,
        rows: &rows,
        weights: &weights,
        groups: &groups,
        individuals: 3,
    };
    let found = partial_dependence(of, 2, 1, predict);
    assert_eq!(found.grid, [GridPoint::Number(0.0), GridPoint::Number(1.0)]);
    assert!((found.mean[1] - found.mean[0] - 0.3).abs() < 1e-6);
    // Groups have weights 1 and 2.
    for point in 0..2 {
        let mean = (found.by_group[0][point] + 2.0 * found.by_group[1][point]) / 3.0;
        assert!((mean - found.mean[point]).abs() < 1e-12);
    }
    assert_eq!(found.individual.len(), 3);
    for own in &found.individual {
        assert!((own[1] - own[0] - 0.3).abs() < 1e-6);
    }
    let flat = partial_dependence(of, 1, 1, predict);
    assert_eq!(flat.grid.len(), 20);
    assert!(
        flat.mean
            .iter()
            .all(|mean| (mean - flat.mean[0]).abs() < 1e-12)
    );
}

#[test]
fn levels_that_occur_are_the_grid_of_a_category() {
    let levels = ["a", "b", "c"].map(str::to_owned).to_vec().into();
    let codes = vec![2, 0, 2, crate::frame::NO_LEVEL];
    let frame = Frame::new(vec![Column::new("state", Values::Levels { codes, levels })]);
    let of = DependenceRows {
        frame: &frame,
        rows: &[0, 1, 2, 3],
        weights: &[1.0; 4],
        groups: &[],
        individuals: 0,
    };
    let by_code = |frame: &Frame, rows: &[usize]| match &frame.columns()[0].values {
        Values::Levels { codes, .. } => {
            let p = rows.iter().map(|&row| codes[row] as f32 / 4.0);
            p.flat_map(|p| [1.0 - p, p]).collect()
        }
        Values::Numbers(_) => unreachable!("levels"),
    };
    let found = partial_dependence(of, 0, 1, by_code);
    let points = [
        GridPoint::Level(0, "a".into()),
        GridPoint::Level(2, "c".into()),
    ];
    assert_eq!((found.grid, found.mean), (points.to_vec(), vec![0.0, 0.5]));
}

#[test]
fn columns_that_tell_something_are_chosen_again_and_again() {
    let (frame, labels) = frame();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(8);
    let mut columns = frame.columns().to_vec();
    for at in 0..18 {
        let values = (0..ROWS).map(|_| rng.random::<f32>()).collect();
        columns.push(Column::new(format!("noise {at}"), Values::Numbers(values)));
    }
    let frame = Frame::new(columns);
    let examples = Examples {
        frame: &frame,
        labels: &labels,
        classes: 2,
        weights: &[1.0; ROWS],
        margins: None,
    };
    let rows: Vec<usize> = (0..ROWS).collect();
    let params = StabilityParams {
        subsamples: 20,
        most_sources: 3,
        ..StabilityParams::default()
    };
    let found = stability(&examples, &rows, &params).unwrap();
    assert_eq!(found.frequencies.len(), 20);
    assert_eq!(found.frequencies[0], ("care".to_owned(), 1.0));
    let mut others = found.frequencies[1..].iter();
    assert!(others.all(|(_, share)| *share < 0.75), "{found:?}");
    assert!(found.chosen > 1.0 && found.chosen <= 3.0);
    // q² / ((2 · 0.75 - 1) · 20)
    let expected = found.chosen * found.chosen / 10.0;
    assert_eq!(found.expected_false(0.75), Some(expected));
    assert_eq!(found.expected_false(0.5), None);
    assert_eq!(stability(&examples, &rows, &params).unwrap(), found);
}
