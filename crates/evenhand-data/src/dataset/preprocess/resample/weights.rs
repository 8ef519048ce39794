//! Weights of a filter along one axis.

use super::super::Filter;
use std::f64::consts::PI;
use std::ops::Range;

/// Fractional bits of a weight. Ten of 32 bits are left, for 8 bits of a level and for weights outside of 0 to 1.
pub const PRECISION: u32 = 22;

/// Weights of one axis.
pub struct Weights {
    /// The source positions that make up each target position.
    pub windows: Vec<Range<usize>>,
    /// Their weights, one window behind the other.
    values: Vec<i32>,
}

impl Weights {
    /// Of a region of `source` positions that becomes `target` positions. When shrinking, the filter grows with the
    /// scale.
    pub fn new(source: usize, region: Range<f32>, target: usize, filter: Filter) -> Self {
        let scale = f64::from(region.end - region.start) / target as f64;
        let stretch = scale.max(1.0);
        let reach = support(filter) * stretch;
        let start = f64::from(region.start);
        let mut windows = Vec::with_capacity(target);
        let mut values = Vec::new();
        let mut exact = Vec::new();
        for position in 0..target {
            let centre = start + (position as f64 + 0.5) * scale;
            // A cast cuts off at zero.
            let first = (centre - reach + 0.5) as usize;
            let end = ((centre + reach + 0.5) as usize).min(source);
            let window = first..end.max(first);
            let distance = |at: usize| (at as f64 - centre + 0.5) * (1.0 / stretch);
            exact.clear();
            exact.extend(window.clone().map(|at| weight(filter, distance(at))));
            let mut sum = 0.0;
            exact.iter().for_each(|weight| sum += weight);
            values.extend(exact.iter().map(|weight| match sum == 0.0 {
                true => fixed_point(*weight),
                false => fixed_point(weight / sum),
            }));
            windows.push(window);
        }
        Self { windows, values }
    }

    /// The source positions that are needed.
    pub fn reach(&self) -> Range<usize> {
        let first = self.windows.first().map_or(0, |window| window.start);
        let end = self.windows.last().map_or(0, |window| window.end);
        first..end
    }

    /// The windows with their weights.
    pub fn iter(&self) -> impl Iterator<Item = (&Range<usize>, &[i32])> {
        let mut rest = &self.values[..];
        self.windows.iter().map(move |window| {
            let (weights, behind) = rest.split_at(window.len());
            rest = behind;
            (window, weights)
        })
    }
}

/// Rounds halves away from zero.
fn fixed_point(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION);
    (scaled + if weight < 0.0 { -0.5 } else { 0.5 }) as i32
}

/// How far from its centre a filter is not zero.
fn support(filter: Filter) -> f64 {
    match filter {
        Filter::Bilinear => 1.0,
        Filter::Bicubic => 2.0,
        Filter::Lanczos => 3.0,
    }
}

/// The filter at a distance from its centre.
fn weight(filter: Filter, x: f64) -> f64 {
    let far = x.abs();
    match filter {
        Filter::Bilinear if far < 1.0 => 1.0 - far,
        // Cubic convolution with a = -0.5, which others call Catmull-Rom.
        Filter::Bicubic if far < 1.0 => (1.5 * far - 2.5) * far * far + 1.0,
        Filter::Bicubic if far < 2.0 => (((far - 5.0) * far + 8.0) * far - 4.0) * -0.5,
        Filter::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
        _ => 0.0,
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let angle = x * PI;
    angle.sin() / angle
}
