use super::super::examples::Examples;
use super::super::toy::separable;
use super::*;
use crate::features::Features;
use half::f16;

/// 12 rows of 3 features, whose labels no line separates.
const ROWS: [[f32; 3]; 12] = [
    [0.5, 1.0, -1.0],
    [1.5, -0.5, 0.25],
    [-0.5, 0.75, 1.0],
    [2.0, 1.5, -0.25],
    [-1.0, -1.0, 0.5],
    [0.25, 0.5, 2.0],
    [1.0, -2.0, -1.5],
    [-2.0, 0.25, 0.0],
    [0.0, 1.25, 1.5],
    [-1.5, -0.75, -0.5],
    [0.75, 0.0, 0.75],
    [-0.25, -1.5, 1.25],
];
const WEIGHTS: [f32; 12] = [1.0, 2.0, 0.5, 1.0, 1.0, 1.5, 1.0, 0.5, 1.0, 1.0, 2.0, 1.0];

fn features() -> Features {
    let mut features = Features::new(3);
    for row in ROWS {
        features.push(&row.map(f16::from_f32));
    }
    features
}

/// Weights by output and feature, and intercepts.
fn fitted(labels: &[usize], classes: usize, penalty: f64) -> (Vec<f32>, Vec<f32>) {
    let features = features();
    let examples = Examples {
        features: &features,
        views: 1,
        labels,
        classes,
        weights: &WEIGHTS,
        strata: &[0; 12],
        oversample: false,
    };
    let rows: Vec<usize> = (0..12).collect();
    let mut heads = fit_path(&examples, &rows, &[10.0, penalty], &Device::cpu()).unwrap();
    let layer = heads.remove(1).layers.remove(0);
    (layer.weight, layer.bias)
}

fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 2e-4, "{found}, not {expected}");
    }
}

/// scikit-learn 1.9, on columns `z` of mean 0 and standard deviation 1:
///
/// ```python
/// LogisticRegression(C=1 / (0.1 * 3), tol=1e-12, max_iter=10000).fit(z, labels, sample_weight=weights)
/// ```
#[test]
fn weights_are_those_of_a_ridge_regression() {
    let (weight, bias) = fitted(&[1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0], 2, 0.1);
    assert_close(&weight, &[1.552004, 0.98167, -1.300854]);
    assert_close(&bias, &[-0.49572]);
    let (weight, bias) = fitted(&[0, 1, 2, 1, 0, 2, 1, 0, 2, 0, 1, 2], 3, 0.1);
    // scikit-learn's by feature and class.
    let expected = [
        [-1.369966, 0.287306, -1.420445],
        [1.936276, -0.494775, -0.361663],
        [-0.566311, 0.207468, 1.782108],
    ];
    let by_feature = |feature: usize| expected.map(|of_class| of_class[feature]);
    let expected: Vec<f32> = (0..3).flat_map(by_feature).collect();
    assert_close(&weight, &expected);
    assert_close(&bias, &[0.327372, 0.190749, -0.518121]);
}

#[test]
fn a_row_of_weight_0_counts_for_nothing() {
    let (features, labels) = separable(60, 2, 1);
    let fit = |train: &[usize], weights: &[f32]| {
        let examples = Examples {
            features: &features,
            views: 1,
            labels: &labels,
            classes: 2,
            weights,
            strata: &[0; 60],
            oversample: false,
        };
        fit_path(&examples, train, &[1.0], &Device::cpu()).unwrap()
    };
    let all: Vec<usize> = (0..60).collect();
    let mut weights = [1.0; 60];
    weights[50..].fill(0.0);
    assert_eq!(fit(&all, &weights), fit(&all[..50], &[1.0; 60]));
}

/// More rows than a block of products.
#[test]
fn products_are_those_of_all_pairs_of_rows() {
    let (features, _) = separable(1100, 2, 2);
    let rows: Vec<usize> = (0..1100).rev().collect();
    let standardizer = Standardizer::of(&features, &rows).unwrap();
    let Device(device) = Device::cpu();
    let products = Products::of(&features, &rows, &standardizer, &device).unwrap();
    let mut z = vec![0.0; rows.len() * features.dim()];
    standardizer.apply(&features, &rows, None, &mut z);
    let z: Vec<&[f32]> = z.chunks(features.dim()).collect();
    for (i, j) in [(0, 0), (700, 3), (3, 700), (1099, 512), (511, 1024)] {
        let mut unit = vec![0.0; rows.len()];
        unit[j] = 1.0;
        let found = products.times(&unit).unwrap()[i];
        let sum: f32 = z[i].iter().zip(z[j]).map(|(a, b)| a * b).sum();
        let expected = f64::from(sum / features.dim() as f32);
        assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
    }
}
