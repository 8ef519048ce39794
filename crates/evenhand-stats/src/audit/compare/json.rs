//! A comparison as JSON, for scripts.

use super::{Change, Compared, ComparedGrouping, Comparison, GapChange, WorstChange};
use crate::audit::json::put;
use crate::audit::{Estimate, NotEstimable};
use serde_json::{Map, Value, json};

impl Comparison {
    /// How it was computed, `overall.<metric>`, `groups.<attribute>.<value>.<metric>`,
    /// `gaps.<attribute>.<metric>` and `worst.<attribute>.accuracy`.
    ///
    /// A metric has `n`, the values `a` and `b`, and A less B: `difference`, `difference_low`,
    /// `difference_high`. Rates that are shares of the same cases also have `only_a` and `only_b`,
    /// the hits that the other misses, and `p`, `p_holm`, `p_bh`. A gap has the groups between which
    /// it is as well: `a_lowest`, `a_highest`; the lowest accuracy has its group, `a_group`. What cannot be estimated is `null`, with the reason
    /// under the cell's `not_estimable`; a difference whose interval alone cannot be is there.
    pub fn to_json(&self) -> Value {
        let groups = |grouping: &ComparedGrouping| -> Value {
            let cells = grouping.cells.iter();
            let cells: Map<_, _> = cells.map(|(value, of)| (value.clone(), cell(of))).collect();
            cells.into()
        };
        let gaps = |grouping: &ComparedGrouping| {
            let gaps = grouping.gaps.iter();
            named(gaps.map(|(name, change)| (*name, gap(change), change.difference)))
        };
        let worst = |grouping: &ComparedGrouping| {
            let change = grouping.worst.iter();
            named(change.map(|change| ("accuracy", lowest(change), change.difference)))
        };
        let positive = self.classes.positive();
        json!({
            "level": self.params.level.value(),
            "min_n": self.params.min_n,
            "other_intervals": self.params.interval.of_other_metrics(),
            "replicates": self.params.replicates,
            "seed": self.params.seed,
            "seeds": self.seeds,
            "classes": self.classes.names(),
            "positive": positive.map(|at| self.classes.name(at)),
            "overall": cell(&self.overall),
            "groups": self.by_grouping(groups),
            "gaps": self.by_grouping(|grouping| gaps(grouping).into()),
            "worst": self.by_grouping(|grouping| worst(grouping).into()),
        })
    }

    fn by_grouping(&self, value: impl Fn(&ComparedGrouping) -> Value) -> Value {
        let groupings = self.groupings.iter();
        let named: Map<_, _> = groupings
            .map(|grouping| (grouping.name.clone(), value(grouping)))
            .collect();
        named.into()
    }
}

fn cell(cell: &Compared) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), cell.n.into());
    let changes = cell.changes.iter();
    object.extend(named(
        changes.map(|(name, of)| (*name, change(of), of.difference)),
    ));
    object.into()
}

/// By name, and the reasons of those that have no interval.
fn named(
    values: impl Iterator<Item = (&'static str, Value, Result<Estimate, NotEstimable>)>,
) -> Map<String, Value> {
    let (mut object, mut missing) = (Map::new(), Map::new());
    for (name, value, difference) in values {
        object.insert(name.to_owned(), value);
        if let Err(reason) = difference {
            missing.insert(name.to_owned(), reason.to_string().into());
        }
    }
    if !missing.is_empty() {
        object.insert("not_estimable".to_owned(), missing.into());
    }
    object
}

fn change(change: &Change) -> Value {
    let Change {
        n,
        a,
        b,
        difference,
        discordant,
        p,
    } = change;
    let mut object = Map::new();
    for (name, value) in [("n", (*n).into()), ("a", (*a).into()), ("b", (*b).into())] {
        object.insert(name.to_owned(), value);
    }
    put_difference(&mut object, change.value(), *difference);
    if let Some(discordant) = discordant {
        object.insert("only_a".to_owned(), discordant.only_a.into());
        object.insert("only_b".to_owned(), discordant.only_b.into());
        for (name, p) in [
            ("p", p.map(|p| p.p)),
            ("p_holm", p.map(|p| p.holm)),
            ("p_bh", p.map(|p| p.bh)),
        ] {
            object.insert(name.to_owned(), p.into());
        }
    }
    object.into()
}

fn gap(change: &GapChange) -> Value {
    let GapChange { a, b, difference } = change;
    let mut object = Map::new();
    for (name, spread) in [("a", a), ("b", b)] {
        object.insert(name.to_owned(), spread.gap.into());
        object.insert(format!("{name}_lowest"), spread.lowest.clone().into());
        object.insert(format!("{name}_highest"), spread.highest.clone().into());
    }
    put_difference(&mut object, Some(a.gap - b.gap), *difference);
    object.into()
}

fn lowest(change: &WorstChange) -> Value {
    let WorstChange { a, b, difference } = change;
    let mut object = Map::new();
    for (name, lowest) in [("a", a), ("b", b)] {
        object.insert(name.to_owned(), lowest.accuracy.into());
        object.insert(format!("{name}_group"), lowest.group.clone().into());
    }
    put_difference(&mut object, Some(a.accuracy - b.accuracy), *difference);
    object.into()
}

fn put_difference(
    object: &mut Map<String, Value>,
    value: Option<f64>,
    difference: Result<Estimate, NotEstimable>,
) {
    put(object, "difference", difference.ok());
    object.insert("difference".to_owned(), value.into());
}
