//! The metrics, one row each: every column, interval, gap and choice follows from this table.

pub mod calibration;
mod calibration_error;
mod classwise;
mod closed_form;
mod confusion;
pub mod scores;
#[cfg(test)]
mod simulation;
pub mod threshold;
mod weighted;

pub use calibration_error::{CalibrationBin, CalibrationError};
pub use classwise::{CLASS_METRICS, ClassMetric, ClassOf};
pub use closed_form::{ClosedForm, ValueWithInterval};
pub use confusion::Confusion;
pub use scores::{Bin, Replicates, RocPoint, ScoreMetrics, Scores};
pub use weighted::{Judged, WeightedEstimate, WeightedMetric, weighted};

use crate::stats::paired::Paired;

/// A number that says how predictions, or the scores behind them, agree with labels.
#[derive(Debug)]
pub struct Metric {
    /// Key in JSON.
    pub name: &'static str,
    /// Title: the head of a column.
    pub title: &'static str,
    /// Defined for two classes only, the second of which is the positive one.
    pub binary: bool,
    pub better: Better,
    /// In the tables for people; the others are in JSON and CSV only.
    pub is_headline: bool,
    /// The rows that say something about it: its denominator.
    pub cases: Cases,
    pub of: Of,
    /// The metric that this one is 1 less of.
    pub complements: Option<&'static str>,
    /// Of scores: the interval that comes before the bootstrap's, where there is one.
    pub closed_form: Option<ClosedForm>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    Higher,
    Lower,
    /// Neither by itself: a selection rate.
    Neither,
}

/// Formula of a metric.
#[derive(Debug)]
pub enum Of {
    /// The share of the cases that are hits.
    Rate(fn(&Confusion) -> u64),
    /// The difference of two shares of all rows: those of `first` less those of `second`.
    Difference(fn(&Confusion) -> Paired),
    /// Counts, otherwise.
    Counts(fn(&Confusion) -> Option<f64>),
    /// Scores of the positive class.
    Scores(fn(&ScoreMetrics) -> Option<f64>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    Rows,
    Positives,
    Negatives,
    PredictedPositives,
    PredictedNegatives,
    /// Positive by label, by prediction, or by both.
    EitherPositives,
    /// The rows of the rarest label.
    EachLabel,
    /// The rows of the rarest prediction.
    EachPrediction,
}

impl Cases {
    pub fn count(self, confusion: &Confusion) -> u64 {
        match self {
            Self::Rows => confusion.n(),
            Self::Positives => confusion.labelled(1),
            Self::Negatives => confusion.labelled(0),
            Self::PredictedPositives => confusion.predicted(1),
            Self::PredictedNegatives => confusion.predicted(0),
            Self::EitherPositives => confusion.n() - confusion.at(0, 0),
            Self::EachLabel => rarest(confusion, Confusion::labelled),
            Self::EachPrediction => rarest(confusion, Confusion::predicted),
        }
    }

    /// True if labels alone say which rows these are: the same rows for every classifier.
    pub fn are_by_label(self) -> bool {
        match self {
            Self::Rows | Self::Positives | Self::Negatives | Self::EachLabel => true,
            Self::PredictedPositives
            | Self::PredictedNegatives
            | Self::EitherPositives
            | Self::EachPrediction => false,
        }
    }

    /// Name of the cases: the `positives` of `4 positives`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Positives => "positives",
            Self::Negatives => "negatives",
            Self::PredictedPositives => "predicted positives",
            Self::PredictedNegatives => "predicted negatives",
            Self::EitherPositives => "positives by label or prediction",
            Self::EachLabel => "rows of the rarest label",
            Self::EachPrediction => "rows of the rarest prediction",
        }
    }
}

fn rarest(confusion: &Confusion, rows: fn(&Confusion, usize) -> u64) -> u64 {
    let classes = 0..confusion.classes();
    classes
        .map(|class| rows(confusion, class))
        .min()
        .unwrap_or(0)
}

