//! Weights to int8. To the nearest integer each is not nearest for their sum: where a layer's inputs
//! go together, as neighbouring pixels do, errors of one sign add up. So weights are rounded up or
//! down for the least squared error of the layer's *output* on the calibration images (Nagel et al.
//! 2020, "Up or Down?", eq. 7), one after the other until none is worth changing, and what remains of
//! the error on average goes into the bias (Nagel et al. 2019, section 4.2).

use super::patches::{Moments, Patches};
use crate::graph::quantize::{IntWeights, Weight};
use rayon::prelude::*;

const MOST: f32 = 127.0;
/// Parts of the largest weight at which weights may be cut off.
const RANGES: [f32; 4] = [1.0, 0.95, 0.9, 0.8];
/// Rounds over all weights; nearly always fewer are needed.
const ROUNDS: usize = 20;

/// Rounds the weights of a layer, `values` in the order of the tensor. `least_scale` bounds the scale
/// of each channel from below, where its bias needs that.
pub fn round(
    weight: &Weight,
    values: &[f32],
    patches: Option<&Patches>,
    least_scale: &(dyn Fn(usize) -> f32 + Sync),
) -> IntWeights {
    let channels = weight.channels();
    let mut places = vec![Vec::new(); channels];
    for at in 0..values.len() {
        places[weight.channel(at)].push(at);
    }
    let rows = places.par_iter().enumerate().map(|(channel, places)| {
        let row: Vec<f32> = places.iter().map(|&at| values[at]).collect();
        let moments = patches.map(|patches| patches.moments(channel, channels));
        round_channel(&row, moments, least_scale(channel))
    });
    let rounded: Vec<Rounded> = rows.collect();
    let mut integers = vec![0; values.len()];
    for (places, row) in places.iter().zip(&rounded) {
        for (&at, &value) in places.iter().zip(&row.values) {
            integers[at] = value;
        }
    }
    IntWeights {
        values: integers,
        scales: rounded.iter().map(|row| row.scale).collect(),
        shift: match patches {
            Some(_) => rounded.iter().map(|row| row.shift).collect(),
            None => Vec::new(),
        },
    }
}

struct Rounded {
    values: Vec<i8>,
    scale: f32,
    shift: f32,
}

fn round_channel(row: &[f32], moments: Option<Moments>, least_scale: f32) -> Rounded {
    let most = row
        .iter()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = |range: f32| {
        (most * range / MOST)
            .max(least_scale)
            .max(f32::MIN_POSITIVE)
    };
    let covariance = moments.and_then(|moments| moments.covariance);
    let (scale, values) = match covariance {
        None => (scale(1.0), nearest(row, scale(1.0))),
        Some(covariance) => {
            let tried = RANGES.map(|range| {
                let mut values = nearest(row, scale(range));
                let error = descend(row, &mut values, scale(range), covariance);
                (error, scale(range), values)
            });
            let best = tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
            let (_, scale, values) = best.expect("there are ranges to try");
            (scale, values)
        }
    };
    let mean_error = |moments: Moments| -> f32 {
        let errors = row
            .iter()
            .zip(&values)
            .map(|(w, &q)| f32::from(q) * scale - w);
        errors
            .zip(moments.mean)
            .map(|(error, mean)| error * mean)
            .sum()
    };
    Rounded {
        shift: -moments.map_or(0.0, mean_error),
        values,
        scale,
    }
}

fn nearest(row: &[f32], scale: f32) -> Vec<i8> {
    let integer = |value: &f32| (value / scale).round_ties_even().clamp(-MOST, MOST) as i8;
    row.iter().map(integer).collect()
}

/// Moves integers up or down by one while that lessens the variance of the output's error,
/// `e' C e` for errors `e` of the weights. Returns that variance.
fn descend(row: &[f32], values: &mut [i8], scale: f32, covariance: &[f32]) -> f32 {
    let k = row.len();
    let column = |at: usize| &covariance[at * k..(at + 1) * k];
    let errors: Vec<f32> = row
        .iter()
        .zip(&*values)
        .map(|(w, &q)| f32::from(q) * scale - w)
        .collect();
    let mut gradient = vec![0.0; k];
    for (at, error) in errors.iter().enumerate() {
        add(&mut gradient, column(at), *error);
    }
    let mut total: f32 = errors.iter().zip(&gradient).map(|(e, g)| e * g).sum();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for at in 0..k {
            let step = if gradient[at] > 0.0 { -1 } else { 1 };
            let moved = f32::from(values[at]) + f32::from(step);
            let delta = f32::from(step) * scale;
            let gain = -(2.0 * delta * gradient[at] + delta * delta * covariance[at * k + at]);
            if moved.abs() <= MOST && gain > 1e-6 * total.abs() {
                values[at] += step;
                total -= gain;
                add(&mut gradient, column(at), delta);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    total
}

fn add(to: &mut [f32], column: &[f32], factor: f32) {
    for (value, entry) in to.iter_mut().zip(column) {
        *value += factor * entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variance(row: &[f32], rounded: &Rounded, covariance: &[f32]) -> f32 {
        let k = row.len();
        let error = |at: usize| f32::from(rounded.values[at]) * rounded.scale - row[at];
        (0..k * k)
            .map(|at| error(at / k) * covariance[at] * error(at % k))
            .sum()
    }

    /// Nine inputs that are nearly equal, as the pixels under a 3x3 filter.
    fn alike() -> Vec<f32> {
        (0..81)
            .map(|at| if at / 9 == at % 9 { 1.01 } else { 1.0 })
            .collect()
    }

    #[test]
    fn errors_cancel_where_inputs_go_together() {
        let row = [
            1.0, 0.3337, 0.3337, 0.3337, 0.3337, 0.3337, 0.3337, 0.3337, 0.3337,
        ];
        let (mean, covariance) = ([5.0; 9], alike());
        let plain = round_channel(&row, None, 0.0);
        let moments = Moments {
            mean: &mean,
            covariance: Some(&covariance),
        };
        let clever = round_channel(&row, Some(moments), 0.0);
        let (before, after) = (
            variance(&row, &plain, &covariance),
            variance(&row, &clever, &covariance),
        );
        assert!(after < before / 20.0, "{before} to {after}");
        // And the mean error is in the shift.
        let sum = |rounded: &Rounded| -> f32 {
            rounded
                .values
                .iter()
                .map(|&q| f32::from(q) * rounded.scale)
                .sum()
        };
        let error = 5.0 * (sum(&clever) - row.iter().sum::<f32>());
        assert!((error + clever.shift).abs() < 1e-4);
    }

    #[test]
    fn without_calibration_weights_go_to_the_nearest_integer() {
        let weight = Weight {
            tensor: "w".into(),
            dims: vec![2, 2],
            axis: 1,
        };
        let rounded = round(&weight, &[1.27, -0.5, 0.0101, 0.25], None, &|_| 0.0);
        assert_eq!(rounded.values, [127, -127, 1, 64], "channels are columns");
        assert!((rounded.scales[0] - 0.01).abs() < 1e-7 && rounded.shift.is_empty());
    }

    #[test]
    fn a_channel_of_zeros_and_a_large_bias_are_no_trouble() {
        let rounded = round_channel(&[0.0, 0.0], None, 0.0);
        assert_eq!(rounded.values, [0, 0]);
        assert!(rounded.scale > 0.0);
        assert_eq!(round_channel(&[0.1], None, 0.5).scale, 0.5);
    }
}
