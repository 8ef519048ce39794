use super::*;
use crate::stats::resample::Plan;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Score, label, weight. Ties across labels, scores on the edges of bins, 0 and 1.
pub(super) const ROWS: [(f64, u8, u32); 20] = [
    (0.0, 0, 2),
    (0.04, 0, 1),
    (0.2, 0, 0),
    (0.2, 1, 1),
    (0.2, 0, 3),
    (0.25, 0, 1),
    (0.3, 1, 1),
    (0.4, 0, 2),
    (0.4, 1, 0),
    (0.45, 1, 1),
    (0.5, 0, 1),
    (0.6, 1, 1),
    (0.6, 1, 2),
    (0.6, 0, 1),
    (0.72, 1, 0),
    (0.72, 1, 1),
    (0.8, 0, 1),
    (0.93, 1, 2),
    (0.93, 1, 1),
    (1.0, 1, 1),
];

fn fields(metrics: &ScoreMetrics) -> [(&'static str, Option<f64>); 7] {
    let &ScoreMetrics {
        auc,
        average_precision,
        brier,
        log_loss,
        ece,
        calibration_slope,
        calibration_intercept,
    } = metrics;
    [
        ("auc", auc),
        ("average precision", average_precision),
        ("brier", brier),
        ("log loss", log_loss),
        ("ece", ece),
        ("slope", calibration_slope),
        ("intercept", calibration_intercept),
    ]
}

fn assert_close(found: &ScoreMetrics, expected: &[f64; 7], tolerance: f64) {
    for ((name, found), expected) in fields(found).into_iter().zip(expected) {
        let found = found.unwrap();
        assert!(
            (found - expected).abs() < tolerance,
            "{name}: {found}, not {expected}"
        );
    }
}

fn values(metrics: &ScoreMetrics) -> [f64; 7] {
    fields(metrics).map(|(_, value)| value.unwrap())
}

/// Scores whose log odds are `stretch` times too extreme.
pub(super) fn sample(n: usize, decimals: i32, stretch: f64, seed: u64) -> Vec<(f64, bool)> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let scale = 10f64.powi(decimals);
    let draw = |_| {
        let t: f64 = rng.random_range(-4.0..4.0);
        let positive = rng.random::<f64>() < calibration::sigmoid(t / stretch);
        ((calibration::sigmoid(t) * scale).round() / scale, positive)
    };
    (0..n).map(draw).collect()
}

#[test]
fn metrics_match_scikit_learn_and_statsmodels() {
    // roc_auc_score, average_precision_score, brier_score_loss, log_loss of the clipped scores; the formula of
    // CalibrationError::debiased with scipy.stats.foldnorm over bins of numpy's
    // searchsorted(arange(1, 15) / 15, score); GLM(label, logit(score), Binomial()), and
    // with the logit as offset. First of the rows, then of numpy.repeat(rows, weights).
    let once = [
        0.7828282828282829,
        0.8151999515635879,
        0.19166,
        0.5428251765116292,
        0.007802450031997754,
        0.7634272660006849,
        0.35083178337254267,
    ];
    let repeated = [
        0.8409090909090909,
        0.8363636363636363,
        0.16346521739130435,
        0.4751771618725019,
        0.08422573367811775,
        0.9290988442189844,
        0.04197322879164615,
    ];
    let (scores, order) = Scores::with_order(ROWS.map(|(score, label, _)| (score, label == 1)));
    let weights: Vec<u32> = order.iter().map(|&row| ROWS[row as usize].2).collect();
    let ones = vec![1; scores.len()];
    let replicates = Replicates::new(&scores);
    assert_close(&scores.metrics(), &once, 1e-9);
    assert_close(&scores.weighted(&ones), &once, 1e-9);
    assert_close(&replicates.metrics(&ones), &once, 1e-9);
    assert_close(&scores.weighted(&weights), &repeated, 1e-9);
    let found = replicates.metrics(&weights);
    for ((name, found), expected) in fields(&found).into_iter().zip(repeated).take(5) {
        assert!((found.unwrap() - expected).abs() < 1e-12, "{name}");
    }
}

