use super::*;
use crate::metric::CalibrationError;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Ties across labels, scores on the edges of bins, 0 and 1.
const ROWS: [(f64, u8); 20] = [
    (0.0, 0),
    (0.04, 0),
    (0.2, 0),
    (0.2, 1),
    (0.2, 0),
    (0.25, 0),
    (0.3, 1),
    (0.4, 0),
    (0.4, 1),
    (0.45, 1),
    (0.5, 0),
    (0.6, 1),
    (0.6, 1),
    (0.6, 0),
    (0.72, 1),
    (0.72, 1),
    (0.8, 0),
    (0.93, 1),
    (0.93, 1),
    (1.0, 1),
];

/// `roc_curve(label, score, drop_intermediate=False)` of scikit-learn: threshold, and the
/// rates as counts of the 9 negative and 11 positive rows.
const ROC: [(f64, u32, u32); 14] = [
    (f64::INFINITY, 0, 0),
    (1.0, 0, 1),
    (0.93, 0, 3),
    (0.8, 1, 3),
    (0.72, 1, 5),
    (0.6, 2, 7),
    (0.5, 3, 7),
    (0.45, 3, 8),
    (0.4, 4, 9),
    (0.3, 4, 10),
    (0.25, 5, 10),
    (0.2, 7, 11),
    (0.04, 8, 11),
    (0.0, 9, 11),
];

fn rows() -> Scores {
    Scores::new(ROWS.map(|(score, label)| (score, label == 1)))
}

/// Scores of `steps` levels, which lean towards the label.
fn sample(n: usize, steps: u32, seed: u64) -> Scores {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let draw = |_| {
        let score = f64::from(rng.random_range(0..=steps)) / f64::from(steps);
        (score, rng.random::<f64>() < 0.1 + 0.8 * score)
    };
    Scores::new((0..n).map(draw))
}

fn assert_points(found: &[RocPoint], expected: &[(f64, u32, u32)]) {
    assert_eq!(found.len(), expected.len());
    for (found, &(threshold, negatives, positives)) in found.iter().zip(expected) {
        let expected = RocPoint {
            threshold,
            fpr: f64::from(negatives) / 9.0,
            tpr: f64::from(positives) / 11.0,
        };
        assert_eq!(*found, expected);
    }
}

fn area(points: &[RocPoint]) -> f64 {
    let strip = |pair: &[RocPoint]| (pair[1].fpr - pair[0].fpr) * (pair[0].tpr + pair[1].tpr) / 2.0;
    points.windows(2).map(strip).sum()
}

#[test]
fn the_roc_is_that_of_scikit_learn() {
    assert_points(&rows().roc(14).unwrap(), &ROC);
    assert_points(&rows().roc(usize::MAX).unwrap(), &ROC);
}

#[test]
fn points_in_line_go_first() {
    // drop_intermediate=True drops 0.04 only: it keeps the first score, and takes points for in
    // line only where they are equally far apart.
    let corners = ROC.iter().filter(|point| ![1.0, 0.04].contains(&point.0));
    let corners: Vec<_> = corners.copied().collect();
    for most in [12, 13] {
        assert_points(&rows().roc(most).unwrap(), &corners);
    }
}

#[test]
fn points_in_line_change_no_area() {
    for (n, steps) in [(5, 3), (40, 6), (300, 40), (2_000, 1_000_000)] {
        let scores = sample(n, steps, 1);
        let candidates: Vec<CandidateThreshold> = std::iter::once(CandidateThreshold::NOBODY)
            .chain(scores.candidates())
            .collect();
        let corners = corners(&candidates);
        for three in corners.windows(3) {
            assert!(!in_line(&three[0], &three[1], &three[2]));
        }
        let full = scores.roc(candidates.len()).unwrap();
        let fewer = scores.roc(corners.len()).unwrap();
        assert_eq!((full.len(), fewer.len()), (candidates.len(), corners.len()));
        let auc = scores.metrics().auc.unwrap();
        assert!((area(&full) - auc).abs() < 1e-12);
        assert!((area(&fewer) - auc).abs() < 1e-12);
        assert!(fewer.iter().all(|point| full.contains(point)));
    }
}

