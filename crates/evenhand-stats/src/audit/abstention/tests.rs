use super::*;
use crate::audit::toy::two;
use crate::audit::{Design, Params, Row, Sampling};

/// Confidence, whether it is wrong, person, group; as the table and `[rows, classes]`.
fn found(rows: &[(f64, bool, &str, &str)], sampling: Sampling) -> Abstention {
    let columns = ["person", "group"].map(String::from);
    let design = Design {
        sampling,
        ..Design::of(crate::groups::parse("group").unwrap())
    };
    let of = rows
        .iter()
        .map(|&(confidence, is_wrong, person, group)| Row {
            label: usize::from(!is_wrong),
            predicted: 1,
            score: Some(confidence),
            attributes: vec![person, group],
        });
    let table = Table::new(&two(), &columns, &design, of).unwrap();
    let probabilities = rows.iter().flat_map(|row| [1.0 - row.0, row.0]);
    let params = Params::default().check().unwrap();
    abstention(&table, &probabilities.collect::<Vec<_>>(), &params).unwrap()
}

fn value(measure: &Measure) -> f64 {
    measure.estimate.unwrap().value
}

/// 100 rows, of which those of `y` are the unsure ones and those that are wrong.
fn sorted() -> Vec<(f64, bool, &'static str, &'static str)> {
    let row = |row: usize| {
        let group = if row < 60 { "x" } else { "y" };
        (
            0.99 - 0.004 * row as f64,
            row >= 60 && row.is_multiple_of(2),
            "",
            group,
        )
    };
    (0..100).map(row).collect()
}

#[test]
fn errors_fall_with_the_rows_that_are_left_to_people_and_one_group_has_them_all() {
    let found = found(&sorted(), Sampling::Independent);
    let overall = &found.overall.points;
    assert_eq!(value(&overall[0].error), 0.2);
    // Of the surest 80 rows, those from 60 on are wrong in turn.
    assert_eq!((overall[3].kept, value(&overall[3].error)), (80, 0.125));
    assert!((overall[3].threshold - (0.99 - 0.004 * 79.0)).abs() < 1e-12);
    let [(_, x), (_, y)] = &found.groupings[0].groups[..] else {
        panic!("two groups");
    };
    assert_eq!(value(&x.points[3].share_kept), 1.0);
    assert_eq!(
        (y.points[3].kept, value(&y.points[3].share_kept)),
        (20, 0.5)
    );
    assert_eq!(value(&y.points[3].error), 0.5);
    assert!(y.points[3].p_holm < 1e-6 && x.points[3].p_holm < 1e-6);
    assert!(y.points[0].p_holm > 0.99);
    assert_eq!(y.points[6].kept, 0);
    assert!(y.points[6].error.estimate.is_err());
}

#[test]
fn the_area_under_the_curve_matches_numpy() {
    // wrong = [0, 1, 0, 0, 1, 1]; risk = np.cumsum(wrong) / np.arange(1, 7); risk.mean()
    // ideal = np.cumsum(np.sort(wrong)) / np.arange(1, 7); risk.mean() - ideal.mean()
    let wrong = [false, true, false, false, true, true];
    let row = |(at, &is_wrong): (usize, &bool)| (0.9 - 0.05 * at as f64, is_wrong, "", "x");
    let rows: Vec<_> = wrong.iter().enumerate().map(row).collect();
    let area = found(&rows, Sampling::Independent).overall.area.unwrap();
    assert!(
        (area.value - 0.330_555_555_555_555_5).abs() < 1e-12,
        "{area:?}"
    );
    assert!(
        (area.excess - 0.138_888_888_888_888_87).abs() < 1e-12,
        "{area:?}"
    );
    // Without any order, every coverage has the same error.
    let equal: Vec<_> = rows.iter().map(|row| (0.7, row.1, "", "x")).collect();
    let area = found(&equal, Sampling::Independent).overall.area.unwrap();
    assert!((area.value - 0.5).abs() < 1e-12, "{area:?}");
}

#[test]
fn promises_count_a_person_once() {
    let persons = (0..200).map(|row| ["a", "b", "c", "d"][row % 4]);
    let rows: Vec<_> = persons.map(|person| (0.9, false, person, "x")).collect();
    let column = "person".to_owned();
    let counted = |sampling| found(&rows, sampling).confidences.bins[0].rows;
    assert_eq!(counted(Sampling::Independent), 200);
    assert_eq!(counted(Sampling::Clusters { column }), 4);
}
