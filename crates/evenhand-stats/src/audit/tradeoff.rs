//! What other thresholds would do, to accuracy and to the gaps between groups: no choice makes all
//! of them small, so whoever chooses should see what it costs.

use super::measure::audit;
use super::sampling::part;
use super::table::{Members, Table};
use super::{CheckedParams, Measure};
use crate::metric::Scores;
use crate::metric::threshold::{Rule, choose};
use crate::stats::permutation::LargestGap;
use rayon::prelude::*;

/// More groups than this would need more thresholds than anybody sets.
const MOST_GROUPS: usize = 30;

/// Thresholds are found on the rows of all folds but one, and used on that one.
const FOLDS: u8 = 5;

/// The rates whose gaps are held against accuracy.
const GAPS: [&str; 4] = ["accuracy", "tpr", "fpr", "selection_rate"];

/// Results of each threshold policy, for the groups of one grouping.
#[derive(Debug, Clone, PartialEq)]
pub struct Tradeoff {
    pub grouping: String,
    pub policies: Vec<Policy>,
}

/// A way to set thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub name: &'static str,
    pub title: &'static str,
    /// Found on all rows: what to set, were this policy chosen.
    pub thresholds: Thresholds,
    /// Accuracy on rows that the thresholds were not chosen on.
    pub accuracy: Measure,
    /// The largest gap of each rate among the groups, on these rows; `None` where fewer than two
    /// groups have the rate.
    pub gaps: Vec<(&'static str, Option<LargestGap>)>,
}

/// A score from the threshold on is positive.
#[derive(Debug, Clone, PartialEq)]
pub enum Thresholds {
    /// The predictions stay as they are.
    AsGiven,
    /// `None` of too few rows, whose predictions stay as they are.
    Common(Option<f64>),
    /// By the group; `None` for a group of too few rows, whose predictions stay as they are.
    ByGroup(Vec<(String, Option<f64>)>),
}

/// Threshold policy: a rule, for all or for each group.
struct Plan {
    name: &'static str,
    title: &'static str,
    by_group: bool,
    /// With the rates of the predictions as they are on the rows that thresholds are found on.
    rule: Option<fn(Given) -> Rule>,
}

/// Rates of the predictions as they are.
#[derive(Clone, Copy)]
struct Given {
    tpr: f64,
    selection_rate: f64,
}

static PLANS: [Plan; 7] = [
    Plan {
        name: "as_given",
        title: "as they are",
        by_group: false,
        rule: None,
    },
    Plan {
        name: "max_accuracy",
        title: "one threshold, highest accuracy",
        by_group: false,
        rule: Some(|_| Rule::MaxAccuracy),
    },
    Plan {
        name: "max_balanced",
        title: "one threshold, highest balanced accuracy",
        by_group: false,
        rule: Some(|_| Rule::MaxBalanced),
    },
    Plan {
        name: "equal_error",
        title: "one threshold, both errors as frequent",
        by_group: false,
        rule: Some(|_| Rule::EqualError),
    },
    Plan {
        name: "max_accuracy_by_group",
        title: "a threshold a group, highest accuracy",
        by_group: true,
        rule: Some(|_| Rule::MaxAccuracy),
    },
    Plan {
        name: "equal_tpr_by_group",
        title: "a threshold a group, equal true positive rates",
        by_group: true,
        rule: Some(|given| Rule::Tpr(given.tpr)),
    },
    Plan {
        name: "equal_selection_by_group",
        title: "a threshold a group, equal selection rates",
        by_group: true,
        rule: Some(|given| Rule::SelectionRate(given.selection_rate)),
    },
];

/// One for each grouping of up to 30 groups; none of rows without scores.
///
/// Rows are divided into five parts at random, those of a cluster together. The thresholds for a
/// part are found on the other four (Hardt, M., Price, E. and Srebro, N. (2016), NeurIPS 29, for
/// thresholds by group), so that none is judged by the rows that it was made for.
pub fn tradeoffs(table: &Table, params: &CheckedParams) -> Vec<Tradeoff> {
    let Some(rows) = Rows::new(table, params.seed) else {
        return Vec::new();
    };
    let groupings = table.groupings.iter();
    groupings
        .filter(|members| members.values.len() <= MOST_GROUPS && has_both_labels(table, members))
        .map(|members| Tradeoff {
            grouping: members.name.clone(),
            policies: PLANS
                .par_iter()
                .map(|plan| {
                    let search = Search {
                        plan,
                        table,
                        members,
                        rows: &rows,
                        params,
                    };
                    search.policy()
                })
                .collect(),
        })
        .collect()
}

