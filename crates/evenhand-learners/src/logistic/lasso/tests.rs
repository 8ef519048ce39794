use super::*;
use crate::logistic::Errors;
use crate::logistic::toy::{Toy, assert_near, exact};
use evenhand_stats::stats::Level;

fn fit(examples: &Examples, rows: &[usize], penalties: &[f64], l1_share: f64) -> Vec<Logistic> {
    let params = L1Params {
        logistic: exact(),
        l1_share,
        penalties: penalties.to_vec(),
        ..L1Params::default()
    };
    Logistic::fit_l1_path(examples, rows, &params).unwrap()
}

#[test]
fn the_lasso_and_the_elastic_net_match_scikit_learn() {
    // LogisticRegression(penalty="elasticnet", l1_ratio=r, solver="saga", C=C, tol=1e-13).fit(Z, y, sample_weight=w), C = 0.02
    // and 0.2
    let toy = Toy::new();
    for (share, expected) in [
        (
            1.0,
            [
                [
                    -0.14796769425993955,
                    0.29199787982323644,
                    0.05072701955100743,
                    0.0,
                ],
                [
                    -0.274651894829366,
                    1.6044072744110307,
                    1.2625346240693458,
                    0.0,
                ],
            ],
        ),
        (
            0.5,
            [
                [
                    -0.15938035200075198,
                    0.5068571976942369,
                    0.3382586607676316,
                    0.0,
                ],
                [
                    -0.26587471810577484,
                    1.5293119035856952,
                    1.2142430567285942,
                    0.006002770292171131,
                ],
            ],
        ),
    ] {
        let path = fit(&toy.examples(), &toy.rows, &[50.0, 5.0], share);
        for (model, expected) in path.iter().zip(expected) {
            let found = [model.intercepts[0]].into_iter();
            assert_near(found.chain(model.coefficients.clone()), &expected, 1e-7);
        }
        assert_eq!(path[0].coefficients[2], 0.0);
    }
}

#[test]
fn three_classes_match_scikit_learn() {
    // The same with y3 and C = 0.05
    let toy = Toy::new();
    let model = fit(&toy.examples3(), &toy.rows, &[20.0], 1.0).remove(0);
    let expected = [
        0.0,
        -0.7745936558661373,
        0.0,
        0.0,
        0.44472529332499655,
        0.0,
        1.2479689551387678,
        0.0,
        0.0,
    ];
    assert_near(model.coefficients.clone(), &expected, 1e-6);
    assert_eq!(model.selected(), ["a", "b"].into());
}

#[test]
fn a_path_starts_where_all_coefficients_are_0_and_ends_by_columns() {
    let toy = Toy::new();
    let params = L1Params::default();
    let path = Logistic::fit_l1_path(&toy.examples(), &toy.rows, &params).unwrap();
    // p = np.average(y, weights=w); np.abs(Z.T @ (w * (p - y))).max()
    assert!(
        (path[0].penalty - 67.42810725421458).abs() < 1e-5,
        "{}",
        path[0].penalty
    );
    assert!(path[0].selected().is_empty() && path[1].selected() == ["a"].into());
    assert_eq!((path.len(), path[49].selected().len()), (50, 3));
    let few = L1Params {
        most_sources: Some(1),
        ..params.clone()
    };
    let path = Logistic::fit_l1_path(&toy.examples(), &toy.rows, &few).unwrap();
    assert!(path.len() < 10 && path[path.len() - 1].selected() == ["a"].into());
    let level = Level::new(0.95).unwrap();
    let table = path[1].table(&toy.examples(), &toy.rows, Errors::Model, level);
    assert_eq!(table, None);
    let wrong = L1Params {
        l1_share: 0.0,
        ..params
    };
    let refused = Logistic::fit_l1_path(&toy.examples(), &toy.rows, &wrong);
    assert!(matches!(refused, Err(LearnerError::L1Share(_))));
}
