//! Scores by group, as small multiples: how well they tell positives from negatives (ROC), whether
//! they mean what they say (calibration), and where they lie (histogram).

use super::{Numbers, percent};
use crate::format;
use crate::metric::Bin;
use crate::plot;
use crate::record::Unit;
use crate::stats::Level;

/// More panels than this are not compared by eye: those with the most rows are drawn.
pub(super) const MOST: usize = 12;

/// The false-positive rates at which a ROC curve is read off for the table.
const READ_AT: [f64; 4] = [0.01, 0.05, 0.10, 0.20];

/// The scores of one group.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    pub name: &'a str,
    pub n: u64,
    /// Ready to show, with its interval.
    pub auc: Option<&'a str>,
    /// False-positive and true-positive rate from (0, 0) to (1, 1); may be empty.
    pub roc: &'a [(f64, f64)],
    pub reliability: &'a [Bin],
    /// `[negatives, positives]` in bins of equal width from 0 to 1.
    pub histogram: &'a [Vec<u64>; 2],
}

/// The groups that are drawn, and all that the tables have.
type Drawn<'a> = (&'a [Panel<'a>], &'a [Panel<'a>]);

pub struct Panels {
    /// One for each kind of drawing that any group has.
    pub kinds: Vec<Kind>,
    /// How many groups the tables have beside those drawn.
    pub left_out: usize,
}

pub struct Kind {
    pub title: String,
    /// How to read it.
    pub sentence: String,
    pub drawings: Vec<Drawing>,
    pub numbers: Numbers,
}

pub struct Drawing {
    pub name: String,
    pub note: String,
    pub svg: String,
}

impl Panels {
    /// The class names are `[negative, positive]`; `level` is that of the calibration's intervals,
    /// more than 0 and less than 1. `None` without a drawing.
    pub fn new(
        groups: &[Panel],
        everyone: Option<Panel>,
        classes: [&str; 2],
        level: f64,
        unit: Unit,
    ) -> Option<Self> {
        let level = Level::new(level)?;
        let mut by_size: Vec<usize> = (0..groups.len()).collect();
        by_size.sort_by_key(|&group| std::cmp::Reverse(groups[group].n));
        by_size.truncate(MOST);
        by_size.sort_unstable();
        let drawn: Vec<Panel> = by_size.iter().map(|&group| groups[group]).collect();
        let all: Vec<Panel> = everyone.iter().chain(groups).copied().collect();
        let kinds: Vec<Kind> = [
            roc((&drawn, &all), everyone, classes, unit),
            calibration((&drawn, &all), level, classes, unit),
            histogram((&drawn, &all), classes, unit),
        ]
        .into_iter()
        .filter(|kind| !kind.drawings.is_empty())
        .collect();
        (!kinds.is_empty()).then_some(Self {
            kinds,
            left_out: groups.len() - drawn.len(),
        })
    }
}

fn drawings(
    groups: &[Panel],
    svg: impl Fn(&Panel) -> String,
    note: impl Fn(&Panel) -> String,
) -> Vec<Drawing> {
    groups
        .iter()
        .map(|group| Drawing {
            name: group.name.to_owned(),
            note: note(group),
            svg: svg(group),
        })
        .filter(|drawing| !drawing.svg.is_empty())
        .collect()
}

fn size(group: &Panel, unit: Unit) -> String {
    format::counted(group.n, unit.one())
}

fn roc(
    (groups, all): Drawn,
    everyone: Option<Panel>,
    [_, positive]: [&str; 2],
    unit: Unit,
) -> Kind {
    let behind = everyone.map_or(&[][..], |everyone| everyone.roc);
    let svg = |group: &Panel| {
        let read = plot::tpr_at(group.roc, READ_AT[2]);
        let label = format!(
            "ROC curve of {}: at a false-positive rate of {} the true-positive rate is {}.",
            group.name,
            format::percent(READ_AT[2]),
            percent(read)
        );
        plot::roc(group.roc, behind, &label)
    };
    let note = |group: &Panel| match group.auc {
        Some(auc) => format!("AUC {auc}"),
        None => "AUC not estimable".to_owned(),
    };
    let mut numbers = Numbers::new(
        "True-positive rate at four false-positive rates".to_owned(),
        &["Group", unit.titles(), "AUC"],
    );
    let heads = READ_AT.map(|fpr| format!("at {}%", (100.0 * fpr).round()));
    numbers.columns.extend(heads);
    for group in all.iter().filter(|group| !group.roc.is_empty()) {
        let mut cells = vec![
            format::thousands(group.n),
            group.auc.unwrap_or(super::NONE).to_owned(),
        ];
        cells.extend(READ_AT.map(|fpr| percent(plot::tpr_at(group.roc, fpr))));
        numbers.push(group.name, cells);
    }
    Kind {
        title: "ROC curves".to_owned(),
        sentence: format!(
            "Up: the share of {positive} that is found (true-positive rate). Across: the share of the others that is taken for {positive} (false-positive rate), as the threshold falls. The further to the upper left the better; the dashed diagonal is guessing.{}",
            match everyone {
                Some(_) => " Thin and grey: everyone.",
                None => "",
            }
        ),
        drawings: drawings(groups, svg, note),
        numbers,
    }
}

fn calibration((groups, all): Drawn, level: Level, [_, positive]: [&str; 2], unit: Unit) -> Kind {
    let svg = |group: &Panel| {
        let label = match farthest(group.reliability) {
            Some((bin, share)) => format!(
                "Calibration of {}: {} with a score near {} are furthest off, {} of them are {positive}.",
                group.name,
                format::counted(bin.n, unit.one()),
                format::percent(bin.mean_score),
                format::percent(share),
            ),
            None => format!("Calibration of {}", group.name),
        };
        plot::reliability(group.reliability, level, &label)
    };
    let mut numbers = Numbers::new(
        format!("Mean score and share of {positive}, by bins of the score"),
        &["Group", "Scores", unit.titles(), "Mean score", "Share"],
    );
    for group in all {
        for bin in group.reliability {
            let cells = vec![
                format!("{}–{}", format::tenths(bin.low), format::percent(bin.high)),
                format::thousands(bin.n),
                format::percent(bin.mean_score),
                percent(plot::positive_share(bin)),
            ];
            numbers.push(group.name, cells);
        }
    }
    Kind {
        title: "Calibration".to_owned(),
        sentence: format!(
            "Up: the share that is {positive}, with {}% intervals. Across: the mean score. On the dashed diagonal, scores are probabilities; above it they are too low, below it too high. The larger a point, the more {}.",
            100.0 * level.value(),
            unit.many()
        ),
        drawings: drawings(groups, svg, |group| size(group, unit)),
        numbers,
    }
}

/// The bin that adds most to the calibration error, and its share of positives.
fn farthest(bins: &[Bin]) -> Option<(&Bin, f64)> {
    let off = |(bin, share): &(&Bin, f64)| bin.n as f64 * (bin.mean_score - share).abs();
    bins.iter()
        .filter_map(|bin| Some((bin, plot::positive_share(bin)?)))
        .max_by(|a, b| off(a).total_cmp(&off(b)))
}

fn histogram((groups, all): Drawn, [negative, positive]: [&str; 2], unit: Unit) -> Kind {
    let many = unit.many();
    let tallest = (groups.iter().flat_map(|group| group.histogram))
        .filter_map(|counts| {
            let total: u64 = counts.iter().sum();
            let most = counts.iter().max()?;
            (total > 0).then(|| *most as f64 / total as f64)
        })
        .fold(0.0, f64::max);
    let svg = |group: &Panel| {
        let [low, high] = group
            .histogram
            .each_ref()
            .map(|counts| percent(upper(counts)));
        let label = format!(
            "Scores of {}: {high} of {positive} and {low} of {negative} score in the upper half.",
            group.name
        );
        plot::histogram(group.histogram, tallest, &label)
    };
    let mut numbers = Numbers::new(
        format!("{} by label and score", unit.titles()),
        &["Group", "Scores", positive, negative],
    );
    for group in all {
        let [negatives, positives] = group.histogram;
        let bins = negatives.len().max(positives.len());
        for bin in 0..bins {
            let count = |counts: &[u64]| format::thousands(counts.get(bin).copied().unwrap_or(0));
            let edge = |bin: usize| bin as f64 / bins as f64;
            let cells = vec![
                format!(
                    "{}–{}",
                    format::tenths(edge(bin)),
                    format::percent(edge(bin + 1))
                ),
                count(positives),
                count(negatives),
            ];
            numbers.push(group.name, cells);
        }
    }
    Kind {
        title: "Scores by label".to_owned(),
        sentence: format!(
            "Up, filled: {many} labelled {positive}. Down, outlined: {many} labelled {negative}. Across: the score. A bar is a share of the {many} of its label; the tallest is {}.",
            format::percent(tallest)
        ),
        drawings: drawings(groups, svg, |group| size(group, unit)),
        numbers,
    }
}

/// The share in the upper half of the bins; with an odd number of them, the middle one is out.
fn upper(counts: &[u64]) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    let upper: u64 = counts[counts.len().div_ceil(2)..].iter().sum();
    (total > 0).then(|| upper as f64 / total as f64)
}
