//! Cross-entropy with soft labels, and its gradient by the logits, on the host.

use crate::head;

/// What each row should be: probabilities of the classes, `[rows, outputs]` row-major. Of two classes
/// there is one output, the probability of the second.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    outputs: usize,
    values: Vec<f32>,
}

impl Targets {
    /// Targets of whole labels, of which `smoothing` is spread over all classes.
    pub fn new(labels: impl Iterator<Item = usize>, classes: usize, smoothing: f64) -> Self {
        let outputs = head::outputs(classes);
        let rest = (smoothing / classes as f64) as f32;
        let top = (1.0 - smoothing) as f32 + rest;
        let value = |label: usize, class: usize| if label == class { top } else { rest };
        let values = labels.flat_map(|label| {
            let classes = if outputs == 1 { 1..2 } else { 0..classes };
            classes.map(move |class| value(label, class))
        });
        Self {
            outputs,
            values: values.collect(),
        }
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.outputs..(row + 1) * self.outputs]
    }

    /// Each row becomes `share` of itself and the rest of its partner.
    pub fn mix(&mut self, partners: &[usize], share: f32) {
        super::masks::mix(&mut self.values, self.outputs, partners, share);
    }
}

/// The derivative of a row's cross-entropy by its logits.
pub fn logit_gradient(logits: &[f32], target: &[f32]) -> Vec<f32> {
    let mut probabilities = Vec::with_capacity(2);
    head::push_probabilities(logits, &mut probabilities);
    let predicted = match logits.len() {
        1 => &probabilities[1..],
        _ => &probabilities[..],
    };
    let pairs = predicted.iter().zip(target);
    pairs
        .map(|(predicted, target)| predicted - target)
        .collect()
}

/// A row's cross-entropy with a soft label.
pub fn cross_entropy(logits: &[f32], target: &[f32]) -> f64 {
    let of = |label: usize| head::cross_entropy(logits, label);
    match (logits, target) {
        ([_], [positive]) => {
            let positive = f64::from(*positive);
            positive * of(1) + (1.0 - positive) * of(0)
        }
        _ => {
            let shares = target.iter().enumerate();
            shares
                .map(|(class, &share)| f64::from(share) * of(class))
                .sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_those_of_the_loss() {
        for (logits, classes) in [(vec![0.3_f32], 2), (vec![0.5, -1.0, 2.0], 3)] {
            let targets = Targets::new([1].into_iter(), classes, 0.2);
            let gradient = logit_gradient(&logits, targets.row(0));
            for at in 0..logits.len() {
                let moved = |by: f32| {
                    let mut logits = logits.clone();
                    logits[at] += by;
                    cross_entropy(&logits, targets.row(0))
                };
                let numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                assert!(
                    (numeric - f64::from(gradient[at])).abs() < 1e-4,
                    "{at}: {numeric}"
                );
            }
        }
    }

    #[test]
    fn smoothed_labels_are_probabilities() {
        let targets = Targets::new([0, 2].into_iter(), 3, 0.3);
        for (row, label) in [(0, 0), (1, 2)] {
            let target = targets.row(row);
            assert!((target.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            assert!((target[label] - 0.8).abs() < 1e-6);
        }
        assert_eq!(
            Targets::new([1, 0].into_iter(), 2, 0.5).values,
            [0.75, 0.25]
        );
    }
}
