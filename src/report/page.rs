//! What the template shows, ready to print: the template decides where things stand, this file
//! what they say.

use askama::Template;

use super::curves::Curves;
use super::groups::{self, GroupPart, Shown, Verdict};
use super::run::Run;
use super::words::{self, Evidence, Metric};
use crate::audit::{Audit, Grouping};
use crate::record::{LabelSource, Status};

const CROSS_VALIDATION: &str = "Cross-validation";
const TEST: &str = "Test set";

#[derive(Template)]
#[template(path = "report.html")]
pub struct Page<'a> {
    run: &'a Run,
    version: &'static str,
    /// `95%`.
    level: String,
    train: String,
    test: String,
    /// The accuracy of everyone, with its interval, best evidence first.
    headlines: Vec<Headline>,
    findings: Vec<Finding>,
    min_n: String,
    advice: Vec<String>,
    rows: String,
    statuses: Vec<(Status, String, &'static str)>,
    bad_total: String,
    facts: Vec<(&'static str, String)>,
    sources: Vec<&'static str>,
    overall: Vec<(&'static str, Vec<Shown>)>,
    counts: Vec<String>,
    /// The other class, where there are two.
    negative: Option<&'a str>,
    /// One for each grouping; in it one for each part of the data, the larger part first.
    groups: Vec<Vec<GroupPart>>,
    curves: Option<Curves>,
}

struct Headline {
    source: &'static str,
    /// What the images are to the classifier.
    images: &'static str,
    value: String,
    range: String,
    n: String,
}

/// What the summary says of one grouping.
struct Finding {
    grouping: String,
    anchor: String,
    verdict: Option<Verdict>,
    /// The same from the smaller part of the data.
    second: Option<Second>,
}

struct Second {
    source: &'static str,
    verdict: Verdict,
    same_group: bool,
}

impl<'a> Page<'a> {
    pub fn new(run: &'a Run) -> Self {
        let audits: Vec<(&'static str, &Audit)> =
            std::iter::once((CROSS_VALIDATION, &run.cross_validation))
                .chain(run.test.as_ref().map(|test| (TEST, test)))
                .collect();
        let mut by_size = audits.clone();
        by_size.sort_by_key(|(_, audit)| std::cmp::Reverse(audit.overall.n));
        let main = by_size[0];
        let second = by_size.get(1).copied();
        Self {
            run,
            version: env!("CARGO_PKG_VERSION"),
            level: format!("{}%", run.cross_validation.level * 100.0),
            train: words::count(run.dataset.train),
            test: words::count(run.dataset.test),
            headlines: audits
                .iter()
                .rev()
                .filter_map(|&(source, audit)| headline(source, audit))
                .collect(),
            findings: (main.1.groupings.iter().enumerate())
                .map(|(index, grouping)| finding(grouping, second, index))
                .collect(),
            min_n: words::count(main.1.min_n),
            advice: advice(main.1),
            rows: words::count(run.dataset.rows),
            statuses: run
                .dataset
                .statuses
                .iter()
                .map(|&(status, n)| (status, words::count(n), meaning(status)))
                .collect(),
            bad_total: words::count(run.bad_rows.total),
            facts: facts(run),
            sources: audits.iter().map(|(source, _)| *source).collect(),
            overall: overall(&audits),
            counts: audits
                .iter()
                .map(|(_, audit)| words::count(audit.overall.n))
                .collect(),
            negative: run.positive.as_ref().and_then(|positive| {
                run.classes
                    .iter()
                    .find(|class| *class != positive)
                    .map(String::as_str)
            }),
            groups: (main.1.groupings.iter().enumerate())
                .map(|(index, grouping)| parts(&by_size, grouping, index))
                .collect(),
            curves: Curves::new(&run.curves),
        }
    }

    /// `Female or Male`.
    fn choices(&self) -> String {
        words::list(&self.run.classes, "or")
    }

    /// Nobody perceived the labels: they were drawn.
    fn drawn(&self) -> bool {
        self.run.dataset.label_source == LabelSource::Drawn
    }

    fn tables_differ(&self) -> bool {
        self.sources.len() > 1
    }
}

fn headline(source: &'static str, audit: &Audit) -> Option<Headline> {
    let accuracy = groups::rate(&audit.overall, "accuracy")?;
    let images = match source {
        TEST => " that it had never seen",
        _ => ", each judged by a model trained without it",
    };
    Some(Headline {
        source,
        images,
        value: words::percent(accuracy.value),
        range: words::range(accuracy.interval),
        n: words::count(audit.overall.n),
    })
}

fn parts(audits: &[(&'static str, &Audit)], grouping: &Grouping, index: usize) -> Vec<GroupPart> {
    let same = |audit: &'_ Audit| {
        audit
            .groupings
            .iter()
            .position(|other| other.name == grouping.name)
    };
    audits
        .iter()
        .filter_map(|&(source, audit)| {
            Some(GroupPart::new(
                audit,
                &audit.groupings[same(audit)?],
                source,
                index,
            ))
        })
        .collect()
}

fn finding(grouping: &Grouping, second: Option<(&'static str, &Audit)>, index: usize) -> Finding {
    let verdict = Verdict::new(grouping);
    let second = second.and_then(|(source, audit)| {
        let other = audit
            .groupings
            .iter()
            .find(|other| other.name == grouping.name)?;
        let other = Verdict::new(other)?;
        let same_group = verdict
            .as_ref()
            .is_some_and(|verdict| verdict.group == other.group);
        Some(Second {
            source,
            verdict: other,
            same_group,
        })
    });
    Finding {
        grouping: words::crossed(&grouping.name),
        anchor: format!("group-{index}"),
        verdict,
        second,
    }
}

/// What to do next, from what the larger part of the data shows.
fn advice(audit: &Audit) -> Vec<String> {
    let with = |wanted: Evidence| -> Vec<String> {
        let worst = |grouping: &Grouping| {
            let worst = grouping
                .worst
                .as_ref()
                .filter(|worst| Evidence::of(worst) == wanted)?;
            let group = words::group(&grouping.name, &worst.value);
            Some(format!("{group} ({})", words::crossed(&grouping.name)))
        };
        audit.groupings.iter().filter_map(worst).collect()
    };
    let (apart, likely) = (with(Evidence::Apart), with(Evidence::Likely));
    let mut advice = Vec::new();
    if !apart.is_empty() {
        let names = words::list(&apart, "and");
        advice.push(format!(
            "Collect and label more images of {names}, and look at the images there are: dark, blurred, small or badly cropped pictures, and labels that coders disagree on, are common causes of such a gap."
        ));
        advice.push(
            "Until the gap is smaller, do not compare groups by raw counts of predictions: correct estimates with the error rates below, or with a hand-labelled sample of each group.".to_owned(),
        );
    }
    if !likely.is_empty() {
        advice.push(format!(
            "The gap of {} may be chance, the more so as the lowest of several groups was picked; more labelled images would tell.",
            words::list(&likely, "and")
        ));
    }
    if advice.is_empty() {
        advice.push(
            "No group stands apart from the rest in these data. That is no proof of equal accuracy: the interval of a gap says how large it may still be, and more labelled images of the small groups make it narrower.".to_owned(),
        );
    }
    advice
}

fn meaning(status: Status) -> &'static str {
    match status {
        Status::Ok => "used",
        Status::Missing => "there is no such file",
        Status::Unreadable => "the file is not an image that can be decoded",
        Status::TooLarge => "beyond the limit on pixels or bytes",
        Status::Unlabelled => "no label, so no part in training or results",
        Status::LeftOut => "the same person or bytes as a test row, so left out of training",
    }
}

fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let training = &run.training;
    vec![
        ("Backbone (frozen)", training.backbone.clone()),
        (
            "Engine",
            format!("{} {}", training.engine, training.engine_version),
        ),
        ("Device", training.device.clone()),
        ("Taps", training.taps.join(", ")),
        ("Pooling", training.pooling.clone()),
        ("Features per image", words::count(training.features)),
        ("Cross-validation folds", training.folds.to_string()),
        ("Seed", training.seed.to_string()),
        ("Time", words::duration(training.seconds)),
    ]
}

fn overall(audits: &[(&'static str, &Audit)]) -> Vec<(&'static str, Vec<Shown>)> {
    words::headlines(&audits[0].1.overall)
        .map(|(name, _)| {
            let measures = audits
                .iter()
                .filter_map(|(_, audit)| audit.overall.measure(name));
            let shown = measures.map(|measure| Shown::new(name, measure, None));
            (Metric::named(name).title, shown.collect())
        })
        .collect()
}
