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

/// Hours of 100 rows: 0 to 9, a gap code in every tenth row, and nothing in the one after.
fn hours() -> Frame {
    let hours = |row: usize| match row % 10 {
        0 | 1 => f32::NAN,
        _ => (row / 10) as f32,
    };
    let code = |row: usize| f32::from(u8::from(row.is_multiple_of(10)));
    Frame::new(vec![
        Column::new("hours", Values::Numbers((0..100).map(hours).collect())),
        Column {
            name: "hours: N".into(),
            source: "hours".into(),
            values: Values::Numbers((0..100).map(code).collect()),
        },
    ])
}

/// A tenth for each hour, 0.95 where a code stands beside no number, 0.05 without either; a code beside a number is
/// refused.
fn by_hours(frame: &Frame, rows: &[usize]) -> Vec<f32> {
    let [Values::Numbers(hours), Values::Numbers(codes)] =
        [0, 1].map(|at| &frame.columns()[at].values)
    else {
        unreachable!("numbers")
    };
    let p = rows
        .iter()
        .map(|&row| match (hours[row].is_nan(), codes[row]) {
            (false, 0.0) => hours[row] / 10.0 + row as f32 / 10_000.0,
            (true, 1.0) => 0.95,
            (true, 0.0) => 0.05,
            _ => panic!("a number with a gap code"),
        });
    p.flat_map(|p| [1.0 - p, p]).collect()
}

#[test]
fn dependence_sets_a_number_and_its_gap_codes_together() {
    let frame = hours();
    let rows: Vec<usize> = (0..100).collect();
    let weights: Vec<f64> = rows.iter().map(|row| 1.0 + (row % 10) as f64).collect();
    let found = partial_dependence((&frame, &rows), &weights, "hours", 1, by_hours);
    let at: Vec<&GridPoint> = found.points.iter().map(|point| &point.at).collect();
    assert_eq!(at.len(), 12, "ten numbers, a code, and nothing");
    assert_eq!(
        (at[0], at[9]),
        (&GridPoint::Number(0.0), &GridPoint::Number(9.0))
    );
    assert_eq!(
        at[10..],
        [&GridPoint::Level("N".into()), &GridPoint::Missing]
    );
    // Weights go from 1 to 10 within each ten rows: 55 in all.
    let share = |at: usize| found.points[at].share.unwrap();
    assert!((share(10) - 1.0 / 55.0).abs() < 1e-12 && (share(11) - 2.0 / 55.0).abs() < 1e-12);
    assert!((found.bins.iter().sum::<f64>() - 52.0 / 55.0).abs() < 1e-12);
    assert!(
        (found.bins[19] - 5.2 / 55.0).abs() < 1e-12,
        "{:?}",
        found.bins
    );
    let mean = |at: usize, weights: &[f64]| found.points[at].mean(weights);
    for (at, expected) in [(10, 0.95), (11, 0.05)] {
        assert!((mean(at, &weights) - expected).abs() < 1e-6);
    }
    // np.average(np.arange(100) / 1e4, weights=1 + np.arange(100) % 10) + 0.3
    assert!(
        (mean(3, &weights) - 0.3051).abs() < 1e-6,
        "{}",
        mean(3, &weights)
    );
    // Of one row alone, and of none.
    let one: Vec<f64> = rows
        .iter()
        .map(|row| f64::from(u8::from(*row == 40)))
        .collect();
    assert!((mean(3, &one) - 0.304).abs() < 1e-6);
    assert!(mean(3, &[0.0; 100]).is_nan() && found.points[3].quantile(0.5, &[0.0; 100]).is_nan());
}

#[test]
fn bands_of_individual_curves_are_weighted_quantiles() {
    let point = DependencePoint {
        at: GridPoint::Missing,
        share: None,
        individual: vec![0.4, 0.1, 0.3, 0.2],
    };
    let quantiles =
        |weights: &[f64]| [0.1, 0.5, 0.9].map(|share| point.quantile(share, weights) as f32);
    assert_eq!(quantiles(&[1.0; 4]), [0.1, 0.2, 0.4]);
    // Half of the weight is on 0.3, and none on 0.1.
    assert_eq!(quantiles(&[1.0, 0.0, 2.0, 1.0]), [0.2, 0.3, 0.4]);
}

#[test]
fn levels_of_the_most_rows_are_the_grid_of_a_category() {
    let names: Vec<String> = (0..30).map(|at| format!("level {at:02}")).collect();
    // Level 29 has 30 rows, level 0 has one; and two rows have none.
    let mut codes: Vec<u32> = (0..30)
        .flat_map(|code| vec![code; code as usize + 1])
        .collect();
    codes.extend([crate::frame::NO_LEVEL; 2]);
    let rows: Vec<usize> = (0..codes.len()).collect();
    let levels = names.into();
    let frame = Frame::new(vec![Column::new("state", Values::Levels { codes, levels })]);
    let by_code = |frame: &Frame, rows: &[usize]| match &frame.columns()[0].values {
        Values::Levels { codes, .. } => {
            let p = rows.iter().map(|&row| codes[row].min(50) as f32 / 50.0);
            p.flat_map(|p| [1.0 - p, p]).collect()
        }
        Values::Numbers(_) => unreachable!("levels"),
    };
    let weights = vec![1.0; rows.len()];
    let found = partial_dependence((&frame, &rows), &weights, "state", 1, by_code);
    assert_eq!(found.points.len(), 21);
    assert_eq!(found.points[0].at, GridPoint::Level("level 29".into()));
    assert_eq!(found.points[19].at, GridPoint::Level("level 10".into()));
    assert_eq!(found.points[20].at, GridPoint::Missing);
    assert_eq!(found.points[20].share, Some(2.0 / 467.0));
    for (at, expected) in [(0, 0.58), (19, 0.2), (20, 1.0)] {
        assert!((found.points[at].mean(&weights) - expected).abs() < 1e-6);
    }
    assert!(found.bins.is_empty());
}

#[test]
fn a_sample_is_of_different_rows_and_all_where_there_are_few() {
    let rows: Vec<usize> = (0..100).map(|row| 3 * row).collect();
    let drawn = sample(&rows, 30, 1);
    assert!(drawn.len() == 30 && drawn.is_sorted_by(|a, b| a < b));
    assert!(drawn.iter().all(|row| rows.contains(row)));
    assert_ne!(drawn, sample(&rows, 30, 2));
    assert_eq!(sample(&rows, 100, 1), rows);
    assert_eq!(sample(&rows, 200, 1), rows);
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
