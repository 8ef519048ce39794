//! The audit: how a classifier errs, overall and for every group, from a table of predictions and
//! nothing else.

mod abstention;
pub mod across;
mod baseline;
mod compare;
mod contrast;
mod curves;
mod design;
mod difference_gap;
mod disparity;
mod estimate;
mod examine;
mod example_images;
mod final_classifier;
mod gap;
mod json;
mod label_errors;
mod measure;
mod mistakes;
mod params;
mod sampling;
mod seeds;
mod sentences;
#[cfg(test)]
mod simulation;
mod slices;
mod table;
#[cfg(test)]
mod tests;
mod tidy;
#[doc(hidden)]
pub mod toy;
mod tradeoff;
mod verdict;
mod weighted;
mod weights;
mod worst;

pub use abstention::{
    Abstention, Area, GroupedRisk, RiskCoverage, RiskPoint, abstention, confidences,
};
pub use baseline::{Baseline, HardlyPredicted};
pub use compare::{
    Change, Compared, ComparedGrouping, Comparison, Discordant, GapChange, Lowest, PValue, Spread,
    WorstChange, compare,
};
pub use curves::Curves;
pub use design::{Design, Sampling};
pub use difference_gap::DifferenceGap;
pub use disparity::Disparity;
pub use examine::{Evidence, Examination, examine};
pub use example_images::{ExampleImages, example_images};
pub use gap::{Gap, Versus};
pub use label_errors::{LabelErrors, Suspect};
pub use measure::audit;
pub use mistakes::Mistake;
pub use params::{CheckedParams, IntervalKind, Params, ParamsError};
pub use seeds::{SeedSpread, SeedSpreads, Seeds};
pub use sentences::Naming;
pub use slices::{FeatureRows, MoreOf, Slice};
pub use table::{Row, Table};
pub use tidy::{COLUMNS, TidyRow};
pub use tradeoff::{Policy, Thresholds, Tradeoff};
pub use verdict::{Apart, Verdict};
pub(crate) use verdict::{JUDGED, part_of};
pub use weighted::{GroupGap, WeightedAudit, WeightedGroup, WeightedGrouping};

use crate::metric::Confusion;
use crate::record::Classes;
use crate::stats::Interval;
use crate::stats::clustered::DesignEffect;
use crate::stats::counts::Counts;
use std::fmt;

/// A metric of some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The rows that say something about it, its denominator: positives for a true positive rate.
    pub n: u64,
    pub estimate: Result<Estimate, NotEstimable>,
}

impl Measure {
    pub fn value(&self) -> Option<f64> {
        self.estimate.ok().map(|estimate| estimate.value)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub interval: Interval,
}

/// Why there is no number: never 0, never left out in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEstimable {
    /// Fewer cases than are asked for.
    TooFew { n: u64, cases: &'static str },
    /// The metric has no value here, whatever the number of rows.
    Undefined,
    /// Too many resamples have no value, so that the interval would be a guess.
    Unstable,
    /// No row moves the value, or all resamples have the same, as where nothing is wrong: they show no
    /// uncertainty, and there is some.
    NoVariation,
    /// Resamples lie to one side of the value: they are biased, as a calibration error's are.
    OneSided,
}

impl fmt::Display for NotEstimable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { n: 0, cases } => write!(f, "no {cases}"),
            Self::TooFew { n: 1, cases } => write!(f, "1 {}", singular(cases)),
            Self::TooFew { n, cases } => write!(f, "{n} {cases}"),
            Self::Undefined => write!(f, "undefined for these rows"),
            Self::Unstable => write!(f, "undefined in many resamples"),
            Self::NoVariation => write!(f, "these rows show no variation"),
            Self::OneSided => write!(f, "resamples lie to one side of it"),
        }
    }
}

/// `predicted positives` as `predicted positive`.
fn singular(cases: &str) -> String {
    let nouns = ["rows", "positives", "negatives"];
    let found = nouns.into_iter().find(|noun| cases.contains(noun));
    found.map_or_else(
        || cases.to_owned(),
        |noun| cases.replacen(noun, noun.trim_end_matches('s'), 1),
    )
}

