//! Metrics of each of more than two classes: one class against all others.

use super::Confusion;
use super::influence::{CountForm, F1};

/// A metric of one class among several, from the confusion of this class, as the positive one, against all
/// others.
#[derive(Debug)]
pub struct ClassMetric {
    /// Key in JSON.
    pub name: &'static str,
    /// Its denominator: the rows that say something about it, and what they are called.
    pub cases: fn(&Confusion) -> u64,
    pub cases_title: &'static str,
    pub of: ClassOf,
}

/// Formula of a metric of a class.
#[derive(Debug)]
pub enum ClassOf {
    /// The share of the cases that are hits.
    Rate(fn(&Confusion) -> u64),
    /// Counts, otherwise.
    Counts(CountForm),
}

impl ClassMetric {
    /// `None` where it is not defined.
    pub fn value(&self, counts: &Confusion) -> Option<f64> {
        match self.of {
            ClassOf::Rate(hits) => {
                let n = (self.cases)(counts);
                (n > 0).then(|| hits(counts) as f64 / n as f64)
            }
            ClassOf::Counts(form) => (form.value)(counts),
        }
    }
}

/// Names are those of scikit-learn's classification report.
pub static CLASS_METRICS: [ClassMetric; 3] = [
    ClassMetric {
        name: "recall",
        cases: |c| c.labelled(1),
        cases_title: "rows with this label",
        of: ClassOf::Rate(right),
    },
    ClassMetric {
        name: "precision",
        cases: |c| c.predicted(1),
        cases_title: "rows with this prediction",
        of: ClassOf::Rate(right),
    },
    ClassMetric {
        name: "f1",
        cases: |c| c.n() - c.at(0, 0),
        cases_title: "rows with this label or prediction",
        of: ClassOf::Counts(F1),
    },
];

fn right(confusion: &Confusion) -> u64 {
    confusion.at(1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_metrics_match_scikit_learn() {
        // classification_report(labels, predicted, output_dict=True) of 5, 1, 0; 2, 3, 4; 0, 1, 9
        // rows by label and prediction.
        let mut confusion = Confusion::new(3);
        for (label, counts) in [[5, 1, 0], [2, 3, 4], [0, 1, 9]].iter().enumerate() {
            for (predicted, &n) in counts.iter().enumerate() {
                (0..n).for_each(|_| confusion.add(label, predicted));
            }
        }
        let expected = [
            [0.8333333333333334, 0.7142857142857143, 0.7692307692307693],
            [0.3333333333333333, 0.6, 0.42857142857142855],
            [0.9, 0.6923076923076923, 0.782608695652174],
        ];
        for (class, expected) in expected.iter().enumerate() {
            for (metric, expected) in CLASS_METRICS.iter().zip(expected) {
                let found = metric.value(&confusion.against_all(class)).unwrap();
                assert!((found - expected).abs() < 1e-12, "{class} {}", metric.name);
            }
        }
    }
}
