//! The metrics, one row each: every column, interval, gap and choice follows from this table.

pub mod calibration;
mod calibration_error;
mod classwise;
mod closed_form;
mod confusion;
mod influence;
pub mod scores;
#[cfg(test)]
mod simulation;
pub mod threshold;
mod weighted;

pub use calibration_error::{CalibrationBin, CalibrationError};
pub use classwise::{CLASS_METRICS, ClassMetric, ClassOf};
pub use closed_form::{ClosedForm, ScoreEstimate, ScoreForm};
pub use confusion::Confusion;
pub use influence::CountForm;
pub use scores::influence::Linear;
pub use scores::{Bin, Replicates, RocPoint, ScoreMetrics, Scores};
pub use weighted::{
    Judged, WeightedEstimate, WeightedGap, WeightedMetric, unweighted, weighted, weighted_gaps,
};

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
    Counts(CountForm),
    /// Scores of the positive class.
    Scores(ScoreForm),
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

    /// Its value from counts; `None` where it is not defined, and of metrics of scores.
    pub fn value(&self, counts: &Confusion) -> Option<f64> {
        match self.of {
            Of::Rate(hits) => {
                let n = self.cases.count(counts);
                (n > 0).then(|| hits(counts) as f64 / n as f64)
            }
            Of::Difference(pairs) => (counts.n() > 0).then(|| pairs(counts).difference()),
            Of::Counts(form) => (form.value)(counts),
            Of::Scores(_) => None,
        }
    }

    /// How far a row of each cell, `[label, predicted]`, moves the value, where it is defined; of metrics
    /// of scores no row does.
    ///
    /// A case moves a rate `hits / n` by `(1 - rate) / n` if it is a hit, by `-rate / n` if not, and a
    /// difference in the same way.
    pub fn influence(&self, counts: &Confusion) -> Vec<f64> {
        let value = self.value(counts).unwrap_or(f64::NAN);
        let n = self.cases.count(counts) as f64;
        let all = counts.n() as f64;
        match self.of {
            Of::Rate(hits) => of_rows(counts.classes(), |row| {
                let case = self.cases.count(row) as f64;
                (hits(row) as f64 - value * case) / n
            }),
            Of::Difference(pairs) => of_rows(counts.classes(), |row| {
                (pairs(row).difference() - value) / all
            }),
            Of::Counts(form) => {
                let cells: Vec<f64> = counts.cells().collect();
                (form.linear)(counts.classes(), &cells).influence
            }
            Of::Scores(_) => vec![0.0; counts.cells().len()],
        }
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
        }
    }

    const fn counts(
        name: &'static str,
        title: &'static str,
        cases: Cases,
        form: CountForm,
    ) -> Self {
        Self {
            name,
            title,
            binary: false,
            better: Better::Higher,
            is_headline: false,
            cases,
            of: Of::Counts(form),
            complements: None,
        }
    }

    const fn scores(
        name: &'static str,
        title: &'static str,
        cases: Cases,
        better: Better,
        form: ScoreForm,
    ) -> Self {
        Self {
            name,
            title,
            binary: true,
            better,
            is_headline: false,
            cases,
            of: Of::Scores(form),
            complements: None,
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

    const fn for_two_classes(self) -> Self {
        Self {
            binary: true,
            ..self
        }
    }
}

/// A number for the row of each cell. Of more than two classes none is special: what counts is whether the
/// row is right.
fn of_rows(classes: usize, value: impl Fn(&Confusion) -> f64) -> Vec<f64> {
    let cells = (0..classes * classes).map(|cell| (cell / classes, cell % classes));
    let row = |(label, predicted)| match classes {
        2 => Confusion::of_row(2, label, predicted),
        _ => Confusion::of_row(2, 0, usize::from(label != predicted)),
    };
    cells.map(|cell| value(&row(cell))).collect()
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
        influence::BALANCED_ACCURACY,
    ),
    Metric::counts("f1", "F1", EitherPositives, influence::F1).for_two_classes(),
    Metric::counts(
        "macro_precision",
        "macro precision",
        EachPrediction,
        influence::MACRO_PRECISION,
    ),
    Metric::counts("macro_f1", "macro F1", EachLabel, influence::MACRO_F1),
    Metric::counts("mcc", "Matthews' correlation", Rows, influence::MCC),
    Metric::scores(
        "auc",
        "area under the ROC curve",
        EachLabel,
        Higher,
        closed_form::AUC,
    ),
    Metric::scores(
        "average_precision",
        "average precision",
        EachLabel,
        Higher,
        closed_form::AVERAGE_PRECISION,
    ),
    Metric::scores("brier", "Brier score", Rows, Lower, closed_form::BRIER),
    Metric::scores("log_loss", "log loss", Rows, Lower, closed_form::LOG_LOSS),
    Metric::scores(
        "ece",
        "expected calibration error",
        Rows,
        Lower,
        closed_form::CALIBRATION_ERROR,
    ),
    Metric::scores(
        "calibration_slope",
        "calibration slope",
        EachLabel,
        Neither,
        closed_form::CALIBRATION_SLOPE,
    ),
    Metric::scores(
        "calibration_intercept",
        "calibration intercept",
        EachLabel,
        Neither,
        closed_form::CALIBRATION_INTERCEPT,
    ),
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
