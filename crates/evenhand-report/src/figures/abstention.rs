//! Abstention: what leaving the least sure rows to people does to errors, and whose rows those are.

use super::panels::{Drawing, Kind, MOST, Panels};
use super::{NONE, Numbers};
use crate::abstain::Promise;
use crate::audit::{Abstention, GroupedRisk, Measure, RiskCoverage, RiskPoint};
use crate::format;
use crate::plot::{self, RiskScale};
use crate::record::Unit;

/// Coverage that sentences are about.
const TOLD: f64 = 0.8;

/// Risk that a threshold is told for.
const RISK: f64 = 0.05;

/// Groups whose corrected p-value is below this are left to people more or less often than the others.
const ALPHA: f64 = 0.05;

pub struct ShownAbstention {
    /// About all rows.
    pub sentences: Vec<String>,
    /// Title and sentences about the groups of each grouping, with their curves.
    pub groupings: Vec<ShownGroups>,
}

pub struct ShownGroups {
    pub title: String,
    pub sentences: Vec<String>,
    /// `None` of crossed groups, which are many.
    pub panels: Option<Panels>,
}

impl ShownAbstention {
    pub fn new(abstention: &Abstention, unit: Unit) -> Self {
        let of_all = errors(&abstention.overall, unit);
        let promised = |grouping| promised(abstention, grouping, unit);
        let groupings = abstention.groupings.iter().map(|found| ShownGroups {
            title: format::crossed(&found.grouping),
            sentences: vec![left(found), promised(Some(found.grouping.as_str()))],
            panels: (!found.grouping.contains('*'))
                .then(|| panels(&abstention.overall, found, unit))
                .flatten(),
        });
        Self {
            sentences: of_all.into_iter().chain([promised(None)]).collect(),
            groupings: groupings.collect(),
        }
    }
}

fn at(curve: &RiskCoverage, coverage: f64) -> Option<&RiskPoint> {
    curve.points.iter().find(|point| point.coverage == coverage)
}

fn shown(measure: &Measure) -> String {
    measure
        .estimate
        .map_or_else(|_| NONE.to_owned(), format::estimate)
}

/// `None` of too few rows.
fn errors(overall: &RiskCoverage, unit: Unit) -> Option<String> {
    let many = unit.many();
    let (all, kept) = (at(overall, 1.0)?, at(overall, TOLD)?);
    let (before, after) = (all.error.estimate.ok()?, kept.error.estimate.ok()?);
    Some(format!(
        "If the least sure {} of the {many} are left to people, {} of the others are wrong, and {} of all {many}.",
        format::percent(1.0 - TOLD),
        format::estimate(after),
        format::estimate(before),
    ))
}

/// Which groups are left to people more or less often than the rest.
fn left(found: &GroupedRisk) -> String {
    let apart = found.groups.iter().filter_map(|(group, curve)| {
        let point = at(curve, TOLD).filter(|point| point.p_holm < ALPHA)?;
        let left = 1.0 - point.share_kept.estimate.ok()?.value;
        let name = format::group(&found.grouping, group);
        Some((left, format!("{name} ({})", format::percent(left))))
    });
    let (more, less): (Vec<_>, Vec<_>) = apart.partition(|(left, _)| *left > 1.0 - TOLD);
    let told = [(more, "more"), (less, "less")]
        .into_iter()
        .filter(|(groups, _)| !groups.is_empty())
        .map(|(groups, how)| {
            let names: Vec<String> = groups.into_iter().map(|(_, name)| name).collect();
            format!("{how} often: {}", format::list(&names, "and"))
        });
    let told: Vec<String> = told.collect();
    match told.is_empty() {
        true => "No group is then left to people more or less often than the others by more than chance would make it.".to_owned(),
        false => format!("Left to people then, compared with all others, {}.", told.join("; ")),
    }
}

/// What threshold promises few errors, of everyone or of every group.
fn promised(abstention: &Abstention, grouping: Option<&str>, unit: Unit) -> String {
    let many = unit.many();
    let whom = match grouping {
        None => String::new(),
        Some(name) => format!(", in every group by {}", format::crossed(name)),
    };
    match abstention.confidences.promise(RISK, grouping) {
        Ok(Promise {
            threshold,
            rows,
            kept,
            ..
        }) => format!(
            "With 95% confidence, at most {} of the {many} with a probability of at least {threshold} are wrong{whom}; {} of these {many} have it.",
            format::percent(RISK),
            format::percent(kept as f64 / rows as f64),
        ),
        Err(reason) => format!(
            "No threshold promises that at most {} of the {many} kept are wrong{whom}: {reason}.",
            format::percent(RISK)
        ),
    }
}

fn curve(of: &RiskCoverage) -> Vec<plot::RiskPoint> {
    let points = of.points.iter().filter_map(|point| {
        let error = point.error.estimate.ok()?;
        Some((1.0 - point.coverage, error.value))
    });
    points.collect()
}

