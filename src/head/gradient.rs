//! What each feature of a row says for a class: the gradient of the class's log odds times how far
//! the feature is from its mean.
//!
//! The gradient is by hand and on the host, since a head is one or two dense layers and only a few
//! rows are asked about.

use super::{Dense, Head};
use half::f16;

impl Head {
    /// How the log odds of `class` against the others change with each of the features, `[dim]`, at
    /// the features `row`, `[dim]`.
    ///
    /// Of two classes the log odds are the logit of the one, or the negative of the other's. Of more
    /// they are the class's logit less the log of the others' summed exponentials: logits are only
    /// known up to a constant, which must not count.
    ///
    /// # Panics
    ///
    /// If the row has another dimension than those the head was trained on, or there is no such
    /// class.
    pub fn gradient(&self, row: &[f16], class: usize) -> Vec<f32> {
        assert_eq!(
            row.len(),
            self.mean.len(),
            "a head takes the features it was trained on"
        );
        assert!(class < self.classes, "a class of the head");
        let standardizer = row.iter().zip(&self.mean).zip(&self.scale);
        let mut value: Vec<f32> = standardizer
            .map(|((value, mean), scale)| (value.to_f32() - mean) * scale)
            .collect();
        // What went into each layer, and through its ReLU.
        let mut inputs = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            if !inputs.is_empty() {
                value.iter_mut().for_each(|value| *value = value.max(0.0));
            }
            let output = layer.forward(&value);
            inputs.push(std::mem::replace(&mut value, output));
        }
        let mut gradient = by_logits(&value, class);
        for (at, (layer, input)) in self.layers.iter().zip(&inputs).enumerate().rev() {
            gradient = layer.backward(&gradient);
            if at > 0 {
                let passed = gradient.iter_mut().zip(input);
                passed.for_each(|(slope, &value)| *slope *= f32::from(value > 0.0));
            }
        }
        let by_feature = gradient.into_iter().zip(&self.scale);
        by_feature.map(|(slope, scale)| slope * scale).collect()
    }

    /// [`gradient`](Self::gradient) times how far each feature is from its mean over the training
    /// rows, `[dim]`. A linear head's contributions add up to the log odds less those of the mean
    /// row.
    ///
    /// The standardised feature is taken, and not the raw one, since an activation that all images
    /// have moves no image from the others: its effect is in the bias.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn contributions(&self, row: &[f16], class: usize) -> Vec<f32> {
        let features = row.iter().zip(&self.mean);
        let slopes = self.gradient(row, class).into_iter();
        slopes
            .zip(features)
            .map(|(slope, (value, mean))| slope * (value.to_f32() - mean))
            .collect()
    }
}

/// The gradient of the log odds of a class by the logits.
fn by_logits(logits: &[f32], class: usize) -> Vec<f32> {
    if let [_] = logits {
        return vec![if class == 1 { 1.0 } else { -1.0 }];
    }
    let others = || logits.iter().enumerate().filter(|(at, _)| *at != class);
    let highest = others().map(|(_, logit)| *logit).fold(f32::MIN, f32::max);
    let total: f32 = others().map(|(_, logit)| (logit - highest).exp()).sum();
    let slope = |(at, logit): (usize, &f32)| match at == class {
        true => 1.0,
        false => -(logit - highest).exp() / total,
    };
    logits.iter().enumerate().map(slope).collect()
}

impl Dense {
    fn forward(&self, input: &[f32]) -> Vec<f32> {
        let mut output = self.bias.clone();
        for (value, weights) in input.iter().zip(self.weight.chunks_exact(self.outputs)) {
            for (output, weight) in output.iter_mut().zip(weights) {
                *output += value * weight;
            }
        }
        output
    }

    /// From the gradient by the outputs to that by the inputs.
    fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let rows = self.weight.chunks_exact(self.outputs);
        let slope = |weights: &[f32]| weights.iter().zip(gradient).map(|(w, g)| w * g).sum();
        rows.map(slope).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Features;
    use crate::head::Device;

    /// Of three features; the last one was constant in training.
    fn head(hidden: Option<usize>, classes: usize) -> Head {
        let outputs = if classes == 2 { 1 } else { classes };
        let widths = match hidden {
            Some(hidden) => vec![3, hidden, outputs],
            None => vec![3, outputs],
        };
        let mut draws =
            (1_u32..).map(|at| (at.wrapping_mul(2_654_435_761) >> 8) as f32 / 8e6 - 1.0);
        let mut some = |count: usize| draws.by_ref().take(count).collect::<Vec<f32>>();
        let layers = widths.windows(2).map(|pair| Dense {
            inputs: pair[0],
            outputs: pair[1],
            weight: some(pair[0] * pair[1]),
            bias: some(pair[1]),
        });
        Head {
            layers: layers.collect(),
            mean: vec![0.5, -1.0, 2.0],
            scale: vec![2.0, 0.5, 0.0],
            classes,
            views: 1,
        }
    }

    /// By Burn, which knows nothing of `gradient`.
    fn log_odds(head: &Head, row: [f32; 3], class: usize) -> f64 {
        let mut features = Features::new(3);
        features.push(&row.map(f16::from_f32));
        let probabilities = head.probabilities(&features, &[0], &Device::cpu()).unwrap();
        let of_class = f64::from(probabilities[class]);
        let others: f64 = probabilities.iter().map(|&p| f64::from(p)).sum::<f64>() - of_class;
        (of_class / others).ln()
    }

    #[test]
    fn gradients_are_finite_differences() {
        // A power of two, so that half precision knows the rows exactly.
        let step = 1.0 / 64.0;
        let row = [0.75, 0.25, 3.0];
        for (hidden, classes) in [(None, 2), (None, 4), (Some(6), 2), (Some(6), 4)] {
            let head = head(hidden, classes);
            for class in 0..classes {
                let gradient = head.gradient(&row.map(f16::from_f32), class);
                for at in 0..3 {
                    let moved = |by: f32| {
                        let mut row = row;
                        row[at] += by;
                        log_odds(&head, row, class)
                    };
                    let slope = (moved(step) - moved(-step)) / f64::from(2.0 * step);
                    let found = f64::from(gradient[at]);
                    assert!(
                        (found - slope).abs() < 2e-3 * slope.abs().max(0.1),
                        "{hidden:?} {classes} {class} {at}: {found} is not {slope}"
                    );
                }
                assert_eq!(gradient[2], 0.0, "a constant feature says nothing");
            }
        }
    }

    #[test]
    fn contributions_to_a_linear_head_add_up_to_the_distance_from_the_mean_row() {
        let head = head(None, 2);
        let row = [0.75, 0.25, 3.0];
        let sum: f32 = head.contributions(&row.map(f16::from_f32), 0).iter().sum();
        let distance = log_odds(&head, row, 0) - log_odds(&head, [0.5, -1.0, 2.0], 0);
        assert!((f64::from(sum) - distance).abs() < 1e-4, "{sum} {distance}");
    }
}
