//! Metrics of counts that are no share of cases, and their influence: how far one row of each cell of
//! the confusion matrix moves the value. It is the derivative by the count of the cell. None of these
//! metrics changes when all counts are doubled, so that the influence of all rows sums to 0.

use super::{Confusion, Linear};
use crate::stats::linearised::Scale;

/// A metric of counts.
#[derive(Debug, Clone, Copy)]
pub struct CountForm {
    /// `None` where it is not defined.
    pub value: fn(&Confusion) -> Option<f64>,
    /// With its influence by cell, `[label, predicted]`, row-major, from the number of classes and the rows of each
    /// cell, which need not be whole; where the value is defined.
    pub linear: fn(usize, &[f64]) -> Linear,
    /// Scale of its interval.
    pub scale: Scale,
}

pub const BALANCED_ACCURACY: CountForm = CountForm {
    value: Confusion::balanced_accuracy,
    linear: balanced_accuracy,
    scale: Scale::Logit,
};

/// F1 of the positive class.
pub const F1: CountForm = CountForm {
    value: |counts| counts.f1(1),
    linear: f1,
    scale: Scale::Logit,
};

pub const MACRO_PRECISION: CountForm = CountForm {
    value: Confusion::macro_precision,
    linear: macro_precision,
    scale: Scale::Logit,
};

pub const MACRO_F1: CountForm = CountForm {
    value: Confusion::macro_f1,
    linear: macro_f1,
    scale: Scale::Logit,
};

pub const MCC: CountForm = CountForm {
    value: Confusion::mcc,
    linear: mcc,
    scale: Scale::Fisher,
};

/// Rows of each class that are right, that have its label, and that are predicted so.
struct Margins {
    right: Vec<f64>,
    labelled: Vec<f64>,
    predicted: Vec<f64>,
}

impl Margins {
    fn new(classes: usize, cells: &[f64]) -> Self {
        let class = || 0..classes;
        let at = |label: usize, predicted: usize| cells[label * classes + predicted];
        Self {
            right: class().map(|of| at(of, of)).collect(),
            labelled: class().map(|i| class().map(|j| at(i, j)).sum()).collect(),
            predicted: class().map(|j| class().map(|i| at(i, j)).sum()).collect(),
        }
    }

    /// Mean over classes.
    fn mean(&self, value: impl Fn(usize) -> f64) -> f64 {
        let classes = self.right.len();
        (0..classes).map(value).sum::<f64>() / classes as f64
    }

    /// The influence is one number for each cell, from its label, its prediction, and 1 where they are the same,
    /// else 0.
    fn linear(&self, value: f64, influence: impl Fn(usize, usize, f64) -> f64) -> Linear {
        let classes = self.right.len();
        let cells = (0..classes * classes).map(|cell| (cell / classes, cell % classes));
        let influence = cells.map(|(label, predicted)| {
            let right = if label == predicted { 1.0 } else { 0.0 };
            influence(label, predicted, right)
        });
        Linear {
            value,
            influence: influence.collect(),
        }
    }
}

/// Of the mean over `k` classes of `c / t`, right rows by rows of the label, a row of label `i` moves
/// `(right - c_i / t_i) / (k t_i)`.
fn balanced_accuracy(classes: usize, cells: &[f64]) -> Linear {
    let of = Margins::new(classes, cells);
    let recall = |class: usize| of.right[class] / of.labelled[class];
    of.linear(of.mean(recall), |i, _, right| {
        (right - recall(i)) / of.labelled[i] / classes as f64
    })
}

/// The same of predictions.
fn macro_precision(classes: usize, cells: &[f64]) -> Linear {
    let of = Margins::new(classes, cells);
    let precision = |class: usize| of.right[class] / of.predicted[class];
    of.linear(of.mean(precision), |_, j, right| {
        (right - precision(j)) / of.predicted[j] / classes as f64
    })
}

/// Of `2c / s`, with `s` the rows of the label and those of the prediction, a row moves `2 right / s`
/// less `2c / s²` for each of the two that it is.
fn f1(classes: usize, cells: &[f64]) -> Linear {
    let of = Margins::new(classes, cells);
    of.linear(of.f1(1), |i, j, right| of.f1_influence(1, [i, j], right))
}

