//! Estimates against reference implementations, and what cannot be estimated.

use super::*;
use crate::stats::Level;

pub(super) fn params() -> Params {
    Params {
        level: Level::new(0.95).unwrap(),
        min_n: 10,
    }
}

fn classes(names: &[&str]) -> Classes {
    Classes::new(names.iter().map(|&name| name.to_owned()).collect()).unwrap()
}

/// Labelled rows that are no part of the corpus; of class 1.
pub(super) fn outside(
    labels: &[u16],
    predicted: &[u16],
    corpus: &[u16],
    names: &[&str],
) -> EstimateInputs {
    let rows = |predicted: &[u16]| Rows {
        predicted: predicted.to_vec(),
        ..Rows::default()
    };
    EstimateInputs {
        classes: classes(names),
        targets: vec![1],
        attributes: Vec::new(),
        corpus: rows(corpus),
        is_coded: vec![false; corpus.len()],
        coded: Coded {
            rows: rows(predicted),
            labels: labels.to_vec(),
            ..Coded::default()
        },
        missing: Missing::default(),
        clusters: 0,
        finite: false,
    }
}

fn share(inputs: &EstimateInputs, method: Method) -> Measure {
    estimate(inputs, params()).targets[0]
        .overall
        .share(method)
        .clone()
}

pub(super) fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

pub(super) fn reason(measure: Measure) -> String {
    measure.unwrap_err().to_string()
}

#[test]
fn shares_match_ppi_py_and_the_formula_of_rogan_and_gladen() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("oracle.json")).unwrap();
    let bits = |name: &str| -> Vec<u16> {
        let text = oracle[name].as_str().unwrap().bytes();
        text.map(|bit| u16::from(bit == b'1')).collect()
    };
    let number = |name: &str| oracle[name].as_f64().unwrap();
    let inputs = outside(
        &bits("labels"),
        &bits("predictions"),
        &bits("unlabelled_predictions"),
        &["no", "yes"],
    );
    let powered = share(&inputs, Method::Powered).unwrap();
    near(powered.value, number("ppi_plus_plus_estimate"));
    let [low, high] = [0, 1].map(|at| oracle["ppi_plus_plus_interval"][at].as_f64().unwrap());
    near(powered.se, (high - low) / 2.0 / params().level.z());
    // p, n, d = labels.mean(), 150, 148; n_eff = p * (1 - p) / se**2 * d / n * (norm.ppf(0.975) / t.ppf(0.975, d))**2
    // proportion_confint(value * n_eff, n_eff, 0.05, "wilson")
    near(powered.interval.low, 0.3360653811128881);
    near(powered.interval.high, 0.441163025896696);
    // proportion_confint(73, 150, 0.05, "wilson")
    let coded = share(&inputs, Method::Coded).unwrap();
    let [low, high] = [0, 1].map(|at| oracle["classical_interval"][at].as_f64().unwrap());
    near(coded.se, (high - low) / 2.0 / params().level.z());
    near(coded.interval.low, 0.4080171192238753);
    near(coded.interval.high, 0.5659820872926068);
    let adjusted = share(&inputs, Method::Adjusted).unwrap();
    near(adjusted.value, number("rogan_gladen_estimate"));
    near(adjusted.se, number("rogan_gladen_se"));
}

/// Rows with these counts of `[label][predicted]`.
pub(super) fn confused<const K: usize>(counts: [[usize; K]; K]) -> (Vec<u16>, Vec<u16>) {
    let (mut labels, mut predicted) = (Vec::new(), Vec::new());
    for (label, row) in (0u16..).zip(counts) {
        for (answer, n) in (0u16..).zip(row) {
            labels.extend(vec![label; n]);
            predicted.extend(vec![answer; n]);
        }
    }
    (labels, predicted)
}

pub(super) fn repeated(counts: &[usize]) -> Vec<u16> {
    let each = (0u16..).zip(counts);
    each.flat_map(|(class, &n)| vec![class; n]).collect()
}

