//! Abstention as JSON.

use crate::abstain::{Confidences, NoPromise, Promise, RISKS};
use crate::audit::json::put;
use crate::audit::{Abstention, Measure, RiskCoverage, RiskPoint};
use serde_json::{Map, Value, json};

/// `curve`, `groups.<attribute>.<group>`, `promises` and `controlled`.
pub fn to_json(abstention: &Abstention) -> Value {
    let Abstention {
        overall,
        groupings,
        confidences,
    } = abstention;
    let groupings = groupings.iter().map(|found| {
        let groups = found.groups.iter();
        let groups: Map<_, _> = groups
            .map(|(group, curve)| (group.clone(), of_group(curve)))
            .collect();
        (found.grouping.clone(), Value::from(groups))
    });
    let mut object = curve(overall, point);
    object.insert("groups".to_owned(), groupings.collect::<Map<_, _>>().into());
    object.insert("promises".to_owned(), promises(confidences).into());
    object.insert("controlled".to_owned(), controlled(confidences).into());
    object.into()
}

fn curve(found: &RiskCoverage, point: fn(&RiskPoint) -> Map<String, Value>) -> Map<String, Value> {
    let points = found.points.iter().map(|found| Value::from(point(found)));
    let fields = [
        ("n", found.n.into()),
        ("aurc", found.area.map(|area| area.value).into()),
        ("excess_aurc", found.area.map(|area| area.excess).into()),
        ("curve", points.collect()),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn point(point: &RiskPoint) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("coverage".to_owned(), point.coverage.into());
    object.insert("threshold".to_owned(), point.threshold.into());
    object.insert("kept".to_owned(), point.kept.into());
    put_measure(&mut object, "error", &point.error);
    object
}

fn of_group(found: &RiskCoverage) -> Value {
    let point = |found: &RiskPoint| {
        let mut object = point(found);
        put_measure(&mut object, "share_kept", &found.share_kept);
        object.insert("p_holm".to_owned(), found.p_holm.into());
        object
    };
    curve(found, point).into()
}

fn put_measure(object: &mut Map<String, Value>, name: &str, measure: &Measure) {
    put(object, name, measure.estimate.ok());
}

/// For all rows, and for every group of each grouping.
fn promises(confidences: &Confidences) -> Vec<Value> {
    let groupings = confidences.groupings.iter();
    let groupings = groupings.map(|known| Some(known.grouping.as_str()));
    let whom = std::iter::once(None).chain(groupings);
    whom.flat_map(|grouping| {
        RISKS.map(|risk| promise(risk, grouping, confidences.promise(risk, grouping)))
    })
    .collect()
}

fn promise(risk: f64, grouping: Option<&str>, found: Result<Promise, NoPromise>) -> Value {
    let reason = found.as_ref().err().map(NoPromise::to_string);
    let found = found.ok();
    let found = found.as_ref();
    json!({
        "risk": risk,
        "grouping": grouping,
        "threshold": found.map(|found| found.threshold),
        "rows": found.map(|found| found.rows),
        "kept": found.map(|found| found.kept),
        "errors": found.map(|found| found.errors),
        "error_high": found.map(|found| found.error_high),
        "not_promised": reason,
    })
}

fn controlled(confidences: &Confidences) -> Vec<Value> {
    let found = RISKS.map(|risk| {
        let found = confidences.controlled(risk);
        json!({
            "risk": risk,
            "threshold": found.map(|found| found.threshold),
            "kept": found.map(|found| found.kept.n),
            "errors": found.map(|found| found.kept.hits),
        })
    });
    found.to_vec()
}
