use super::*;
use evenhand_stats::stats::kmeans::Points;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// 40 rows of 6 columns: two directions and noise.
///
/// ```python
/// import numpy as np
/// from sklearn.decomposition import PCA
/// i, j = np.arange(40)[:, None], np.arange(6)
/// x = np.sin(i * 0.7) * (j + 1) + np.cos(i * 1.3) * (6 - j) ** 2 / 6 + np.sin(i * 37.0 * (j + 1)) / 2
/// p = PCA(svd_solver="full").fit(x)
/// ```
fn toy() -> Vec<f64> {
    let value = |i: f64, j: f64| {
        (i * 0.7).sin() * (j + 1.0)
            + (i * 1.3).cos() * (6.0 - j).powi(2) / 6.0
            + (i * 37.0 * (j + 1.0)).sin() / 2.0
    };
    (0..240)
        .map(|at| value(f64::from(at / 6), f64::from(at % 6)))
        .collect()
}

fn assert_near(found: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!(
            (found - expected).abs() < tolerance,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn components_match_scikit_learn() {
    let values = toy();
    let pca = exact(Points::new(&values, 6));
    // p.explained_variance_ratio_
    assert_near(pca.explained(), &EXPLAINED, 1e-12);
    // p.components_[:2], the largest absolute loading positive
    assert_near(pca.loadings(0).iter().copied(), &FIRST, 1e-12);
    assert_near(pca.loadings(1).iter().copied(), &SECOND, 1e-12);
    // p.transform(x)[7, :2], with these signs
    let scores = pca.keep(2).scores(&values);
    assert_near(scores[14..16].iter().copied(), &SCORES, 1e-12);
}

#[test]
fn a_row_of_weight_2_is_two_rows() {
    let values = toy();
    let weights: Vec<f64> = (0..40).map(|row| f64::from(1 + row % 2)).collect();
    let weighted = exact(Points::new(&values, 6).weighted(Some(&weights)));
    let repeat = |row: usize| std::iter::repeat_n(&values[6 * row..6 * row + 6], 1 + row % 2);
    let repeated: Vec<f64> = (0..40).flat_map(repeat).flatten().copied().collect();
    let repeated = exact(Points::new(&repeated, 6));
    assert_near(
        weighted.explained(),
        &repeated.explained().collect::<Vec<_>>(),
        1e-12,
    );
    assert_near(weighted.loadings.iter().copied(), &repeated.loadings, 1e-9);
    assert_near(weighted.means.iter().copied(), &repeated.means, 1e-12);
}

#[test]
fn components_are_kept_by_number_or_by_share_of_all_variance() {
    let pca = exact(Points::new(&toy(), 6));
    assert_eq!(Components::Number(3).number(&pca, None), Some(3));
    let sums: Vec<f64> = pca
        .explained()
        .scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        })
        .collect();
    assert_eq!(
        Components::Share(sums[1] - 1e-9).number(&pca, None),
        Some(2)
    );
    assert_eq!(
        Components::Share(sums[1] + 1e-9).number(&pca, None),
        Some(3)
    );
    assert_eq!(Components::Share(1.0).number(&pca, None), Some(6));
    let few = pca.keep(1);
    assert_eq!(Components::Share(0.99).number(&few, None), None);
    assert_eq!(Components::Number(2).number(&few, None), None);
}

#[test]
fn parallel_analysis_keeps_directions_that_are_there() {
    let values = toy();
    let points = Points::new(&values, 6);
    let pca = exact(points);
    let params = ParallelParams::new(3);
    let found = parallel(points, &pca.variances, &params);
    assert_eq!(found.keep, 2, "{found:?}");
    assert_eq!(found, parallel(points, &pca.variances, &params));
    assert_eq!(Components::Parallel.number(&pca, Some(&found)), Some(2));
    assert!(found.quantiles.is_sorted_by(|a, b| a >= b), "{found:?}");
}

#[test]
fn drawn_covariances_are_those_of_permuted_columns() {
    // 4,000 rows of three columns without anything in common: the same quantiles either way.
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let values: Vec<f64> = (0..12_000)
        .map(|at| rng.random::<f64>() * f64::from(1 + at % 3))
        .collect();
    let few = Points::new(&values, 3);
    let params = ParallelParams {
        tables: 300,
        ..ParallelParams::new(1)
    };
    let permuted = parallel(few, &[0.0; 3], &params).quantiles;
    let drawn = parallel::drawn_quantiles(few, &params);
    for (a, b) in permuted.iter().zip(&drawn) {
        assert!((a / b - 1.0).abs() < 0.01, "{permuted:?} {drawn:?}");
    }
}