#[test]
fn shares_of_three_classes_match_numpy() {
    // rates = counts / counts.sum(1); A = inv(rates.T); theta = A @ q;
    // var = A (diag(q) - q qT)/N AT + sum theta_k² A (diag(r_k) - r_k r_kT)/n_k AT
    let (labels, predicted) = confused([[40, 6, 4], [7, 30, 8], [2, 5, 48]]);
    let names = ["a", "b", "c"];
    let mut inputs = outside(&labels, &predicted, &repeated(&[300, 500, 200]), &names);
    inputs.targets = vec![0, 1, 2];
    let found = estimate(&inputs, params());
    let expected = [
        (0.23619859, 0.0660939),
        (0.69859207, 0.09414812),
        (0.06520934, 0.06173592),
    ];
    for (target, (value, se)) in found.targets.iter().zip(expected) {
        let share = target.overall.share(Method::Adjusted).as_ref().unwrap();
        assert!((share.value - value).abs() < 1e-8, "{share:?}");
        assert!((share.se - se).abs() < 1e-7, "{share:?}");
        assert!(share.interval.low >= 0.0 && share.interval.high <= 1.0);
    }
    // Without the constraint the first would be -0.1006.
    inputs.corpus.predicted = repeated(&[20, 380, 600]);
    inputs.is_coded = vec![false; 1000];
    let found = estimate(&inputs, params());
    let shares: Vec<f64> = (found.targets.iter())
        .map(|target| {
            target
                .overall
                .share(Method::Adjusted)
                .as_ref()
                .unwrap()
                .value
        })
        .collect();
    for (found, expected) in shares.iter().zip([0.0, 0.42722984, 0.57277016]) {
        assert!((found - expected).abs() < 1e-7, "{shares:?}");
    }
}

#[test]
fn what_cannot_be_told_says_why() {
    let corpus = repeated(&[600, 400]);
    let names = ["Male", "Female"];
    let of = |counts| {
        let (labels, predicted) = confused(counts);
        outside(&labels, &predicted, &corpus, &names)
    };
    let useless = of([[30, 30], [30, 30]]);
    assert_eq!(
        reason(share(&useless, Method::Adjusted)),
        "true- and false-positive rates (50.0 %, 50.0 %) are too close to correct the share"
    );
    assert!(share(&useless, Method::Powered).is_ok());
    let one = of([[50, 10], [0, 0]]);
    assert_eq!(
        reason(share(&one, Method::Adjusted)),
        "0 coded rows are `Female`: code more, 10 are needed"
    );
    assert!(share(&one, Method::Naive).is_ok());
    let few = of([[3, 1], [1, 3]]);
    assert_eq!(reason(share(&few, Method::Powered)), "8 coded rows");
    let mut foreign = of([[20, 30], [0, 50]]);
    foreign.corpus.predicted = repeated(&[900, 100]);
    foreign.corpus.predicted.extend(vec![0; 9_000]);
    foreign.is_coded = vec![false; 10_000];
    let told = reason(share(&foreign, Method::Adjusted));
    assert!(told.starts_with("corrected it would be -147.5 %"), "{told}");
    let mut all = of([[50, 10], [10, 50]]);
    all.is_coded = vec![true; 1000];
    assert_eq!(
        reason(share(&all, Method::Powered)),
        "no row is left uncoded"
    );
}

#[test]
fn coded_rows_of_one_class_bound_the_share_of_the_other() {
    let (labels, predicted) = confused([[50, 10], [0, 0]]);
    let inputs = outside(&labels, &predicted, &repeated(&[600, 400]), &["no", "yes"]);
    for method in [Method::Coded, Method::Powered] {
        let found = share(&inputs, method).unwrap();
        assert_eq!((found.value, found.interval.low), (0.0, 0.0), "{method:?}");
        // proportion_confint(0, 60, 0.05, "wilson")
        near(found.interval.high, 0.060171852142089886);
    }
}

#[test]
fn the_coded_rows_of_a_stratified_sample_match_the_textbook() {
    // Of 60 rows 12 are coded, 3 hits; of 40 rows 20, 15 hits. Cochran (1977), (5.7):
    // var = Σ W²(1 - f) s²/n, s² = n/(n - 1) p(1 - p); and p(1 - p)/N of all 100 for the population
    let (labels, predicted) = confused([[9, 0], [3, 0]]);
    let (more_labels, more_predicted) = confused([[0, 5], [0, 15]]);
    let joined = |a: Vec<u16>, b: Vec<u16>| [a, b].concat();
    let (labels, predicted) = (
        joined(labels, more_labels),
        joined(predicted, more_predicted),
    );
    let mut inputs = outside(&labels, &predicted, &repeated(&[60, 40]), &["no", "yes"]);
    let is_coded = |row: usize| row < 12 || (60..80).contains(&row);
    inputs.is_coded = (0..100).map(is_coded).collect();
    inputs.coded.weights = [vec![5.0; 12], vec![2.0; 20]].concat();
    inputs.coded.strata = [vec![0; 12], vec![1; 20]].concat();
    let coded = share(&inputs, Method::Coded).unwrap();
    near(coded.value, 0.45);
    near(coded.se, 0.09040776843447379);
    // u = w * (y - 0.45) / w.sum(); v = (1 - n/N) * n/(n - 1) * (u - mean of u)**2, by stratum
    // df = 2 * v.sum()**2 / (v**2).sum(), 13.65
    // n_eff = 0.45 * 0.55 / se**2 * (norm.ppf(0.975) / t.ppf(0.975, df))**2
    // proportion_confint(0.45 * n_eff, n_eff, 0.05, "wilson")
    near(coded.interval.low, 0.27545361664663953);
    near(coded.interval.high, 0.6377900496117348);
    // Here what is predicted is the stratum, which the sample knows already.
    let powered = share(&inputs, Method::Powered).unwrap();
    near(powered.value, 0.45);
    near(powered.se, 0.09040776843447379);
}

