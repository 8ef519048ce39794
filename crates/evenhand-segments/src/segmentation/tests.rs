use super::*;
use crate::choose::adjusted_rand;
use crate::error::SegmentError;
use crate::names::Order;
use crate::pca::{Components, Method};
use crate::profile;
use crate::rows::Rows;
use crate::scale::Scaling;
use evenhand_stats::stats::kmeans::Restarts;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Places of three kinds: poor, rich and commuting; and a column that has nothing to do with it.
fn places(rows: usize) -> (Rows, Rows) {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let kinds = [[30.0, 20.0, 10.0], [10.0, 60.0, 15.0], [14.0, 45.0, 45.0]];
    let mut values = Vec::new();
    let mut rain = Vec::new();
    for row in 0..rows {
        let kind = kinds[[0, 0, 0, 1, 1, 2][row % 6]];
        let poverty = kind[0] + rng.random_range(-3.0..3.0);
        values.extend([poverty, poverty * 1.4 + rng.random_range(-1.0..1.0)]);
        values.extend([
            kind[1] + rng.random_range(-5.0..5.0),
            kind[2] + rng.random_range(-4.0..4.0),
        ]);
        rain.push(rng.random_range(300.0..900.0));
    }
    let columns = names(&["Poverty", "ChildPoverty", "Income", "MeanCommute"]);
    let rows = Rows::new(columns, values).unwrap();
    (rows, Rows::new(names(&["rain"]), rain).unwrap())
}

fn options(segments: usize) -> Options {
    Options {
        components: Components::Number(2),
        segments: SegmentCount::Number(segments),
        compared: None,
        ..Options::default()
    }
}

#[test]
fn kinds_of_places_are_found_and_described() {
    let (rows, rain) = places(120);
    let found = segment(
        &rows,
        Some(&rain),
        &Options {
            segments: SegmentCount::Choose(2..=5),
            names: vec![(0, "Poverty".to_owned()), (1, "Commuters".to_owned())],
            ..options(3)
        },
    )
    .unwrap();
    assert_eq!(found.choice.as_ref().unwrap().recommended, 3);
    assert_eq!(found.model.sizes, [60, 40, 20]);
    assert_eq!(found.warnings(), [""; 0]);
    assert!(
        matches!(found.order, Order::Fits { .. }),
        "{:?}",
        found.order
    );
    assert!(found.explained() > 0.9 && found.scree.len() == 4);
    assert_eq!(found.components[0].name, "Poverty");
    let poor = &found.profiles[0];
    assert!(
        poor.sentence.contains("more ChildPoverty") || poor.sentence.contains("more Poverty"),
        "{}",
        poor.sentence
    );
    let [.., rain] = &poor.differences[..] else {
        panic!("{poor:?}")
    };
    assert!(!rain.is_used && !rain.is_significant(), "{rain:?}");
    let beside = &found.supplementary[0];
    assert!(beside.column == "rain" && beside.correlations.iter().all(|r| r.abs() < 0.3));
    for (row, assignment) in found.assignments.iter().enumerate() {
        assert_eq!(assignment.segment, [0, 0, 0, 1, 1, 2][row % 6]);
        assert!((0.0..=1.0).contains(&assignment.margin) && assignment.out_of_range.is_empty());
    }
}

#[test]
fn a_model_that_was_stored_puts_new_rows_into_the_same_segments() {
    let (rows, _) = places(120);
    let found = segment(&rows, None, &options(3)).unwrap();
    let stored = serde_json::to_string(&found.model).unwrap();
    let model: Segmentation = serde_json::from_str(&stored).unwrap();
    // JSON may change the last bit of a number.
    let assigned = model.assign(&rows).unwrap();
    assert_eq!(assigned.segments(), found.assignments.segments());
    for (assigned, before) in assigned.iter().zip(found.assignments.iter()) {
        assert!((assigned.distance - before.distance).abs() < 1e-12);
        assert!((assigned.scores[1] - before.scores[1]).abs() < 1e-12);
    }
    // Columns in another order, one more of them, a value that is too large.
    let columns = names(&["MeanCommute", "extra", "Income", "ChildPoverty", "Poverty"]);
    let new = Rows::new(
        columns,
        vec![46.0, 7.0, 44.0, 19.0, 14.0, 10.0, 7.0, 20.0, 42.0, 90.0],
    )
    .unwrap();
    let assigned = model.assign(&new).unwrap();
    assert_eq!(assigned.segments(), [2, 0]);
    assert_eq!(assigned.row(1).out_of_range, [0]);
    assert_eq!(assigned.rows_out_of_range(), 1);
    assert_eq!(
        assigned.movers(&found.assignments, &[(0, 5), (1, 3)]),
        [(1, 3)]
    );
    let without = Rows::new(names(&["Poverty"]), vec![1.0]).unwrap();
    let error = model.assign(&without).unwrap_err();
    assert!(
        error.to_string().starts_with("no column `ChildPoverty`"),
        "{error}"
    );
}

#[test]
fn rotation_changes_scores_and_names_but_no_segment() {
    let (rows, _) = places(120);
    let plain = segment(&rows, None, &options(3)).unwrap();
    let rotated = Options {
        is_rotated: true,
        ..options(3)
    };
    let rotated = segment(&rows, None, &rotated).unwrap();
    assert_eq!(plain.assignments.nearest, rotated.assignments.nearest);
    assert_ne!(plain.assignments.scores, rotated.assignments.scores);
    let explained = |found: &Segments| found.components.iter().map(|c| c.explained).sum::<f64>();
    assert!((explained(&plain) - explained(&rotated)).abs() < 1e-12);
    let variance = |component: usize| {
        let scores = rotated.assignments.iter().map(|row| row.scores[component]);
        scores.map(|score| score * score).sum::<f64>() / 119.0
    };
    assert!((variance(0) - 1.0).abs() < 1e-10 && (variance(1) - 1.0).abs() < 1e-10);
}

