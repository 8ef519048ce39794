//! The page of estimated shares: what was predicted beside what it was corrected to.

use askama::Template;

use super::format;
use super::plot::{self, Axis};
use crate::estimate::{Breakdown, Cell, Estimates, Measure, Method, MethodInfo};

/// Inputs of a page of estimated shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    pub title: String,
    /// Summary of the files that were read, in sentences.
    pub read: Vec<String>,
    /// Warnings, in sentences.
    pub warnings: Vec<String>,
    pub estimates: Estimates,
}

#[derive(Template)]
#[template(path = "shares.html")]
pub(super) struct SharesPage<'a> {
    shares: &'a Shares,
    version: &'static str,
    /// `95%`.
    level: String,
    methods: Vec<&'static MethodInfo>,
    targets: Vec<Section>,
    /// Name, kind, statistic, p.
    tests: Vec<[String; 4]>,
}

/// One class.
struct Section {
    anchor: String,
    class: String,
    /// By all methods, of everyone.
    overall: Row,
    figures: Vec<Figure>,
}

/// One attribute.
struct Figure {
    attribute: String,
    lines: Vec<Line>,
    scale: String,
    step: String,
    rows: Vec<Row>,
    differences: Vec<Row>,
}

struct Line {
    label: String,
    svg: String,
    value: String,
}

struct Row {
    head: String,
    corpus: String,
    coded: String,
    /// In the order of the methods.
    cells: Vec<Shown>,
}

struct Shown {
    value: String,
    range: String,
    is_missing: bool,
}

impl<'a> SharesPage<'a> {
    pub fn new(shares: &'a Shares) -> Self {
        let estimates = &shares.estimates;
        let targets = estimates
            .targets
            .iter()
            .enumerate()
            .map(|(at, target)| Section {
                anchor: format!("class-{at}"),
                class: estimates.classes.name(target.class).to_owned(),
                overall: row("Everyone", &target.overall, estimates),
                figures: (target.by.iter())
                    .map(|breakdown| Figure::new(breakdown, &target.overall, estimates))
                    .collect(),
            });
        let tests = estimates.shift.tests.iter().map(|test| {
            [
                test.of.clone(),
                test.kind.to_owned(),
                format!("{:.3}", test.statistic),
                format::p(test.p),
            ]
        });
        Self {
            version: env!("CARGO_PKG_VERSION"),
            level: format!("{}%", estimates.params.level.value() * 100.0),
            methods: estimates.shown_methods().collect(),
            targets: targets.collect(),
            tests: tests.collect(),
            shares,
        }
    }

    fn coded(&self) -> String {
        format::thousands(self.shares.estimates.coded)
    }

    fn corpus(&self) -> String {
        format::thousands(self.shares.estimates.corpus)
    }
}

impl Figure {
    fn new(breakdown: &Breakdown, everyone: &Cell, estimates: &Estimates) -> Self {
        let attribute = format::crossed(&breakdown.attribute);
        let everyone = std::iter::once(("Everyone".to_owned(), everyone));
        let cells = breakdown.cells.iter();
        let cells = cells.map(|(domain, cell)| (format::group(&breakdown.attribute, domain), cell));
        let lines: Vec<(String, &Cell)> = everyone.chain(cells).collect();
        let drawn = lines.iter().flat_map(|(_, cell)| {
            [Method::Naive, Method::Powered]
                .into_iter()
                .filter_map(|method| cell.share(method).as_ref().ok())
                .flat_map(|share| [share.interval.low, share.interval.high])
        });
        let axis = Axis::covering(drawn, (0.0, 1.0));
        let line = |(label, cell): &(String, &Cell)| {
            let of = |method| cell.share(method).as_ref().ok().copied();
            Line {
                label: label.clone(),
                svg: plot::correction(&axis, of(Method::Naive), of(Method::Powered)),
                value: match of(Method::Powered) {
                    Some(share) => format!(
                        "{} {}",
                        format::percent(share.value),
                        format::range(share.interval)
                    ),
                    None => "not estimable".to_owned(),
                },
            }
        };
        let differences = breakdown.differences.iter().map(|of| Row {
            head: format!("{} less {}", of.a, of.b),
            corpus: String::new(),
            coded: String::new(),
            cells: (estimates.shown_methods())
                .map(|info| shown(&of.shares[info.method as usize], format::tenths))
                .collect(),
        });
        Self {
            scale: plot::scale(&axis),
            step: format!("{:.3}", axis.step_percent()),
            rows: lines
                .iter()
                .map(|(head, cell)| row(head, cell, estimates))
                .collect(),
            differences: differences.collect(),
            lines: lines.iter().map(line).collect(),
            attribute,
        }
    }
}

fn row(head: &str, cell: &Cell, estimates: &Estimates) -> Row {
    let cells = estimates
        .shown_methods()
        .map(|info| shown(cell.share(info.method), format::percent));
    Row {
        head: head.to_owned(),
        corpus: format::thousands(cell.corpus),
        coded: format::thousands(cell.coded),
        cells: cells.collect(),
    }
}

fn shown(measure: &Measure, value: fn(f64) -> String) -> Shown {
    match measure {
        Ok(share) => Shown {
            value: value(share.value),
            range: format::range(share.interval),
            is_missing: false,
        },
        Err(reason) => Shown {
            value: format!("not estimable: {reason}"),
            range: String::new(),
            is_missing: true,
        },
    }
}
