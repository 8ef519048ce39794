//! Counties of the American Community Survey, where `EVENHAND_CENSUS` names the folder of the census tables.
//!
//! Reference: numpy 2.4 and scikit-learn 1.9.1 on the rows without gaps, all columns but identifiers, scaled by `MinMaxScaler`:
//!
//! ```python
//! S = MinMaxScaler().fit_transform(X); p = PCA(svd_solver="full").fit(S); V = p.components_.copy()
//! V *= np.sign(V[np.arange(len(V)), np.abs(V).argmax(1)])[:, None]; Z = ((S - p.mean_) @ V.T)[:, :5]
//! runs = [KMeans(7, n_init=1, max_iter=1000, tol=0, random_state=s).fit(Z) for s in range(200)]
//! best = min(runs, key=lambda r: r.inertia_)  # found once in 200
//! ```

mod reference;

use super::*;
use crate::choose::{ChooseParams, choose, silhouettes, stability};
use crate::look;
use crate::names::{Axes, Order, order_of_names};
use crate::pca::{self, Components, varimax};
use crate::rows::Rows;
use evenhand_stats::stats::kmeans::{KMeans, Params, Points, Starts};
use reference::{CENTRES, EXPLAINED, PRINTED, PUBLISHED, ROTATED};
use std::path::PathBuf;
use std::sync::OnceLock;

/// Identifiers of counties, and their numbers. Counties with gaps are left out.
fn counties(file: &str) -> Option<(Vec<u32>, Rows)> {
    let Some(folder) = std::env::var_os("EVENHAND_CENSUS").map(PathBuf::from) else {
        eprintln!("left out: EVENHAND_CENSUS names no folder of census tables");
        return None;
    };
    let text = std::fs::read_to_string(folder.join(file)).expect("a census table");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let name = |name: &&str| match *name {
        "VotingAgeCitizen" => "Citizen".to_owned(),
        name => name.to_owned(),
    };
    let (mut ids, mut values) = (Vec::new(), Vec::new());
    for line in lines {
        let numbers: Result<Vec<f64>, _> = line[3..].iter().map(|cell| cell.parse()).collect();
        if let Ok(numbers) = numbers {
            ids.push(line[0].parse().expect("a number of a county"));
            values.extend(numbers);
        }
    }
    let columns = header[3..].iter().map(name).collect();
    Some((ids, Rows::new(columns, values).expect("numbers")))
}

fn options() -> Options {
    Options {
        components: Components::Number(5),
        segments: SegmentCount::Number(7),
        compared: None,
        ..Options::default()
    }
}

/// The counties of 2015 in seven segments by five components; fitted once.
fn fitted() -> Option<&'static (Vec<u32>, Rows, Segments)> {
    static FITTED: OnceLock<Option<(Vec<u32>, Rows, Segments)>> = OnceLock::new();
    let fit = || {
        let (ids, rows) = counties("acs2015_county_data.csv")?;
        let found = segment(&rows, None, &options()).expect("segments");
        Some((ids, rows, found))
    };
    FITTED.get_or_init(fit).as_ref()
}

#[test]
fn components_are_those_of_scikit_learn() {
    let Some((_, rows, found)) = fitted() else {
        return;
    };
    assert_eq!((rows.len(), rows.columns().len()), (3218, 34));
    for (found, expected) in found.scree.iter().zip(EXPLAINED) {
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }
    assert!((found.explained() - 0.7179824710537456).abs() < 1e-9);
    assert_eq!(found.parallel.as_ref().unwrap().keep, 4);
    let loading = |component: usize, column: &str| {
        let at = rows
            .columns()
            .iter()
            .position(|name| name == column)
            .unwrap();
        found.components[component].loadings[at]
    };
    for (component, column, expected) in [
        (0, "White", 0.601972321),
        (0, "Hispanic", -0.392619257),
        (0, "ChildPoverty", -0.343020046),
        (1, "PrivateWork", 0.4431726),
        (2, "Income", 0.3798552),
        (3, "Black", 0.622483911),
        (4, "Construction", 0.462398623),
    ] {
        let found = loading(component, column);
        assert!((found - expected).abs() < 1e-9, "{column}: {found}");
    }
}

/// Scores of three counties as a tutorial printed them, which listed its components from the last to the first and turned some
/// around.
#[test]
fn printed_scores_are_reproduced() {
    let Some((ids, _, found)) = fitted() else {
        return;
    };
    for (id, printed) in PRINTED {
        let row = ids.iter().position(|other| *other == id).unwrap();
        let scores = found.assignments.row(row).scores;
        let signs = [-1.0, 1.0, -1.0, 1.0, 1.0];
        for (at, sign) in signs.into_iter().enumerate() {
            let printed = sign * printed[4 - at];
            assert!((scores[at] - printed).abs() < 3e-6, "{id}: {scores:?}");
        }
    }
}

