//! The head's layers as Burn runs them, in training and after it.

use super::HeadError;
use super::adamw::{failed, read};
use super::standard::Standard;
use crate::features::Features;
use burn::tensor::{Device, Tensor, TensorData, activation};

/// Rows that go through the layers at a time when nothing is trained.
const BATCH: usize = 512;

/// A dense layer: weight `[inputs, outputs]`, bias `[1, outputs]`.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub weight: Tensor<2>,
    pub bias: Tensor<2>,
}

impl Layer {
    /// The same layer, with gradients.
    pub fn tracked(self) -> Self {
        let track = |value| Tensor::from_inner(value).require_grad();
        Self {
            weight: track(self.weight),
            bias: track(self.bias),
        }
    }
}

/// Logits a row: two classes need one.
pub(super) fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// `[rows, inputs]` → `[rows, outputs]`, with ReLU between the layers and `mask`, `[rows, hidden]`,
/// on what it lets through.
pub(super) fn forward(input: Tensor<2>, layers: &[Layer], mask: Option<Tensor<2>>) -> Tensor<2> {
    let mut value = input;
    for (depth, layer) in layers.iter().enumerate() {
        if depth > 0 {
            value = activation::relu(value);
            if let Some(mask) = &mask {
                value = value * mask.clone();
            }
        }
        value = value.matmul(layer.weight.clone()) + layer.bias.clone();
    }
    value
}

/// The mean over a batch of weight x cross-entropy.
///
/// `targets` is `[rows, 1]` with -1 and 1 for two classes, `[rows, classes]` with a 1 in the column
/// of the label for more; `weights` is `[rows, 1]`.
pub(super) fn loss(logits: Tensor<2>, targets: Tensor<2>, weights: Tensor<2>) -> Tensor<1> {
    let [_, outputs] = logits.dims();
    let likelihood = if outputs == 1 {
        activation::log_sigmoid(logits * targets)
    } else {
        (activation::log_softmax(logits, 1) * targets).sum_dim(1)
    };
    (likelihood * weights).mean().neg()
}

/// The `targets` of [`loss`] for labels of a batch.
pub(super) fn targets(labels: impl ExactSizeIterator<Item = usize>, classes: usize) -> TensorData {
    let rows = labels.len();
    if classes == 2 {
        let signs = labels.map(|label| if label == 1 { 1.0_f32 } else { -1.0 });
        return TensorData::new(signs.collect::<Vec<_>>(), [rows, 1]);
    }
    let mut one_hot = vec![0.0_f32; rows * classes];
    for (row, label) in labels.enumerate() {
        one_hot[row * classes + label] = 1.0;
    }
    TensorData::new(one_hot, [rows, classes])
}

/// What the layers say of `rows`: `[rows, outputs]`, row-major.
pub(super) fn logits(
    features: &Features,
    rows: &[usize],
    standard: &Standard,
    layers: &[Layer],
    device: &Device,
) -> Result<Vec<f32>, HeadError> {
    let mut logits = Vec::new();
    for rows in rows.chunks(BATCH) {
        let input = TensorData::new(standard.apply(features, rows), [rows.len(), features.dim()]);
        let output = forward(Tensor::from_data(input, device), layers, None);
        logits.extend_from_slice(read(output)?.as_slice().map_err(failed)?);
    }
    Ok(logits)
}

/// Appends the probabilities of one row, which sum to 1: `[1 - p, p]` from one logit, the softmax
/// of several.
pub(super) fn push_probabilities(logits: &[f32], probabilities: &mut Vec<f32>) {
    if let [logit] = logits {
        let positive = 1.0 / (1.0 + (-logit).exp());
        probabilities.extend([1.0 - positive, positive]);
        return;
    }
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let first = probabilities.len();
    probabilities.extend(logits.iter().map(|logit| (logit - top).exp()));
    let total: f32 = probabilities[first..].iter().sum();
    for probability in &mut probabilities[first..] {
        *probability /= total;
    }
}

/// Cross-entropy of one row.
pub(super) fn cross_entropy(logits: &[f32], label: usize) -> f64 {
    let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
    if let [logit] = logits {
        let logit = f64::from(*logit);
        return softplus(if label == 1 { -logit } else { logit });
    }
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = logits
        .iter()
        .map(|logit| f64::from(logit - top).exp())
        .sum();
    total.ln() - f64::from(logits[label] - top)
}

/// The class that one row's logits favour; the first of equals.
pub(super) fn favourite(logits: &[f32]) -> usize {
    if let [logit] = logits {
        return usize::from(*logit > 0.0);
    }
    (1..logits.len()).fold(0, |best, class| {
        if logits[class] > logits[best] {
            class
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_on_tensors_is_the_cross_entropy_on_the_host() {
        let device = Device::flex();
        let weights = [0.5_f32, 2.0, 0.0];
        for classes in [2, 3] {
            let outputs = outputs(classes);
            let labels = [1, 0, classes - 1];
            let values = [0.3_f32, -4.0, 90.0, 7.0, 0.25, -60.0, 1.5, 2.5, 0.0];
            let values = &values[..3 * outputs];
            let logits = Tensor::from_data(TensorData::new(values.to_vec(), [3, outputs]), &device);
            let targets = Tensor::from_data(targets(labels.into_iter(), classes), &device);
            let on_tensors = loss(
                logits,
                targets,
                Tensor::from_data(TensorData::new(weights.to_vec(), [3, 1]), &device),
            );
            let on_host: f64 = (0..3)
                .map(|row| {
                    let logits = &values[row * outputs..(row + 1) * outputs];
                    f64::from(weights[row]) * cross_entropy(logits, labels[row])
                })
                .sum();
            let gap = f64::from(on_tensors.into_scalar::<f32>()) - on_host / 3.0;
            assert!(gap.abs() < 1e-5, "{classes} classes: {gap}");
        }
    }

    #[test]
    fn probabilities_sum_to_one_at_the_extremes() {
        for logits in [
            vec![-200.0],
            vec![200.0],
            vec![0.0],
            vec![1000.0, -1000.0, 999.0],
        ] {
            let mut probabilities = Vec::new();
            push_probabilities(&logits, &mut probabilities);
            assert!(
                probabilities.iter().all(|p| (0.0..=1.0).contains(p)),
                "{probabilities:?}"
            );
            assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
    }
}