#[test]
fn rows_that_stand_twice_are_no_more_evidence() {
    let (labels, predicted) = confused([[70, 20], [20, 60]]);
    let corpus = repeated(&[600, 400]);
    let once = outside(&labels, &predicted, &corpus, &["no", "yes"]);
    let twice = |of: &[u16]| -> Vec<u16> { of.iter().flat_map(|&x| [x, x]).collect() };
    let mut doubled = outside(
        &twice(&labels),
        &twice(&predicted),
        &twice(&corpus),
        &["no", "yes"],
    );
    let pairs = |n: u32, from: u32| (0..n).map(|row| from + row / 2).collect::<Vec<_>>();
    let rows = doubled.coded.len() as u32;
    let naive = estimate(&doubled, params());
    doubled.coded.rows.clusters = pairs(rows, 0);
    doubled.corpus.clusters = pairs(2_000, rows / 2);
    doubled.clusters = 1_000 + rows as usize / 2;
    let (once, clustered) = (estimate(&once, params()), estimate(&doubled, params()));
    for method in clustered.shown_methods().map(|info| info.method) {
        let se = |of: &Estimates| of.targets[0].overall.share(method).as_ref().unwrap().se;
        let ratio = se(&clustered) / se(&once);
        assert!((ratio - 1.0).abs() < 0.01, "{method:?}: {ratio}");
        let ratio = se(&naive) / se(&once);
        assert!((ratio - 0.5_f64.sqrt()).abs() < 0.01, "{method:?}: {ratio}");
    }
    doubled.coded.rows.clusters = vec![0; rows as usize];
    assert_eq!(
        share(&doubled, Method::Powered),
        Err(NotEstimable::OneCluster)
    );
}

#[test]
fn a_row_that_stands_for_two_counts_as_two() {
    let (labels, predicted) = confused([[70, 20], [20, 60]]);
    let plain = outside(&labels, &predicted, &repeated(&[600, 400]), &["no", "yes"]);
    let mut weighted = outside(&labels, &predicted, &repeated(&[600, 200]), &["no", "yes"]);
    weighted.corpus.weights = [vec![1.0; 600], vec![2.0; 200]].concat();
    for method in [Method::Naive, Method::Adjusted] {
        let [once, twice] = [&plain, &weighted].map(|of| share(of, method).unwrap());
        near(twice.value, once.value);
        assert!(twice.se > once.se, "{method:?}");
    }
    // sqrt(Σ w²(x - 0.4)²) / Σ w
    let naive = share(&weighted, Method::Naive).unwrap();
    near(
        naive.se,
        (600.0 * 0.16_f64 + 200.0 * 4.0 * 0.36).sqrt() / 1000.0,
    );
}

#[test]
fn weights_that_are_all_the_same_change_nothing() {
    let (labels, predicted) = confused([[70, 20], [20, 60]]);
    let none = outside(&labels, &predicted, &repeated(&[600, 400]), &["no", "yes"]);
    let mut same = none.clone();
    same.corpus.weights = vec![3.0; 1000];
    same.coded.rows.weights = vec![3.0; 170];
    for method in [Method::Naive, Method::Coded, Method::Adjusted] {
        let [none, same] = [&none, &same].map(|of| share(of, method).unwrap());
        near(same.value, none.value);
        near(same.se, none.se);
        near(same.interval.low, none.interval.low);
    }
}

#[test]
fn coded_rows_from_elsewhere_are_noticed() {
    let (labels, predicted) = confused([[70, 20], [20, 60]]);
    let alike = outside(&labels, &predicted, &repeated(&[540, 460]), &["no", "yes"]);
    assert_eq!(estimate(&alike, params()).shift.unlikely().count(), 0);
    let other = outside(&labels, &predicted, &repeated(&[900, 100]), &["no", "yes"]);
    let found = estimate(&other, params());
    assert_eq!(found.shift.unlikely().count(), 1);
    let told = found
        .warnings
        .iter()
        .any(|doubt| doubt.contains("`predicted class`"));
    assert!(told, "{:?}", found.warnings);
}
