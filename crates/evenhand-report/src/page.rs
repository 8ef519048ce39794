//! What the template shows, ready to print: the template decides where things stand, this file
//! what they say.

use askama::Template;

use super::columns::ShownColumns;
use super::compared::Comparisons;
use super::confusion::ConfusionMatrix;
use super::content::{Part, Report, Source, Training};
use super::curves::Curves;
use super::error_analysis::ShownErrors;
use super::facts::facts;
use super::format::{self, Metric};
use super::groups::{GroupPart, Shown};
use super::mark::Mark;
use super::method::{ImageMethod, Method};
use super::summary::{self, Finding, Headline};
use super::within::Levels;
use crate::audit::Grouping;
use crate::audit::across::AcrossSources;
use crate::record::{LabelSource, Unit};

#[derive(Template)]
#[template(path = "report.html")]
pub struct Page<'a> {
    report: &'a Report,
    unit: Unit,
    version: &'static str,
    /// `95%`.
    level: String,
    /// The accuracy of everyone, with its interval, best evidence first.
    headlines: Vec<Headline>,
    findings: Vec<Finding>,
    min_n: String,
    advice: Vec<String>,
    /// The groups that people are scored worse in, in sentences.
    scored_worse: String,
    rows: String,
    /// Statuses of rows: name, number, meaning.
    outcomes: Vec<(&'a str, String, &'a str)>,
    bad_total: String,
    trained: Option<Trained<'a>>,
    sources: Vec<&'static str>,
    overall: Vec<(&'static str, Vec<Shown>)>,
    counts: Vec<String>,
    by_class: Option<ByClass>,
    positive: Option<&'a str>,
    /// The other class, where there are two.
    negative: Option<&'a str>,
    /// One for each grouping; in it one for each part of the data, the larger part first.
    groups: Vec<Vec<GroupPart>>,
    levels: Vec<Levels>,
    shown_errors: Option<ShownErrors>,
    compared: Option<Comparisons>,
    /// Kind of the rates' intervals: `Wilson`, `Clopper-Pearson` or `bootstrap`.
    interval: &'static str,
    /// How many comparisons the verdict was drawn from.
    comparisons: Option<String>,
    /// Rows by label and prediction, of few classes.
    confusion: Option<ConfusionMatrix>,
    clusters: Option<&'a str>,
    strata: Option<&'a str>,
}

/// How our own classifier was trained.
struct Trained<'a> {
    training: &'a Training,
    train: String,
    test: String,
    facts: Vec<(String, String)>,
    /// `None` where it learned from columns.
    images: Option<&'a ImageMethod>,
    /// `None` where it learned from images.
    columns: Option<ShownColumns<'a>>,
    curves: Option<Curves>,
}

/// Metrics of each of more than two classes.
struct ByClass {
    source: &'static str,
    titles: Vec<&'static str>,
    rows: Vec<(String, Vec<Shown>)>,
}

impl<'a> Page<'a> {
    pub fn new(report: &'a Report) -> Self {
        let parts = &report.parts;
        let by_size = report.by_size();
        let main = by_size[0];
        let second = by_size.get(1).copied();
        let groupings = || main.audit.groupings.iter().enumerate();
        let classes = &report.classes;
        let positive = classes.positive();
        let unit = report.unit;
        Self {
            report,
            unit,
            version: env!("CARGO_PKG_VERSION"),
            level: format!("{}%", main.audit.level() * 100.0),
            headlines: (parts.iter().rev())
                .filter_map(|part| Headline::new(part, report.training.as_ref(), unit))
                .collect(),
            findings: groupings()
                .map(|of| Finding::new(main, of, second, unit))
                .collect(),
            min_n: format::thousands(main.audit.min_n()),
            advice: summary::advice(main, unit),
            scored_worse: summary::who_is_scored_worse(main),
            rows: format::counted(report.data.rows, "row"),
            outcomes: (report.data.outcomes.iter())
                .map(|found| {
                    (
                        found.name.as_str(),
                        format::thousands(found.n),
                        found.meaning.as_str(),
                    )
                })
                .collect(),
            bad_total: format::thousands(report.data.bad_rows.total),
            trained: report.training.as_ref().map(Trained::new),
            sources: parts.iter().map(|part| part.source.name(unit)).collect(),
            overall: overall(parts),
            counts: parts
                .iter()
                .map(|part| format::thousands(part.audit.overall.n))
                .collect(),
            by_class: by_class(report, main),
            positive: positive.map(|at| classes.name(at)),
            negative: positive.map(|at| classes.name(1 - at)),
            groups: groupings()
                .map(|(index, grouping)| group_parts(&by_size, grouping, index, unit))
                .collect(),
            levels: Levels::of(&main.audit),
            shown_errors: report
                .error_analysis
                .as_ref()
                .map(|error_analysis| ShownErrors::new(error_analysis, classes, unit)),
            compared: report.comparison.as_ref().map(Comparisons::new),
            interval: main.audit.interval().title(),
            comparisons: main.audit.comparisons_made(),
            confusion: ConfusionMatrix::new(&main.audit),
            clusters: main.audit.sampling.clusters(),
            strata: main.audit.sampling.strata(),
        }
    }

