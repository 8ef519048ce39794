//! The head's layers as Burn runs them, in training and after it.

use super::HeadError;
use super::adamw::{failed, read};
use super::standardizer::Standardizer;
use crate::features::Features;
use burn::tensor::{Device, Tensor, TensorData, activation};

/// Rows that go through the layers at a time when nothing is trained.
const BATCH: usize = 512;

/// A dense layer of each member of a stack: weight `[members, inputs, outputs]`, bias
/// `[members, 1, outputs]`.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub weight: Tensor<3>,
    pub bias: Tensor<3>,
}

impl Layer {
    fn apply(&self, input: Tensor<3>) -> Tensor<3> {
        input.matmul(self.weight.clone()) + self.bias.clone()
    }
}

/// Logits a row: two classes need one.
pub fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// What the first layer gives, `[members, rows, hidden]`, → `[members, rows, outputs]`: the other
/// `layers`, with ReLU before each and `masks`, `[members, rows, hidden]`, on what it lets through.
pub(super) fn above(first: Tensor<3>, layers: &[Layer], masks: Option<Tensor<3>>) -> Tensor<3> {
    layers.iter().fold(first, |value, layer| {
        let value = activation::relu(value);
        layer.apply(match &masks {
            Some(masks) => value * masks.clone(),
            None => value,
        })
    })
}

/// The logarithm of the probability of each row's label, `[members, rows, 1]`: the cross-entropy, less
/// than 0.
///
/// `targets` is `[members, rows, 1]` with -1 and 1 for two classes, `[members, rows, classes]` with
/// a 1 in the column of the label for more.
pub(super) fn likelihoods(logits: Tensor<3>, targets: Tensor<3>) -> Tensor<3> {
    let [_, _, outputs] = logits.dims();
    if outputs == 1 {
        activation::log_sigmoid(logits * targets)
    } else {
        (activation::log_softmax(logits, 2) * targets).sum_dim(2)
    }
}

/// The sum over a member's rows of weight x cross-entropy, `[members, 1, 1]`; `weights` is
/// `[members, rows, 1]`.
pub(super) fn loss(likelihoods: Tensor<3>, weights: Tensor<3>) -> Tensor<3> {
    (likelihoods * weights).sum_dim(1).neg()
}

/// One member's `targets` of [`likelihoods`], `[rows, outputs]`, row-major.
pub(super) fn targets(labels: impl ExactSizeIterator<Item = usize>, classes: usize) -> Vec<f32> {
    if classes == 2 {
        return labels
            .map(|label| if label == 1 { 1.0 } else { -1.0 })
            .collect();
    }
    let mut one_hot = vec![0.0; labels.len() * classes];
    for (row, label) in labels.enumerate() {
        one_hot[row * classes + label] = 1.0;
    }
    one_hot
}

/// Logits of `rows` by one member's layers: `[rows, outputs]`, row-major.
pub(super) fn logits(
    features: &Features,
    rows: &[usize],
    standardizer: &Standardizer,
    layers: &[Layer],
    device: &Device,
) -> Result<Vec<f32>, HeadError> {
    let mut logits = Vec::new();
    let (first, others) = layers.split_first().expect("a head has a layer");
    for rows in rows.chunks(BATCH) {
        let mut input = vec![0.0; rows.len() * features.dim()];
        standardizer.apply(features, rows, None, &mut input);
        let input = TensorData::new(input, [1, rows.len(), features.dim()]);
        let output = above(first.apply(Tensor::from_data(input, device)), others, None);
        logits.extend_from_slice(read(output)?.as_slice().map_err(failed)?);
    }
    Ok(logits)
}

/// Appends the probabilities of one row, which sum to 1: `[1 - p, p]` from one logit, the softmax
/// of several.
pub fn push_probabilities(logits: &[f32], probabilities: &mut Vec<f32>) {
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
pub fn cross_entropy(logits: &[f32], label: usize) -> f64 {
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
pub fn argmax(logits: &[f32]) -> usize {
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
            let tensor = |values: Vec<f32>, width: usize| {
                Tensor::from_data(TensorData::new(values, [1, 3, width]), &device)
            };
            let likelihoods = likelihoods(
                tensor(values.to_vec(), outputs),
                tensor(targets(labels.into_iter(), classes), outputs),
            );
            let on_tensors = loss(likelihoods, tensor(weights.to_vec(), 1));
            let on_host: f64 = (0..3)
                .map(|row| {
                    let logits = &values[row * outputs..(row + 1) * outputs];
                    f64::from(weights[row]) * cross_entropy(logits, labels[row])
                })
                .sum();
            let gap = f64::from(on_tensors.into_scalar::<f32>()) - on_host;
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