impl Metric {
    pub fn applies_to(&self, classes: usize) -> bool {
        !self.binary || classes == 2
    }

    /// A share of the cases, of any number of classes.
    const fn rate(
        name: &'static str,
        title: &'static str,
        cases: Cases,
        better: Better,
        hits: fn(&Confusion) -> u64,
    ) -> Self {
        Self {
            name,
            title,
            binary: !matches!(cases, Cases::Rows),
            better,
            is_headline: false,
            cases,
            of: Of::Rate(hits),
            complements: None,
            closed_form: None,
        }
    }

    const fn difference(
        name: &'static str,
        title: &'static str,
        pairs: fn(&Confusion) -> Paired,
    ) -> Self {
        Self {
            name,
            title,
            binary: true,
            better: Better::Neither,
            is_headline: false,
            // Among rows of one label, shares can be off to one side only.
            cases: Cases::EachLabel,
            of: Of::Difference(pairs),
            complements: None,
            closed_form: None,
        }
    }

    const fn counts(
        name: &'static str,
        title: &'static str,
        cases: Cases,
        value: fn(&Confusion) -> Option<f64>,
    ) -> Self {
        Self {
            name,
            title,
            binary: false,
            better: Better::Higher,
            is_headline: false,
            cases,
            of: Of::Counts(value),
            complements: None,
            closed_form: None,
        }
    }

    const fn scores(
        name: &'static str,
        title: &'static str,
        cases: Cases,
        better: Better,
        value: fn(&ScoreMetrics) -> Option<f64>,
    ) -> Self {
        Self {
            name,
            title,
            binary: true,
            better,
            is_headline: false,
            cases,
            of: Of::Scores(value),
            complements: None,
            closed_form: None,
        }
    }

    const fn headline(self) -> Self {
        Self {
            is_headline: true,
            ..self
        }
    }

    const fn complement_of(self, name: &'static str) -> Self {
        Self {
            complements: Some(name),
            ..self
        }
    }

    const fn with_interval(self, closed_form: ClosedForm) -> Self {
        Self {
            closed_form: Some(closed_form),
            ..self
        }
    }

    const fn for_two_classes(self) -> Self {
        Self {
            binary: true,
            ..self
        }
    }
}

use Better::{Higher, Lower, Neither};
use Cases::{
    EachLabel, EachPrediction, EitherPositives, Negatives, Positives, PredictedNegatives,
    PredictedPositives, Rows,
};