/// The metrics of one group, or of everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub n: u64,
    pub confusion: Confusion,
    /// One for each row of the metric table that applies, in that table's order, by name
    /// (`accuracy`, `tpr`, `fpr`); those of scores only where rows have scores.
    pub measures: Vec<(&'static str, Measure)>,
    /// Of more than two classes, recall, precision and F1 of each against all others; in the order
    /// of the classes.
    pub by_class: Vec<Vec<(&'static str, Measure)>>,
    /// Where rows come in clusters, how many times the variance of independent rows each rate has.
    pub design_effects: Vec<(&'static str, DesignEffect)>,
    /// The same of everyone else; empty for everyone.
    pub rest_design_effects: Vec<(&'static str, DesignEffect)>,
    /// Correlation of each rate with that of everyone else, through clusters that lie in both: photographs of one
    /// person in two groups. Empty for everyone.
    pub rest_correlations: Vec<(&'static str, f64)>,
    /// `None` of rows that do not come in clusters.
    pub clusters: Option<u64>,
    /// How many more rows would narrow the interval of accuracy to two points either side, were
    /// they as often right; `None` of too few rows to say.
    pub more_for_2_points: Option<u64>,
    /// `None` without scores, or where there are too many groups to look at.
    pub curves: Option<Curves>,
}

impl Cell {
    /// `None` for a metric that does not apply to these classes, or needs scores.
    pub fn measure(&self, name: &str) -> Option<&Measure> {
        self.measures
            .iter()
            .find_map(|(known, measure)| (*known == name).then_some(measure))
    }

    /// Design effect of a rate, or of the difference of two.
    pub fn design_effect(&self, name: &str) -> DesignEffect {
        effect(&self.design_effects, name)
    }

    /// The same of everyone else.
    pub(crate) fn rest_design_effect(&self, name: &str) -> DesignEffect {
        effect(&self.rest_design_effects, name)
    }

    /// Correlation of a rate with that of everyone else.
    pub(crate) fn rest_correlation(&self, name: &str) -> f64 {
        let mut correlations = self.rest_correlations.iter();
        let found = correlations.find(|(known, _)| *known == name);
        found.map_or(0.0, |(_, correlation)| *correlation)
    }

    /// Right answers among all.
    fn right(&self) -> Counts {
        Counts {
            hits: self.confusion.correct(),
            n: self.n,
        }
    }

    /// The share of right answers, the first row of the metric table.
    pub fn accuracy(&self) -> &Measure {
        &self.measures[0].1
    }
}

fn effect(effects: &[(&'static str, DesignEffect)], name: &str) -> DesignEffect {
    let mut effects = effects.iter();
    let found = effects.find(|(known, _)| *known == name);
    found.map_or(DesignEffect::NONE, |(_, effect)| *effect)
}

/// One attribute (`race`) or several crossed (`race*gender`), and a cell for each of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    /// Sorted by value, `3-9` before `10-19`; crossed values are joined by `*`: `Black*Female`.
    pub cells: Vec<(String, Cell)>,
    /// The group with the lowest accuracy among those large enough, against everyone else.
    /// `None` where fewer than two groups are large enough.
    pub worst: Option<Worst>,
    pub disparity: Disparity,
}

/// The group with the lowest accuracy beside the rest of the people. One group always is the lowest:
/// whether it stands apart is for the [`Verdict`] to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Worst {
    pub value: String,
    pub accuracy: Measure,
    /// Everyone else, those in small groups too.
    pub rest: Measure,
    /// Accuracy of the rest minus accuracy of the group, with Newcombe's interval. The interval
    /// does not account for having picked the lowest of several groups: [`Verdict`] and [`Gap`] do.
    pub gap: Estimate,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    pub classes: Classes,
    pub overall: Cell,
    pub groupings: Vec<Grouping>,
    pub verdict: Verdict,
    /// Always giving the same answer; `None` of no rows.
    pub baseline: Option<Baseline>,
    /// `None` without a control column.
    pub within: Option<Within>,
    pub sampling: Sampling,
    pub(crate) params: CheckedParams,
}

/// Everything once more within each value of a column, which is thereby held fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    pub column: String,
    /// By value; none of these is divided again.
    pub levels: Vec<(String, Audit)>,
}

impl Audit {
    /// One group of a grouping.
    pub fn cell(&self, grouping: &str, value: &str) -> Option<&Cell> {
        let grouping = self.groupings.iter().find(|known| known.name == grouping)?;
        let mut cells = grouping.cells.iter();
        cells.find_map(|(known, cell)| (known == value).then_some(cell))
    }

    /// The confidence level of the intervals.
    pub fn level(&self) -> f64 {
        self.params.level.value()
    }

    /// Kind of the intervals of rates.
    pub fn interval(&self) -> IntervalKind {
        self.params.interval
    }

    /// Difference of two groups that matters to nobody, as a share.
    pub fn margin(&self) -> Option<f64> {
        self.params.margin
    }

    /// The fewest cases that a metric is estimated from.
    pub fn min_n(&self) -> u64 {
        self.params.min_n
    }
}
