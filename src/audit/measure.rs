//! Measuring everyone and every group, and naming the group that fares worst.

use super::params::IntervalKind;
use super::table::{Members, Table};
use super::{
    Audit, Cell, CheckedParams, Disparity, Estimate, Grouping, Measure, NotEstimable, Worst,
};
use crate::metric::{Cases, Confusion, METRICS, Of, Replicates, ScoreMetrics, Scores};
use crate::stats::difference::newcombe;
use crate::stats::resample::{self, Plan};
use crate::stats::{Interval, bootstrap, proportion};
use rayon::prelude::*;

/// The metrics of everyone and of every group, each with its interval, and what the groups'
/// differences amount to.
pub fn audit(table: &Table, params: &CheckedParams) -> Audit {
    let rows = u32::try_from(table.len()).expect("at most four billion rows fit in memory");
    let overall = cell(table, &(0..rows).collect::<Vec<_>>(), params);
    let groupings = table
        .groupings
        .iter()
        .map(|members| grouping(table, members, &overall, params))
        .collect();
    Audit {
        overall,
        groupings,
        min_n: params.min_n,
        level: params.level.value(),
        params: *params,
    }
}

fn grouping(table: &Table, members: &Members, overall: &Cell, params: &CheckedParams) -> Grouping {
    let mut rows = vec![Vec::new(); members.values.len()];
    for (row, &group) in (0..).zip(&members.of) {
        rows[group].push(row);
    }
    let cells: Vec<(String, Cell)> = members
        .values
        .par_iter()
        .zip(&rows)
        .map(|(value, rows)| (value.clone(), cell(table, rows, params)))
        .collect();
    Grouping {
        name: members.name.clone(),
        worst: worst(&cells, overall, params),
        disparity: Disparity::new(&cells, overall, params),
        cells,
    }
}

/// The metrics of some rows.
fn cell(table: &Table, rows: &[u32], params: &CheckedParams) -> Cell {
    let mut confusion = Confusion::new(table.classes);
    for &row in rows {
        let row = row as usize;
        confusion.add(table.labels[row], table.predicted[row]);
    }
    let counted = Counted::new(&confusion, params);
    let scored = table.scores.as_ref().map(|scores| {
        let row = |&row: &u32| (scores[row as usize], table.labels[row as usize] == 1);
        Scored::new(&Scores::new(rows.iter().map(row)), params)
    });
    let measures = METRICS
        .iter()
        .enumerate()
        .filter(|(_, metric)| metric.applies_to(table.classes))
        .filter_map(|(at, metric)| {
            let measure = match metric.of {
                Of::Rate(hits) => share(hits(&confusion), metric.cases, &confusion, params),
                Of::Counts(value) => counted.measure(at, value, &confusion, params),
                Of::Scores(value) => {
                    let scored = scored.as_ref()?;
                    scored.measure(value, metric.cases, &confusion, params)
                }
            };
            Some((metric.name, measure))
        })
        .collect();
    Cell {
        n: confusion.n(),
        confusion,
        measures,
    }
}

/// A share of cases, in closed form.
fn share(hits: u64, cases: Cases, confusion: &Confusion, params: &CheckedParams) -> Measure {
    gated(cases, confusion, params, |n| {
        let interval = match params.interval {
            IntervalKind::Wilson => proportion::wilson(hits, n, params.level),
            IntervalKind::ClopperPearson => proportion::clopper_pearson(hits, n, params.level),
        };
        Ok(Estimate {
            value: hits as f64 / n as f64,
            interval: interval.ok_or(NotEstimable::Undefined)?,
        })
    })
}

fn gated(
    cases: Cases,
    confusion: &Confusion,
    params: &CheckedParams,
    estimate: impl FnOnce(u64) -> Result<Estimate, NotEstimable>,
) -> Measure {
    let n = cases.count(confusion);
    Measure {
        n,
        estimate: if !params.enough(n) {
            let cases = cases.title();
            Err(NotEstimable::TooFew { n, cases })
        } else {
            estimate(n)
        },
    }
}

/// The metrics of counts that are no shares, each of many resamples.
struct Counted {
    /// By metric, in the order of the table.
    resampled: Vec<Vec<f64>>,
}