    /// `Female or Male`.
    fn choices(&self) -> String {
        format::list(self.report.classes.names(), "or")
    }

    fn is_of_images(&self) -> bool {
        self.unit == Unit::Image
    }

    /// Origin of the labels.
    fn labelled(&self) -> &'static str {
        match (self.report.data.label_source, self.unit) {
            (LabelSource::Drawn, _) => "as they were drawn",
            (LabelSource::Perceived, Unit::Image) => "as perceived by the people who labelled them",
            (LabelSource::Recorded, _) | (LabelSource::Perceived, Unit::Row) => {
                "as people answered or as it was recorded"
            }
        }
    }

    /// Nobody perceived the labels: they were drawn.
    fn drawn(&self) -> bool {
        self.report.data.label_source == LabelSource::Drawn
    }

    /// What a classifier of columns uses, where anything was measured.
    fn uses(&self) -> Option<&ShownColumns<'a>> {
        let columns = self.trained.as_ref()?.columns.as_ref()?;
        columns.has_uses().then_some(columns)
    }

    fn has_importance(&self) -> bool {
        let uses = self.uses();
        uses.is_some_and(|columns| columns.importance.is_some())
    }

    fn has_dependence(&self) -> bool {
        let uses = self.uses();
        uses.is_some_and(|columns| columns.dependence.is_some())
    }

    fn has_contributions(&self) -> bool {
        let uses = self.uses();
        uses.is_some_and(|columns| columns.contributions.is_some())
    }

    fn has_weighted(&self) -> bool {
        self.report.parts.iter().any(|part| part.weighted.is_some())
    }

    fn tables_differ(&self) -> bool {
        self.sources.len() > 1
    }

    fn bad_title(&self) -> &'static str {
        match self.report.training {
            // Of those that were learned from some have no prediction either.
            Some(_) => "Rows that were not used",
            None => "Rows without a prediction",
        }
    }

    fn is_cross_validated(&self) -> bool {
        let training = self.report.training.as_ref();
        training.is_some_and(Training::is_cross_validated)
    }

    fn has_abstention(&self) -> bool {
        let shown = self.shown_errors.as_ref();
        shown.is_some_and(|shown| shown.abstention.is_some())
    }

    fn has_maps(&self) -> bool {
        let mut shown_errors = self.shown_errors.iter();
        shown_errors.any(|shown_errors| !shown_errors.maps.is_empty())
    }

    fn across(&self) -> Option<&AcrossSources> {
        self.report.training.as_ref()?.across.as_ref()
    }

    fn has_test(&self) -> bool {
        self.report
            .parts
            .iter()
            .any(|part| part.source == Source::Test)
    }
}

impl<'a> Trained<'a> {
    fn new(training: &'a Training) -> Self {
        Self {
            training,
            train: format::thousands(training.train),
            test: format::thousands(training.test),
            facts: facts(training),
            images: match &training.method {
                Method::Images(method) => Some(method),
                Method::Columns(_) => None,
            },
            columns: match &training.method {
                Method::Images(_) => None,
                Method::Columns(method) => Some(ShownColumns::new(method)),
            },
            curves: Curves::new(&training.curves, training.method.unit()),
        }
    }
}

fn overall(parts: &[Part]) -> Vec<(&'static str, Vec<Shown>)> {
    format::headlines(&parts[0].audit.overall)
        .map(|(name, _)| {
            let measures = parts
                .iter()
                .filter_map(|part| part.audit.overall.measure(name));
            let shown = measures.map(|measure| Shown::new(measure, Mark::None));
            (Metric::named(name).title, shown.collect())
        })
        .collect()
}

/// `None` of two classes.
fn by_class(report: &Report, main: &Part) -> Option<ByClass> {
    let by_class = &main.audit.overall.by_class;
    let titles = by_class
        .first()?
        .iter()
        .map(|(name, _)| Metric::named(name).title);
    let names = report.classes.names().iter().cloned();
    let rows = by_class.iter().map(|measures| {
        let shown = measures.iter().map(|(_, one)| Shown::new(one, Mark::None));
        shown.collect()
    });
    Some(ByClass {
        source: main.source.name(report.unit),
        titles: titles.collect(),
        rows: names.zip(rows).collect(),
    })
}

/// Only the largest part, the first, has more figures than one.
fn group_parts(parts: &[&Part], grouping: &Grouping, index: usize, unit: Unit) -> Vec<GroupPart> {
    let of_part = |(at, part): (usize, &&Part)| {
        let mut groupings = part.audit.groupings.iter();
        let same = groupings.find(|other| other.name == grouping.name)?;
        let shown = GroupPart::new(&part.audit, same, part.source.name(unit), index);
        Some(if at == 0 {
            shown.with_figures(&part.audit, same, unit)
        } else {
            shown
        })
    };
    parts.iter().enumerate().filter_map(of_part).collect()
}
