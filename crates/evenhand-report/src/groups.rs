//! One attribute at a time: who is in each group, how often the classifier is right for them, and
//! what stands apart from everyone.

use super::figures::{Gaps, Heat, Panel, Panels};
use super::format::{self, Evidence, Metric};
use super::mark::Mark;
use super::plot::{self, Axis};
use crate::audit::{Audit, Cell, Curves, Estimate, Gap, Grouping, Measure};

/// More rows than this make a figure that nobody reads; the table has them all.
const FOREST_ROWS: usize = 30;

/// One attribute, or several crossed, in one part of the data.
pub struct GroupPart {
    /// Unique in the page, for anchors and captions.
    pub id: String,
    pub grouping: String,
    pub source: &'static str,
    pub verdict: Option<Verdict>,
    /// How far the highest and the lowest group are apart, and how far chance would put them.
    pub apart: Option<String>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Row>,
    pub everyone: Row,
    /// Groups too small to be called the worst, by name.
    pub small: String,
    pub min_n: u64,
    /// `None` where nothing is estimable.
    pub forest: Option<Forest>,
    pub gaps: Option<Gaps>,
    pub heat: Option<Heat>,
    pub panels: Option<Panels>,
}

pub struct Row {
    pub label: String,
    pub n: String,
    pub rates: Vec<Shown>,
    pub is_small: bool,
    pub is_worst: bool,
}

/// A rate ready to show: its numbers, or the reason why there are none.
pub struct Shown {
    pub value: String,
    pub range: String,
    pub missing: Option<String>,
    pub mark: Mark,
}

impl Shown {
    pub fn new(name: &'static str, measure: &Measure, overall: Option<f64>) -> Self {
        let metric = Metric::named(name);
        match measure.estimate {
            Ok(estimate) => Self {
                value: format::percent(estimate.value),
                range: format::range(estimate.interval),
                missing: None,
                mark: Mark::of(metric, estimate, overall),
            },
            Err(reason) => Self {
                value: String::new(),
                range: String::new(),
                missing: Some(reason.to_string()),
                mark: Mark::None,
            },
        }
    }
}

pub struct Forest {
    pub rows: Vec<ForestRow>,
    pub scale: String,
    /// The distance of two grid lines, in per cent of the width.
    pub step: String,
    /// How many groups the table has beside those drawn.
    pub left_out: usize,
}

pub struct ForestRow {
    pub label: String,
    pub text: String,
    pub is_small: bool,
    pub svg: String,
}

pub fn rate(cell: &Cell, name: &str) -> Option<Estimate> {
    cell.measure(name)?.estimate.ok()
}

impl GroupPart {
    /// `grouping` is one of `audit`'s; `index` makes the id unique.
    pub fn new(audit: &Audit, grouping: &Grouping, source: &'static str, index: usize) -> Self {
        let accuracy = |cell: &Cell| rate(cell, "accuracy");
        let small = |cell: &Cell| cell.n < audit.min_n();
        let mut cells: Vec<&(String, Cell)> = grouping.cells.iter().collect();
        cells.sort_by(|(_, a), (_, b)| {
            let value = |cell| accuracy(cell).map_or(f64::INFINITY, |estimate| estimate.value);
            small(a).cmp(&small(b)).then(value(a).total_cmp(&value(b)))
        });
        let worst = grouping.worst.as_ref().map(|worst| worst.value.as_str());
        let row = |label: String, cell: &Cell, is_worst| Row {
            label: format::breakable(&label),
            n: format::thousands(cell.n),
            rates: format::headlines(cell)
                .map(|(name, one)| Shown::new(name, one, overall(audit, name)))
                .collect(),
            is_small: small(cell),
            is_worst,
        };
        let label = |value: &str| format::group(&grouping.name, value);
        let small_names: Vec<String> = cells
            .iter()
            .filter(|(_, cell)| small(cell))
            .map(|(value, cell)| format!("{} ({})", label(value), format::thousands(cell.n)))
            .collect();
        Self {
            id: format!("group-{index}-{}", source.replace(' ', "-").to_lowercase()),
            grouping: format::crossed(&grouping.name),
            source,
            verdict: Verdict::new(grouping),
            apart: (grouping.disparity.gap("accuracy"))
                .map(|gap| format::apart(&grouping.name, gap)),
            columns: format::headlines(&audit.overall)
                .map(|(name, _)| Metric::named(name).title)
                .collect(),
            rows: cells
                .iter()
                .map(|(value, cell)| row(label(value), cell, worst == Some(value)))
                .collect(),
            everyone: Row {
                is_small: false,
                ..row("Everyone".to_owned(), &audit.overall, false)
            },
            small: format::list(&small_names, "and"),
            min_n: audit.min_n(),
            forest: forest(audit, &cells, label),
            gaps: None,
            heat: None,
            panels: None,
        }
    }