impl Counted {
    fn new(confusion: &Confusion, params: &CheckedParams) -> Self {
        let replicates = match params.enough(confusion.n()) {
            true => params.replicates,
            false => 0,
        };
        let mut resampled = vec![Vec::with_capacity(replicates); METRICS.len()];
        resample::replicate_counts(replicates, params.seed, |rng| {
            let drawn = confusion.resample(rng);
            for (metric, values) in METRICS.iter().zip(&mut resampled) {
                if let Of::Counts(value) = metric.of
                    && metric.applies_to(confusion.classes())
                {
                    values.push(defined(value(&drawn)));
                }
            }
        });
        Self { resampled }
    }

    fn measure(
        &self,
        metric: usize,
        value: fn(&Confusion) -> Option<f64>,
        confusion: &Confusion,
        params: &CheckedParams,
    ) -> Measure {
        gated(METRICS[metric].cases, confusion, params, |_| {
            let value = value(confusion).ok_or(NotEstimable::Undefined)?;
            let mut resampled = self.resampled[metric].clone();
            honest(value, bootstrap::percentile(&mut resampled, params.level))
        })
    }
}

/// A bootstrap interval that says something: it holds the estimate, and chance moves its ends.
fn honest(value: f64, interval: Option<Interval>) -> Result<Estimate, NotEstimable> {
    let interval = interval.ok_or(NotEstimable::Unstable)?;
    if interval.low == interval.high {
        return Err(NotEstimable::Still);
    }
    if !interval.contains(value) {
        return Err(NotEstimable::OneSided);
    }
    Ok(Estimate { value, interval })
}

/// The metrics of scores, of resamples and without some of the rows.
struct Scored {
    all: ScoreMetrics,
    resampled: Vec<ScoreMetrics>,
    without: Vec<ScoreMetrics>,
}

impl Scored {
    fn new(scores: &Scores, params: &CheckedParams) -> Self {
        let (mut resampled, mut without) = (Vec::new(), Vec::new());
        if params.enough(scores.len() as u64) {
            let replicates = Replicates::new(scores);
            let plan = Plan::rows(scores.len());
            resampled = plan.replicate(params.replicates, params.seed, |weights| {
                replicates.metrics(weights)
            });
            without = plan.jackknife(|weights| replicates.metrics(weights));
        }
        Self {
            all: scores.metrics(),
            resampled,
            without,
        }
    }

    fn measure(
        &self,
        value: fn(&ScoreMetrics) -> Option<f64>,
        cases: Cases,
        confusion: &Confusion,
        params: &CheckedParams,
    ) -> Measure {
        gated(cases, confusion, params, |_| {
            let all = value(&self.all).ok_or(NotEstimable::Undefined)?;
            let mut resampled: Vec<f64> =
                self.resampled.iter().map(|m| defined(value(m))).collect();
            let without: Vec<f64> = self.without.iter().map(|m| defined(value(m))).collect();
            // Where the estimate lies outside all resamples (a perfect AUC), BCa knows no bias.
            let interval = bootstrap::bca(all, &mut resampled, &without, params.level)
                .or_else(|| bootstrap::percentile(&mut resampled, params.level));
            honest(all, interval)
        })
    }
}

fn defined(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

/// Of groups that are equally low, the largest.
fn worst(cells: &[(String, Cell)], overall: &Cell, params: &CheckedParams) -> Option<Worst> {
    let mut ranked: Vec<(f64, &str, &Cell)> = cells
        .iter()
        .filter_map(|(value, cell)| Some((cell.accuracy().value()?, value.as_str(), cell)))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.2.n.cmp(&a.2.n)));
    let [(lowest, value, cell), _, ..] = ranked[..] else {
        return None;
    };
    let here = cell.right();
    let others = overall.right().without(here);
    let interval = proportion::wilson(others.hits, others.n, params.level)?;
    let rest = Estimate {
        value: others.rate(),
        interval,
    };
    Some(Worst {
        value: value.to_owned(),
        accuracy: *cell.accuracy(),
        rest: Measure {
            n: others.n,
            estimate: Ok(rest),
        },
        gap: Estimate {
            value: rest.value - lowest,
            interval: newcombe(others, here, params.level)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::audited;
    use crate::audit::{Params, Row};

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
        assert_eq!(worst.rest.n, 999);
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
            score: None,
            attributes: vec![],
        });
        let table = Table::new(3, &[], &[], rows).unwrap();
        let params = Params {
            min_n: 1,
            ..Params::default()
        };
        let overall = audit(&table, &params.check().unwrap()).overall;
        assert_eq!(overall.accuracy().value(), Some(2.0 / 3.0));
        assert!(overall.measure("tpr").is_none());
        assert!(overall.measure("macro_f1").is_some());
    }
}
