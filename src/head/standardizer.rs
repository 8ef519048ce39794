//! Standardisation: every column to mean 0 and standard deviation 1 over the training rows, so that
//! one learning rate suits columns from different depths of the backbone.

use super::HeadError;
use crate::features::Features;
use half::f16;
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;

/// Rows whose sums are added up before they meet the others'. It is fixed, so that the order of
/// additions, and with it every bit, does not depend on the number of threads.
const CHUNK: usize = 256;

/// A column whose standard deviation is below this share of its mean, far under what half
/// precision can tell apart, is constant.
const CONSTANT: f64 = 1e-6;

/// `(value - mean) * scale`, column by column; a constant column has scale 0 and says nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standardizer {
    pub mean: Vec<f32>,
    pub scale: Vec<f32>,
}

impl Standardizer {
    /// Means and inverse (population) standard deviations of `rows` and of no others.
    ///
    /// # Errors
    ///
    /// [`HeadError::NotFinite`] for the first value of `rows` that is infinite or not a number.
    pub fn of(features: &Features, rows: &[usize]) -> Result<Self, HeadError> {
        check_finite(features, rows)?;
        let sums: Vec<[Vec<f64>; 2]> = rows
            .par_chunks(CHUNK)
            .map(|rows| sums(features, rows))
            .collect();
        let total = |moment: usize, column: usize| -> f64 {
            sums.iter().map(|chunk| chunk[moment][column]).sum::<f64>() / rows.len() as f64
        };
        let (mean, scale) = (0..features.dim())
            .map(|column| {
                let mean = total(0, column);
                let deviation = (total(1, column) - mean * mean).max(0.0).sqrt();
                let constant = deviation <= CONSTANT * mean.abs().max(1.0);
                (
                    mean as f32,
                    if constant {
                        0.0
                    } else {
                        (1.0 / deviation) as f32
                    },
                )
            })
            .unzip();
        Ok(Self { mean, scale })
    }

    /// The standardised `rows`, `[rows, dim]` row-major, into `out`; times `masks`, one a row, where
    /// there are any.
    pub fn apply(
        &self,
        features: &Features,
        rows: &[usize],
        masks: Option<&[&[f32]]>,
        out: &mut [f32],
    ) {
        out.par_chunks_mut(features.dim())
            .zip(rows)
            .enumerate()
            .for_each(|(place, (out, &row))| {
                let row = features.row(row);
                match masks {
                    Some(masks) => masked(row, &self.mean, &self.scale, masks[place], out),
                    None => plain(row, &self.mean, &self.scale, out),
                }
            });
    }
}

fn plain(row: &[f16], mean: &[f32], scale: &[f32], out: &mut [f32]) {
    row.convert_to_f32_slice(out);
    for ((value, mean), scale) in out.iter_mut().zip(mean).zip(scale) {
        *value = (*value - mean) * scale;
    }
}

fn masked(row: &[f16], mean: &[f32], scale: &[f32], mask: &[f32], out: &mut [f32]) {
    row.convert_to_f32_slice(out);
    for (((value, mean), scale), keep) in out.iter_mut().zip(mean).zip(scale).zip(mask) {
        *value = (*value - mean) * scale * keep;
    }
}

/// # Errors
///
/// [`HeadError::NotFinite`] for the first value of `rows` that is infinite or not a number.
pub(super) fn check_finite(features: &Features, rows: &[usize]) -> Result<(), HeadError> {
    let bad = rows
        .par_iter()
        .find_first(|&&row| features.row(row).iter().any(|v| !v.is_finite()));
    bad.map_or(Ok(()), |&row| {
        let values = features.row(row);
        let column = values
            .iter()
            .position(|value| !value.is_finite())
            .unwrap_or_default();
        Err(HeadError::NotFinite {
            row,
            column,
            value: values[column].to_f32(),
        })
    })
}

/// Sums and sums of squares of the columns over `rows`. Squares of half-precision numbers are exact
/// in f64, so that one pass is enough.
fn sums(features: &Features, rows: &[usize]) -> [Vec<f64>; 2] {
    let mut first = vec![0.0; features.dim()];
    let mut second = vec![0.0; features.dim()];
    let mut values = vec![0.0; features.dim()];
    for &row in rows {
        features.row(row).convert_to_f32_slice(&mut values);
        for ((value, first), second) in values.iter().zip(&mut first).zip(&mut second) {
            let value = f64::from(*value);
            *first += value;
            *second += value * value;
        }
    }
    [first, second]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(rows: &[[f32; 3]]) -> Features {
        let mut features = Features::new(3);
        for row in rows {
            features.push(&row.map(f16::from_f32));
        }
        features
    }

    #[test]
    fn only_the_named_rows_count_and_constant_columns_become_zero() {
        let features = features(&[[1.0, 100.0, 0.25], [3.0, 100.0, 0.75], [1000.0, 0.0, 9.0]]);
        let standardizer = Standardizer::of(&features, &[0, 1]).unwrap();
        assert_eq!(standardizer.mean, [2.0, 100.0, 0.5]);
        assert_eq!(standardizer.scale, [1.0, 0.0, 4.0]);
        let mut out = [f32::NAN; 6];
        standardizer.apply(&features, &[1, 2], None, &mut out);
        assert_eq!(out, [1.0, 0.0, 1.0, 998.0, 0.0, 34.0]);
        let masks: [&[f32]; 2] = [&[1.0, 1.0, 0.0], &[2.0, 2.0, 0.0]];
        standardizer.apply(&features, &[1, 2], Some(&masks), &mut out);
        assert_eq!(out, [1.0, 0.0, 0.0, 1996.0, 0.0, 0.0]);
    }

    #[test]
    fn a_value_that_is_not_finite_is_named_if_its_row_is_used() {
        let features = features(&[[1.0, 2.0, 3.0], [4.0, f32::INFINITY, 6.0], [7.0, 8.0, 10.0]]);
        assert!(Standardizer::of(&features, &[0, 2]).is_ok());
        assert_eq!(
            Standardizer::of(&features, &[0, 1]).unwrap_err(),
            HeadError::NotFinite {
                row: 1,
                column: 1,
                value: f32::INFINITY
            }
        );
    }
}
