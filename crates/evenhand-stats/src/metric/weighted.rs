//! Metrics of rows that count by weights, by linearisation.

use super::scores::weighted::WeightedScores;
use super::{Confusion, CountForm, METRICS, Metric, Of, ScoreForm};
use crate::stats::difference::square_and_add;
use crate::stats::linearised::Scale;
use crate::stats::linearised::Spread;
use crate::stats::proportion::at_bound;
use crate::stats::survey::{Ratio, Survey, WeightedSpread};
use crate::stats::{Interval, Level, two_sided_p_of_t};

/// Labels and predictions of rows, as indices of classes.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    pub classes: usize,
    pub labels: &'a [usize],
    pub predicted: &'a [usize],
    /// Of the positive class of two; `None` where they are not known.
    pub scores: Option<&'a [f64]>,
}

/// A metric of some rows, weighted.
#[derive(Debug, Clone, Copy)]
pub struct WeightedMetric {
    pub metric: &'static Metric,
    /// Rows that it is computed from, not weighted.
    pub cases: u64,
    /// `None` of too few rows, or of one cluster.
    pub estimate: Option<WeightedEstimate>,
}

impl WeightedMetric {
    /// True if tables for people show it.
    pub fn is_shown(&self) -> bool {
        self.metric.is_headline || self.metric.name == "balanced_accuracy"
    }

    /// `93.1 % (90.2-95.3)`, or why there is no value.
    pub fn text(&self) -> String {
        let Some(of) = self.estimate else {
            return format!("- {} {}", self.cases, self.metric.cases.title());
        };
        let [value, low, high] = [of.value, of.interval.low, of.interval.high].map(|of| 100.0 * of);
        match self.metric.of {
            Of::Difference(_) => format!("{value:+.1} points ({low:+.1} to {high:+.1})"),
            _ if self.is_in_percent() => format!("{value:.1} % ({low:.1}-{high:.1})"),
            _ => {
                let [value, low, high] = [of.value, of.interval.low, of.interval.high];
                format!("{value:.3} ({low:.3}-{high:.3})")
            }
        }
    }

    /// `-4.2 points (-7.0 to -1.4)`, of a group less the rest.
    pub fn gap_text(&self, gap: &WeightedGap) -> String {
        let all = [gap.value, gap.interval.low, gap.interval.high];
        match matches!(self.metric.of, Of::Difference(_)) || self.is_in_percent() {
            true => {
                let [value, low, high] = all.map(|of| 100.0 * of);
                format!("{value:+.1} points ({low:+.1} to {high:+.1})")
            }
            false => {
                let [value, low, high] = all;
                format!("{value:+.3} ({low:+.3} to {high:+.3})")
            }
        }
    }

    /// True of shares and means of shares.
    fn is_in_percent(&self) -> bool {
        match self.metric.of {
            Of::Rate(_) => true,
            Of::Counts(form) => form.scale == Scale::Logit,
            Of::Difference(_) | Of::Scores(_) => false,
        }
    }
}

/// A weighted value with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedEstimate {
    pub value: f64,
    pub se: f64,
    pub interval: Interval,
}

/// A value of a group less that of the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedGap {
    pub value: f64,
    pub se: f64,
    pub interval: Interval,
    /// P-value that both have the same, by Student's t.
    pub p: f64,
}

/// The metrics that rows do not count for by weights: those of calibration.
pub fn unweighted() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().filter(|metric| !is_weighted(metric))
}

/// The weighted metrics of a part of the rows: rates, differences of rates, other metrics of counts, and metrics of
/// scores but for those of calibration.
///
/// Rates have Wilson's interval of as many rows as tell as much, differences of rates Wald's with Student's quantile, and
/// the others that on the scale that they have without weights.
pub fn weighted(
    judged: Judged,
    survey: &Survey,
    part: &[u32],
    min_n: u64,
    level: Level,
) -> Vec<WeightedMetric> {
    let rows = Rows::new(judged, survey, part);
    let found = rows.metrics().map(|metric| WeightedMetric {
        metric,
        cases: metric.cases.count(&rows.confusion),
        estimate: rows.found(metric, min_n, level).map(|of| of.estimate),
    });
    found.collect()
}