/// `None` without a curve of a group.
fn panels(overall: &RiskCoverage, found: &GroupedRisk, unit: Unit) -> Option<Panels> {
    let many = unit.many();
    let mut largest: Vec<usize> = (0..found.groups.len()).collect();
    largest.sort_by_key(|&group| std::cmp::Reverse(found.groups[group].1.n));
    largest.truncate(MOST);
    largest.sort_unstable();
    let everyone = curve(overall);
    let curves: Vec<_> = largest
        .iter()
        .map(|&group| (&found.groups[group], curve(&found.groups[group].1)))
        .filter(|(_, curve)| !curve.is_empty())
        .collect();
    let all = curves.iter().map(|(_, curve)| curve.as_slice());
    let scale = RiskScale::covering(all.chain([everyone.as_slice()]));
    let drawings = curves.iter().map(|((group, of), points)| {
        let name = format::group(&found.grouping, group);
        let told = at(of, TOLD).map_or_else(|| NONE.to_owned(), |point| shown(&point.error));
        let label = format!(
            "Errors of {name}: {told} of the {many} kept are wrong if the least sure {} of all are left to people.",
            format::percent(1.0 - TOLD)
        );
        Drawing {
            svg: plot::risk(points, &everyone, scale, &label),
            note: format::counted(of.n, unit.one()),
            name,
        }
    });
    let drawings: Vec<Drawing> = drawings.collect();
    (!drawings.is_empty()).then(|| Panels {
        left_out: found.groups.len() - drawings.len(),
        kinds: vec![Kind {
            title: format!("Errors among the {many} that are kept"),
            sentence: format!("Up: the share of the {many} kept that are wrong. Across: the share of all {many} that are left to people, the least sure ones. Thin and grey: everyone."),
            drawings,
            numbers: numbers(overall, found, unit),
        }],
    })
}

fn numbers(overall: &RiskCoverage, found: &GroupedRisk, unit: Unit) -> Numbers {
    const READ_AT: [f64; 4] = [1.0, 0.9, 0.8, 0.5];
    let mut numbers = Numbers::new(
        format!(
            "Share of the {} kept that are wrong, with the share of the group that is left to people",
            unit.many()
        ),
        &["Group", unit.titles()],
    );
    let heads =
        READ_AT.map(|coverage| format!("{} left to people", format::percent(1.0 - coverage)));
    numbers.columns.extend(heads);
    let mut push = |name: &str, of: &RiskCoverage| {
        let cell = |coverage: f64| {
            let point = at(of, coverage)?;
            let left = point.share_kept.estimate.ok()?;
            let left = format::percent(1.0 - left.value);
            Some(format!("{}; {left} left", shown(&point.error)))
        };
        let read = READ_AT.map(|coverage| cell(coverage).unwrap_or_else(|| NONE.to_owned()));
        numbers.push(
            name,
            std::iter::once(format::thousands(of.n))
                .chain(read)
                .collect(),
        );
    };
    push("Everyone", overall);
    for (group, of) in &found.groups {
        push(&format::group(&found.grouping, group), of);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::toy::two;
    use crate::audit::{Design, Params, Row, Table, abstention};
    use crate::record::Classes;

    /// 200 images of each group; those of `y` are as unsure as `unsure` says, and one in ten errs there.
    fn shown(unsure: f64) -> ShownAbstention {
        let classes: Classes = two();
        let row = |at: usize| (at, ["x", "y"][at % 2], 0.999 - 0.0005 * at as f64);
        let rows: Vec<_> = (0..400)
            .map(row)
            .map(|(at, group, sure)| match group {
                "x" => (at, group, sure),
                _ => (at, group, sure - unsure),
            })
            .collect();
        let of = rows.iter().map(|&(at, group, sure)| Row {
            label: usize::from(group == "x" || at % 20 != 1),
            predicted: 1,
            score: Some(sure),
            attributes: vec![group],
        });
        let design = Design::of(evenhand_stats::groups::parse("race").unwrap());
        let table = Table::new(&classes, &["race".to_owned()], &design, of).unwrap();
        let probabilities = rows.iter().flat_map(|&(_, _, sure)| [1.0 - sure, sure]);
        let params = Params::default().check().unwrap();
        let found = abstention(&table, &probabilities.collect::<Vec<_>>(), &params);
        ShownAbstention::new(&found.unwrap(), Unit::Image)
    }

    #[test]
    fn sentences_say_whom_the_images_left_to_people_are_of() {
        let apart = shown(0.15);
        let said = &apart.groupings[0].sentences;
        assert!(
            said[0].starts_with("Left to people then, compared with all others, more often: y (")
                && said[0].contains("; less often: x ("),
            "{said:?}"
        );
        // 20 of 400 are wrong; of y itself one in ten, too many for a promise of 5 %.
        assert!(
            apart.sentences[0].contains("5.0% (3.3–7.6) of all images"),
            "{:?}",
            apart.sentences
        );
        assert!(said[1].starts_with("No threshold promises"), "{said:?}");
        let panels = apart.groupings[0].panels.as_ref().unwrap();
        assert_eq!(panels.kinds[0].drawings.len(), 2);
        assert_eq!(panels.kinds[0].numbers.rows.len(), 3);
    }

    #[test]
    fn groups_that_are_as_sure_are_not_said_to_differ() {
        let said = &shown(0.0).groupings[0].sentences;
        assert!(said[0].starts_with("No group is then left"), "{said:?}");
    }
}
