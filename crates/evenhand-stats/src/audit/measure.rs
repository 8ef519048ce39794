//! Measuring everyone and every group.

use super::baseline::Baseline;
use super::curves::Curves;
use super::estimate::{Estimator, Scored};
use super::sampling::{self, Sampled};
use super::table::{Members, Table};
use super::worst::worst;
use super::{Audit, Cell, CheckedParams, Disparity, Grouping, Verdict, Within};
use crate::metric::{Confusion, Scores};
use crate::stats::clustered::deflate;
use crate::stats::counts::Counts;
use crate::stats::resample::Plan;
use crate::stats::sample_size::more_for;
use rayon::prelude::*;

/// More curves of one grouping than this are figures that nobody reads.
const MOST_CURVES: usize = 30;

/// Half the width of an interval that is narrow enough: two percentage points.
const NARROW: f64 = 0.02;

/// The metrics of everyone and of every group, each with its interval, and what the groups'
/// differences amount to; and all of it once more within each value of the control column.
pub fn audit(table: &Table, params: &CheckedParams) -> Audit {
    let rows = u32::try_from(table.len()).expect("at most four billion rows fit in memory");
    let rows: Vec<u32> = (0..rows).collect();
    let within = table.control.as_ref().map(|control| Within {
        column: control.name.clone(),
        levels: by_value(control, &rows)
            .map(|(value, rows)| (value.to_owned(), of_rows(table, &rows, params)))
            .collect(),
    });
    Audit {
        within,
        ..of_rows(table, &rows, params)
    }
}

fn of_rows(table: &Table, rows: &[u32], params: &CheckedParams) -> Audit {
    let confusion = counts(table, rows);
    let everyone = Sampled::new(table, rows, &confusion);
    let overall = cell(table, rows, None, params, true);
    let groupings: Vec<Grouping> = table
        .groupings
        .iter()
        .map(|members| grouping(table, members, rows, (&everyone, &overall), params))
        .collect();
    let verdict = Verdict::new(&groupings, &overall, params);
    Audit {
        classes: table.classes.clone(),
        overall,
        groupings,
        verdict,
        baseline: Baseline::new(&everyone, &confusion, params),
        within: None,
        sampling: table.sampling.clone(),
        params: *params,
    }
}

/// The values that any of the rows have, with these rows.
pub(super) fn by_value<'a>(
    members: &'a Members,
    rows: &[u32],
) -> impl Iterator<Item = (&'a str, Vec<u32>)> {
    let mut found = vec![Vec::new(); members.values.len()];
    for &row in rows {
        found[members.of[row as usize]].push(row);
    }
    let named = members.values.iter().map(String::as_str).zip(found);
    named.filter(|(_, rows)| !rows.is_empty())
}

fn grouping(
    table: &Table,
    members: &Members,
    rows: &[u32],
    (everyone, overall): (&Sampled, &Cell),
    params: &CheckedParams,
) -> Grouping {
    let groups: Vec<(&str, Vec<u32>)> = by_value(members, rows).collect();
    let with_curves = groups.len() <= MOST_CURVES;
    let cells: Vec<(String, Cell)> = groups
        .par_iter()
        .map(|(value, rows)| {
            let cell = cell(table, rows, Some(everyone), params, with_curves);
            ((*value).to_owned(), cell)
        })
        .collect();
    Grouping {
        name: members.name.clone(),
        worst: worst(&cells, overall, params),
        disparity: Disparity::new(&cells, overall, params),
        cells,
    }
}

fn counts(table: &Table, rows: &[u32]) -> Confusion {
    let mut confusion = Confusion::new(table.classes.len());
    for &row in rows {
        let row = row as usize;
        confusion.add(table.labels[row], table.predicted[row]);
    }
    confusion
}

