//! An audit in words, on a terminal and on a page. A sentence says what the data show and no more: an
//! overlap of two intervals is not equality, and a lowest group is partly lowest by luck.

use super::{Apart, Audit, Cell, Gap, Grouping};
use crate::metric;
use crate::stats::{Interval, Side};
use crate::text::{self, counted, list, listed, p, percent, tenths, thousands};

/// The most groups that a sentence names.
const NAMED: usize = 12;

/// How a value of a grouping is written.
pub type Naming<'a> = &'a dyn Fn(&str) -> String;

impl Audit {
    /// All that is said of a grouping: who stands apart, how far all are apart, within which margin they lie.
    pub fn sentences(&self, grouping: &Grouping, naming: Naming) -> Vec<String> {
        let mut sentences = self.who_stands_apart(grouping, naming);
        sentences.push(self.how_far_apart(grouping, naming));
        sentences.extend(self.within_margin(grouping));
        sentences
    }

    /// The groups that stand apart from the rest, a sentence for each metric and side; or that none does.
    /// Nothing where no metric has two groups to compare.
    pub fn who_stands_apart(&self, grouping: &Grouping, naming: Naming) -> Vec<String> {
        let verdict = &self.verdict;
        let metrics: Vec<&str> = verdict.compared_by(&grouping.name).collect();
        let sides = [Side::Below, Side::Above];
        let sentences = metrics.iter().flat_map(|metric| {
            let on = |side| {
                let of_metric = verdict.of(&grouping.name, metric);
                of_metric.filter(move |one| one.side() == side)
            };
            sides.map(|side| apart(metric, side, on(side), naming))
        });
        let sentences: Vec<String> = sentences.flatten().collect();
        match sentences.is_empty() && !metrics.is_empty() {
            true => {
                let titles: Vec<String> = metrics.iter().map(|name| title(name)).collect();
                vec![format!(
                    "No group stands apart from the rest by {}.",
                    list(&titles, "or")
                )]
            }
            false => sentences,
        }
    }

    /// The groups with the lowest and the highest accuracy, and what chance has to do with it.
    pub fn how_far_apart(&self, grouping: &Grouping, naming: Naming) -> String {
        let Some(gap) = grouping.disparity.gap("accuracy") else {
            let rows = counted(self.min_n(), "row");
            return format!("Nothing to compare: fewer than two groups have at least {rows}.");
        };
        if gap.largest.gap == 0.0 {
            return "All groups that are large enough have the same accuracy.".to_owned();
        }
        let end = |(value, _): (&str, f64)| {
            let cell = grouping.cells.iter().find(|(known, _)| known == value);
            let shown = cell.map_or_else(String::new, |(_, cell)| accuracy(cell));
            format!("{}, {shown}", naming(value))
        };
        let alone = match self.is_shown_alone_only(grouping, gap) {
            true => {
                " These are for this grouping alone: corrected for all comparisons, no group stands apart \
                 by accuracy."
            }
            false => "",
        };
        format!(
            "Accuracy is lowest for {}, and highest for {}: {} points apart {}. Permutation tests that all \
             groups have the same accuracy: {} (the group furthest from the rest), {} (all groups, \
             chi-squared).{alone}",
            end(gap.lowest()),
            end(gap.highest()),
            tenths(gap.largest.gap),
            range(gap.largest.interval()),
            p(gap.largest.p),
            p(gap.largest.omnibus_p),
        )
    }

    /// True where a test of one grouping finds what the verdict on all of them does not.
    fn is_shown_alone_only(&self, grouping: &Grouping, gap: &Gap) -> bool {
        let alpha = 1.0 - self.level();
        let is_shown = gap.largest.p.min(gap.largest.omnibus_p) <= alpha;
        is_shown && self.verdict.of(&grouping.name, "accuracy").next().is_none()
    }

