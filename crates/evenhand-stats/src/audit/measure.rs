//! Measuring everyone and every group.

use super::baseline::Baseline;
use super::curves::Curves;
use super::estimate::{Estimator, Scored};
use super::sampling::{self, Everyone, PairCorrelations, Rest, Sampled};
use super::table::{Members, Table, Units};
use super::worst::worst;
use super::{Audit, Cell, CheckedParams, Disparity, Grouping, Verdict, Within};
use crate::metric::{Confusion, Scores};
use crate::stats::clustered::deflate;
use crate::stats::counts::Counts;
use crate::stats::resample::Plan;
use crate::stats::sample_size::more_for;
use rayon::prelude::*;
use std::borrow::Cow;

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
    let all = CellRows::new(table, rows);
    let everyone = Everyone::new(&all.sampled);
    let (overall, cells) = rayon::join(
        || cell(&all, Rest::default(), params, true),
        || {
            let groupings = table.groupings.par_iter();
            let cells = groupings.map(|members| cells(table, members, rows, &everyone, params));
            cells.collect::<Vec<_>>()
        },
    );
    let groupings: Vec<Grouping> = (table.groupings.iter().zip(cells))
        .map(|(members, cells)| grouping(members, cells, &overall, params))
        .collect();
    let verdict = Verdict::new(&groupings, &overall, params);
    Audit {
        classes: table.classes.clone(),
        overall,
        groupings,
        verdict,
        baseline: Baseline::new(&all.sampled, &all.confusion, params),
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
        found[members.of[row as usize] as usize].push(row);
    }
    let named = members.values.iter().map(String::as_str).zip(found);
    named.filter(|(_, rows)| !rows.is_empty())
}

fn cells(
    table: &Table,
    members: &Members,
    rows: &[u32],
    everyone: &Everyone,
    params: &CheckedParams,
) -> Cells {
    let groups: Vec<(&str, Vec<u32>)> = by_value(members, rows).collect();
    let with_curves = groups.len() <= MOST_CURVES;
    let groups = groups.par_iter().map(|(value, rows)| {
        let rows = CellRows::new(table, rows);
        let rest = everyone.rest(&rows.sampled);
        let cell = cell(&rows, rest, params, with_curves);
        (((*value).to_owned(), cell), rows.sampled)
    });
    let (cells, sampled): (Vec<_>, Vec<Sampled>) = groups.unzip();
    Cells {
        cells,
        correlations: sampling::pair_correlations(sampled.iter()),
    }
}

/// The groups of a grouping.
struct Cells {
    cells: Vec<(String, Cell)>,
    correlations: PairCorrelations,
}

fn grouping(
    members: &Members,
    Cells {
        cells,
        correlations,
    }: Cells,
    overall: &Cell,
    params: &CheckedParams,
) -> Grouping {
    Grouping {
        name: members.name.clone(),
        worst: worst(&cells, overall, params),
        disparity: Disparity::new(&cells, &correlations, overall, params),
        cells,
    }
}

/// Rows of a cell, counted and in order of their scores.
struct CellRows {
    confusion: Confusion,
    /// With the plan that tells which of them are independent; `None` without scores.
    scores: Option<(Scores, Plan)>,
    sampled: Sampled,
}

impl CellRows {
    fn new(table: &Table, rows: &[u32]) -> Self {
        let confusion = sampling::counts(table, rows.iter().map(|&row| row as usize));
        let score = |scores: &[f64], row: u32| {
            let row = row as usize;
            (scores[row], table.labels[row] == 1)
        };
        let scores = table.scores.as_ref();
        let scored = |scores: &Vec<f64>| rows.iter().map(|&row| score(scores, row)).collect();
        let scored: Option<Vec<(f64, bool)>> = scores.map(scored);
        let (scores, rows) = match (scored, &table.units) {
            (None, _) => (None, Cow::Borrowed(rows)),
            (Some(scored), Units::Rows) => (Some(Scores::new(scored)), Cow::Borrowed(rows)),
            (Some(scored), _) => {
                let (scores, order) = Scores::with_order(scored);
                let order = order.into_iter().map(|at| rows[at as usize]);
                (Some(scores), order.collect())
            }
        };
        let plan = sampling::plan(table, rows.iter().copied());
        Self {
            sampled: Sampled::new(table, &rows, &plan, &confusion),
            scores: scores.map(|scores| (scores, plan)),
            confusion,
        }
    }
}

/// The metrics of some rows.
fn cell(rows: &CellRows, rest: Rest, params: &CheckedParams, with_curves: bool) -> Cell {
    let CellRows {
        confusion,
        scores,
        sampled,
    } = rows;
    let scored = (scores.as_ref()).map(|(scores, plan)| Scored::new(scores, plan, params));
    let estimator = Estimator {
        confusion,
        sampled,
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
        rest_design_effects: rest.effects,
        rest_correlations: rest.correlations,
        clusters: sampled.clusters(),
        more_for_2_points,
        curves: (scores.as_ref())
            .filter(|_| with_curves && params.enough(confusion.n()))
            .map(|(scores, _)| Curves::new(scores, params)),
        confusion: confusion.clone(),
    }
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