/// What a part has less than the rest, by each of these metrics; `None` where either has too few rows.
///
/// # Formula
///
/// Each row moves the difference by what it moves either value. The interval has the distances to the ends of both
/// intervals, added with the correlation of the values, as Zou and Donner (2008) do.
pub fn weighted_gaps(
    judged: Judged,
    survey: &Survey,
    [part, rest]: [&[u32]; 2],
    min_n: u64,
    level: Level,
) -> Vec<Option<WeightedGap>> {
    let [group, others] = [part, rest].map(|part| Rows::new(judged, survey, part));
    let gap = |metric: &'static Metric| {
        let [a, b] = [&group, &others].map(|of| of.found(metric, min_n, level));
        let (a, b) = (a?, b?);
        let cases = [&a.cases[..], &b.cases[..]].concat();
        let moves = a.moves.iter().zip(&b.moves).map(|(a, b)| a - b);
        let spread = survey.spread(&moves.collect::<Vec<_>>(), &cases)?;
        let [x, y] = [&a, &b].map(|of| of.estimate.se);
        let covariance = (x * x + y * y - spread.se * spread.se) / 2.0;
        let correlation = match x * y > 0.0 {
            true => (covariance / (x * y)).clamp(-1.0, 1.0),
            false => 0.0,
        };
        let values = [&a, &b].map(|of| of.estimate.value);
        let intervals = [&a, &b].map(|of| of.estimate.interval);
        let value = values[0] - values[1];
        let Spread {
            variance,
            effective_degrees,
            ..
        } = spread.steady;
        let p = match variance > 0.0 {
            true => two_sided_p_of_t(value / variance.sqrt(), effective_degrees),
            false => 1.0,
        };
        Some(WeightedGap {
            value,
            se: spread.se,
            interval: square_and_add(values, intervals, correlation),
            p,
        })
    };
    group.metrics().map(gap).collect()
}

fn is_weighted(metric: &Metric) -> bool {
    match metric.of {
        Of::Rate(_) | Of::Difference(_) | Of::Counts(_) => true,
        Of::Scores(form) => form.weighted.is_some(),
    }
}

/// A part of the rows.
struct Rows<'a> {
    judged: Judged<'a>,
    survey: &'a Survey,
    part: &'a [u32],
    /// Each row once.
    confusion: Confusion,
    /// In the order of the part; `None` without scores.
    scores: Option<WeightedScores>,
}

/// An estimate, and what it follows from.
struct Found {
    estimate: WeightedEstimate,
    moves: Vec<f64>,
    cases: Vec<u32>,
}

impl<'a> Rows<'a> {
    fn new(judged: Judged<'a>, survey: &'a Survey, part: &'a [u32]) -> Self {
        let mut confusion = Confusion::new(judged.classes);
        for &row in part {
            confusion.add(judged.labels[row as usize], judged.predicted[row as usize]);
        }
        let row = |scores: &[f64], row: u32| {
            let row = row as usize;
            (scores[row], judged.labels[row] == 1, survey.weights[row])
        };
        let scores = judged.scores.map(|scores| {
            let rows = part.iter().map(|&at| row(scores, at));
            WeightedScores::new(rows.collect())
        });
        Self {
            judged,
            survey,
            part,
            confusion,
            scores,
        }
    }