    /// The metrics whose groups are shown to lie within the margin of each other, and those that aren't;
    /// `None` without a margin.
    pub fn within_margin(&self, grouping: &Grouping) -> Option<String> {
        let margin = self.params.margin?;
        let judged = self.verdict.metrics().into_iter();
        let gaps = judged.filter_map(|name| Some((title(name), grouping.disparity.at_most(name)?)));
        let (within, beyond): (Vec<_>, Vec<_>) = gaps.partition(|(_, high)| *high < margin);
        let said = |gaps: &[(String, f64)], most: &str| {
            let gaps = gaps.iter();
            let gaps = gaps.map(|(title, high)| format!("{title} ({most} {})", tenths(*high)));
            list(&gaps.collect::<Vec<_>>(), "and")
        };
        let within =
            (!within.is_empty()).then(|| format!("shown for {}", said(&within, "at most")));
        let beyond =
            (!beyond.is_empty()).then(|| format!("not shown for {}", said(&beyond, "up to")));
        let both: Vec<String> = within.into_iter().chain(beyond).collect();
        (!both.is_empty()).then(|| {
            format!(
                "Among groups with at least {} cases, no two more than {} points apart: {}.",
                self.min_n(),
                tenths(margin),
                both.join("; ")
            )
        })
    }

    /// How many comparisons the verdict was drawn from; `None` of none.
    pub fn comparisons_made(&self) -> Option<String> {
        let verdict = &self.verdict;
        if verdict.comparisons == 0 {
            return None;
        }
        let titles: Vec<String> = verdict.metrics().into_iter().map(title).collect();
        let n = verdict.comparisons as u64;
        let were = if n == 1 { "was" } else { "were" };
        Some(format!(
            "{} of a group with the rest {were} made, by {}. A group stands apart if its difference is \
             significant after correction for all of them, and the intervals of differences hold together: \
             if no group differed, at most {} of such audits would name one.",
            counted(n, "comparison"),
            list(&titles, "and"),
            percent(1.0 - self.level()),
        ))
    }

    /// How often the most common label alone is right, and how much more often the classifier is.
    pub fn beside_baseline(&self) -> Option<String> {
        let baseline = self.baseline?;
        let class = self.classes.name(baseline.class);
        let always = percent(baseline.accuracy);
        let gain = baseline.gain;
        let how = match gain.interval.side_of(0.0) {
            Some(Side::Above) => "The classifier is right more often, by",
            Some(Side::Below) => "The classifier is right less often, by",
            None => "The classifier’s accuracy differs from that by",
        };
        let (value, interval) = match gain.interval.side_of(0.0) {
            Some(Side::Below) => (-gain.value, gain.interval.negated()),
            _ => (gain.value, gain.interval),
        };
        let end = match gain.interval.contains(0.0) {
            true => ": it is not shown to be right more often",
            false => "",
        };
        Some(format!(
            "Always answering “{class}” would be right for {always}. {how} {} points {}{end}.",
            tenths(value),
            range(interval)
        ))
    }
}

fn apart<'a>(
    metric: &str,
    side: Side,
    groups: impl Iterator<Item = &'a Apart>,
    naming: Naming,
) -> Option<String> {
    let group = |one: &Apart| {
        let interval = match side {
            Side::Below => one.difference.interval.negated(),
            Side::Above => one.difference.interval,
        };
        format!(
            "{} by {} points {}",
            naming(&one.value),
            tenths(one.difference.value.abs()),
            range(interval)
        )
    };
    let groups: Vec<String> = groups.map(group).collect();
    let where_ = match side {
        Side::Below => "below",
        Side::Above => "above",
    };
    (!groups.is_empty()).then(|| {
        format!(
            "{} {where_} the rest: {}.",
            capitalized(&title(metric)),
            listed(groups, NAMED)
        )
    })
}

fn accuracy(cell: &Cell) -> String {
    let n = thousands(cell.n);
    match cell.accuracy().estimate {
        Ok(estimate) => {
            format!(
                "{} {} of {n}",
                percent(estimate.value),
                range(estimate.interval)
            )
        }
        Err(reason) => format!("{reason} of {n}"),
    }
}

fn range(interval: Interval) -> String {
    text::range(interval.low, interval.high)
}

fn title(name: &str) -> String {
    metric::find(name)
        .map_or(name, |metric| metric.title)
        .to_owned()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