#[test]
fn published_names_are_in_reverse() {
    let Some((_, rows, found)) = fitted() else {
        return;
    };
    let loadings = found.model.loadings();
    let axes = Axes::new(rows.columns(), &loadings);
    let right = PUBLISHED.map(String::from);
    let order = order_of_names(&right, &axes);
    assert!(matches!(order, Order::Fits { .. }), "{order:?}");
    let attached: Vec<String> = right.into_iter().rev().collect();
    let order = order_of_names(&attached, &axes);
    let Order::Reversed { given, reversed } = order else {
        panic!("{order:?}");
    };
    assert!(reversed > 1.5 * given, "{given} {reversed}");
    let sentence = order.sentence(&attached).unwrap();
    let expected = "The names fit the components in reverse: their words match the loadings by 0.28 in reverse and by 0.15 in \
                    the order given. `Construction & Commuters` fits component 5, not component 1.";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn seven_segments_are_at_least_as_compact_as_the_best_of_200_starts() {
    let Some((ids, rows, found)) = fitted() else {
        return;
    };
    assert!(found.inertia <= 281.51486, "{}", found.inertia);
    assert!(found.restarts.best_found >= 2, "{:?}", found.restarts);
    // The reference's optimum, which is 2e-6 less compact, from its own centres.
    let mut model = found.model.clone();
    model.centroids = CENTRES.concat();
    let assigned = model.assign(rows).unwrap();
    let inertia: f64 = assigned.nearest.iter().map(|nearest| nearest.squared).sum();
    assert!((inertia - 281.51484990414457).abs() < 1e-8, "{inertia}");
    let segments = assigned.segments();
    let sizes: Vec<usize> = (0..7)
        .map(|segment| segments.iter().filter(|&&of| of == segment).count())
        .collect();
    assert_eq!(sizes, [915, 847, 387, 369, 351, 253, 96]);
    let points = Points::new(&assigned.scores, 5);
    let silhouette = silhouettes(points, &[segments])[0];
    assert!(
        (silhouette - 0.22714461068462363).abs() < 1e-8,
        "{silhouette}"
    );
    // Two years later.
    let Some((new_ids, new)) = counties("acs2017_county_data.csv") else {
        return;
    };
    let after = model.assign(&new).unwrap();
    let place = |id: &u32| ids.iter().position(|other| other == id);
    let pairs = new_ids.iter().enumerate();
    let pairs: Vec<(usize, usize)> = pairs
        .filter_map(|(at, id)| Some((at, place(id)?)))
        .collect();
    assert_eq!((new.len(), pairs.len()), (3219, 3218));
    assert_eq!(after.movers(&assigned, &pairs).len(), 361);
    assert_eq!(after.rows_out_of_range(), 42);
    assert_eq!(
        after
            .iter()
            .map(|row| row.out_of_range.len())
            .sum::<usize>(),
        59
    );
}

#[test]
fn two_and_six_segments_are_stable_and_seven_are_not() {
    let Some((_, _, found)) = fitted() else {
        return;
    };
    let points = Points::new(&found.assignments.scores, 5);
    // Means over 20 pairs in the reference; a pair of 7 has a standard deviation of 0.12.
    for (segments, expected) in [(2, 0.957), (6, 0.906), (7, 0.678)] {
        let found = stability(points, segments, 20, 1).unwrap();
        assert!(
            (found.mean - expected).abs() < 0.08,
            "{segments}: {found:?}"
        );
    }
    let choice = choose(points, &ChooseParams::new(2..=8, 1)).unwrap();
    assert_eq!(
        (choice.recommended, choice.silhouette, choice.gap),
        (6, 2, None)
    );
    let of_2 = choice.of(2).unwrap();
    assert!(
        (of_2.silhouette - 0.382676440103398).abs() < 1e-8,
        "{of_2:?}"
    );
    assert!((of_2.inertia - 615.9596601481829).abs() < 1e-8, "{of_2:?}");
    // 20 reference tables; errors are 0.007.
    let gap = choice.gap_of(2).unwrap();
    assert!((gap.gap - 1.4515).abs() < 0.02, "{gap:?}");
    let sentence = choice.sentence(7).unwrap();
    assert!(
        sentence.starts_with("7 segments are not stable"),
        "{sentence}"
    );
    assert!(sentence.contains("; 6 are ("), "{sentence}");
}

#[test]
fn varimax_is_that_of_numpy() {
    let Some((_, rows, found)) = fitted() else {
        return;
    };
    let rotation = varimax(&found.model.pca);
    // Shares of all variance, and the largest loadings of two components.
    for (found, expected) in rotation.variances.iter().zip(ROTATED) {
        assert!((found - expected).abs() < 1e-8, "{:?}", rotation.variances);
    }
    for (component, column, expected) in [
        (0, "White", 0.222394236),
        (1, "ChildPoverty", 0.104398908),
        (1, "Income", -0.101459632),
        (4, "Construction", 0.087228129),
    ] {
        let at = rows
            .columns()
            .iter()
            .position(|name| name == column)
            .unwrap();
        let found = rotation.loadings(component)[at];
        assert!((found - expected).abs() < 1e-8, "{column}: {found}");
    }
}

#[test]
fn columns_that_are_the_same_thing_are_told() {
    let Some((_, rows)) = counties("acs2015_county_data.csv") else {
        return;
    };
    let found = look::look(&rows);
    assert_eq!(found.scaled.len(), 1, "{:?}", found.scaled);
    assert_eq!(found.scaled[0].of, "TotalPop");
    assert_eq!(
        found.scaled[0].columns,
        ["Men", "Women", "Citizen", "Employed"]
    );
    let sets: Vec<&str> = found
        .shares
        .iter()
        .map(|set| set.columns[0].as_str())
        .collect();
    assert_eq!(
        sets,
        ["Professional", "Drive", "PrivateWork"],
        "{:?}",
        found.shares
    );
}

#[test]
fn weights_by_population_change_the_segments() {
    let Some((_, rows, found)) = fitted() else {
        return;
    };
    let population: Vec<f64> = rows.column(0).collect();
    let points = Points::new(&found.assignments.scores, 5).weighted(Some(&population));
    let params = Params {
        starts: Starts::Exactly(100),
        ..Params::for_rows(3218, 7, 1)
    };
    // KMeans(7, n_init=50, random_state=0).fit(Z, sample_weight=population).inertia_
    let weighted = KMeans::fit(points, &params).unwrap();
    assert!(weighted.inertia <= 23994905.1, "{}", weighted.inertia);
    let pca = pca::exact(Points::new(&found.assignments.scores, 5));
    assert!((pca.variances[0] - 0.119320386301).abs() < 1e-9);
}