/// The metrics of some rows, which are among `everyone`'s, where they are not everyone.
fn cell(
    table: &Table,
    rows: &[u32],
    everyone: Option<&Sampled>,
    params: &CheckedParams,
    with_curves: bool,
) -> Cell {
    let confusion = counts(table, rows);
    let scores = table.scores.as_ref().map(|scores| {
        let row = |&row: &u32| (scores[row as usize], table.labels[row as usize] == 1);
        sorted(table, rows, rows.iter().map(row))
    });
    let scored = (scores.as_ref()).map(|(scores, plan)| Scored::new(scores, plan, params));
    let sampled = Sampled::new(table, rows, &confusion);
    let estimator = Estimator {
        confusion: &confusion,
        sampled: &sampled,
        params,
    };
    let (measures, design_effects) = estimator.measures(scored.as_ref());
    let by_class = estimator.by_class();
    let of_accuracy = design_effects.iter().find(|(name, _)| *name == "accuracy");
    let effect = of_accuracy.map_or(1.0, |(_, effect)| effect.value);
    let more_for_2_points = (params.enough(confusion.n())).then(|| {
        let right = Counts {
            hits: confusion.correct(),
            n: confusion.n(),
        };
        let independent = more_for(deflate(right, effect).rounded(), NARROW, params.level);
        (independent as f64 * effect).ceil() as u64
    });
    Cell {
        n: confusion.n(),
        measures,
        by_class,
        design_effects,
        rest_design_effects: everyone
            .map_or_else(Vec::new, |everyone| sampled.rest_effects(everyone)),
        clusters: sampled.clusters(),
        more_for_2_points,
        curves: (scores.filter(|_| with_curves && params.enough(confusion.n())))
            .map(|(scores, _)| Curves::new(&scores, params)),
        confusion,
    }
}

/// The scores of rows, and the plan by which they are drawn again.
fn sorted(
    table: &Table,
    rows: &[u32],
    scores: impl Iterator<Item = (f64, bool)>,
) -> (Scores, Plan) {
    if sampling::is_of_rows(table) {
        return (Scores::new(scores), Plan::rows(rows.len()));
    }
    let (scores, order) = Scores::with_order(scores);
    let plan = sampling::plan(table, order.iter().map(|&at| rows[at as usize]));
    (scores, plan)
}

#[cfg(test)]
mod tests {
    use crate::audit::toy::two;
    use crate::audit::{Audit, Design, Params, Row, Table, audit};
    use crate::record::Classes;

    #[test]
    fn several_classes_have_an_accuracy_and_no_positive_one() {
        let rows = [(0, 0), (1, 2), (2, 2)].map(|(label, predicted)| Row {
            label,
            predicted,
            score: None,
            attributes: vec![],
        });
        let classes = Classes::new(["a", "b", "c"].map(String::from).to_vec()).unwrap();
        let table = Table::new(&classes, &[], &Design::default(), rows).unwrap();
        let params = Params {
            min_n: 1,
            ..Params::default()
        };
        let overall = audit(&table, &params.check().unwrap()).overall;
        assert_eq!(overall.accuracy().value(), Some(2.0 / 3.0));
        assert!(overall.measure("tpr").is_none());
        assert!(overall.measure("macro_f1").is_some());
        let of_class = |class: usize| -> Vec<_> {
            overall.by_class[class]
                .iter()
                .map(|(name, m)| (*name, m.n, m.value()))
                .collect()
        };
        assert_eq!(of_class(1)[0], ("recall", 1, Some(0.0)));
        assert_eq!(of_class(2)[1], ("precision", 2, Some(0.5)));
    }

    #[test]
    fn a_gap_that_a_third_column_makes_is_gone_within_its_levels() {
        // Old faces are harder, and most of group x are old.
        let counts = [
            ("x", "old", 80, 60),
            ("x", "young", 20, 19),
            ("y", "old", 20, 15),
            ("y", "young", 80, 76),
        ];
        let rows = counts.iter().flat_map(|&(group, age, n, right)| {
            (0..n).map(move |at| Row {
                label: at % 2,
                predicted: if at < right { at % 2 } else { 1 - at % 2 },
                score: None,
                attributes: vec![group, age],
            })
        });
        let design = Design {
            control: crate::groups::parse("age").unwrap().pop(),
            ..Design::of(crate::groups::parse("group").unwrap())
        };
        let columns = ["group", "age"].map(String::from);
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        let audit = audit(&table, &Params::default().check().unwrap());
        let gap = |audit: &Audit| {
            audit.groupings[0]
                .disparity
                .gap("accuracy")
                .unwrap()
                .largest
                .gap
        };
        assert!((gap(&audit) - 0.12).abs() < 1e-9);
        let within = audit.within.as_ref().unwrap();
        assert_eq!((within.column.as_str(), within.levels.len()), ("age", 2));
        for (level, audit) in &within.levels {
            assert_eq!(audit.overall.n, 100, "{level}");
            assert!(gap(audit) < 1e-9, "{level}");
        }
        let json = audit.to_json();
        assert_eq!(json["control"], "age");
        assert_eq!(
            json["within"]["old"]["groups"]["group"]["x"]["accuracy"],
            0.75
        );
    }
}
