//! The verdict: which groups stand apart from the rest, of all that are looked at together.
//!
//! The more groups, groupings and metrics, the more of them stand apart by chance. So all comparisons
//! of an audit are one family: if no group truly differed, any would be named in at most 5 % of audits
//! at a level of 95 %. Two thirds of that go to accuracy, the rest in equal parts to the other metrics,
//! and of each metric in equal parts to the groups.

use super::contrast::Contrast;
use super::{Cell, CheckedParams, Estimate, Grouping};
use crate::metric::{self, Better, Metric};
use crate::stats::multiple::weighted_holm;
use crate::stats::{Level, Side};

/// What groups are judged by: for people who count, an error that accuracy does not show may be the one
/// that matters.
pub(crate) const JUDGED: [&str; 4] = ["accuracy", "tpr", "fpr", "share_error"];

/// Part of the family's false alarms that accuracy may have where there are other metrics.
const OF_ACCURACY: f64 = 2.0 / 3.0;

/// The groups of all groupings that stand apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Comparisons of a group with the rest that were made.
    pub comparisons: usize,
    /// The groupings and metrics of which any were made.
    pub compared: Vec<(String, &'static str)>,
    /// The largest difference of a grouping and metric first.
    pub apart: Vec<Apart>,
}

/// A group that differs from the rest by more than chance makes of so many comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    pub grouping: String,
    pub value: String,
    pub metric: &'static str,
    /// Value of the group.
    pub here: f64,
    /// Value of the group less that of the rest. The intervals of all comparisons hold together, at
    /// the level of the audit.
    pub difference: Estimate,
    /// P-value, corrected for all comparisons (Holm's method with weights). A group also needs an
    /// interval that leaves 0 out, so that what is said of it never disagrees.
    pub p: f64,
    /// True if the group fares worse than the rest.
    pub is_worse: bool,
}

impl Apart {
    /// Where the group's value lies, seen from the rest.
    pub fn side(&self) -> Side {
        match self.difference.value < 0.0 {
            true => Side::Below,
            false => Side::Above,
        }
    }
}

/// A group that may stand apart.
struct Candidate<'a> {
    grouping: &'a str,
    value: &'a str,
    metric: &'static Metric,
    contrast: Contrast,
    weight: f64,
}

impl Verdict {
    pub(super) fn new(groupings: &[Grouping], overall: &Cell, params: &CheckedParams) -> Self {
        let mut comparisons: Vec<Candidate> = Vec::new();
        let mut pairs: Vec<(String, &'static str)> = Vec::new();
        for metric in JUDGED.iter().filter_map(|name| metric::find(name)) {
            for grouping in groupings {
                let found = compared(grouping, overall, metric);
                if !found.is_empty() {
                    pairs.push((grouping.name.clone(), metric.name));
                }
                comparisons.extend(found);
            }
        }
        weigh(&mut comparisons, &distinct(&pairs));
        let tests: Vec<(f64, f64)> = (comparisons.iter())
            .map(|one| (one.contrast.p(params.level), one.weight))
            .collect();
        let p = weighted_holm(&tests);
        let mut apart: Vec<Apart> = (comparisons.iter().zip(p))
            .filter_map(|(candidate, p)| candidate.apart(p, params.level))
            .collect();
        let place = |one: &Apart| {
            let grouping = groupings.iter().position(|g| g.name == one.grouping);
            let metric = JUDGED.iter().position(|name| *name == one.metric);
            (grouping, metric)
        };
        apart.sort_by(|a, b| {
            let larger = b
                .difference
                .value
                .abs()
                .total_cmp(&a.difference.value.abs());
            place(a).cmp(&place(b)).then(larger)
        });
        Self {
            comparisons: comparisons.len(),
            compared: pairs,
            apart,
        }
    }

    /// The metrics by which any groups were compared.
    pub fn metrics(&self) -> Vec<&'static str> {
        distinct(&self.compared)
    }

    /// The groups of a grouping that stand apart by a metric.
    pub fn of(&self, grouping: &str, metric: &str) -> impl Iterator<Item = &Apart> {
        let apart = self.apart.iter();
        apart.filter(move |one| one.grouping == grouping && one.metric == metric)
    }

