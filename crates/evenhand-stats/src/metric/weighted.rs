//! Metrics of rows that count by weights, by linearisation.

use super::{Confusion, METRICS, Metric, Of};
use crate::stats::survey::{Ratio, Survey};
use crate::stats::{Interval, Level};

/// Labels and predictions of rows, as indices of classes.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    pub classes: usize,
    pub labels: &'a [usize],
    pub predicted: &'a [usize],
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
            _ => format!("{value:.1} % ({low:.1}-{high:.1})"),
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

/// Counts of one row: what a ratio sums above and below its line.
type Counted = fn(&Confusion, usize) -> [u64; 2];

/// Metrics that are means of ratios over classes, or (F1) the ratio of the positive class.
const MEANS: [(&str, Counted); 4] = [
    ("balanced_accuracy", |c, class| {
        [c.at(class, class), c.labelled(class)]
    }),
    ("macro_precision", |c, class| {
        [c.at(class, class), c.predicted(class)]
    }),
    ("macro_f1", f1),
    ("f1", f1),
];

fn f1(confusion: &Confusion, class: usize) -> [u64; 2] {
    let all = confusion.labelled(class) + confusion.predicted(class);
    [2 * confusion.at(class, class), all]
}

/// The weighted metrics of a part of the rows: rates, differences of rates, and means of ratios over classes. Matthews'
/// correlation and metrics of scores are left out.
///
/// Rates have Wilson's interval of as many rows as tell as much; the others Wald's with Student's quantile.
pub fn weighted(
    judged: Judged,
    survey: &Survey,
    part: &[u32],
    min_n: u64,
    level: Level,
) -> Vec<WeightedMetric> {
    let mut confusion = Confusion::new(judged.classes);
    for &row in part {
        confusion.add(judged.labels[row as usize], judged.predicted[row as usize]);
    }
    let rows = Rows {
        judged,
        survey,
        part,
    };
    let metrics = METRICS.iter();
    let metrics = metrics.filter(|metric| metric.applies_to(judged.classes));
    let found = metrics.filter(|metric| is_weighted(metric)).map(|metric| {
        let cases = metric.cases.count(&confusion);
        let is_enough = cases >= min_n.max(1);
        WeightedMetric {
            metric,
            cases,
            estimate: is_enough.then(|| rows.estimate(metric, level)).flatten(),
        }
    });
    found.collect()
}

fn is_weighted(metric: &Metric) -> bool {
    match metric.of {
        Of::Rate(_) | Of::Difference(_) => true,
        Of::Counts(_) => MEANS.iter().any(|(name, _)| *name == metric.name),
        Of::Scores(_) => false,
    }
}

/// A part of the rows.
#[derive(Clone, Copy)]
struct Rows<'a> {
    judged: Judged<'a>,
    survey: &'a Survey,
    part: &'a [u32],
}

impl Rows<'_> {
    fn estimate(self, metric: &Metric, level: Level) -> Option<WeightedEstimate> {
        let found = self.ratio_of(metric)?;
        let cases = self.cases(metric);
        let spread = self.survey.spread(&found.moves, &cases)?;
        let interval = match metric.of {
            Of::Rate(_) => {
                spread.of_rate(found.value, self.survey.effective_rows(&cases), level)?
            }
            _ => {
                let reach = spread.reach(level);
                let least = match metric.of {
                    Of::Difference(_) => -1.0,
                    _ => 0.0,
                };
                Interval {
                    low: (found.value - reach).max(least),
                    high: (found.value + reach).min(1.0),
                }
            }
        };
        Some(WeightedEstimate {
            value: found.value,
            se: spread.se,
            interval,
        })
    }

    fn ratio_of(self, metric: &Metric) -> Option<Ratio> {
        let classes = self.judged.classes;
        match metric.of {
            Of::Rate(hits) => self.ratio(|row| [hits(row) as f64, metric.cases.count(row) as f64]),
            Of::Difference(pairs) => self.ratio(|row| {
                let pairs = pairs(row);
                [pairs.first as f64 - pairs.second as f64, 1.0]
            }),
            Of::Counts(_) => {
                let (name, counted) = MEANS.iter().find(|(name, _)| *name == metric.name)?;
                let of = |class| self.ratio(|row| counted(row, class).map(|count| count as f64));
                if *name == "f1" {
                    return of(1);
                }
                let part = 1.0 / classes as f64;
                let nothing = Ratio {
                    value: 0.0,
                    moves: vec![0.0; self.survey.weights.len()],
                    rows: u64::MAX,
                };
                (0..classes).try_fold(nothing, |sum, class| Some(sum.plus(part, &of(class)?)))
            }
            Of::Scores(_) => None,
        }
    }

    /// A ratio of numbers that follow from the label and the prediction of a row.
    fn ratio(self, numbers: impl Fn(&Confusion) -> [f64; 2]) -> Option<Ratio> {
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
    fn cases(self, metric: &Metric) -> Vec<u32> {
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
mod tests {
    use super::*;

    /// 40 rows by label and prediction, weighted by 1, 2 and 3 in turn.
    fn found() -> Vec<WeightedMetric> {
        let labels: Vec<usize> = (0..40).map(|row| usize::from(row % 5 < 2)).collect();
        let wrong = |row: usize| row % 7 == 3 || row % 11 == 5;
        let predicted: Vec<usize> = (0..40)
            .map(|row| labels[row] ^ usize::from(wrong(row)))
            .collect();
        let survey = Survey {
            weights: (0..40).map(|row| f64::from(1 + row % 3)).collect(),
            ..Survey::default()
        };
        let judged = Judged {
            classes: 2,
            labels: &labels,
            predicted: &predicted,
        };
        let all: Vec<u32> = (0..40).collect();
        weighted(judged, &survey, &all, 10, Level::new(0.95).unwrap())
    }

    #[test]
    fn metrics_match_scikit_learn_and_numpy() {
        // accuracy_score(labels, predicted, sample_weight=w), and so on; se by numerical derivatives of each by every
        // weight: np.sqrt(n / (n - 1) * (z**2).sum()), z = w * derivative
        let found = found();
        for (name, value, se) in [
            ("accuracy", 0.7721518987341772, 0.07292604174287441),
            ("tpr", 0.7096774193548387, 0.1256413111918399),
            ("fpr", 0.1875, 0.08715208610019268),
            ("precision", 0.7096774193548387, 0.1256413111918399),
            ("share_error", 0.0, 0.08307976244504141),
            ("balanced_accuracy", 0.7610887096774194, 0.07645460285119249),
            ("f1", 0.7096774193548387, 0.10070644280317573),
            ("macro_precision", 0.7610887096774194, 0.07645460285119249),
            ("macro_f1", 0.7610887096774194, 0.07582537193691415),
        ] {
            let of = found.iter().find(|of| of.metric.name == name).unwrap();
            let estimate = of.estimate.unwrap();
            assert!(
                (estimate.value - value).abs() < 1e-9,
                "{name}: {estimate:?}"
            );
            assert!((estimate.se - se).abs() < 1e-7, "{name}: {estimate:?}");
            assert!(estimate.interval.contains(value), "{name}: {estimate:?}");
        }
    }

    #[test]
    fn metrics_that_are_not_weighted_are_left_out() {
        let found = found();
        let has = |name: &str| found.iter().any(|of| of.metric.name == name);
        assert!(has("accuracy") && !has("mcc") && !has("auc"));
    }
}