/// True if any group has both labels: groups made by the label have no threshold to choose.
fn has_both_labels(table: &Table, members: &Members) -> bool {
    let mut seen = vec![[false; 2]; members.values.len()];
    for (&group, &label) in members.of.iter().zip(&table.labels) {
        seen[group as usize][label] = true;
    }
    seen.contains(&[true, true])
}

/// Rows from the highest score down.
struct Rows {
    /// Rows of the table.
    order: Vec<u32>,
    /// By row of the table, the part that it is judged in.
    fold: Vec<u8>,
}

impl Rows {
    fn new(table: &Table, seed: u64) -> Option<Self> {
        let scores = table.scores.as_ref()?;
        let labelled = scores.iter().zip(&table.labels);
        let (_, order) = Scores::with_order(labelled.map(|(&score, &label)| (score, label == 1)));
        let fold = (0..scores.len()).map(|row| part(table, row, FOLDS, seed));
        Some(Self {
            order,
            fold: fold.collect(),
        })
    }
}

/// The search for the thresholds of one plan, for the groups of one grouping.
struct Search<'a> {
    plan: &'a Plan,
    table: &'a Table,
    members: &'a Members,
    rows: &'a Rows,
    params: &'a CheckedParams,
}

impl Search<'_> {
    fn policy(&self) -> Policy {
        let Self {
            plan,
            table,
            members,
            rows,
            params,
        } = *self;
        let found = |left_out: Option<u8>| self.thresholds(left_out);
        let mut judged = Table {
            groupings: vec![members.clone()],
            scores: None,
            control: None,
            ..table.clone()
        };
        if plan.rule.is_some() {
            let by_fold: Vec<Vec<Option<f64>>> = (0..FOLDS).map(|fold| found(Some(fold))).collect();
            for (row, predicted) in judged.predicted.iter_mut().enumerate() {
                let threshold = by_fold[rows.fold[row] as usize][members.of[row] as usize];
                if let Some(threshold) = threshold {
                    *predicted = usize::from(
                        table
                            .scores
                            .as_ref()
                            .is_some_and(|scores| scores[row] >= threshold),
                    );
                }
            }
        }
        let judged = audit(&judged, params);
        let disparity = &judged.groupings[0].disparity;
        let all = found(None);
        let thresholds = match (plan.rule, plan.by_group) {
            (None, _) => Thresholds::AsGiven,
            (Some(_), false) => Thresholds::Common(all.first().copied().flatten()),
            (Some(_), true) => {
                Thresholds::ByGroup(members.values.iter().cloned().zip(all).collect())
            }
        };
        Policy {
            name: plan.name,
            title: plan.title,
            thresholds,
            accuracy: *judged.overall.accuracy(),
            gaps: GAPS
                .map(|name| (name, disparity.gap(name).map(|gap| gap.largest)))
                .to_vec(),
        }
    }

    /// By group, found on the rows that are not in the part left out.
    fn thresholds(&self, left_out: Option<u8>) -> Vec<Option<f64>> {
        let Self {
            plan,
            table,
            members,
            rows,
            params,
        } = *self;
        let groups = members.values.len();
        let (Some(rule), Some(scores)) = (plan.rule, &table.scores) else {
            return vec![None; groups];
        };
        let kept = || {
            let rows_in_order = rows.order.iter().map(|&row| row as usize);
            rows_in_order.filter(|&row| Some(rows.fold[row]) != left_out)
        };
        let rule = rule(Given::of(table, kept()));
        let row = |row: usize| (scores[row], table.labels[row] == 1);
        let enough = |scores: &Scores| {
            let positives = (0..scores.len())
                .filter(|&row| scores.is_positive(row))
                .count() as u64;
            params.enough(positives) && params.enough(scores.len() as u64 - positives)
        };
        let find = |scores: Scores| enough(&scores).then(|| choose(&scores, rule)).flatten();
        if !plan.by_group {
            return vec![find(Scores::new(kept().map(row))); groups];
        }
        let mut by_group = vec![Vec::new(); groups];
        kept().for_each(|at| by_group[members.of[at] as usize].push(row(at)));
        by_group
            .into_iter()
            .map(|rows| find(Scores::new(rows)))
            .collect()
    }
}

