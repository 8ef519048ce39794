use super::*;

/// Score, label, cluster.
const ROWS: [(f64, bool, u32); 12] = [
    (0.05, false, 0),
    (0.1, false, 0),
    (0.2, true, 1),
    (0.3, false, 2),
    (0.35, false, 3),
    (0.5, true, 4),
    (0.55, false, 2),
    (0.7, true, 5),
    (0.8, true, 5),
    (0.9, false, 0),
    (0.95, true, 6),
    (0.99, true, 6),
];

fn level() -> Level {
    Level::new(0.95).unwrap()
}

/// Scores and the plan of their clusters.
fn clustered(rows: &[(f64, bool, u32)]) -> (Scores, Plan) {
    let (scores, order) = Scores::with_order(rows.iter().map(|&(score, label, _)| (score, label)));
    let cluster_of: Vec<u32> = order.iter().map(|&at| rows[at as usize].2).collect();
    (scores, Plan::clusters(&cluster_of))
}

#[track_caller]
fn assert_interval(found: Option<ScoreEstimate>, value: f64, [low, high]: [f64; 2]) {
    let found = found.unwrap();
    let interval = found.interval.unwrap();
    for (found, expected) in [
        (found.value, value),
        (interval.low, low),
        (interval.high, high),
    ] {
        assert!((found - expected).abs() < 1e-7, "{found}, not {expected}");
    }
}

#[test]
fn slope_and_intercept_match_statsmodels() {
    // x = logit(score); r = Logit(label, add_constant(x)).fit() and
    // Logit(label, ones, offset=x).fit(); r.conf_int()
    let (scores, plan) = clustered(&ROWS);
    let rows = Plan::rows(12);
    let found = calibration_slope(&scores, &rows, level());
    let slope = 0.6241988557564895;
    assert_interval(found, slope, [-0.17387877122612427, 1.422276482739103]);
    let found = calibration_intercept(&scores, &rows, level());
    let intercept = -0.22362937843713437;
    assert_interval(found, intercept, [-1.7112306354818345, 1.2639718786075658]);
    // .fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    let found = calibration_slope(&scores, &plan, level());
    assert_interval(found, slope, [-0.18441998499144419, 1.432817696504423]);
    let found = calibration_intercept(&scores, &plan, level());
    assert_interval(found, intercept, [-2.863309938167165, 2.416051181292896]);
}

#[test]
fn rows_that_stand_twice_leave_errors_of_calibration_as_they_are() {
    let single: Vec<_> = (0..120)
        .map(|at| {
            let score = f64::from(at % 30) / 30.0;
            (score, (at * 7) % 31 < at % 30, at)
        })
        .collect();
    let doubled: Vec<_> = single.iter().chain(&single).copied().collect();
    let (scores, _) = clustered(&single);
    let once = calibration_error(&scores, &Plan::rows(120), level()).unwrap();
    let (scores, plan) = clustered(&doubled);
    let twice = calibration_error(&scores, &plan, level()).unwrap();
    let Interval { low, high } = once.interval.unwrap();
    assert_interval(Some(twice), once.value, [low, high]);
    let naive = calibration_error(&scores, &Plan::rows(240), level()).unwrap();
    assert!(naive.value > once.value, "{naive:?}");
}

#[test]
fn a_perfect_order_has_the_interval_of_its_rarer_label() {
    let rows: Vec<_> = (0..50)
        .map(|at| (f64::from(at) / 50.0, at >= 30, at / 5))
        .collect();
    let (scores, plan) = clustered(&rows);
    // proportion_confint(20, 20, 0.05, "wilson"), and of 4 clusters.
    for (plan, low) in [
        (Plan::rows(50), 0.8388748419471806),
        (plan, 0.5101091635454025),
    ] {
        for found in [
            auc(&scores, &plan, level()),
            average_precision(&scores, &plan, level()),
        ] {
            assert_interval(found, 1.0, [low, 1.0]);
        }
    }
}

#[test]
fn one_label_has_no_slope_and_one_cluster_no_interval() {
    let (scores, plan) = clustered(&[(0.2, true, 0), (0.4, true, 0)]);
    assert_eq!(calibration_slope(&scores, &plan, level()), None);
    assert_eq!(calibration_intercept(&scores, &plan, level()), None);
    let rows = ROWS.map(|(score, label, _)| (score, label, 0));
    let (scores, plan) = clustered(&rows);
    let found = calibration_slope(&scores, &plan, level()).unwrap();
    assert_eq!(found.interval, None);
}