#[test]
fn weights_are_repeated_rows() {
    let rows = sample(300, 2, 1.5, 1);
    let (scores, order) = Scores::with_order(rows.iter().copied());
    let mut weights = vec![0; 300];
    Plan::rows(300).draw(&mut Xoshiro256PlusPlus::seed_from_u64(2), &mut weights);
    let copies = order
        .iter()
        .zip(&weights)
        .flat_map(|(&row, &weight)| std::iter::repeat_n(rows[row as usize], weight as usize));
    let repeated = Scores::new(copies).metrics();
    assert_close(&scores.weighted(&weights), &values(&repeated), 1e-9);
}

#[test]
fn one_class_has_errors_but_no_order() {
    for label in [false, true] {
        let scores = Scores::new([(0.3, label), (0.9, label)]);
        for found in [scores.metrics(), Replicates::new(&scores).metrics(&[1, 1])] {
            assert_eq!((found.auc, found.average_precision), (None, None));
            assert_eq!(found.calibration_slope, None);
            assert_eq!(found.calibration_intercept, None);
            let shift: f64 = if label { -0.4 } else { 0.6 };
            assert!(found.ece.unwrap() < shift.abs());
            assert!(found.brier.is_some() && found.log_loss.is_some());
        }
    }
    let nobody = Scores::new([]);
    assert_eq!(nobody.metrics(), ScoreMetrics::default());
    assert_eq!(
        Replicates::new(&nobody).metrics(&[]),
        ScoreMetrics::default()
    );
}

#[test]
fn separated_labels_have_no_slope() {
    let scores = Scores::new([(0.1, false), (0.4, false), (0.6, true), (0.7, true)]);
    let found = scores.metrics();
    assert_eq!((found.auc, found.average_precision), (Some(1.0), Some(1.0)));
    assert_eq!(found.calibration_slope, None);
    assert!(found.calibration_intercept.is_some());
}

#[test]
fn equal_scores_order_nothing() {
    let scores = Scores::new([(0.5, true), (0.5, false), (0.5, true), (0.5, true)]);
    let found = scores.metrics();
    assert_eq!(
        (found.auc, found.average_precision),
        (Some(0.5), Some(0.75))
    );
    let error = CalibrationError::new(scores.calibration_bins(), 1.0).unwrap();
    assert_eq!(error.plain(), 0.25);
}

#[test]
#[should_panic(expected = "a score of 1.5")]
fn a_score_above_1_is_refused() {
    Scores::new([(1.5, true)]);
}

fn root_mean_square(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    (values.map(|value| value * value).sum::<f64>() / n).sqrt()
}

#[test]
fn one_pass_differs_from_the_exact_resample_by_little_of_its_spread() {
    // The most that the difference may be, as a share of the bootstrap's standard deviation: for
    // the step in small groups, for buckets in large ones.
    let large = [1e-9, 1e-9, 0.01, 0.01, 0.01, 0.01, 0.01];
    for (n, decimals, shares) in [
        (200, 6, [1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 0.1, 0.01]),
        (5_000, 6, large),
        (5_000, 2, large),
        (60_000, 6, large),
    ] {
        let scores = Scores::new(sample(n, decimals, 1.5, 4));
        let replicates = Replicates::new(&scores);
        let estimate = values(&scores.metrics());
        assert_close(&replicates.metrics(&vec![1; n]), &estimate, 1e-9);
        let pairs = Plan::rows(n).replicate(60, 5, |weights| {
            let exact = values(&scores.weighted(weights));
            (exact, values(&replicates.metrics(weights)))
        });
        for (k, share) in shares.into_iter().enumerate() {
            let error = root_mean_square(pairs.iter().map(|(exact, found)| found[k] - exact[k]));
            let deviation = root_mean_square(pairs.iter().map(|(exact, _)| exact[k] - estimate[k]));
            let found = error / deviation;
            assert!(found < share, "{n} rows, metric {k}: {found}");
        }
    }
}
