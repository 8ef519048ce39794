//! Counting, for everyone and for every group, and naming the group that fares worst.

use super::table::{Members, Table};
use super::{Audit, Cell, CheckedParams, Estimate, Grouping, Rate, Worst};
use crate::metric::{Confusion, METRICS};
use crate::stats::Level;
use crate::stats::difference::{Counts, newcombe};

/// The metrics of everyone and of every group, with Wilson intervals.
pub fn audit(table: &Table, params: &CheckedParams) -> Audit {
    let mut everyone = Confusion::new(table.classes);
    for (&label, &predicted) in table.labels.iter().zip(&table.predicted) {
        everyone.add(label, predicted);
    }
    let overall = cell(&everyone, params.level);
    let groupings = table
        .groupings
        .iter()
        .map(|members| grouping(table, members, overall.accuracy(), params))
        .collect();
    Audit {
        overall,
        groupings,
        min_n: params.min_n,
        level: params.level.value(),
    }
}

fn grouping(table: &Table, members: &Members, overall: &Rate, params: &CheckedParams) -> Grouping {
    let mut confusions = vec![Confusion::new(table.classes); members.values.len()];
    for ((&label, &predicted), &group) in table.labels.iter().zip(&table.predicted).zip(&members.of)
    {
        confusions[group].add(label, predicted);
    }
    let cells: Vec<(String, Cell)> = members
        .values
        .iter()
        .zip(&confusions)
        .map(|(value, confusion)| (value.clone(), cell(confusion, params.level)))
        .collect();
    let worst = worst(&cells, overall, params);
    Grouping {
        name: members.name.clone(),
        cells,
        worst,
    }
}

fn cell(confusion: &Confusion, level: Level) -> Cell {
    let rates = METRICS
        .iter()
        .filter(|metric| metric.applies_to(confusion.classes()))
        .map(|metric| {
            let (hits, n) = (metric.counts)(confusion);
            (metric.name, Rate::new(hits, n, level))
        })
        .collect();
    Cell {
        n: confusion.n(),
        rates,
    }
}

/// Of groups that are equally low, the largest.
fn worst(cells: &[(String, Cell)], overall: &Rate, params: &CheckedParams) -> Option<Worst> {
    let mut ranked: Vec<(f64, &str, Rate)> = cells
        .iter()
        .filter(|(_, cell)| cell.n >= params.min_n)
        .filter_map(|(value, cell)| {
            let accuracy = *cell.accuracy();
            Some((accuracy.estimate?.value, value.as_str(), accuracy))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.2.n.cmp(&a.2.n)));
    let [(lowest, value, accuracy), _, ..] = ranked[..] else {
        return None;
    };
    let rest = Rate::new(
        overall.hits - accuracy.hits,
        overall.n - accuracy.n,
        params.level,
    );
    let gap = Estimate {
        value: rest.estimate?.value - lowest,
        interval: newcombe(
            Counts {
                hits: rest.hits,
                n: rest.n,
            },
            Counts {
                hits: accuracy.hits,
                n: accuracy.n,
            },
            params.level,
        )?,
    };
    Some(Worst {
        value: value.to_owned(),
        accuracy,
        rest,
        gap,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::audited;
    use crate::audit::{Params, Row};

    /// `(group, tp, fp, fn, tn)` of the oracle's table of 600 predictions, by `g1`.
    const ORACLE: [(&str, [usize; 4]); 3] = [
        ("a", [155, 33, 37, 127]),
        ("b", [82, 13, 16, 82]),
        ("c", [16, 5, 9, 25]),
    ];

    fn value(cell: &Cell, name: &str) -> f64 {
        cell.rate(name).unwrap().estimate.unwrap().value
    }

    #[test]
    fn group_metrics_match_fairlearn() {
        let audit = audited("g", &ORACLE, Params::default());
        let mut cells = vec![("overall", &audit.overall)];
        cells.extend(
            audit.groupings[0]
                .cells
                .iter()
                .map(|(name, cell)| (name.as_str(), cell)),
        );
        let expected = [
            (
                "overall",
                600,
                0.8116666666666666,
                0.8031746031746032,
                0.17894736842105263,
            ),
            ("a", 352, 0.8011363636363636, 0.8072916666666666, 0.20625),
            (
                "b",
                193,
                0.8497409326424871,
                0.8367346938775511,
                0.1368421052631579,
            ),
            ("c", 55, 0.7454545454545455, 0.64, 0.16666666666666666),
        ];
        for ((name, cell), (expected, n, accuracy, tpr, fpr)) in cells.into_iter().zip(expected) {
            assert_eq!((name, cell.n), (expected, n));
            for (metric, expected) in [("accuracy", accuracy), ("tpr", tpr), ("fpr", fpr)] {
                assert!(
                    (value(cell, metric) - expected).abs() < 1e-12,
                    "{name} {metric}"
                );
            }
        }
    }

    #[test]
    fn the_gap_of_the_worst_group_matches_gender_shades() {
        // Microsoft's errors by Buolamwini and Gebru (2018): darker women 56 of 271, against
        // everyone else's 24 of 999.
        let errors = [
            ("DF", 56, 271),
            ("DM", 19, 318),
            ("LF", 5, 296),
            ("LM", 0, 385),
        ]
        .map(|(group, errors, n)| (group, [n - errors, 0, errors, 0]));
        let audit = audited("g", &errors, Params::default());
        let worst = audit.groupings[0].worst.as_ref().unwrap();
        assert_eq!(worst.value, "DF");
        assert_eq!((worst.rest.hits, worst.rest.n), (975, 999));
        let difference = 56.0 / 271.0 - 24.0 / 999.0;
        assert!((worst.gap.value - difference).abs() < 1e-12);
        assert!(
            worst.gap.interval.low > 0.13 && worst.gap.interval.high < 0.24,
            "{worst:?}"
        );
    }

    #[test]
    fn a_group_too_small_is_never_the_worst() {
        let counts = [
            ("few", [0, 0, 9, 0]),
            ("many", [80, 0, 20, 0]),
            ("more", [180, 0, 20, 0]),
        ];
        let audit = audited(
            "g",
            &counts,
            Params {
                min_n: 10,
                ..Params::default()
            },
        );
        let worst = audit.groupings[0].worst.as_ref().unwrap();
        assert_eq!((worst.value.as_str(), worst.rest.n), ("many", 209));

        let audit = audited(
            "g",
            &counts,
            Params {
                min_n: 150,
                ..Params::default()
            },
        );
        assert_eq!(
            audit.groupings[0].worst, None,
            "one group alone is not the worst of any"
        );
    }

    #[test]
    fn several_classes_have_an_accuracy_and_no_positive_one() {
        let rows = [(0, 0), (1, 2), (2, 2)].map(|(label, predicted)| Row {
            label,
            predicted,
            attributes: vec![],
        });
        let table = Table::new(3, &[], &[], rows).unwrap();
        let overall = audit(&table, &Params::default().check().unwrap()).overall;
        assert_eq!(overall.rates.len(), 1);
        assert_eq!((overall.accuracy().hits, overall.accuracy().n), (2, 3));
    }
}
