//! Rows of groups of equal size, from the rate of the rest.

use super::GapOptions;
use super::options::{FEWEST, checked};
use super::told::{Told, cell, percent, rows};
use evenhand_stats::hint::{Message, SettingError};
use evenhand_stats::metric::Better;
use evenhand_stats::plan::{Clusters, GapNeed, GapParams, comparisons};
use evenhand_stats::text::list;
use serde_json::{Value, json};

/// Rows that groups of equal size need to show a gap.
#[derive(Debug, Clone)]
pub struct GapPlan {
    pub params: GapParams,
    /// Numbers of groups of groupings that are judged together.
    pub groups: Vec<u64>,
    /// Rate of the rest.
    pub rate: f64,
    pub needs: Vec<GapNeed>,
}

/// The gaps of a plan that names none, in points.
const USUAL: [f64; 4] = [2.0, 3.0, 5.0, 10.0];

const COLUMNS: [&str; 5] = ["groups", "gap", "power", "cases", "in_all"];

impl GapPlan {
    pub(super) fn new(
        groups: &[u64],
        rate: f64,
        options: &GapOptions,
    ) -> Result<Self, SettingError> {
        let mut params = options.params(&USUAL)?;
        if let Some(few) = groups.iter().find(|groups| **groups < FEWEST) {
            let allowed = "groups are compared where there are 2 or more";
            return Err(SettingError::new("groups", few, allowed));
        }
        let is_rate = (0.0..=100.0).contains(&rate);
        checked("rate", rate, is_rate, "a rate is from 0 to 100 %")?;
        let room = match params.metric.better {
            Better::Lower => 100.0 - rate,
            Better::Higher | Better::Neither => rate,
        };
        if let Some(gap) = options.gaps.iter().find(|gap| **gap > room) {
            return Err(beyond(*gap, rate, room));
        }
        params.gaps.retain(|gap| *gap <= room / 100.0);
        if params.gaps.is_empty() {
            return Err(beyond(USUAL[0], rate, room));
        }
        Ok(Self {
            needs: params.needs(groups, rate / 100.0),
            groups: groups.to_vec(),
            rate: rate / 100.0,
            params,
        })
    }

    fn comparisons(&self) -> u64 {
        comparisons(&self.groups)
    }
}

fn beyond(gap: f64, rate: f64, room: f64) -> SettingError {
    let hint = Message::new("with {rate} {} it is at most {} points", &[&rate, &room]);
    SettingError::new("gap", gap, "no group can be that much worse than the rest").with_hint(hint)
}

/// What false alarms a comparison may make, and clusters, a sentence each.
pub(super) fn about(params: &GapParams, comparisons: u64, classes: usize) -> Vec<String> {
    let alpha = 1.0 - params.level_of_one(comparisons, classes).value();
    let plural = if comparisons == 1 { "" } else { "s" };
    let others = match classes {
        2 => ", and those by its other metrics",
        _ => "",
    };
    let mut lines = vec![format!(
        "The verdict's false alarms ({} %) are divided among {comparisons} comparison{plural} by {}{others}: {:.2} % for \
         each.",
        percent(1.0 - params.level.value()),
        params.metric.title,
        100.0 * alpha,
    )];
    lines.extend(of_clusters(params.clusters));
    lines
}

/// What clusters cost; `None` without any.
pub(super) fn of_clusters(clusters: Clusters) -> Option<String> {
    let effect = clusters.effect;
    (clusters != Clusters::NONE).then(|| {
        format!("Rows of a cluster are alike: it takes {effect:.2} times as many (design effect).")
    })
}

/// `80 % and 90 %`.
pub(super) fn powers(params: &GapParams) -> String {
    let powers = params.powers.iter();
    let powers: Vec<String> = powers
        .map(|power| format!("{} %", percent(*power)))
        .collect();
    list(&powers, "and")
}

/// A title for each power: `rows a group (80 %)`.
pub(super) fn titles<'a>(of: &'a str, params: &'a GapParams) -> impl Iterator<Item = String> + 'a {
    let powers = params.powers.iter();
    powers.map(move |power| format!("{of} ({} %)", percent(*power)))
}

impl Told for GapPlan {
    fn sentences(&self) -> Vec<Message> {
        let metric = self.params.metric.title;
        let worse = match self.params.metric.better {
            Better::Lower => "higher",
            Better::Higher | Better::Neither => "lower",
        };
        let rate = percent(self.rate);
        let setting = format!(
            "Groups of equal size; {metric} is {rate} % in all but one, and {worse} by the gap in that one."
        );
        let about = about(&self.params, self.comparisons(), 2);
        std::iter::once(setting)
            .chain(about)
            .map(Message::plain)
            .collect()
    }

    fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let cases = self.params.metric.cases.title();
        let (each, all) = (format!("{cases} a group"), format!("{cases} in all"));
        let mut header = vec!["groups".to_owned(), "gap".to_owned()];
        header.extend(titles(&each, &self.params).chain(titles(&all, &self.params)));
        let by_power = self.needs.chunks(self.params.powers.len());
        let body = by_power.map(|needs| {
            let gap = format!("{} points", percent(needs[0].gap));
            let each = needs.iter().map(|need| rows(need.cases));
            let all = needs.iter().map(|need| rows(in_all(need)));
            let named = [needs[0].groups.to_string(), gap];
            named.into_iter().chain(each).chain(all).collect()
        });
        (header, body.collect())
    }

    fn legend(&self) -> Vec<String> {
        vec![format!(
            "With so many {}, `evenhand audit` names the group in {} of studies, if it truly is that much worse.",
            self.params.metric.cases.title(),
            powers(&self.params),
        )]
    }

    fn tidy(&self) -> (&'static [&'static str], Vec<Vec<String>>) {
        let row = |need: &GapNeed| {
            vec![
                need.groups.to_string(),
                need.gap.to_string(),
                need.power.to_string(),
                cell(need.cases),
                cell(in_all(need)),
            ]
        };
        (&COLUMNS, self.needs.iter().map(row).collect())
    }

    fn to_json(&self) -> Value {
        let comparisons = self.comparisons();
        let need = |need: &GapNeed| {
            json!({
                "groups": need.groups,
                "gap": need.gap,
                "power": need.power,
                "cases": need.cases,
                "in_all": in_all(need),
            })
        };
        json!({
            "plan": "gaps",
            "metric": self.params.metric.name,
            "cases": self.params.metric.cases.title(),
            "rate": self.rate,
            "level": self.params.level.value(),
            "comparisons": comparisons,
            "alpha_of_one": 1.0 - self.params.level_of_one(comparisons, 2).value(),
            "design_effect": self.params.clusters.effect,
            "needs": self.needs.iter().map(need).collect::<Vec<_>>(),
        })
    }
}

fn in_all(need: &GapNeed) -> Option<u64> {
    need.cases?.checked_mul(need.groups)
}
