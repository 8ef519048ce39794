use super::model::Model;
use super::spreads::Mode;
use super::*;

/// Four places of birth by two genders; nobody of the seventh cell is in the rows.
pub(super) fn cells() -> Cells {
    let grouping = |name: &str, groups: u32, of: [u32; 8]| Grouping {
        name: name.to_owned(),
        groups: (0..groups).map(|group| format!("{name} {group}")).collect(),
        of: of.to_vec(),
    };
    Cells {
        names: (0..8).map(|cell| format!("cell {cell}")).collect(),
        counts: vec![120.0, 110.0, 150.0, 160.0, 90.0, 95.0, 60.0, 40.0],
        rows: vec![14, 30, 22, 9, 40, 3, 0, 12],
        groupings: vec![
            grouping("born", 4, [0, 0, 1, 1, 2, 2, 3, 3]),
            grouping("gender", 2, [0, 1, 0, 1, 0, 1, 0, 1]),
        ],
    }
}

const HITS: [u64; 8] = [3, 12, 4, 5, 17, 1, 0, 8];

fn params() -> Params {
    Params {
        level: Level::new(0.95).unwrap(),
        seed: 1,
    }
}

fn found(cells: Cells, hits: [u64; 8]) -> Poststratified {
    let hits = Hits {
        class: "yes".to_owned(),
        of: hits.to_vec(),
    };
    poststratify(cells, &[hits], params())
}

fn multilevel(group: &Group) -> Share {
    group.share(Method::Multilevel).unwrap()
}

/// The likelihood with numpy, in its own formulation: z has 5, σ born and σ gender where a cell is in a group.
///
/// ```python
/// z = np.zeros((8, 7)); z[:, 0] = 5; z[range(8), 1 + born] = s[0]; z[range(8), 5 + gender] = s[1]
/// f = lambda v: y @ (z @ v) - n @ np.logaddexp(0, z @ v) - v @ v / 2     # at its maximum v, by scipy's Newton
/// H = np.eye(7) + (z.T * (n * p * (1 - p))) @ z
/// f(v) - np.linalg.slogdet(H)[1] / 2
/// post = lambda l: lap(np.exp(l)) + l.sum() - np.exp(2 * l).sum() / 2
/// scipy.optimize.minimize(lambda l: -post(l), np.log([.5, .5]), method="Nelder-Mead",
///                         options=dict(xatol=1e-10, fatol=1e-13)).x
/// ```
#[test]
fn laplace_and_its_mode_match_scipy() {
    let cells = cells();
    let model = Model::new(&cells, &HITS);
    let found = model.conditional(&[0.5, 0.3], &[0.0; 7]);
    assert!(
        (found.ln_likelihood - -89.24278500497282).abs() < 1e-9,
        "{found:?}"
    );
    let mode = [
        -0.07554747,
        -0.52549588,
        -0.53455957,
        0.34565808,
        0.70684261,
        -0.73913276,
        0.73459991,
    ];
    for (found, expected) in found.mode.iter().zip(mode) {
        assert!((found - expected).abs() < 1e-8, "{found}, not {expected}");
    }
    let found = Mode::find(&model).ln_spreads;
    for (found, expected) in found.iter().zip([-0.56159187, -0.2206137]) {
        assert!((found - expected).abs() < 1e-3, "{found}, not {expected}");
    }
}

/// The exact posterior: 400 walkers (Goodman and Weare 2010) of 60,000 steps in numpy, whose halves agree to 0.0009. Mean,
/// standard deviation and quantiles of 2.5 and 97.5 %. statsmodels' `BinomialBayesMixedGLM(..., vcp_p=1,
/// fe_p=5).fit_vb()`, whose prior of σ differs, has 0.387 for everyone and 0.344, 0.358, 0.454, 0.448 by place of birth;
/// its `fit_map()` takes σ of places for 0.02, and all four for alike.
#[test]
fn shares_match_a_long_chain() {
    let found = found(cells(), HITS);
    let target = &found.targets[0];
    let (born, gender) = (&target.by[0], &target.by[1]);
    let shares = [
        (&target.overall, [0.39087, 0.04346, 0.30734, 0.47727]),
        (&born[0], [0.34798, 0.06355, 0.22302, 0.47029]),
        (&born[1], [0.36172, 0.07302, 0.21446, 0.50127]),
        (&born[2], [0.45516, 0.07645, 0.31868, 0.61432]),
        (&born[3], [0.46095, 0.11184, 0.28293, 0.71887]),
        (&gender[0], [0.32137, 0.05794, 0.21174, 0.43670]),
        (&gender[1], [0.46294, 0.07340, 0.32719, 0.61049]),
        (&target.cells[6], [0.40112, 0.12611, 0.19676, 0.69370]),
        (&target.cells[5], [0.52973, 0.10955, 0.33497, 0.75555]),
    ];
    for (group, expected) in shares {
        let share = multilevel(group);
        let found = [
            share.value,
            share.se,
            share.interval.low,
            share.interval.high,
        ];
        let near = [0.006, 0.009, 0.025, 0.025];
        for ((found, expected), near) in found.iter().zip(expected).zip(near) {
            assert!((found - expected).abs() < near, "{found}, not {expected}");
        }
    }
    for (spread, expected) in target.spreads.iter().zip([0.53517, 0.75241]) {
        assert!((spread.value - expected).abs() < 0.05, "{spread:?}");
    }
}

