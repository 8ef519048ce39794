//! One attribute at a time: who is in each group, how often the classifier is right for them, and
//! what stands apart from everyone.

use super::figures::{Gaps, Heat, Panel, Panels};
use super::format::{self, Metric};
use super::mark::Mark;
use super::plot::{self, Axis};
use crate::audit::{Audit, Cell, Curves, Estimate, Grouping, Measure};
use crate::record::Unit;

/// More rows than this make a figure that nobody reads; the table has them all.
const FOREST_ROWS: usize = 30;

/// One attribute, or several crossed, in one part of the data.
pub struct GroupPart {
    /// Unique in the page, for anchors and captions.
    pub id: String,
    pub grouping: String,
    pub source: &'static str,
    /// Who stands apart, how far all are apart, and within which margin they lie.
    pub sentences: Vec<String>,
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
    pub is_lowest: bool,
}

/// A rate ready to show: its numbers, or the reason why there are none.
pub struct Shown {
    pub value: String,
    pub range: String,
    pub missing: Option<String>,
    pub mark: Mark,
}

impl Shown {
    pub fn new(measure: &Measure, mark: Mark) -> Self {
        match measure.estimate {
            Ok(estimate) => Self {
                value: format::percent(estimate.value),
                range: format::range(estimate.interval),
                missing: None,
                mark,
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
        let gap = grouping.disparity.gap("accuracy");
        let lowest = gap
            .filter(|gap| gap.largest.gap > 0.0)
            .map(|gap| gap.lowest().0);
        let row = |(value, cell): &(String, Cell)| Row {
            label: format::breakable(&format::group(&grouping.name, value)),
            n: format::thousands(cell.n),
            rates: format::headlines(cell)
                .map(|(name, one)| Shown::new(one, Mark::of(audit, grouping, value, name)))
                .collect(),
            is_small: small(cell),
            is_lowest: lowest == Some(value),
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
            sentences: sentences(audit, grouping),
            columns: format::headlines(&audit.overall)
                .map(|(name, _)| Metric::named(name).title)
                .collect(),
            rows: cells.iter().map(|cell| row(cell)).collect(),
            everyone: everyone(&audit.overall),
            small: format::list(&small_names, "and"),
            min_n: audit.min_n(),
            forest: forest(audit, grouping, &cells),
            gaps: None,
            heat: None,
            panels: None,
        }
    }

    /// Adds all figures there are.
    pub fn with_figures(self, audit: &Audit, grouping: &Grouping, unit: Unit) -> Self {
        Self {
            gaps: Gaps::new(audit, grouping, unit),
            heat: Heat::new(audit, grouping, "accuracy"),
            panels: panels(audit, grouping, unit),
            ..self
        }
    }
}

/// Everything that is said of a grouping.
pub fn sentences(audit: &Audit, grouping: &Grouping) -> Vec<String> {
    audit.sentences(grouping, &|value| format::group(&grouping.name, value))
}

fn everyone(cell: &Cell) -> Row {
    Row {
        label: "Everyone".to_owned(),
        n: format::thousands(cell.n),
        rates: format::headlines(cell)
            .map(|(_, one)| Shown::new(one, Mark::None))
            .collect(),
        is_small: false,
        is_lowest: false,
    }
}

/// `None` where no group has an accuracy to draw.
fn forest(audit: &Audit, grouping: &Grouping, cells: &[&(String, Cell)]) -> Option<Forest> {
    let drawn = &cells[..cells.len().min(FOREST_ROWS)];
    if drawn
        .iter()
        .all(|(_, cell)| rate(cell, "accuracy").is_none())
    {
        return None;
    }
    let overall = audit.overall.accuracy().value();
    let ends = drawn
        .iter()
        .filter_map(|(_, cell)| rate(cell, "accuracy"))
        .flat_map(|estimate| [estimate.interval.low, estimate.interval.high])
        .chain(overall);
    let axis = Axis::covering(ends, (0.0, 1.0));
    let row = |(value, cell): &&(String, Cell)| {
        let estimate = rate(cell, "accuracy");
        let mark = Mark::of(audit, grouping, value, "accuracy");
        let is_small = cell.n < audit.min_n();
        let class = if is_small {
            format!("{} small", mark.class())
        } else {
            mark.class().into()
        };
        ForestRow {
            label: format::group(&grouping.name, value),
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
fn panels(audit: &Audit, grouping: &Grouping, unit: Unit) -> Option<Panels> {
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
    Panels::new(groups, Some(*everyone), classes, audit.level(), unit)
}
