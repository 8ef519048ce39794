use super::super::tests::{ROWS, sample};
use super::*;
use crate::metric::{METRICS, Of, ScoreForm};

fn oracle() -> Scores {
    Scores::new(ROWS.map(|(score, label, _)| (score, label == 1)))
}

fn forms() -> impl Iterator<Item = (&'static str, ScoreForm)> {
    METRICS.iter().filter_map(|metric| match metric.of {
        Of::Scores(form) => Some((metric.name, form)),
        _ => None,
    })
}

#[test]
fn the_variance_of_the_auc_is_delongs() {
    // x, z = scores of positive and of negative rows
    // psi = (x[:, None] > z) + .5 * (x[:, None] == z)
    // psi.mean(1).var(ddof=1) / len(x) + psi.mean(0).var(ddof=1) / len(z)
    let scores = oracle();
    let found = auc(&scores).unwrap();
    assert!((found.value - 0.7828282828282829).abs() < 1e-12);
    let variance = |label: bool| {
        let rows = (0..scores.len()).filter(|&row| scores.is_positive(row) == label);
        let squares: f64 = rows.map(|row| found.influence[row].powi(2)).sum();
        let n = scores.labelled()[usize::from(label)] as f64;
        squares * n / (n - 1.0)
    };
    let found = variance(true) + variance(false);
    assert!((found - 0.011280736659524539).abs() < 1e-12, "{found}");
}

#[test]
fn influence_matches_differences_of_weighted_values() {
    // With each row 10,000 times, one more and one less differ by twice the influence of one.
    const MANY: u32 = 10_000;
    let tied = Scores::new(sample(150, 2, 1.5, 4));
    for scores in [oracle(), tied] {
        for (name, form) in forms().filter(|(name, _)| *name != "ece") {
            let linear = (form.linear)(&scores).unwrap();
            let sum: f64 = linear.influence.iter().sum();
            assert!(sum.abs() < 1e-9, "{name}: {sum}");
            for row in (0..scores.len()).step_by(7) {
                let mut weights = vec![MANY; scores.len()];
                let mut moved = |by: i32| {
                    weights[row] = MANY.strict_add_signed(by);
                    (form.resampled)(&scores.weighted(&weights)).unwrap()
                };
                let step = 100;
                let slope = (moved(step) - moved(-step)) / f64::from(2 * step);
                let found = linear.influence[row];
                let expected = slope * f64::from(MANY);
                let close = 1e-4 * (found.abs() + 1.0 / scores.len() as f64);
                assert!(
                    (found - expected).abs() < close,
                    "{name} {row}: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn the_plain_calibration_error_is_a_mean_of_signed_residuals() {
    let scores = Scores::new(sample(400, 6, 0.5, 2));
    let linear = calibration_error(&scores).unwrap();
    let plain = crate::metric::CalibrationError::new(scores.calibration_bins(), 1.0).unwrap();
    assert!((linear.value - plain.plain()).abs() < 1e-12);
    assert!(linear.influence.iter().sum::<f64>().abs() < 1e-12);
}