#[test]
fn thinned_curves_stay_near_the_whole() {
    for (n, steps) in [(40, 6), (2_000, 50), (20_000, 1_000_000)] {
        let scores = sample(n, steps, 2);
        let candidates: Vec<CandidateThreshold> = std::iter::once(CandidateThreshold::NOBODY)
            .chain(scores.candidates())
            .collect();
        let corners = scores.roc(corners(&candidates).len()).unwrap();
        for most in [2, 3, 10, 200] {
            let thin = scores.roc(most).unwrap();
            assert!(thin.len() <= most);
            assert_eq!(thin.first(), corners.first());
            assert_eq!(thin.last(), corners.last());
            let along = |point: &RocPoint| point.fpr + point.tpr;
            let rising = thin.is_sorted_by(|a, b| along(a) < along(b) && a.threshold > b.threshold);
            assert!(rising, "{most} of {n}");
            let is_far = |point: &&RocPoint| {
                let mut distances = thin.iter().map(|kept| (along(kept) - along(point)).abs());
                distances.all(|distance| distance > 2.0 / (most - 1) as f64 + 1e-12)
            };
            assert_eq!(corners.iter().find(is_far), None, "{most} of {n}");
            if corners.len() > 20 * most {
                assert!(thin.len() > most * 9 / 10, "{} of {most}", thin.len());
            }
        }
        let auc = scores.metrics().auc.unwrap();
        assert!((area(&scores.roc(200).unwrap()) - auc).abs() < 1e-3);
    }
}

#[test]
fn the_ends_of_a_roc_always_stay() {
    for most in [0, 1, 2] {
        assert_points(&rows().roc(most).unwrap(), &[ROC[0], ROC[13]]);
    }
    let equal = Scores::new([(0.5, true), (0.5, false)]);
    assert_eq!(equal.roc(1).unwrap().len(), 2);
}

#[test]
fn an_absent_label_has_no_roc() {
    assert_eq!(Scores::new([(0.5, true), (0.7, true)]).roc(9), None);
    assert_eq!(Scores::new([(0.5, false)]).roc(9), None);
    assert_eq!(Scores::new([]).roc(9), None);
}

#[test]
fn reliability_is_that_of_scikit_learn() {
    // calibration_curve(label, score, n_bins=15), and its bincount of searchsorted(bins[1:-1]).
    let expected = [
        (0, 2, 0.0, 0.02),
        (2, 3, 0.3333333333333333, 0.20000000000000004),
        (3, 1, 0.0, 0.25),
        (4, 1, 1.0, 0.3),
        (5, 2, 0.5, 0.4),
        (6, 1, 1.0, 0.45),
        (7, 1, 0.0, 0.5),
        (8, 3, 0.6666666666666666, 0.6),
        (10, 2, 1.0, 0.72),
        (11, 1, 0.0, 0.8),
        (13, 2, 1.0, 0.93),
        (14, 1, 1.0, 1.0),
    ];
    let found = rows().reliability();
    assert_eq!(found.len(), expected.len());
    for (bin, (at, n, share, mean_score)) in found.into_iter().zip(expected) {
        assert_eq!(
            (bin.low, bin.high),
            (at as f64 / 15.0, (at + 1) as f64 / 15.0)
        );
        assert_eq!(bin.n, n);
        assert!((bin.positives as f64 / n as f64 - share).abs() < 1e-15);
        assert!((bin.mean_score - mean_score).abs() < 1e-15);
    }
}

#[test]
fn the_plain_calibration_error_is_the_mean_distance_of_reliability() {
    for scores in [rows(), sample(500, 60, 3)] {
        let distance = |bin: &Bin| (bin.mean_score * bin.n as f64 - bin.positives as f64).abs();
        let bins = scores.reliability();
        let ece = bins.iter().map(distance).sum::<f64>() / scores.len() as f64;
        let error = CalibrationError::new(scores.calibration_bins(), 1.0).unwrap();
        assert!((ece - error.plain()).abs() < 1e-12);
        assert!(scores.metrics().ece.unwrap() < ece);
    }
    assert_eq!(Scores::new([]).reliability(), []);
}

#[test]
fn histograms_match_numpy() {
    // bincount(searchsorted(arange(1, 8) / 8, score)) of each label.
    let [negatives, positives] = rows().histogram(8);
    assert_eq!(negatives, [2, 3, 0, 2, 1, 0, 1, 0]);
    assert_eq!(positives, [0, 1, 1, 2, 2, 2, 0, 3]);
}

#[test]
fn scores_of_0_and_1_are_in_the_first_and_the_last_bin() {
    let ends = Scores::new([(0.0, true), (1.0, true), (1.0, false), (0.5, true)]);
    assert_eq!(ends.histogram(1), [[1], [3]]);
    assert_eq!(ends.histogram(2), [[0, 1], [2, 1]]);
    assert_eq!(ends.histogram(3), [[0, 0, 1], [1, 1, 1]]);
    let nobody = Scores::new([]).histogram(2);
    assert_eq!(nobody, [[0, 0], [0, 0]]);
}
