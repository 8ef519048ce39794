//! Labels that may be wrong. A model that learnt from other rows, and is surer of another class
//! than it is on average where that class is right, casts doubt on the label, not on itself alone.

use crate::metric::Confusion;

/// How much less than a class's threshold is still enough, and how much more than the label
/// another class must have: rounding must not decide.
const SLACK: f64 = 1e-6;

/// Which rows confident learning doubts.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelErrors {
    /// Rows by label and, in the place of the prediction, confident class; those that are
    /// confidently of no class are not counted. Off the diagonal are the suspects, and rows whose
    /// label is still the likeliest class.
    pub joint: Confusion,
    /// From the lowest self-confidence; equal ones from the lowest margin, then from the first row.
    pub suspects: Vec<Suspect>,
}

/// A row whose label the model confidently disagrees with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspect {
    /// From 0, in the order given.
    pub row: usize,
    pub label: usize,
    /// The confident class, which is another one.
    pub suggested: usize,
    /// The probability of the label.
    pub self_confidence: f64,
    /// The probability of the label less the highest one of any other class: below 0.
    pub margin: f64,
}

/// Finds labels that may be wrong by confident learning: Northcutt, Jiang and Chuang (2021),
/// J. Artif. Intell. Res. 70, 1373-1411.
///
/// The threshold of a class is the mean probability of that class over the rows with that label. A
/// row is confidently of a class where the probability reaches the threshold. Where several do, it
/// is of its likeliest class, as in the authors' cleanlab (in the paper, of the likeliest that
/// does). Suspects are rows that are confidently of another class than their label, unless the
/// label is the likeliest class: cleanlab's `find_label_issues(filter_by="confident_learning")`.
///
/// Probabilities must come from a model that has not learnt from the row (out of fold): one that
/// has will agree with wrong labels. They go row by row: `[rows, classes]`.
///
/// # Panics
///
/// When a label is no class, when there is not one probability a row and class, or when one is not
/// from 0 to 1.
pub fn label_errors(labels: &[usize], probabilities: &[f64], classes: usize) -> LabelErrors {
    assert_eq!(
        probabilities.len(),
        labels.len() * classes,
        "one probability a row and class"
    );
    for p in probabilities {
        assert!((0.0..=1.0).contains(p), "a probability of {p}");
    }
    let mut errors = LabelErrors {
        joint: Confusion::new(classes),
        suspects: Vec::new(),
    };
    if labels.is_empty() {
        return errors;
    }
    let rows = || labels.iter().zip(probabilities.chunks_exact(classes));
    let thresholds = thresholds(rows(), classes);
    for (row, (&label, probabilities)) in rows().enumerate() {
        let Some(suggested) = confident_class(probabilities, &thresholds) else {
            continue;
        };
        errors.joint.add(label, suggested);
        if suggested != label && !is_likeliest(label, probabilities) {
            errors.suspects.push(Suspect {
                row,
                label,
                suggested,
                self_confidence: probabilities[label],
                margin: margin(label, probabilities),
            });
        }
    }
    errors.suspects.sort_by(|a, b| {
        let by_confidence = a.self_confidence.total_cmp(&b.self_confidence);
        by_confidence.then(a.margin.total_cmp(&b.margin))
    });
    errors
}

/// By class, the mean self-confidence of the rows with that label. Nothing reaches infinity, that of
/// a class without rows.
fn thresholds<'a>(rows: impl Iterator<Item = (&'a usize, &'a [f64])>, classes: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0u64); classes];
    for (&label, probabilities) in rows {
        assert!(label < classes, "label {label} of {classes} classes");
        sums[label].0 += probabilities[label];
        sums[label].1 += 1;
    }
    let mean = |(sum, n): (f64, u64)| match n {
        0 => f64::INFINITY,
        // Above the slack: a probability of 0 makes no class confident.
        _ => (sum / n as f64).max(2.0 * SLACK),
    };
    sums.into_iter().map(mean).collect()
}

fn confident_class(probabilities: &[f64], thresholds: &[f64]) -> Option<usize> {
    let reaches = |&class: &usize| probabilities[class] >= thresholds[class] - SLACK;
    let mut confident = (0..probabilities.len()).filter(reaches);
    let first = confident.next()?;
    match confident.next() {
        None => Some(first),
        Some(_) => Some(likeliest(probabilities)),
    }
}

/// The first of equals.
fn likeliest(probabilities: &[f64]) -> usize {
    let classes = 0..probabilities.len();
    classes
        .rev()
        .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
        .unwrap_or(0)
}

fn is_likeliest(label: usize, probabilities: &[f64]) -> bool {
    margin(label, probabilities) > -SLACK
}

fn margin(label: usize, probabilities: &[f64]) -> f64 {
    let others = probabilities.iter().enumerate();
    let highest = others
        .filter(|&(class, _)| class != label)
        .map(|(_, &p)| p)
        .fold(0.0, f64::max);
    probabilities[label] - highest
}

#[cfg(test)]
mod tests;