impl Given {
    fn of(table: &Table, rows: impl Iterator<Item = usize>) -> Self {
        let (mut n, mut selected, mut positives, mut hits) = (0u64, 0u64, 0u64, 0u64);
        for row in rows {
            let (label, predicted) = (table.labels[row] as u64, table.predicted[row] as u64);
            n += 1;
            selected += predicted;
            positives += label;
            hits += label * predicted;
        }
        Self {
            tpr: hits as f64 / positives.max(1) as f64,
            selection_rate: selected as f64 / n.max(1) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::two;
    use crate::audit::{Design, Params, Row};
    use crate::stats::resample::mix;

    /// Of `x`, scores from 0.5 on are right; of `y`, scores from 0.3 on.
    fn scored(rows: u64, groups_named: &str) -> Tradeoff {
        let chance = |row: u64, of: u64| (mix(of, row) >> 11) as f64 / (1u64 << 53) as f64;
        let rows = (0..rows).map(|row| {
            let (group, cut) = if chance(row, 1) < 0.5 {
                ("x", 0.5)
            } else {
                ("y", 0.3)
            };
            let score = chance(row, 2);
            let right = chance(row, 3) < 0.9;
            Row {
                label: usize::from((score >= cut) == right),
                predicted: usize::from(score >= 0.5),
                score: Some(score),
                attributes: vec![group],
            }
        });
        let design = Design::of(crate::groups::parse(groups_named).unwrap());
        let table = Table::new(&two(), &["g".to_owned()], &design, rows).unwrap();
        tradeoffs(&table, &Params::default().check().unwrap()).remove(0)
    }

    fn policy<'a>(found: &'a Tradeoff, name: &str) -> &'a Policy {
        found
            .policies
            .iter()
            .find(|policy| policy.name == name)
            .unwrap()
    }

    fn gap(policy: &Policy, name: &str) -> f64 {
        let mut gaps = policy.gaps.iter();
        gaps.find(|(known, _)| *known == name)
            .unwrap()
            .1
            .unwrap()
            .gap
    }

    #[test]
    fn thresholds_by_group_find_where_each_turns_and_close_the_gap_they_are_set_to_close() {
        let found = scored(4000, "g");
        let Thresholds::ByGroup(by_group) = &policy(&found, "max_accuracy_by_group").thresholds
        else {
            panic!("{found:?}");
        };
        let of = |group: &str| {
            by_group
                .iter()
                .find(|(name, _)| name == group)
                .unwrap()
                .1
                .unwrap()
        };
        assert!(
            (of("x") - 0.5).abs() < 0.03 && (of("y") - 0.3).abs() < 0.03,
            "{by_group:?}"
        );
        let given = policy(&found, "as_given");
        assert_eq!(given.thresholds, Thresholds::AsGiven);
        let best = policy(&found, "max_accuracy_by_group");
        assert!(best.accuracy.value().unwrap() > given.accuracy.value().unwrap() + 0.05);
        for (name, rate) in [
            ("equal_tpr_by_group", "tpr"),
            ("equal_selection_by_group", "selection_rate"),
        ] {
            assert!(gap(policy(&found, name), rate) < 0.05, "{name}");
        }
        assert!(gap(given, "tpr") > 0.15);
    }

    #[test]
    fn a_threshold_is_never_judged_on_the_rows_it_was_found_on() {
        // Labels have nothing to do with scores: found and judged on the same rows, the best
        // threshold would be right more often than not.
        let rows = (0..300u64).map(|row| Row {
            label: (mix(1, row) % 2) as usize,
            predicted: 1,
            score: Some((mix(2, row) % 1000) as f64 / 1000.0),
            attributes: vec!["a"],
        });
        let design = Design::of(crate::groups::parse("g").unwrap());
        let table = Table::new(&two(), &["g".to_owned()], &design, rows).unwrap();
        let found = tradeoffs(&table, &Params::default().check().unwrap()).remove(0);
        let judged = policy(&found, "max_accuracy").accuracy.value().unwrap();
        assert!(judged < 0.53, "{judged}");
    }

    #[test]
    fn a_group_too_small_keeps_its_answers() {
        let found = scored(12, "g");
        let Thresholds::ByGroup(by_group) = &policy(&found, "equal_tpr_by_group").thresholds else {
            panic!("{found:?}");
        };
        assert!(by_group.iter().all(|(_, threshold)| threshold.is_none()));
    }
}