#[test]
fn randomised_components_are_the_exact_ones() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    // 300 rows of 200 columns, with variances that fall slowly.
    let mut values = Vec::new();
    for _ in 0..300 {
        let common: Vec<f64> = (0..8).map(|_| rng.random::<f64>() - 0.5).collect();
        values.extend((0..200).map(|column| {
            let shared =
                common[column % 8] * (9.0 - (column % 8) as f64) + common[(column / 8) % 8];
            shared + 0.3 * rng.random::<f64>() + column as f64
        }));
    }
    let weights: Vec<f64> = (0..300).map(|row| f64::from(1 + row % 3)).collect();
    for weights in [None, Some(&weights[..])] {
        let points = Points::new(&values, 200).weighted(weights);
        let expected = exact(points).keep(6);
        let found = randomised(points, &RandomisedParams::new(6, 1));
        assert_eq!(found.method, Method::Randomised);
        assert!((found.total_variance / expected.total_variance - 1.0).abs() < 1e-12);
        for component in 0..6 {
            let ratio = found.variances[component] / expected.variances[component];
            assert!((ratio - 1.0).abs() < 1e-8, "{component}: {ratio}");
            let (a, b) = (found.loadings(component), expected.loadings(component));
            assert!(crate::linalg::cosine(a, b) > 1.0 - 1e-8, "{component}");
        }
    }
}

/// ```python
/// V = p.components_[:3].copy(); V *= np.sign(V[np.arange(3), np.abs(V).argmax(1)])[:, None]
/// A = V.T * np.sqrt(p.explained_variance_[:3]); R = np.eye(3)
/// for _ in range(20000):
///     L = A @ R; u, s, vt = np.linalg.svd(A.T @ (L ** 3 - L @ np.diag((L ** 2).sum(0)) / 6)); R = u @ vt
/// rot = A @ R; rot = rot[:, np.argsort(-(rot ** 2).sum(0))]; rot *= np.sign(rot[np.abs(rot).argmax(0), np.arange(3)])
/// ```
#[test]
fn varimax_matches_kaisers_criterion_in_numpy() {
    let values = toy();
    let pca = exact(Points::new(&values, 6)).keep(3);
    let rotation = varimax(&pca);
    assert_near(rotation.variances.iter().copied(), &ROTATED_VARIANCES, 1e-8);
    assert_near(rotation.loadings(0).iter().copied(), &ROTATED_FIRST, 1e-8);
    // Loadings are covariances of columns with the rotated scores, which are standardised.
    let scores = rotation.scores(&pca.scores(&values));
    for column in 0..6 {
        let products =
            (0..40).map(|row| scores[3 * row] * (values[6 * row + column] - pca.means[column]));
        let covariance = products.sum::<f64>() / 39.0;
        assert!((covariance - rotation.loadings(0)[column]).abs() < 1e-10);
    }
}

#[test]
fn supplementary_columns_have_correlations_with_scores() {
    // np.corrcoef([1, 2, 4, 3], [2, 1, 5, 4])[0, 1]
    let scores = [2.0, 0.0, 1.0, 3.0, 5.0, 0.5, 4.0, 1.0];
    let found = correlations(&[1.0, 2.0, 4.0, 3.0], Points::new(&scores, 2));
    assert!((found[0] - 0.8485281374238571).abs() < 1e-12, "{found:?}");
}
const EXPLAINED: [f64; 6] = [
    0.701239757398636,
    0.29206274939971866,
    0.0030779039183797814,
    0.0026270699313203374,
    0.0009591505754530818,
    3.336877649211428e-05,
];
const FIRST: [f64; 6] = [
    0.3477026273721639,
    0.36496029322314294,
    0.3804381969823827,
    0.4005831697052451,
    0.4416604438198318,
    0.4956236698136332,
];
const SECOND: [f64; 6] = [
    0.7311706418013273,
    0.3498864508689608,
    0.10390570616017089,
    -0.128803441226194,
    -0.3169067119423694,
    -0.46384520882259844,
];
const SCORES: [f64; 2] = [-14.589908254549629, -2.090692586067848];
const ROTATED_VARIANCES: [f64; 3] = [44.75090989653185, 33.115018372446606, 0.2551653740100756];
const ROTATED_FIRST: [f64; 6] = [
    0.15328356833889223,
    1.2889866275518862,
    2.0478168624010973,
    2.795054398715108,
    3.5629883986433786,
    4.285458924738786,
];