#[test]
fn names_in_reverse_are_warned_of_and_names_of_other_loadings_refused() {
    let (rows, _) = places(120);
    let named = |first: &str, second: &str| Options {
        names: vec![(0, first.to_owned()), (1, second.to_owned())],
        ..options(3)
    };
    let wrong = segment(&rows, None, &named("Commuters", "Poverty")).unwrap();
    assert!(wrong.warnings()[0].starts_with("The names fit the components in reverse"));
    let right = segment(&rows, None, &named("Poverty", "Commuters")).unwrap();
    let (fewer, _) = places(60);
    let mut again = segment(&fewer, None, &options(3)).unwrap().model;
    again.take_names(&right.model.names).unwrap();
    assert_eq!(again.component_name(0), "Poverty");
    again.check_names().unwrap();
    let unscaled = Options {
        scaling: Scaling::None,
        ..options(3)
    };
    let mut other = segment(&rows, None, &unscaled).unwrap().model;
    let refused = other.take_names(&right.model.names).unwrap_err();
    assert!(
        matches!(refused, SegmentError::NameMoved { .. }),
        "{refused}"
    );
    assert!(other.names.is_empty());
}

#[test]
fn segments_that_are_not_there_are_warned_of() {
    let (rows, _) = places(120);
    let compared = Options {
        compared: Some(2..=6),
        ..options(6)
    };
    let mut found = segment(&rows, None, &compared).unwrap();
    let warning = &found.warnings()[0];
    assert!(
        warning.starts_with("6 segments are not stable: two samples agree by"),
        "{warning}"
    );
    assert!(warning.ends_with("3 are (100 %)."), "{warning}");
    found.restarts = Restarts {
        starts: 10,
        optima: 3,
        best_found: 1,
    };
    assert_eq!(
        found.restarts_sentence(),
        "K-means ended in 3 different optima in 10 starts; the best was found 1 time."
    );
    assert!(found.warnings()[1].starts_with("Of 3 different optima, the best was found once"));
}

#[test]
fn segments_are_the_same_on_any_number_of_threads_and_by_weight() {
    let (rows, _) = places(90);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            segment(
                &rows,
                None,
                &Options {
                    components: Components::Parallel,
                    segments: SegmentCount::Choose(2..=4),
                    ..Options::default()
                },
            )
            .unwrap()
        })
    };
    assert_eq!(on(1), on(4));
    let equal = rows.clone().weighted(vec![2.5; 90]).unwrap();
    let (plain, weighted) = (
        segment(&rows, None, &options(3)).unwrap(),
        segment(&equal, None, &options(3)).unwrap(),
    );
    let agreement = adjusted_rand(
        &plain.assignments.segments(),
        &weighted.assignments.segments(),
    );
    assert_eq!(agreement, 1.0);
    assert!((plain.model.pca.variances[0] / weighted.model.pca.variances[0] - 1.0).abs() < 1e-12);
    let p = |found: &[profile::Profile]| found[0].differences[0].p_holm.unwrap();
    assert!((p(&plain.profiles).ln() - p(&weighted.profiles).ln()).abs() < 1e-6);
}

#[test]
fn settings_that_do_not_fit_say_what_is_allowed() {
    let (rows, _) = places(12);
    let error = |change: &dyn Fn(&mut Options)| {
        let mut options = options(3);
        change(&mut options);
        segment(&rows, None, &options).unwrap_err().to_string()
    };
    assert_eq!(
        error(&|o| o.segments = SegmentCount::Number(1)),
        "1 segments: at least 2 are needed"
    );
    assert_eq!(
        error(&|o| o.segments = SegmentCount::Number(13)),
        "12 rows are too few for 13 segments"
    );
    assert_eq!(
        error(&|o| o.components = Components::Number(5)),
        "5 components of 4: at least 1 and at most 4 are allowed"
    );
    assert_eq!(
        error(&|o| o.components = Components::Share(1.2)),
        "a share of variance of 1.2: it is above 0 and at most 1"
    );
    assert_eq!(
        error(&|o| o.names = vec![(2, "x".to_owned())]),
        "a name for component 3 of 2: components are numbered from 1"
    );
}

#[test]
fn wide_tables_have_randomised_components() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    // 60 rows of 300 columns: two directions, and noise.
    let mut values = Vec::new();
    for row in 0..60 {
        let kind = f64::from(row % 3);
        values.extend((0..300).map(|column| {
            let loads = f64::from(column % 2);
            let shared = loads * kind + (1.0 - loads) * f64::from(row % 2);
            4.0 * shared + rng.random::<f64>()
        }));
    }
    let columns = (0..300).map(|column| format!("x{column}")).collect();
    let rows = Rows::new(columns, values).unwrap();
    let with = |components| Options {
        scaling: Scaling::Standard,
        components,
        ..options(6)
    };
    let two = segment(&rows, None, &with(Components::Number(2))).unwrap();
    assert_eq!(two.model.pca.method, Method::Randomised);
    assert!(two.explained() > 0.9 && two.parallel.is_none());
    assert_eq!(two.model.sizes, [10; 6]);
    let share = segment(&rows, None, &with(Components::Share(0.9))).unwrap();
    assert_eq!(share.model.components(), 2);
    // All but the last of the 59 directions that 60 rows have.
    let most = segment(&rows, None, &with(Components::Share(0.999))).unwrap();
    assert!(
        (40..59).contains(&most.model.components()),
        "{}",
        most.model.components()
    );
    let error = segment(&rows, None, &with(Components::Parallel)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "parallel analysis of 300 columns: at most 256 are allowed"
    );
}
