//! An examination as JSON.

mod abstention;

use serde_json::{Map, Value, json};

use super::Examination;
use crate::audit::json::put;
use crate::audit::{Policy, Slice, Thresholds, Tradeoff};
use crate::record::Classes;
use crate::stats::permutation::LargestGap;

impl Examination {
    /// `threshold_tradeoff.<attribute>.<policy>`, `mistakes`, `label_errors`, `slices` and `abstention`; rows as
    /// `name` has them. What could not be looked at is `null`.
    pub fn to_json(&self, classes: &Classes, name: &dyn Fn(usize) -> Value) -> Value {
        let tradeoffs = self.tradeoffs.iter();
        let tradeoffs: Map<_, _> = tradeoffs
            .map(|found| (found.grouping.clone(), tradeoff(found)))
            .collect();
        let mistakes = self.mistakes.as_ref().map(|mistakes| {
            let one = |mistake: &super::Mistake| {
                json!({ "row": name(mistake.row), "confidence": mistake.confidence })
            };
            mistakes.iter().map(one).collect::<Vec<_>>()
        });
        let label_errors = self.label_errors.as_ref().map(|errors| {
            let one = |suspect: &crate::audit::Suspect| {
                json!({
                    "row": name(suspect.row),
                    "label": classes.name(suspect.label),
                    "suggested": classes.name(suspect.suggested),
                    "probability_of_label": suspect.self_confidence,
                })
            };
            errors.suspects.iter().map(one).collect::<Vec<_>>()
        });
        let slices = self.slices.as_ref();
        json!({
            "threshold_tradeoff": tradeoffs,
            "mistakes": mistakes,
            "label_errors": label_errors,
            "slices": slices.map(|slices| slices.iter().map(|found| slice(found, name)).collect::<Vec<_>>()),
            "abstention": self.abstention.as_ref().map(abstention::to_json),
        })
    }
}

fn tradeoff(tradeoff: &Tradeoff) -> Value {
    let policies = tradeoff.policies.iter();
    let policies: Map<_, _> = policies
        .map(|found| (found.name.to_owned(), policy(found)))
        .collect();
    policies.into()
}

fn policy(policy: &Policy) -> Value {
    let mut object = Map::new();
    let thresholds = match &policy.thresholds {
        Thresholds::AsGiven => Value::Null,
        Thresholds::Common(threshold) => (*threshold).into(),
        Thresholds::ByGroup(by_group) => {
            let by_group: Map<_, _> = by_group
                .iter()
                .map(|(group, threshold)| (group.clone(), (*threshold).into()))
                .collect();
            by_group.into()
        }
    };
    object.insert("thresholds".to_owned(), thresholds);
    put(&mut object, "accuracy", policy.accuracy.estimate.ok());
    let gaps = policy.gaps.iter();
    let gaps: Map<_, _> = gaps
        .map(|(name, gap)| {
            let gap = gap.map(|LargestGap { gap, low, high, .. }| {
                json!({ "difference": gap, "difference_low": low, "difference_high": high })
            });
            ((*name).to_owned(), gap.into())
        })
        .collect();
    object.insert("gaps".to_owned(), gaps.into());
    object.into()
}

fn slice(slice: &Slice, name: &dyn Fn(usize) -> Value) -> Value {
    let mut object = Map::new();
    object.insert("n".to_owned(), slice.accuracy.n.into());
    put(&mut object, "accuracy", slice.accuracy.estimate.ok());
    put(&mut object, "gap", Some(slice.gap));
    object.insert("p_holm".to_owned(), slice.p_holm.into());
    let more_of = slice.more_of.iter().map(|more| {
        json!({
            "grouping": more.grouping,
            "group": more.group,
            "share": more.share,
            "elsewhere": more.elsewhere,
        })
    });
    object.insert("more_of".to_owned(), more_of.collect::<Vec<_>>().into());
    let examples = slice.examples.iter().map(|&row| name(row));
    object.insert("examples".to_owned(), examples.collect::<Vec<_>>().into());
    object.into()
}