#[test]
fn empty_cells_are_told_and_leave_plain_poststratification_without_a_number() {
    let found = found(cells(), HITS);
    let target = &found.targets[0];
    let plain = |group: &Group| *group.share(Method::Plain);
    assert_eq!(plain(&target.overall), Err(NotEstimable::EmptyCells(1)));
    assert_eq!(plain(&target.by[0][3]), Err(NotEstimable::EmptyCells(1)));
    // (120 · 3/14 + 110 · 12/30) / 230
    let share = plain(&target.by[0][0]).unwrap();
    assert!(
        (share.value - 0.3031055900621118).abs() < 1e-12,
        "{share:?}"
    );
    let unadjusted = target.overall.share(Method::Unadjusted).unwrap();
    assert_eq!(unadjusted.value, 50.0 / 130.0);
    assert_eq!(
        found.warnings(),
        [
            "1 of 8 cells in the census, with 7.3% of the population, have no row (cell 6): MRP draws \
          their shares towards the groups that they are in"
        ]
    );
}

#[test]
fn groups_that_nobody_is_in_say_so() {
    let mut cells = cells();
    (cells.counts[6], cells.counts[7], cells.rows[7]) = (0.0, 0.0, 0);
    let hits = [3, 12, 4, 5, 17, 1, 0, 0];
    let found = found(cells, hits);
    let target = &found.targets[0];
    let shares = target.by[0][3].shares;
    assert_eq!(
        shares,
        [
            Err(NotEstimable::NoRow),
            Err(NotEstimable::Nobody),
            Err(NotEstimable::Nobody)
        ]
    );
    assert!(found.warnings().is_empty(), "{:?}", found.warnings());
    assert!(target.overall.share(Method::Plain).is_ok());
}

#[test]
fn rows_of_one_class_alone_leave_room_for_the_other() {
    let cells = cells();
    let all: [u64; 8] = cells.rows.clone().try_into().unwrap();
    let none = multilevel(&found(cells.clone(), [0; 8]).targets[0].overall);
    let every = multilevel(&found(cells, all).targets[0].overall);
    assert!(none.value > 0.0 && none.interval.high > 0.01, "{none:?}");
    assert!(
        none.interval.high < 0.2 && every.interval.low > 0.8,
        "{none:?} {every:?}"
    );
    assert!((none.value + every.value - 1.0).abs() < 0.01, "{every:?}");
}

#[test]
fn seeds_decide_and_move_little() {
    let with = |seed| {
        let hits = Hits {
            class: "yes".to_owned(),
            of: HITS.to_vec(),
        };
        poststratify(cells(), &[hits], Params { seed, ..params() })
    };
    assert_eq!(with(7), with(7));
    let [a, b] = [7, 8].map(|seed| multilevel(&with(seed).targets[0].overall));
    assert_ne!(a, b);
    assert!((a.value - b.value).abs() < 0.003, "{a:?} {b:?}");
}

#[test]
fn files_have_a_number_for_each_group_and_cell() {
    let found = found(cells(), HITS);
    let rows = found.tidy();
    // Everyone, six groups and eight cells by three methods.
    assert_eq!(rows.len(), 45);
    let empty = rows
        .iter()
        .find(|row| row[3] == "cell 6" && row[4] == "poststratified");
    let empty = empty.unwrap();
    assert_eq!(
        (empty[5].as_str(), empty[12].as_str()),
        ("", "cells without a row: 1")
    );
    let json = found.to_json();
    assert_eq!(json["estimates"].as_array().map(Vec::len), Some(7));
    assert_eq!(json["cells"][6]["not_estimable"]["unadjusted"], "no row");
    assert_eq!(json["estimates"][0]["group"], serde_json::Value::Null);
    let table = found.tables().next().unwrap();
    assert_eq!(table.rows[1][..3], ["born: born 0", "27.9 %", "44"]);
    let legend: Vec<String> = found.legend().collect();
    assert!(legend[0].starts_with("yes, standard deviation of groups in log odds: born 0."));
}
