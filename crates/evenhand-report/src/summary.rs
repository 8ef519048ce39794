//! Summary of a report, in words: accuracy, who stands apart, the next steps.

use super::content::{Part, Source, Training};
use super::format;
use super::groups;
use crate::audit::{Apart, Audit, Grouping};
use crate::record::Unit;

/// The most groups that advice names.
const NAMED: usize = 8;

pub struct Headline {
    pub source: &'static str,
    /// Role of the rows: seen in training or not.
    pub role: &'static str,
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
    pub fn new(part: &Part, training: Option<&Training>, unit: Unit) -> Option<Self> {
        let audit = &part.audit;
        let accuracy = groups::rate(&audit.overall, "accuracy")?;
        let balanced = groups::rate(&audit.overall, "balanced_accuracy");
        Some(Self {
            source: part.source.name(unit),
            role: part.source.role(),
            value: format::percent(accuracy.value),
            range: format::range(accuracy.interval),
            n: format::thousands(audit.overall.n),
            baseline: audit.beside_baseline(),
            balanced: balanced.filter(|_| audit.is_uneven()).map(format::estimate),
            final_classifier: training
                .filter(|_| part.source == Source::CrossValidation)
                .and_then(|training| {
                    audit.final_classifier_in_words(training.folds as usize, unit)
                }),
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
    /// `grouping` is one of `main`'s, the one at `index`.
    pub fn new(
        main: &Part,
        (index, grouping): (usize, &Grouping),
        second: Option<&Part>,
        unit: Unit,
    ) -> Self {
        let naming = |value: &str| format::group(&grouping.name, value);
        let second = second.and_then(|part| {
            let mut others = part.audit.groupings.iter();
            let other = others.find(|other| other.name == grouping.name)?;
            let sentences = part.audit.who_stands_apart(other, &naming);
            (!sentences.is_empty()).then(|| Second {
                source: part.source.name(unit),
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
pub fn advice(part: &Part, unit: Unit) -> Vec<String> {
    let audit = &part.audit;
    let worse = Worse::of(audit);
    let many = unit.many();
    if worse.is_empty() {
        return vec![format!(
            "No group stands apart from the rest for the worse in these data. That is no proof that the classifier serves all alike: the interval of a gap says how large it may still be, and more labelled {many} of the small groups make it narrower."
        )];
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
            "{train} more {many} of {}; look at the {many} there are, too: {} are common causes of such a gap.",
            format::listed(failed, NAMED),
            causes(unit)
        ));
    }
    let sample = match unit {
        Unit::Image => "a hand-labelled sample",
        Unit::Row => "a labelled sample",
    };
    advice.push(format!(
        "Until the gap is smaller, do not compare groups by raw counts of predictions: correct estimates with the error rates below, or with {sample} of each group.",
    ));
    let more = worse.iter().filter(|one| one.is_by_rate);
    let more: Vec<String> = more.filter_map(|one| one.more(unit)).collect();
    if !more.is_empty() {
        advice.push(format!(
            "To know an accuracy to within 2 percentage points either way takes {}.",
            format::listed(more, NAMED)
        ));
    }
    advice
}

/// Common causes of a gap between groups.
fn causes(unit: Unit) -> &'static str {
    match unit {
        Unit::Image => {
            "dark, blurred, small or badly cropped pictures, and labels that coders disagree on,"
        }
        Unit::Row => {
            "gaps and answers by others in place of the person, columns that mean something else in the group, and labels that are recorded wrongly,"
        }
    }
}

/// The groups that people are scored worse in, by whatever metric, from the larger part of the data.
pub fn who_is_scored_worse(part: &Part) -> String {
    let audit = &part.audit;
    let worse = Worse::of(audit).into_iter().map(|one| one.name);
    let names = format::listed(worse, NAMED);
    match (names.is_empty(), audit.groupings.is_empty()) {
        (false, _) => format!(
            "Scored worse than the rest in these data: {names}. The classifier errs more often on them, or more to one side; they bear more of the harm of wrong scores."
        ),
        (true, false) => "No group is shown to be scored worse than the rest in these data. A small group may be, unseen.".to_owned(),
        (true, true) => {
            "No groups were compared, so nobody can say here who is scored worse.".to_owned()
        }
    }
}

/// A group that fares worse than the rest.
struct Worse {
    /// `Black (race)`
    name: String,
    /// True if the classifier errs more often on the group, not only to one side.
    is_by_rate: bool,
    /// Rows that are missing for an interval of two points either way.
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

    fn more(&self, unit: Unit) -> Option<String> {
        let missing = self.missing.filter(|missing| *missing > 0)?;
        Some(format!(
            "{} more labelled {} of {}",
            format::thousands(missing),
            unit.many(),
            self.name
        ))
    }
}
