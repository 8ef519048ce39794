//! Summary of a report, in words: accuracy, who stands apart, the next steps.

use super::content::{Part, Source, Training};
use super::format;
use super::groups;
use crate::audit::{Apart, Audit, Grouping};

/// The most groups that advice names.
const NAMED: usize = 8;

pub struct Headline {
    pub source: &'static str,
    /// Role of the images: seen in training or not.
    pub images: &'static str,
    pub value: String,
    pub range: String,
    pub n: String,
    /// Beside always giving the same answer.
    pub baseline: Option<String>,
    /// Balanced accuracy, where one class is rare.
    pub balanced: Option<String>,
    /// What a cross-validation says of the final classifier.
    pub final_classifier: Option<String>,
}

impl Headline {
    /// `None` where accuracy cannot be estimated.
    pub fn new(part: &Part, training: Option<&Training>) -> Option<Self> {
        let audit = &part.audit;
        let accuracy = groups::rate(&audit.overall, "accuracy")?;
        let balanced = groups::rate(&audit.overall, "balanced_accuracy");
        Some(Self {
            source: part.source.name(),
            images: part.source.images(),
            value: format::percent(accuracy.value),
            range: format::range(accuracy.interval),
            n: format::thousands(audit.overall.n),
            baseline: audit.beside_baseline(),
            balanced: balanced.filter(|_| audit.is_uneven()).map(format::estimate),
            final_classifier: training
                .filter(|_| part.source == Source::CrossValidation)
                .and_then(|training| audit.final_classifier_in_words(training.folds as usize)),
        })
    }
}

/// Summary of one grouping.
pub struct Finding {
    pub grouping: String,
    pub anchor: String,
    /// True if a group stands apart for the worse.
    pub is_worse: bool,
    pub sentences: Vec<String>,
    /// The same from the smaller part of the data.
    pub second: Option<Second>,
}

pub struct Second {
    pub source: &'static str,
    pub sentences: Vec<String>,
}

impl Finding {
    /// `grouping` is one of `main`'s.
    pub fn new(main: &Part, grouping: &Grouping, second: Option<&Part>, index: usize) -> Self {
        let naming = |value: &str| format::group(&grouping.name, value);
        let second = second.and_then(|part| {
            let mut others = part.audit.groupings.iter();
            let other = others.find(|other| other.name == grouping.name)?;
            let sentences = part.audit.who_stands_apart(other, &naming);
            (!sentences.is_empty()).then(|| Second {
                source: part.source.name(),
                sentences,
            })
        });
        Self {
            grouping: format::crossed(&grouping.name),
            anchor: format!("group-{index}"),
            is_worse: (main.audit.verdict.apart.iter())
                .any(|apart| apart.grouping == grouping.name && apart.is_worse),
            sentences: groups::sentences(&main.audit, grouping),
            second,
        }
    }
}

/// Advice on next steps, from the results of the larger part of the data.
pub fn advice(part: &Part) -> Vec<String> {
    let audit = &part.audit;
    let worse = Worse::of(audit);
    if worse.is_empty() {
        return vec!["No group stands apart from the rest for the worse in these data. That is no proof that the classifier serves all alike: the interval of a gap says how large it may still be, and more labelled images of the small groups make it narrower.".to_owned()];
    }
    let mut advice = Vec::new();
    let failed: Vec<String> = (worse.iter())
        .filter(|one| one.is_by_rate)
        .map(|one| one.name.clone())
        .collect();
    if !failed.is_empty() {
        let train = match part.source {
            Source::Table => "Whoever trains it again needs",
            _ => "Collect and label",
        };
        advice.push(format!(
            "{train} more images of {}; look at the images there are, too: dark, blurred, small or badly cropped pictures, and labels that coders disagree on, are common causes of such a gap.",
            format::listed(failed, NAMED)
        ));
    }
    advice.push(
        "Until the gap is smaller, do not compare groups by raw counts of predictions: correct estimates with the error rates below, or with a hand-labelled sample of each group.".to_owned(),
    );
    let more = worse.iter().filter(|one| one.is_by_rate);
    let more: Vec<String> = more.filter_map(Worse::more).collect();
    if !more.is_empty() {
        advice.push(format!(
            "To know an accuracy to within 2 percentage points either way takes {}.",
            format::listed(more, NAMED)
        ));
    }
    advice
}

/// A group that fares worse than the rest.
struct Worse {
    /// `Black (race)`
    name: String,
    /// True if the classifier errs more often on the group, not only to one side.
    is_by_rate: bool,
    /// Images that are missing for an interval of two points either way.
    missing: Option<u64>,
}

impl Worse {
    /// Each group once, by whatever metrics it stands apart.
    fn of(audit: &Audit) -> Vec<Self> {
        let mut found: Vec<(&Apart, bool)> = Vec::new();
        for apart in audit.verdict.apart.iter().filter(|apart| apart.is_worse) {
            let is_by_rate = apart.metric != "share_error";
            let same = |(one, _): &&mut (&Apart, bool)| {
                (&one.grouping, &one.value) == (&apart.grouping, &apart.value)
            };
            match found.iter_mut().find(same) {
                Some((_, known)) => *known |= is_by_rate,
                None => found.push((apart, is_by_rate)),
            }
        }
        let worse = |(apart, is_by_rate): (&Apart, bool)| {
            let cell = audit.cell(&apart.grouping, &apart.value)?;
            let group = format::group(&apart.grouping, &apart.value);
            Some(Self {
                name: format!("{group} ({})", format::crossed(&apart.grouping)),
                is_by_rate,
                missing: cell.more_for_2_points,
            })
        };
        found.into_iter().filter_map(worse).collect()
    }

    fn more(&self) -> Option<String> {
        let missing = self.missing.filter(|missing| *missing > 0)?;
        Some(format!(
            "{} more labelled images of {}",
            format::thousands(missing),
            self.name
        ))
    }
}
