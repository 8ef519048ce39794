//! The metrics, one row each: every column, interval, gap and choice follows from this table.

/// How predictions fell against labels: a count for every pair of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// `[label, predicted]`, row-major.
    counts: Vec<u64>,
}

impl Confusion {
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            counts: vec![0; classes * classes],
        }
    }

    pub fn add(&mut self, label: usize, predicted: usize) {
        assert!(
            label < self.classes && predicted < self.classes,
            "classes are indices"
        );
        self.counts[label * self.classes + predicted] += 1;
    }

    pub fn at(&self, label: usize, predicted: usize) -> u64 {
        self.counts[label * self.classes + predicted]
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub fn correct(&self) -> u64 {
        (0..self.classes).map(|class| self.at(class, class)).sum()
    }

    /// All rows whose label is `class`.
    fn labelled(&self, class: usize) -> u64 {
        (0..self.classes)
            .map(|predicted| self.at(class, predicted))
            .sum()
    }
}

/// A rate that is a count of hits among a count of cases.
#[derive(Debug)]
pub struct Metric {
    /// What machines call it: the key in JSON.
    pub name: &'static str,
    /// What people call it: the head of a column.
    pub title: &'static str,
    /// Defined for two classes only, the second of which is the positive one.
    pub binary: bool,
    /// Hits and cases.
    pub counts: fn(&Confusion) -> (u64, u64),
}

impl Metric {
    pub fn applies_to(&self, classes: usize) -> bool {
        !self.binary || classes == 2
    }
}

/// Accuracy comes first: groups are ranked by it.
pub static METRICS: [Metric; 3] = [
    Metric {
        name: "accuracy",
        title: "accuracy",
        binary: false,
        counts: |confusion| (confusion.correct(), confusion.n()),
    },
    Metric {
        name: "tpr",
        title: "true positive rate",
        binary: true,
        counts: |confusion| (confusion.at(1, 1), confusion.labelled(1)),
    },
    Metric {
        name: "fpr",
        title: "false positive rate",
        binary: true,
        counts: |confusion| (confusion.at(0, 1), confusion.labelled(0)),
    },
];

/// The row of the table with this name.
pub fn find(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_match_scikit_learn() {
        // sklearn.metrics.confusion_matrix of the oracle's 600 rows: tp 253, fp 51, fn 62, tn 234.
        let confusion = Confusion {
            classes: 2,
            counts: vec![234, 51, 62, 253],
        };
        for (name, expected) in [
            ("accuracy", 0.8116666666666666),
            ("tpr", 0.8031746031746032),
            ("fpr", 0.17894736842105263),
        ] {
            let (hits, n) = (find(name).unwrap().counts)(&confusion);
            assert!((hits as f64 / n as f64 - expected).abs() < 1e-15, "{name}");
        }
    }

    #[test]
    fn more_than_two_classes_have_no_positive_one() {
        let names: Vec<_> = METRICS
            .iter()
            .filter(|m| m.applies_to(3))
            .map(|m| m.name)
            .collect();
        assert_eq!(names, ["accuracy"]);
    }
}