fn macro_f1(classes: usize, cells: &[f64]) -> Linear {
    let of = Margins::new(classes, cells);
    of.linear(of.mean(|class| of.f1(class)), |i, j, right| {
        let by_label = of.f1_influence(i, [i, j], right);
        let by_prediction = match i == j {
            true => 0.0,
            false => of.f1_influence(j, [i, j], right),
        };
        (by_label + by_prediction) / classes as f64
    })
}

impl Margins {
    fn f1(&self, class: usize) -> f64 {
        2.0 * self.right[class] / (self.labelled[class] + self.predicted[class])
    }

    fn f1_influence(&self, class: usize, cell: [usize; 2], right: f64) -> f64 {
        let all = self.labelled[class] + self.predicted[class];
        let is = |of: usize| if of == class { 1.0 } else { 0.0 };
        let [label, predicted] = cell.map(is);
        2.0 * (right * label - (label + predicted) * self.right[class] / all) / all
    }
}

/// Of `N / sqrt(A B)` with `N = c n - Σ t p`, `A = n² - Σ t²` and `B = n² - Σ p²`, as [`Confusion::mcc`] has
/// them, a row of label `i` and prediction `j` moves
///
/// ```text
/// (right n + c - p_i - t_j) / sqrt(A B) - mcc ((n - t_i) / A + (n - p_j) / B)
/// ```
fn mcc(classes: usize, cells: &[f64]) -> Linear {
    let of = Margins::new(classes, cells);
    let (n, c): (f64, f64) = (cells.iter().sum(), of.right.iter().sum());
    let without = |margin: &[f64]| n * n - margin.iter().map(|m| m * m).sum::<f64>();
    let (a, b) = (without(&of.labelled), without(&of.predicted));
    let root = a.sqrt() * b.sqrt();
    let both = of.labelled.iter().zip(&of.predicted);
    let mcc = (c * n - both.map(|(t, p)| t * p).sum::<f64>()) / root;
    of.linear(mcc, |i, j, right| {
        (right * n + c - of.predicted[i] - of.labelled[j]) / root
            - mcc * ((n - of.labelled[i]) / a + (n - of.predicted[j]) / b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [(&str, CountForm); 5] = [
        ("balanced accuracy", BALANCED_ACCURACY),
        ("F1", F1),
        ("macro precision", MACRO_PRECISION),
        ("macro F1", MACRO_F1),
        ("MCC", MCC),
    ];

    fn confusion(classes: usize, counts: &[u64], scale: u64) -> Confusion {
        let mut confusion = Confusion::new(classes);
        for (cell, count) in counts.iter().enumerate() {
            confusion.add_times(cell / classes, cell % classes, scale * count);
        }
        confusion
    }

    #[test]
    fn influence_matches_differences_of_values() {
        // Of a million times the rows, one row more and one less differ by twice its influence.
        const MANY: u64 = 1_000_000;
        for (classes, counts) in [(2, &[40, 7, 9, 30][..]), (3, &[5, 1, 2, 2, 3, 1, 1, 2, 6])] {
            let all = confusion(classes, counts, MANY);
            for (name, form) in FORMS {
                let cells: Vec<f64> = all.cells().collect();
                let Linear { value, influence } = (form.linear)(classes, &cells);
                let expected = (form.value)(&all).unwrap();
                assert!((value - expected).abs() < 1e-12, "{name}: {value}");
                for (cell, found) in influence.iter().enumerate() {
                    let moved = |by: i64| {
                        let mut counts: Vec<u64> = counts.iter().map(|n| n * MANY).collect();
                        counts[cell] = counts[cell].strict_add_signed(by);
                        (form.value)(&confusion(classes, &counts, 1)).unwrap()
                    };
                    let step = 1_000;
                    let expected = (moved(step) - moved(-step)) / (2 * step) as f64;
                    let close = 1e-5 / all.n() as f64;
                    assert!((found - expected).abs() < close, "{name} {classes} {cell}");
                }
                let sum: f64 = (counts.iter().zip(&influence))
                    .map(|(n, u)| *n as f64 * u)
                    .sum();
                assert!((sum * MANY as f64).abs() < 1e-12, "{name}: {sum}");
            }
        }
    }
}
