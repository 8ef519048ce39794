use super::*;
use crate::metric::calibration::sigmoid;
use crate::metric::scores::{Replicates, Scores};
use crate::stats::resample::Plan;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

fn level(value: f64) -> Level {
    Level::new(value).unwrap()
}

const DATA: [f64; 10] = [0.3, 1.1, 0.2, 2.9, 0.7, 5.1, 0.4, 1.6, 0.9, 3.3];

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Means of 999 resamples, drawn by Knuth's MMIX generator: the reference drew the same.
fn replicates() -> Vec<f64> {
    let mut state = 1u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        DATA[(state >> 33) as usize % DATA.len()]
    };
    (0..999)
        .map(|_| (0..DATA.len()).map(|_| draw()).sum::<f64>() / 10.0)
        .collect()
}

fn jackknife() -> Vec<f64> {
    let sum: f64 = DATA.iter().sum();
    DATA.iter().map(|value| (sum - value) / 9.0).collect()
}

#[test]
fn intervals_match_scipy() {
    // numpy.quantile(replicates, [α, 1 - α]), and the probabilities of
    // scipy.stats.bootstrap(method="BCa") from the same replicates, as such quantiles.
    let cases = [
        (0.90, [0.93, 2.54], [1.0, 2.6662077903119683]),
        (0.95, [0.7995, 2.73], [0.92, 2.86]),
        (0.99, [0.61, 2.9401], [0.74, 3.151382254621867]),
    ];
    for (share, plain, accelerated) in cases {
        let found = [
            percentile(&mut replicates(), level(share)),
            bca(mean(&DATA), &mut replicates(), &jackknife(), level(share)),
        ];
        for (found, [low, high]) in found.into_iter().zip([plain, accelerated]) {
            let found = found.unwrap();
            assert!((found.low - low).abs() < 1e-9, "{share}: {found:?}");
            assert!((found.high - high).abs() < 1e-9, "{share}: {found:?}");
        }
    }
}

#[test]
fn few_undefined_replicates_are_left_out_and_many_are_refused() {
    let whole = percentile(&mut replicates(), level(0.9));
    let mut some = replicates();
    some.extend([f64::NAN; 52]);
    assert_eq!(percentile(&mut some, level(0.9)), whole);
    some.extend([f64::INFINITY, f64::NAN]);
    assert_eq!(percentile(&mut some, level(0.9)), None);
    assert_eq!(bca(1.65, &mut some, &jackknife(), level(0.9)), None);
    assert_eq!(percentile(&mut [], level(0.9)), None);
}

#[test]
fn a_statistic_that_never_moves_has_an_interval_of_no_width() {
    let found = bca(1.0, &mut [1.0; 500], &[1.0; 20], level(0.95)).unwrap();
    assert_eq!((found.low, found.high), (1.0, 1.0));
}

#[test]
fn an_estimate_outside_its_replicates_has_no_bca() {
    for estimate in [-1.0, 9.0, f64::NAN] {
        let found = bca(estimate, &mut replicates(), &jackknife(), level(0.95));
        assert_eq!(found, None);
    }
}

/// A group whose scores are probabilities of odds `e^t`, `t` uniform within ±3.
fn group(n: usize, rng: &mut Xoshiro256PlusPlus) -> Scores {
    Scores::new((0..n).map(|_| {
        let score = sigmoid(rng.random_range(-3.0..3.0));
        (score, rng.random::<f64>() < score)
    }))
}

#[test]
fn the_block_jackknife_accelerates_as_the_exact_one() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(8);
    let scores = group(4_000, &mut rng);
    let replicates = Replicates::new(&scores);
    let auc = |weights: &[u32]| replicates.metrics(weights).auc.unwrap();
    let blocks = Plan::rows(4_000).jackknife(auc);
    let mut weights = vec![1; 4_000];
    let exact: Vec<f64> = (0..4_000)
        .map(|row| {
            weights[row] = 0;
            let value = auc(&weights);
            weights[row] = 1;
            value
        })
        .collect();
    let away = acceleration(&blocks).unwrap() - acceleration(&exact).unwrap();
    // Three standard errors of 0.0032.
    assert!(away.abs() < 0.01, "{away}");
}

#[test]
#[ignore = "slow: 1,000 bootstraps of 1,000 replicates"]
fn intervals_of_auc_cover_the_truth() {
    let truth = {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        group(8_000_000, &mut rng).metrics().auc.unwrap()
    };
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    let mut covered = [0; 2];
    let simulations = 1_000;
    for seed in 0..simulations {
        let scores = group(200, &mut rng);
        let ready = Replicates::new(&scores);
        let auc = |weights: &[u32]| ready.metrics(weights).auc.unwrap_or(f64::NAN);
        let plan = Plan::rows(200);
        let mut values = plan.replicate(1_000, seed, auc);
        let estimate = scores.metrics().auc.unwrap();
        let jackknife = plan.jackknife(auc);
        let intervals = [
            percentile(&mut values, level(0.95)),
            bca(estimate, &mut values, &jackknife, level(0.95)),
        ];
        for (covered, interval) in covered.iter_mut().zip(intervals) {
            *covered += u32::from(interval.unwrap().contains(truth));
        }
    }
    let shares = covered.map(|covered| f64::from(covered) / simulations as f64);
    eprintln!(
        "AUC, n = 200: percentile {:.3}, BCa {:.3}",
        shares[0], shares[1]
    );
    assert!(
        shares.iter().all(|share| (0.93..0.97).contains(share)),
        "{shares:?}"
    );
}