    /// The metrics by which groups of a grouping were compared.
    pub fn compared_by(&self, grouping: &str) -> impl Iterator<Item = &'static str> {
        let compared = self.compared.iter();
        compared.filter_map(move |(known, metric)| (known == grouping).then_some(*metric))
    }

    /// How a group stands apart by a metric, if it does.
    pub fn find(&self, grouping: &str, value: &str, metric: &str) -> Option<&Apart> {
        self.of(grouping, metric).find(|one| one.value == value)
    }
}

fn distinct(compared: &[(String, &'static str)]) -> Vec<&'static str> {
    let mut metrics: Vec<&'static str> = compared.iter().map(|(_, metric)| *metric).collect();
    // Those of one metric follow each other.
    metrics.dedup();
    metrics
}

/// Every group that is large enough, with the rest; none where fewer than two are.
fn compared<'a>(
    grouping: &'a Grouping,
    overall: &Cell,
    metric: &'static Metric,
) -> Vec<Candidate<'a>> {
    let estimable = |cell: &Cell| {
        let measure = cell.measure(metric.name);
        measure.is_some_and(|measure| measure.estimate.is_ok())
    };
    let cells = grouping.cells.iter().filter(|(_, cell)| estimable(cell));
    let mut found: Vec<Candidate> = cells
        .filter_map(|(value, cell)| {
            Some(Candidate {
                grouping: &grouping.name,
                value,
                metric,
                contrast: Contrast::new(metric, cell, overall)?,
                weight: 1.0,
            })
        })
        .collect();
    match &found[..] {
        [_] => Vec::new(),
        // Of two groups that are everyone, each is the other's rest: one comparison, not two.
        [a, b] if a.contrast.mirrors(&b.contrast) => {
            let at = usize::from(!a.is_worse());
            vec![found.swap_remove(at)]
        }
        _ => found,
    }
}

/// Part of the family's false alarms that a metric may have, one of those that groups are compared by.
pub(crate) fn part_of(metric: &str, metrics: &[&str]) -> f64 {
    let others = metrics.len().saturating_sub(1) as f64;
    match (metric == JUDGED[0], others > 0.0) {
        (true, true) => OF_ACCURACY,
        (true, false) => 1.0,
        (false, _) => (1.0 - OF_ACCURACY) / others,
    }
}

/// Divides the false alarms among the comparisons; the weights sum to 1.
fn weigh(comparisons: &mut [Candidate], metrics: &[&str]) {
    for metric in metrics {
        let share = part_of(metric, metrics);
        let of_metric = comparisons
            .iter_mut()
            .filter(|one| one.metric.name == *metric);
        let mut of_metric: Vec<&mut Candidate> = of_metric.collect();
        let each = share / of_metric.len() as f64;
        of_metric.iter_mut().for_each(|one| one.weight = each);
    }
}

impl Candidate<'_> {
    /// True if the group fares worse than the rest. A share that is off is worse the further it is off.
    fn is_worse(&self) -> bool {
        let [here, rest] = self.contrast.values();
        match self.metric.better {
            Better::Higher => here < rest,
            Better::Lower => here > rest,
            Better::Neither => here.abs() > rest.abs(),
        }
    }

    /// `None` unless both the test and the interval tell the group from the rest.
    fn apart(&self, p: f64, level: Level) -> Option<Apart> {
        let alpha = 1.0 - level.value();
        let [here, rest] = self.contrast.values();
        let interval = (self.contrast).interval(Level::new(1.0 - alpha * self.weight)?)?;
        (p <= alpha && !interval.contains(0.0)).then(|| Apart {
            grouping: self.grouping.to_owned(),
            value: self.value.to_owned(),
            metric: self.metric.name,
            here,
            difference: Estimate {
                value: here - rest,
                interval,
            },
            p,
            is_worse: self.is_worse(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::toy::audited;
    use crate::audit::{Audit, Params};

    fn with(counts: &[(&str, [usize; 4])]) -> Audit {
        audited("g", counts, Params::default())
    }

    fn said(audit: &Audit) -> String {
        audit
            .who_stands_apart(&audit.groupings[0], &str::to_owned)
            .join(" ")
    }

    #[test]
    fn a_tiny_group_that_is_lowest_does_not_hide_a_large_one_that_stands_apart() {
        // 920 of 1,000 right, 800 of 1,000, 9 of 12.
        let counts = [
            ("A", [460, 40, 40, 460]),
            ("B", [400, 100, 100, 400]),
            ("C", [5, 1, 2, 4]),
        ];
        let audit = with(&counts);
        let said = said(&audit);
        assert!(
            said.contains("Accuracy below the rest: B by 11.8 points (7."),
            "{said}"
        );
        assert!(
            said.contains("Accuracy above the rest: A by 12.1 points (8."),
            "{said}"
        );
        assert!(!said.contains('C'), "{said}");
        let ends = audit.how_far_apart(&audit.groupings[0], &str::to_owned);
        assert!(ends.contains("lowest for C, 75.0%"), "{ends}");
    }

    #[test]
    fn equal_accuracy_does_not_hide_that_one_group_is_not_recognised() {
        // Right for 80 %: of the one group's positives 57 %, of the other's 86 %.
        let counts = [
            ("Asian", [430, 130, 70, 370]),
            ("Black", [285, 0, 215, 500]),
            ("White", [430, 100, 70, 400]),
        ];
        let audit = with(&counts);
        let said = said(&audit);
        assert!(
            said.contains("True positive rate below the rest: Black by 29.0"),
            "{said}"
        );
        assert!(
            said.contains("Predicted minus true share below the rest: Black"),
            "{said}"
        );
        let black = audit.verdict.find("g", "Black", "tpr").unwrap();
        assert!(black.is_worse && black.p < 1e-6, "{black:?}");
        assert!(!audit.verdict.find("g", "Black", "fpr").unwrap().is_worse);
        assert!(audit.verdict.find("g", "Asian", "fpr").unwrap().is_worse);
    }

    #[test]
    fn two_groups_that_are_everyone_are_compared_once() {
        let audit = with(&[("x", [450, 50, 50, 450]), ("y", [350, 150, 150, 350])]);
        assert_eq!(audit.verdict.comparisons, 4);
        let apart: Vec<_> = audit.verdict.of("g", "accuracy").collect();
        assert_eq!(apart.len(), 1);
        assert_eq!((apart[0].value.as_str(), apart[0].is_worse), ("y", true));
        assert!((apart[0].difference.value + 0.2).abs() < 1e-12);
    }

    #[test]
    fn one_group_that_is_large_enough_is_compared_with_nobody() {
        let audit = with(&[("A", [237, 13, 12, 238]), ("B", [1, 3, 4, 1])]);
        assert_eq!(audit.verdict.comparisons, 0);
        assert!(audit.verdict.apart.is_empty());
        let naming = &str::to_owned;
        let said = audit.sentences(&audit.groupings[0], naming);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("Nothing to compare"), "{said:?}");
        assert_eq!(audit.comparisons_made(), None);
    }

    #[test]
    fn groups_that_do_not_differ_are_said_not_to_stand_apart() {
        let audit = with(&[("x", [44, 6, 5, 45]), ("y", [43, 7, 6, 44])]);
        assert_eq!(
            said(&audit),
            "No group stands apart from the rest by accuracy, true positive rate, false positive rate \
             or predicted minus true share."
        );
        assert!(audit.verdict.apart.is_empty());
    }

    #[test]
    fn a_margin_is_shown_or_not_by_the_high_end_of_the_largest_gap() {
        let counts = [("x", [4400, 600, 500, 4500]), ("y", [4390, 610, 510, 4490])];
        let margin = Some(0.05);
        let audit = audited(
            "g",
            &counts,
            Params {
                margin,
                ..Params::default()
            },
        );
        let said = audit.within_margin(&audit.groupings[0]).unwrap();
        assert!(
            said.starts_with(
                "Among groups with at least 10 cases, no two more than 5.0 points apart: shown for accuracy (at most 1."
            ),
            "{said}"
        );
        let few = [("x", [44, 6, 5, 45]), ("y", [43, 7, 6, 44])];
        let audit = audited(
            "g",
            &few,
            Params {
                margin,
                ..Params::default()
            },
        );
        let said = audit.within_margin(&audit.groupings[0]).unwrap();
        assert!(said.contains("not shown for accuracy (up to 1"), "{said}");
        assert!(!said.contains(": shown"), "{said}");
    }
}