/// Accuracy comes first: groups are ranked by it. Names are those of scikit-learn and fairlearn
/// where these have one.
pub static METRICS: [Metric; 23] = [
    Metric::rate("accuracy", "accuracy", Rows, Higher, Confusion::correct).headline(),
    Metric::rate("error", "error", Rows, Lower, |c| c.n() - c.correct()).complement_of("accuracy"),
    Metric::rate("tpr", "true positive rate", Positives, Higher, |c| {
        c.at(1, 1)
    })
    .headline(),
    Metric::rate("fnr", "false negative rate", Positives, Lower, |c| {
        c.at(1, 0)
    })
    .complement_of("tpr"),
    Metric::rate("fpr", "false positive rate", Negatives, Lower, |c| {
        c.at(0, 1)
    })
    .headline(),
    Metric::rate("tnr", "true negative rate", Negatives, Higher, |c| {
        c.at(0, 0)
    })
    .complement_of("fpr"),
    Metric::rate("precision", "precision", PredictedPositives, Higher, |c| {
        c.at(1, 1)
    }),
    Metric::rate(
        "npv",
        "negative predictive value",
        PredictedNegatives,
        Higher,
        |c| c.at(0, 0),
    ),
    Metric::rate("selection_rate", "selection rate", Rows, Neither, |c| {
        c.predicted(1)
    })
    .for_two_classes(),
    Metric::rate(
        "positive_rate",
        "share of positive labels",
        Rows,
        Neither,
        |c| c.labelled(1),
    )
    .for_two_classes(),
    Metric::difference("share_error", "predicted minus true share", |c| Paired {
        both: c.at(1, 1),
        first: c.at(0, 1),
        second: c.at(1, 0),
        neither: c.at(0, 0),
    })
    .headline(),
    Metric::counts(
        "balanced_accuracy",
        "balanced accuracy",
        EachLabel,
        Confusion::balanced_accuracy,
    ),
    Metric::counts("f1", "F1", EitherPositives, |c| c.f1(1)).for_two_classes(),
    Metric::counts(
        "macro_precision",
        "macro precision",
        EachPrediction,
        Confusion::macro_precision,
    ),
    Metric::counts("macro_f1", "macro F1", EachLabel, Confusion::macro_f1),
    Metric::counts("mcc", "Matthews' correlation", Rows, Confusion::mcc),
    Metric::scores("auc", "area under the ROC curve", EachLabel, Higher, |s| {
        s.auc
    })
    .with_interval(closed_form::bounded_auc),
    Metric::scores(
        "average_precision",
        "average precision",
        EachLabel,
        Higher,
        |s| s.average_precision,
    )
    .with_interval(closed_form::bounded_average_precision),
    Metric::scores("brier", "Brier score", Rows, Lower, |s| s.brier),
    Metric::scores("log_loss", "log loss", Rows, Lower, |s| s.log_loss),
    Metric::scores("ece", "expected calibration error", Rows, Lower, |s| s.ece)
        .with_interval(closed_form::calibration_error),
    Metric::scores(
        "calibration_slope",
        "calibration slope",
        EachLabel,
        Neither,
        |s| s.calibration_slope,
    )
    .with_interval(closed_form::calibration_slope),
    Metric::scores(
        "calibration_intercept",
        "calibration intercept",
        EachLabel,
        Neither,
        |s| s.calibration_intercept,
    )
    .with_interval(closed_form::calibration_intercept),
];

/// The row of the table with this name.
pub fn find(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oracle's 600 rows: tp 253, fp 51, fn 62, tn 234.
    fn oracle() -> Confusion {
        let mut confusion = Confusion::new(2);
        for (label, predicted, n) in [(1, 1, 253), (0, 1, 51), (1, 0, 62), (0, 0, 234)] {
            (0..n).for_each(|_| confusion.add(label, predicted));
        }
        confusion
    }

    #[test]
    fn rates_match_scikit_learn() {
        for (name, expected) in [
            ("accuracy", 0.8116666666666666),
            ("tpr", 0.8031746031746032),
            ("fpr", 0.17894736842105263),
            ("precision", 0.8322368421052632),
            ("selection_rate", 0.5066666666666667),
        ] {
            let metric = find(name).unwrap();
            let Of::Rate(hits) = metric.of else {
                panic!("{name} is a rate")
            };
            let found = hits(&oracle()) as f64 / metric.cases.count(&oracle()) as f64;
            assert!((found - expected).abs() < 1e-15, "{name}");
        }
    }

    #[test]
    fn rates_that_complement_each_other_sum_to_1() {
        let complements = METRICS.iter().filter_map(|b| Some((b.complements?, b)));
        assert_eq!(complements.clone().count(), 3);
        for (a, b) in complements {
            let a = find(a).unwrap();
            let (Of::Rate(hits), Of::Rate(misses)) = (&a.of, &b.of) else {
                panic!("both are rates")
            };
            assert_eq!(a.cases, b.cases);
            assert_eq!(
                hits(&oracle()) + misses(&oracle()),
                a.cases.count(&oracle())
            );
        }
    }

    #[test]
    fn more_than_two_classes_have_no_positive_one() {
        let names: Vec<_> = METRICS
            .iter()
            .filter(|m| m.applies_to(3))
            .map(|m| m.name)
            .collect();
        let expected = [
            "accuracy",
            "error",
            "balanced_accuracy",
            "macro_precision",
            "macro_f1",
            "mcc",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn names_are_different() {
        for (at, metric) in METRICS.iter().enumerate() {
            assert!(METRICS[..at].iter().all(|other| other.name != metric.name));
        }
    }
}
