//! A linear head by logistic regression with a ridge penalty: an exact fit, where the network's is a matter of steps.
//!
//! Features are many more than labelled images, so that the fit is done in the space of the rows: the weights are a sum
//! of training rows, `w = Zᵀ α / columns` (the representer theorem: Schölkopf, Herbrich and Smola 2001), and all that is
//! needed of the features are the products of each two rows, which are computed once for all penalties.

mod loss;
mod point;
mod products;
mod solve;
#[cfg(test)]
mod tests;

use super::examples::Examples;
use super::model::{Dense, Head};
use super::network::outputs;
use super::standardizer::Standardizer;
use super::{Device, HeadError};
use point::Point;
use products::Products;
use solve::Problem;

/// Penalties that are tried, on the squares of the weights times the number of features. The prior that they stand for:
/// the margins of images differ by a standard deviation of about `1 / sqrt(penalty)`.
pub(super) const PENALTIES: [f64; 9] = [10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];

/// Rows that are learned from, at most: the products of each two of them stay below 150 megabytes, and more rows teach a
/// network what a linear head cannot learn.
pub(super) const MOST_ROWS: usize = 6_000;

/// Fits a head to `train` for each penalty, the largest first. Rows of weight 0 do not count.
///
/// # Errors
/// As of [`fit`](super::fit), but for a loss that diverges.
pub(super) fn fit_path(
    examples: &Examples,
    train: &[usize],
    penalties: &[f64],
    device: &Device,
) -> Result<Vec<Head>, HeadError> {
    let images = examples.weighted(train);
    examples.check_training(&images)?;
    let rows = examples.views_of(&images);
    let standardizer = Standardizer::of(examples.features, &rows)?;
    let Device(device) = device;
    let products = Products::of(examples.features, &rows, &standardizer, device)?;
    let problem = Problem {
        products: &products,
        labels: rows.iter().map(|&row| examples.label(row)).collect(),
        weights: rows
            .iter()
            .map(|&row| f64::from(examples.weight(row)))
            .collect(),
        outputs: outputs(examples.classes),
    };
    let mut point = Point::origin(rows.len(), problem.outputs);
    let mut heads = Vec::with_capacity(penalties.len());
    for &penalty in penalties {
        point = problem.minimise(point, penalty)?;
        let weight = products::weights(
            (examples.features, &rows, &standardizer),
            &point.of_rows,
            device,
        )?;
        let layer = Dense {
            inputs: examples.features.dim(),
            outputs: problem.outputs,
            weight,
            bias: point.intercepts.iter().map(|of| *of as f32).collect(),
        };
        heads.push(Head {
            mean: standardizer.mean.clone(),
            scale: standardizer.scale.clone(),
            layers: vec![layer],
            classes: examples.classes,
            views: examples.views,
        });
    }
    Ok(heads)
}