    /// Adds all figures there are.
    pub fn with_figures(self, audit: &Audit, grouping: &Grouping) -> Self {
        Self {
            gaps: Gaps::new(audit, grouping),
            heat: Heat::new(audit, grouping, "accuracy"),
            panels: panels(audit, grouping),
            ..self
        }
    }
}

fn overall(audit: &Audit, name: &str) -> Option<f64> {
    rate(&audit.overall, name).map(|estimate| estimate.value)
}

/// `None` where no group has an accuracy to draw.
fn forest(
    audit: &Audit,
    cells: &[&(String, Cell)],
    label: impl Fn(&str) -> String,
) -> Option<Forest> {
    let drawn = &cells[..cells.len().min(FOREST_ROWS)];
    if drawn
        .iter()
        .all(|(_, cell)| rate(cell, "accuracy").is_none())
    {
        return None;
    }
    let overall = overall(audit, "accuracy");
    let ends = drawn
        .iter()
        .filter_map(|(_, cell)| rate(cell, "accuracy"))
        .flat_map(|estimate| [estimate.interval.low, estimate.interval.high])
        .chain(overall);
    let axis = Axis::covering(ends, (0.0, 1.0));
    let metric = Metric::named("accuracy");
    let row = |(value, cell): &&(String, Cell)| {
        let estimate = rate(cell, "accuracy");
        let mark = estimate.map_or(Mark::None, |estimate| Mark::of(metric, estimate, overall));
        let is_small = cell.n < audit.min_n();
        let class = if is_small {
            format!("{} small", mark.class())
        } else {
            mark.class().into()
        };
        ForestRow {
            label: label(value),
            text: estimate.map_or_else(|| "not estimable".to_owned(), format::estimate),
            is_small,
            svg: plot::interval(&axis, estimate, overall, &class),
        }
    };
    Some(Forest {
        rows: drawn.iter().map(row).collect(),
        scale: plot::scale(&axis),
        step: format!("{:.3}", axis.step_percent()),
        left_out: cells.len() - drawn.len(),
    })
}

/// `None` without scores. Crossed groups are many, and often have one label only.
fn panels(audit: &Audit, grouping: &Grouping) -> Option<Panels> {
    let positive = audit
        .classes
        .positive()
        .filter(|_| !grouping.name.contains('*'))?;
    let classes = [1 - positive, positive].map(|class| audit.classes.name(class));
    let auc = |cell: &Cell| rate(cell, "auc").map(format::decimals);
    let roc = |curves: &Curves| -> Vec<(f64, f64)> {
        let points = curves.roc.iter().flatten();
        points.map(|point| (point.fpr, point.tpr)).collect()
    };
    let everyone = std::iter::once(("Everyone".to_owned(), &audit.overall));
    let groups = grouping.cells.iter();
    let groups = groups.map(|(value, cell)| (format::group(&grouping.name, value), cell));
    let drawn: Vec<_> = everyone
        .chain(groups)
        .filter_map(|(name, cell)| {
            let curves = cell.curves.as_ref()?;
            Some((name, cell.n, auc(cell), roc(curves), curves))
        })
        .collect();
    let panels: Vec<Panel> = drawn
        .iter()
        .map(|(name, n, auc, roc, curves)| Panel {
            name,
            n: *n,
            auc: auc.as_deref(),
            roc,
            reliability: &curves.reliability,
            histogram: &curves.histogram,
        })
        .collect();
    let (everyone, groups) = panels.split_first()?;
    Panels::new(groups, Some(*everyone), classes, audit.level())
}

/// The worst group beside the rest.
pub struct Verdict {
    pub group: String,
    pub accuracy: Shown,
    pub n: String,
    pub rest: Shown,
    /// In percentage points.
    pub gap: String,
    pub gap_range: String,
    pub evidence: Evidence,
}

impl Verdict {
    /// `None` where no group is large enough, there are no others to compare it with, or all are
    /// alike.
    pub fn new(grouping: &Grouping) -> Option<Self> {
        let differs = |gap: &Gap| gap.largest.gap > 0.0;
        let differ = grouping.disparity.gap("accuracy").is_none_or(differs);
        let worst = grouping.worst.as_ref().filter(|_| differ)?;
        Some(Self {
            group: format::group(&grouping.name, &worst.value),
            accuracy: Shown::new("accuracy", &worst.accuracy, None),
            n: format::thousands(worst.accuracy.n),
            rest: Shown::new("accuracy", &worst.rest, None),
            gap: format::tenths(worst.gap.value),
            gap_range: format::range(worst.gap.interval),
            evidence: Evidence::of(worst),
        })
    }
}
