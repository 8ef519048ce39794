//! A trained head: plain numbers, which an exporter can write down and Burn can run.

use super::examples::views_of;
use super::network::{Layer, logits, outputs, push_probabilities};
use super::standardizer::Standardizer;
use super::{Device, HeadError};
use crate::features::Features;
use burn::tensor::{self, Tensor, TensorData};

/// `x @ weight + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    pub inputs: usize,
    pub outputs: usize,
    /// `[inputs, outputs]`, row-major.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
}

/// `(x - mean) * scale`, then the layers with ReLU between them, then a sigmoid over the one output
/// for two classes (the probability of class 1) or a softmax over one output a class for more.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// `[dim]`.
    pub mean: Vec<f32>,
    /// `[dim]`; 0 for a column that was constant in training.
    pub scale: Vec<f32>,
    /// One or two.
    pub layers: Vec<Dense>,
    pub classes: usize,
    /// Rows of features that an image has, one after another: it is told the mean of what they are
    /// told.
    pub views: usize,
}

/// A head that stands ready on a device, for many batches of rows.
pub struct Scorer {
    standardizer: Standardizer,
    layers: Vec<Layer>,
    classes: usize,
    views: usize,
    device: tensor::Device,
}

impl Head {
    /// The same on a device.
    pub fn scorer(&self, device: &Device) -> Scorer {
        let Device(device) = device;
        Scorer {
            standardizer: Standardizer {
                mean: self.mean.clone(),
                scale: self.scale.clone(),
            },
            layers: self
                .layers
                .iter()
                .map(|dense| dense.layer(device))
                .collect(),
            classes: self.classes,
            views: self.views,
            device: device.clone(),
        }
    }

    /// As [`Scorer::probabilities`], for one batch.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn probabilities(
        &self,
        features: &Features,
        images: &[usize],
        device: &Device,
    ) -> Result<Vec<f32>, HeadError> {
        self.scorer(device).probabilities(features, images)
    }
}

impl Scorer {
    /// Probabilities of `images`, which have [`views`](Head::views) rows of `features` each,
    /// `[images, classes]` row-major; each row sums to 1. An image with a feature that is not finite
    /// gets probabilities that are not numbers.
    ///
    /// # Errors
    ///
    /// [`HeadError::Device`] where the device fails.
    ///
    /// # Panics
    ///
    /// If the features have another dimension than those the head was trained on.
    pub fn probabilities(
        &self,
        features: &Features,
        images: &[usize],
    ) -> Result<Vec<f32>, HeadError> {
        let Self {
            standardizer,
            layers,
            classes: _,
            views,
            device,
        } = self;
        assert_eq!(
            features.dim(),
            standardizer.mean.len(),
            "a head takes the features it was trained on"
        );
        let rows = views_of(images, *views);
        let logits = logits(features, &rows, standardizer, layers, device)?;
        let mut probabilities = Vec::with_capacity(rows.len() * self.classes);
        for logits in logits.chunks(outputs(self.classes)) {
            push_probabilities(logits, &mut probabilities);
        }
        if self.views == 1 {
            return Ok(probabilities);
        }
        let share = 1.0 / self.views as f32;
        let of_images = probabilities.chunks(self.views * self.classes);
        Ok(of_images
            .flat_map(|views| {
                let of_class = move |class| views.iter().skip(class).step_by(self.classes);
                (0..self.classes).map(move |class| of_class(class).map(|p| p * share).sum())
            })
            .collect())
    }
}

impl Dense {
    fn layer(&self, device: &tensor::Device) -> Layer {
        let weight = TensorData::new(self.weight.clone(), [1, self.inputs, self.outputs]);
        let bias = TensorData::new(self.bias.clone(), [1, 1, self.outputs]);
        Layer {
            weight: Tensor::from_data(weight, device),
            bias: Tensor::from_data(bias, device),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::f16;

    fn features(rows: &[[f32; 2]]) -> Features {
        let mut features = Features::new(2);
        for row in rows {
            features.push(&row.map(f16::from_f32));
        }
        features
    }

    #[test]
    fn probabilities_follow_the_formula_in_the_order_of_the_rows() {
        let head = Head {
            mean: vec![1.0, 0.0],
            scale: vec![2.0, 0.0],
            layers: vec![
                Dense {
                    inputs: 2,
                    outputs: 2,
                    weight: vec![1.0, -1.0, 5.0, 5.0],
                    bias: vec![0.5, 0.5],
                },
                Dense {
                    inputs: 2,
                    outputs: 1,
                    weight: vec![1.0, 3.0],
                    bias: vec![-1.0],
                },
            ],
            classes: 2,
            views: 1,
        };
        let features = features(&[[1.0, 7.0], [2.0, 7.0], [0.0, -7.0]]);
        let probabilities = head
            .probabilities(&features, &[2, 0, 1], &Device::cpu())
            .unwrap();
        // Hidden units: relu(±2(x - 1) + 0.5); logits 3 * 2.5 - 1, 0.5 + 1.5 - 1, 2.5 - 1.
        for (row, logit) in [6.5_f32, 1.0, 1.5].into_iter().enumerate() {
            let positive = 1.0 / (1.0 + (-logit).exp());
            assert!(
                (probabilities[2 * row + 1] - positive).abs() < 1e-6,
                "row {row}"
            );
            assert!(
                (probabilities[2 * row] - (1.0 - positive)).abs() < 1e-6,
                "row {row}"
            );
        }
    }

    #[test]
    fn no_rows_give_no_probabilities() {
        let layer = Dense {
            inputs: 2,
            outputs: 3,
            weight: vec![0.0; 6],
            bias: vec![0.0; 3],
        };
        let head = Head {
            mean: vec![0.0; 2],
            scale: vec![1.0; 2],
            layers: vec![layer],
            classes: 3,
            views: 1,
        };
        let features = features(&[[1.0, 2.0]]);
        assert!(
            head.probabilities(&features, &[], &Device::cpu())
                .unwrap()
                .is_empty()
        );
        let probabilities = head.probabilities(&features, &[0], &Device::cpu()).unwrap();
        assert_eq!(probabilities, [1.0 / 3.0; 3]);
    }

    #[test]
    fn an_image_is_told_the_mean_of_what_its_views_are_told() {
        let layer = Dense {
            inputs: 2,
            outputs: 1,
            weight: vec![1.0, 0.0],
            bias: vec![0.0],
        };
        let single = Head {
            mean: vec![0.0; 2],
            scale: vec![1.0; 2],
            layers: vec![layer],
            classes: 2,
            views: 1,
        };
        let features = features(&[[9.0, 0.0], [9.0, 0.0], [1.0, 0.0], [-2.0, 0.0]]);
        let apart = single
            .probabilities(&features, &[2, 3], &Device::cpu())
            .unwrap();
        let head = Head { views: 2, ..single };
        let together = head.probabilities(&features, &[1], &Device::cpu()).unwrap();
        let mean = |class: usize| 0.5 * (apart[class] + apart[2 + class]);
        assert_eq!(together, [mean(0), mean(1)]);
    }
}