    /// The metrics that there are of such rows.
    fn metrics(&self) -> impl Iterator<Item = &'static Metric> {
        let (classes, has_scores) = (self.judged.classes, self.scores.is_some());
        let metrics = METRICS.iter().filter(|metric| is_weighted(metric));
        metrics.filter(move |metric| {
            let is_there = has_scores || !matches!(metric.of, Of::Scores(_));
            is_there && metric.applies_to(classes)
        })
    }

    fn found(&self, metric: &Metric, min_n: u64, level: Level) -> Option<Found> {
        if metric.cases.count(&self.confusion) < min_n.max(1) {
            return None;
        }
        let Ratio { value, moves, .. } = self.ratio_of(metric)?;
        let cases = self.cases(metric);
        let spread = self.survey.spread(&moves, &cases)?;
        let interval = self.interval(metric, value, &spread, (&cases, level))?;
        Some(Found {
            estimate: WeightedEstimate {
                value,
                se: spread.se,
                interval,
            },
            moves,
            cases,
        })
    }

    fn interval(
        &self,
        metric: &Metric,
        value: f64,
        spread: &WeightedSpread,
        (cases, level): (&[u32], Level),
    ) -> Option<Interval> {
        let scale = match metric.of {
            Of::Rate(_) => return spread.of_rate(value, self.survey.effective_rows(cases), level),
            Of::Difference(_) => {
                let reach = spread.reach(level);
                return Some(Interval {
                    low: (value - reach).max(-1.0),
                    high: (value + reach).min(1.0),
                });
            }
            Of::Counts(form) => form.scale,
            Of::Scores(form) => form.weighted?.scale,
        };
        let interval = scale.interval(value, spread.reach(level));
        interval.or_else(|| at_bound(value, || self.rarest_label(), level))
    }

    /// As many rows with equal weights tell as much as those of the label that has the fewest.
    fn rarest_label(&self) -> f64 {
        let of_label = |label: usize| {
            let rows = self.part.iter().copied();
            let rows: Vec<u32> = rows
                .filter(|row| self.judged.labels[*row as usize] == label)
                .collect();
            self.survey.effective_rows(&rows)
        };
        (0..self.judged.classes)
            .filter(|label| self.confusion.labelled(*label) > 0)
            .map(of_label)
            .fold(f64::INFINITY, f64::min)
    }

    fn ratio_of(&self, metric: &Metric) -> Option<Ratio> {
        match metric.of {
            Of::Rate(hits) => self.ratio(|row| [hits(row) as f64, metric.cases.count(row) as f64]),
            Of::Difference(pairs) => self.ratio(|row| {
                let pairs = pairs(row);
                [pairs.first as f64 - pairs.second as f64, 1.0]
            }),
            Of::Counts(form) => self.of_counts(form),
            Of::Scores(form) => self.of_scores(form),
        }
    }

    /// Moves by the influence of a row of its cell, where cells have the weights of their rows.
    fn of_counts(&self, form: CountForm) -> Option<Ratio> {
        (form.value)(&self.confusion)?;
        let Judged {
            classes,
            labels,
            predicted,
            ..
        } = self.judged;
        let cell = |row: u32| labels[row as usize] * classes + predicted[row as usize];
        let weight = |row: u32| self.survey.weights[row as usize];
        let mut cells = vec![0.0; classes * classes];
        for &row in self.part {
            cells[cell(row)] += weight(row);
        }
        let linear = (form.linear)(classes, &cells);
        let moves = (self.part.iter()).map(|&row| weight(row) * linear.influence[cell(row)]);
        Some(self.moved(linear.value, moves))
    }

    fn of_scores(&self, form: ScoreForm) -> Option<Ratio> {
        let linear = (form.weighted?.linear)(self.scores.as_ref()?)?;
        Some(self.moved(linear.value, linear.influence.into_iter()))
    }

    /// `moves` are in the order of the part.
    fn moved(&self, value: f64, moves: impl Iterator<Item = f64>) -> Ratio {
        let mut all = vec![0.0; self.survey.weights.len()];
        for (&row, moves) in self.part.iter().zip(moves) {
            all[row as usize] = moves;
        }
        Ratio {
            value,
            moves: all,
            rows: self.part.len() as u64,
        }
    }

    /// A ratio of numbers that follow from the label and the prediction of a row.
    fn ratio(&self, numbers: impl Fn(&Confusion) -> [f64; 2]) -> Option<Ratio> {
        let classes = self.judged.classes;
        let cell = |at: usize| {
            let mut one = Confusion::new(classes);
            one.add(at / classes, at % classes);
            numbers(&one)
        };
        let cells: Vec<[f64; 2]> = (0..classes * classes).map(cell).collect();
        self.survey.ratio(self.part, |row| {
            cells[self.judged.labels[row] * classes + self.judged.predicted[row]]
        })
    }

    /// The rows of a rate's denominator; of another metric all.
    fn cases(&self, metric: &Metric) -> Vec<u32> {
        let is_case = |row: &u32| {
            let mut one = Confusion::new(self.judged.classes);
            let row = *row as usize;
            one.add(self.judged.labels[row], self.judged.predicted[row]);
            !matches!(metric.of, Of::Rate(_)) || metric.cases.count(&one) > 0
        };
        self.part.iter().copied().filter(is_case).collect()
    }
}

#[cfg(test)]
mod tests;
