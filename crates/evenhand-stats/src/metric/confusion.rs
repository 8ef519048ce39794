//! How predictions fell against labels, and the metrics of those counts that are no share of cases.

use crate::stats::resample;
use rand::Rng;

/// A count for every pair of classes. Of two classes, the second is the positive one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Confusion {
    classes: usize,
    /// `[label, predicted]`, row-major.
    counts: Vec<u64>,
}

impl Confusion {
    /// More classes than this are not seen side by side; recall and precision of each tell as much.
    pub const SHOWN_CLASSES: usize = 12;

    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            counts: vec![0; classes * classes],
        }
    }

    /// The counts of one row.
    pub fn of_row(classes: usize, label: usize, predicted: usize) -> Self {
        let mut row = Self::new(classes);
        row.add(label, predicted);
        row
    }

    pub fn add(&mut self, label: usize, predicted: usize) {
        self.add_times(label, predicted, 1);
    }

    /// Adds so many rows that are alike.
    pub fn add_times(&mut self, label: usize, predicted: usize, times: u64) {
        assert!(
            label < self.classes && predicted < self.classes,
            "classes are indices"
        );
        self.counts[label * self.classes + predicted] += times;
    }

    /// Adds all of another's rows, each as often as `times` says.
    pub fn add_all(&mut self, other: &Self, times: u64) {
        assert_eq!(self.classes, other.classes, "the same classes");
        for (count, other) in self.counts.iter_mut().zip(&other.counts) {
            *count += times * other;
        }
    }

    /// The rows that are not among these, which are a part of them.
    pub fn without(&self, part: &Self) -> Self {
        let counts = self.counts.iter().zip(&part.counts);
        Self {
            classes: self.classes,
            counts: counts.map(|(all, part)| all - part).collect(),
        }
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
    pub fn labelled(&self, class: usize) -> u64 {
        (0..self.classes)
            .map(|predicted| self.at(class, predicted))
            .sum()
    }

    /// All rows whose prediction is `class`.
    pub fn predicted(&self, class: usize) -> u64 {
        (0..self.classes).map(|label| self.at(label, class)).sum()
    }

    /// One class, as the positive one, against all others.
    pub fn against_all(&self, class: usize) -> Self {
        let both = self.at(class, class);
        let (missed, alarms) = (self.labelled(class) - both, self.predicted(class) - both);
        Self {
            classes: 2,
            counts: vec![self.n() - both - missed - alarms, alarms, missed, both],
        }
    }

    /// The counts by cell, `[label, predicted]`, row-major.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = f64> + Clone {
        self.counts.iter().map(|&rows| rows as f64)
    }

    /// As many rows, drawn from these with replacement.
    pub fn resample(&self, rng: &mut impl Rng) -> Self {
        Self {
            classes: self.classes,
            counts: resample::counts(&self.counts, rng),
        }
    }

    /// The mean over classes of recall, the share of a class's rows that are predicted so:
    /// Brodersen et al. (2010), ICPR, 3121-3124.
    ///
    /// `None` where a class has no rows.
    pub fn balanced_accuracy(&self) -> Option<f64> {
        self.mean(|class| ratio(self.at(class, class), self.labelled(class)))
    }

    /// The mean over classes of precision, the share of the rows predicted so that are.
    ///
    /// `None` where a class is never predicted.
    pub fn macro_precision(&self) -> Option<f64> {
        self.mean(|class| ratio(self.at(class, class), self.predicted(class)))
    }

    /// The mean over classes of [`f1`](Self::f1).
    pub fn macro_f1(&self) -> Option<f64> {
        self.mean(|class| self.f1(class))
    }

    /// `2·TP / (2·TP + FP + FN)` of one class against the others: van Rijsbergen (1979),
    /// Information Retrieval, chapter 7.
    ///
    /// `None` where the class is neither a label nor a prediction.
    pub fn f1(&self, class: usize) -> Option<f64> {
        let all = self.labelled(class) + self.predicted(class);
        ratio(2 * self.at(class, class), all)
    }

    /// Matthews' correlation of label and prediction, for any number of classes: Gorodkin (2004),
    /// Comput. Biol. Chem. 28, 367-374. With `c` of `n` rows right, and `t` and `p` the rows of a
    /// class by label and by prediction:
    ///
    /// ```text
    /// (c·n - Σ t·p) / sqrt((n² - Σ t²)(n² - Σ p²))
    /// ```
    ///
    /// `None` where labels or predictions are all the same.
    pub fn mcc(&self) -> Option<f64> {
        let n = self.n() as f64;
        let (mut both, mut labels, mut predictions) = (0.0, 0.0, 0.0);
        for class in 0..self.classes {
            let (t, p) = (self.labelled(class) as f64, self.predicted(class) as f64);
            both += t * p;
            labels += t * t;
            predictions += p * p;
        }
        let spread = (n * n - labels).sqrt() * (n * n - predictions).sqrt();
        let mcc = (self.correct() as f64 * n - both) / spread;
        (spread > 0.0).then(|| mcc.clamp(-1.0, 1.0))
    }

    fn mean(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let sum: f64 = (0..self.classes).map(value).sum::<Option<f64>>()?;
        Some(sum / self.classes as f64)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(tp: u64, fp: u64, fn_: u64, tn: u64) -> Confusion {
        Confusion {
            classes: 2,
            counts: vec![tn, fp, fn_, tp],
        }
    }

    #[test]
    fn metrics_match_scikit_learn() {
        // balanced_accuracy_score, f1_score, matthews_corrcoef
        let cases = [
            (
                binary(253, 51, 62, 234),
                0.8121136173767753,
                0.8174474959612278,
                0.6235018872754468,
            ),
            (
                binary(155, 33, 37, 127),
                0.8005208333333333,
                0.8157894736842105,
                0.5999490046367919,
            ),
            (
                binary(82, 13, 16, 82),
                0.8499462943071966,
                0.8497409326424871,
                0.6998925886143931,
            ),
            (
                binary(16, 5, 9, 25),
                0.7366666666666667,
                0.6956521739130435,
                0.48511936983371606,
            ),
            (
                binary(122, 23, 36, 124),
                0.8078446568500819,
                0.8052805280528053,
                0.6160342154176073,
            ),
            (
                binary(131, 28, 26, 110),
                0.8157481768669805,
                0.8291139240506329,
                0.6321093296081731,
            ),
            (
                binary(73, 16, 24, 67),
                0.7799031176251398,
                0.7849462365591398,
                0.5581448800786811,
            ),
            (
                binary(82, 17, 13, 60),
                0.8211893369788107,
                0.845360824742268,
                0.6462778215926648,
            ),
            (
                binary(40, 5, 7, 43),
                0.8734485815602837,
                0.8695652173913043,
                0.7478923629798775,
            ),
            (
                binary(42, 8, 9, 39),
                0.8266583229036295,
                0.8316831683168316,
                0.6529081952229092,
            ),
            (
                binary(9, 2, 5, 14),
                0.7589285714285714,
                0.72,
                0.5361185533187384,
            ),
            (
                binary(7, 3, 4, 11),
                0.711038961038961,
                0.6666666666666666,
                0.4276686017238498,
            ),
        ];
        for (counts, balanced_accuracy, f1, mcc) in cases {
            for (found, expected) in [
                (counts.balanced_accuracy(), balanced_accuracy),
                (counts.f1(1), f1),
                (counts.mcc(), mcc),
            ] {
                let found = found.unwrap();
                assert!((found - expected).abs() < 1e-14, "{counts:?}: {found}");
            }
        }
    }

    #[test]
    fn no_denominator_no_metric() {
        let all_positive = binary(3, 0, 2, 0);
        assert_eq!(all_positive.balanced_accuracy(), None);
        assert_eq!(all_positive.mcc(), None);
        assert_eq!(all_positive.f1(1), Some(0.75));
        assert_eq!(binary(0, 0, 0, 9).f1(1), None);
        assert_eq!(binary(0, 0, 4, 9).mcc(), None);
        assert_eq!(binary(0, 0, 0, 0).f1(1), None);
    }

    #[test]
    fn three_classes_match_scikit_learn() {
        // balanced_accuracy_score, precision_score and f1_score(average="macro"), matthews_corrcoef
        // of the confusion matrix [[5, 1, 0], [2, 3, 1], [0, 2, 6]]
        let confusion = Confusion {
            classes: 3,
            counts: vec![5, 1, 0, 2, 3, 1, 0, 2, 6],
        };
        for (found, expected) in [
            (confusion.balanced_accuracy(), 0.6944444444444445),
            (confusion.macro_precision(), 0.6904761904761906),
            (confusion.macro_f1(), 0.6897435897435896),
            (confusion.mcc(), 0.5509473189696001),
        ] {
            assert!((found.unwrap() - expected).abs() < 1e-12, "{found:?}");
        }
    }
}
