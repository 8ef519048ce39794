//! Summary of a report, in words: accuracy, the worst group, the evidence, the next steps.

use super::content::{Part, Source};
use super::format::{self, Evidence};
use super::groups::{self, Verdict};
use crate::audit::{Audit, Grouping};

pub struct Headline {
    pub source: &'static str,
    /// Role of the images: seen in training or not.
    pub images: &'static str,
    pub value: String,
    pub range: String,
    pub n: String,
}

impl Headline {
    /// `None` where accuracy cannot be estimated.
    pub fn new(part: &Part) -> Option<Self> {
        let accuracy = groups::rate(&part.audit.overall, "accuracy")?;
        Some(Self {
            source: part.source.name(),
            images: part.source.images(),
            value: format::percent(accuracy.value),
            range: format::range(accuracy.interval),
            n: format::thousands(part.audit.overall.n),
        })
    }
}

/// Summary of one grouping.
pub struct Finding {
    pub grouping: String,
    pub anchor: String,
    pub verdict: Option<Verdict>,
    /// The same from the smaller part of the data.
    pub second: Option<Second>,
}

pub struct Second {
    pub source: &'static str,
    pub verdict: Verdict,
    pub same_group: bool,
}

impl Finding {
    pub fn new(grouping: &Grouping, second: Option<&Part>, index: usize) -> Self {
        let verdict = Verdict::new(grouping);
        let second = second.and_then(|part| {
            let mut others = part.audit.groupings.iter();
            let other = others.find(|other| other.name == grouping.name)?;
            let other = Verdict::new(other)?;
            let same_group = verdict
                .as_ref()
                .is_some_and(|verdict| verdict.group == other.group);
            Some(Second {
                source: part.source.name(),
                verdict: other,
                same_group,
            })
        });
        Self {
            grouping: format::crossed(&grouping.name),
            anchor: format!("group-{index}"),
            verdict,
            second,
        }
    }
}

/// Advice on next steps, from the results of the larger part of the data.
pub fn advice(part: &Part) -> Vec<String> {
    let audit = &part.audit;
    let (apart, likely) = (with(audit, Evidence::Apart), with(audit, Evidence::Likely));
    let mut advice = Vec::new();
    if !apart.is_empty() {
        let names: Vec<String> = apart.iter().map(|worst| worst.name.clone()).collect();
        let names = format::list(&names, "and");
        let train = match part.source {
            Source::Table => "Whoever trains it again needs",
            _ => "Collect and label",
        };
        advice.push(format!(
            "{train} more images of {names}; look at the images there are, too: dark, blurred, small or badly cropped pictures, and labels that coders disagree on, are common causes of such a gap."
        ));
        advice.push(
            "Until the gap is smaller, do not compare groups by raw counts of predictions: correct estimates with the error rates below, or with a hand-labelled sample of each group.".to_owned(),
        );
    }
    if !likely.is_empty() {
        let names: Vec<String> = likely.iter().map(|worst| worst.name.clone()).collect();
        advice.push(format!(
            "The gap of {} may be chance, the more so as the lowest of several groups was picked; more labelled images would tell.",
            format::list(&names, "and")
        ));
    }
    let more: Vec<String> = apart
        .iter()
        .chain(&likely)
        .filter_map(Worst::more)
        .collect();
    if !more.is_empty() {
        advice.push(format!(
            "To know an accuracy to within 2 percentage points either way takes {}.",
            format::list(&more, "and")
        ));
    }
    if advice.is_empty() {
        advice.push(
            "No group stands apart from the rest in these data. That is no proof of equal accuracy: the interval of a gap says how large it may still be, and more labelled images of the small groups make it narrower.".to_owned(),
        );
    }
    advice
}

struct Worst {
    /// `Black (race)`
    name: String,
    /// Images that are missing for an interval of two points either way.
    missing: Option<u64>,
}

impl Worst {
    fn more(&self) -> Option<String> {
        let missing = self.missing.filter(|missing| *missing > 0)?;
        Some(format!(
            "{} more labelled images of {}",
            format::thousands(missing),
            self.name
        ))
    }
}

/// The lowest groups for which there is this much evidence.
fn with(audit: &Audit, wanted: Evidence) -> Vec<Worst> {
    let worst = |grouping: &Grouping| {
        let worst = grouping.worst.as_ref();
        let worst = worst.filter(|worst| Evidence::of(worst) == wanted)?;
        let mut cells = grouping.cells.iter();
        let (_, cell) = cells.find(|(value, _)| *value == worst.value)?;
        let group = format::group(&grouping.name, &worst.value);
        Some(Worst {
            name: format!("{group} ({})", format::crossed(&grouping.name)),
            missing: cell.more_for_2_points,
        })
    };
    audit.groupings.iter().filter_map(worst).collect()
}
