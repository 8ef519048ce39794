use super::*;
use crate::logistic::LogisticParams;
use crate::logistic::toy::{ROWS, Toy, assert_near, exact};

fn table(examples: &Examples, rows: &[usize], errors: Errors) -> CoefficientTable {
    let model = Logistic::fit_path(examples, rows, &[0.0], &exact()).unwrap();
    let level = Level::new(0.95).unwrap();
    model[0].table(examples, rows, errors, level).unwrap()
}

fn errors_of(table: &CoefficientTable) -> impl Iterator<Item = f64> {
    table.rows.iter().map(|row| row.raw.se)
}

/// By blocks of 80 rows, and by blocks of 4.
fn blocks() -> [Vec<u32>; 2] {
    [80, 4].map(|rows| (0..ROWS as u32).map(|row| row / rows).collect())
}

#[test]
fn model_based_errors_match_statsmodels() {
    // r = sm.Logit(y, [1, X]).fit(method="newton"); r.params, r.bse, r.pvalues, r.conf_int()
    let toy = Toy::new();
    let ones = vec![1.0; ROWS];
    let examples = Examples {
        weights: &ones,
        ..toy.examples()
    };
    let found = table(&examples, &toy.rows, Errors::Model);
    let names: Vec<&str> = found.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["(intercept)", "a", "b", "c"]);
    let values = found.rows.iter().map(|row| row.raw.value);
    let params = [
        -3.9330492668475925,
        0.715732866195691,
        1.3738751637446052,
        0.5627134666780947,
    ];
    assert_near(values, &params, 1e-9);
    let bse = [
        0.6367238484800851,
        0.09637972791994459,
        0.21153982724663795,
        0.6512816329914878,
    ];
    assert_near(errors_of(&found), &bse, 1e-8);
    let p = [
        6.532714000049492e-10,
        1.1178185509926323e-13,
        8.3231832094959e-11,
        0.3875827152090382,
    ];
    assert_near(found.rows.iter().map(|row| row.p), &p, 1e-9);
    assert!((found.rows[1].p / p[1] - 1.0).abs() < 1e-5);
    let interval = found.rows[2].raw.interval;
    let ends = [0.95926472104537, 1.7884856064438404];
    assert_near([interval.low, interval.high], &ends, 1e-8);
}

#[test]
fn design_based_errors_match_the_formula_of_svyglm() {
    // numpy, as R's survey::svyglm has it: H = inv((A * (w * p * (1 - p))[:, None]).T @ A), S = A * (w * (y - p))[:, None],
    // M = sum over strata of n / (n - 1) * (z - z.mean(0)).T @ (z - z.mean(0)) of sums z by cluster; sqrt(diag(H @ M @ H))
    let toy = Toy::new();
    let [strata, clusters] = blocks();
    let none: &[u32] = &[];
    for (strata, clusters, degrees, expected) in [
        (
            none,
            none,
            236.0,
            [
                0.6534341589376237,
                0.09361815505090208,
                0.21165466263880642,
                0.7132108476151089,
            ],
        ),
        (
            &strata,
            none,
            234.0,
            [
                0.6547406166673426,
                0.09329249706893696,
                0.21213912200543916,
                0.7147328379775014,
            ],
        ),
        (
            none,
            &clusters,
            56.0,
            [
                0.625834421137018,
                0.09119774121740463,
                0.21832380846336596,
                0.7381700376016321,
            ],
        ),
        (
            &strata,
            &clusters,
            54.0,
            [
                0.6305045741061089,
                0.08971201430687055,
                0.2204984432683221,
                0.7451191103542742,
            ],
        ),
    ] {
        let found = table(
            &toy.examples(),
            &toy.rows,
            Errors::Design { strata, clusters },
        );
        assert_near(errors_of(&found), &expected, 1e-9);
        assert_eq!(found.degrees, Some(degrees));
    }
}

#[test]
fn without_weights_they_are_those_of_statsmodels_but_for_a_factor() {
    // sm.Logit(y, [1, X]).fit(cov_type="HC0").bse, and cov_type="cluster", use_correction=False: without n / (n - 1)
    let toy = Toy::new();
    let ones = vec![1.0; ROWS];
    let examples = Examples {
        weights: &ones,
        ..toy.examples()
    };
    let [_, clusters] = blocks();
    for (clusters, n, expected) in [
        (
            &[][..],
            240.0,
            [
                0.6001985383990999,
                0.08646447651156772,
                0.18612065618135984,
                0.6517767863959621,
            ],
        ),
        (
            &clusters[..],
            60.0,
            [
                0.5880971999592114,
                0.0860086433219149,
                0.1932922332691738,
                0.7180413803611561,
            ],
        ),
    ] {
        let strata = &[];
        let found = table(&examples, &toy.rows, Errors::Design { strata, clusters });
        let factor = f64::sqrt((n - 1.0) / n);
        assert_near(errors_of(&found).map(|se| se * factor), &expected, 1e-8);
    }
}

#[test]
fn three_classes_are_compared_with_the_first_as_in_statsmodels() {
    // sm.MNLogit(y3, [1, X]).fit(method="newton"); r.params.T, r.bse.T
    let toy = Toy::new();
    let ones = vec![1.0; ROWS];
    let examples = Examples {
        weights: &ones,
        ..toy.examples3()
    };
    let found = table(&examples, &toy.rows, Errors::Model);
    let classes: Vec<usize> = found.rows.iter().map(|row| row.class).collect();
    assert_eq!(classes, [1, 1, 1, 1, 2, 2, 2, 2]);
    let params = [
        1.3270945494456006,
        -0.34553940475935524,
        2.312208022919355,
        -0.17450986478940492,
        -3.4250318512512354,
        0.6578059034256747,
        0.9094338840531898,
        0.04742451446082578,
    ];
    assert_near(found.rows.iter().map(|row| row.raw.value), &params, 1e-7);
    let bse = [
        0.5881777676460412,
        0.11439034703602954,
        0.3124744739271658,
        0.8001719989262733,
        0.762798551717593,
        0.10357115799583662,
        0.22896480807184677,
        0.7248687913816275,
    ];
    assert_near(errors_of(&found), &bse, 1e-7);
}

#[test]
fn one_cluster_has_no_table() {
    let toy = Toy::new();
    let examples = toy.examples();
    let model = Logistic::fit_path(&examples, &toy.rows, &[1.0], &LogisticParams::default());
    let errors = Errors::Design {
        strata: &[],
        clusters: &[0; ROWS],
    };
    let level = Level::new(0.95).unwrap();
    let found = model.unwrap()[0].table(&examples, &toy.rows, errors, level);
    assert_eq!(found, None);
}
