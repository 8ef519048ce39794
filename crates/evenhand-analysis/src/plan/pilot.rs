//! Groups of a pilot: the gaps that they can show, and the rows that they still need.

use super::GapOptions;
use super::gaps::{about, powers, titles};
use super::told::{Told, cell, percent, rows};
use crate::Error;
use crate::audit::{AuditResult, AuditSummary};
use evenhand_stats::hint::{Message, SettingError};
use evenhand_stats::plan::{GapParams, PilotGroup, PilotNeed, pilot_groups};
use evenhand_stats::text::{tenths, thousands};
use serde_json::{Value, json};

/// What the groups of a pilot can show, and what they still need.
#[derive(Debug, Clone)]
pub struct PilotPlan {
    pub params: GapParams,
    pub summary: AuditSummary,
    /// The file of the pilot.
    pub predictions: String,
    pub comparisons: u64,
    pub groups: Vec<PilotGroup>,
}

/// The gap of a plan that names none, in points.
const USUAL: [f64; 1] = [5.0];

const COLUMNS: [&str; 11] = [
    "grouping",
    "group",
    "cases",
    "rate",
    "rest_cases",
    "rest_rate",
    "power",
    "smallest_gap",
    "gap",
    "needed",
    "more",
];

impl PilotPlan {
    pub(super) fn new(pilot: &AuditResult, options: &GapOptions) -> Result<Self, Error> {
        let params = options.params(&USUAL)?;
        let classes = pilot.classes.len();
        if !params.metric.applies_to(classes) {
            let allowed =
                "the pilot has more than two classes, whose groups are judged by accuracy";
            return Err(SettingError::new("metric", params.metric.name, allowed).into());
        }
        let (comparisons, groups) = pilot_groups(&pilot.audit, &params);
        if groups.is_empty() {
            let named = pilot.audit.groupings.iter().map(|of| of.name.as_str());
            let named: Vec<&str> = named.collect();
            let value = if named.is_empty() {
                "none".to_owned()
            } else {
                named.join(",")
            };
            let allowed = "a plan from a pilot compares two groups or more";
            return Err(SettingError::new("groups", value, allowed)
                .with_hint("name a column of the pilot, as in race")
                .into());
        }
        Ok(Self {
            params,
            summary: pilot.summary.clone(),
            predictions: pilot.predictions.name(),
            comparisons,
            groups,
        })
    }

    fn has_groupings(&self) -> bool {
        self.groups
            .iter()
            .any(|of| of.grouping != self.groups[0].grouping)
    }
}

impl Told for PilotPlan {
    fn sentences(&self) -> Vec<Message> {
        let mut lines = self.summary.sentences();
        let about = about(&self.params, self.comparisons, self.summary.classes.len());
        lines.extend(about.into_iter().map(Message::plain));
        lines
    }

    fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let metric = self.params.metric;
        let mut header: Vec<String> = match self.has_groupings() {
            true => vec!["grouping".to_owned()],
            false => Vec::new(),
        };
        header.extend(["group", metric.cases.title(), metric.title, "rest"].map(str::to_owned));
        header.extend(titles("smallest gap", &self.params));
        for gap in &self.params.gaps {
            let more = format!("more for {} points", percent(*gap));
            header.extend(titles(&more, &self.params));
        }
        (header, self.groups.iter().map(|of| self.row(of)).collect())
    }

    fn legend(&self) -> Vec<String> {
        let cases = self.params.metric.cases.title();
        let found = powers(&self.params);
        vec![
            format!(
                "Smallest gap: percentage points to the rest at which `evenhand audit` names a group with as many {cases}, \
                 in {found} of studies."
            ),
            format!(
                "More: {cases} that the group needs beside the rest that there is; - where no number is enough, since \
                 the rest is too small."
            ),
        ]
    }

    fn tidy(&self) -> (&'static [&'static str], Vec<Vec<String>>) {
        let mut all = Vec::new();
        for of in &self.groups {
            for (at, need) in of.needs.iter().enumerate() {
                let smallest = of.smallest[at % of.smallest.len()];
                all.push(vec![
                    of.grouping.clone(),
                    of.value.clone(),
                    of.here.n.to_string(),
                    of.here.rate().to_string(),
                    of.rest.n.to_string(),
                    of.rest.rate().to_string(),
                    need.power.to_string(),
                    cell(smallest),
                    need.gap.to_string(),
                    cell(need.cases),
                    cell(more(of, need)),
                ]);
            }
        }
        (&COLUMNS, all)
    }

    fn to_json(&self) -> Value {
        let level = self
            .params
            .level_of_one(self.comparisons, self.summary.classes.len());
        let groups = self.groups.iter().map(|of| self.group_to_json(of));
        json!({
            "plan": "pilot",
            "predictions": self.predictions,
            "rows": { "audited": self.summary.audited, "left_out": self.summary.left_out },
            "metric": self.params.metric.name,
            "cases": self.params.metric.cases.title(),
            "level": self.params.level.value(),
            "comparisons": self.comparisons,
            "alpha_of_one": 1.0 - level.value(),
            "cluster": self.summary.clusters,
            "groups": groups.collect::<Vec<_>>(),
        })
    }
}

impl PilotPlan {
    fn row(&self, of: &PilotGroup) -> Vec<String> {
        let mut row: Vec<String> = match self.has_groupings() {
            true => vec![of.grouping.clone()],
            false => Vec::new(),
        };
        let rates = [of.here.rate(), of.rest.rate()].map(|rate| format!("{} %", tenths(rate)));
        row.extend([of.value.clone(), thousands(of.here.n)]);
        row.extend(rates);
        row.extend(
            of.smallest
                .iter()
                .map(|gap| gap.map_or_else(|| "-".to_owned(), tenths)),
        );
        row.extend(of.needs.iter().map(|need| rows(more(of, need))));
        row
    }

    fn group_to_json(&self, of: &PilotGroup) -> Value {
        let smallest = self.params.powers.iter().zip(&of.smallest);
        let smallest = smallest.map(|(power, gap)| json!({ "power": power, "gap": gap }));
        let needs = of.needs.iter().map(|need| {
            json!({ "gap": need.gap, "power": need.power, "cases": need.cases, "more": more(of, need) })
        });
        json!({
            "grouping": of.grouping,
            "group": of.value,
            "cases": of.here.n,
            "rate": of.here.rate(),
            "rest_cases": of.rest.n,
            "rest_rate": of.rest.rate(),
            "design_effect": of.clusters[0].effect,
            "rest_design_effect": of.clusters[1].effect,
            "smallest_gaps": smallest.collect::<Vec<_>>(),
            "needs": needs.collect::<Vec<_>>(),
        })
    }
}

fn more(of: &PilotGroup, need: &PilotNeed) -> Option<u64> {
    Some(need.cases?.saturating_sub(of.here.n))
}
