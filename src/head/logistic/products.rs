//! Products of standardised rows, block by block.

use super::super::HeadError;
use super::super::adamw::{failed, read};
use super::super::standardizer::Standardizer;
use crate::features::Features;
use burn::tensor::{Device, Tensor, TensorData};

/// Rows of a block.
const BLOCK: usize = 512;

/// `Z Zᵀ / columns`, `[rows, rows]`.
pub struct Products {
    matrix: Tensor<2>,
    rows: usize,
    device: Device,
}

impl Products {
    pub fn of(
        features: &Features,
        rows: &[usize],
        standardizer: &Standardizer,
        device: &Device,
    ) -> Result<Self, HeadError> {
        let n = rows.len();
        let share = 1.0 / features.dim() as f32;
        let mut matrix = vec![0.0; n * n];
        for (i, left) in rows.chunks(BLOCK).enumerate() {
            let left = standardised(features, left, standardizer, device) * share;
            for (j, right) in rows.chunks(BLOCK).take(i + 1).enumerate() {
                let width = right.len();
                let right = standardised(features, right, standardizer, device);
                let block = read(left.clone().matmul(right.transpose()))?;
                let block: &[f32] = block.as_slice().map_err(failed)?;
                for (at, values) in block.chunks_exact(width).enumerate() {
                    let (row, column) = (i * BLOCK + at, j * BLOCK);
                    matrix[row * n + column..][..width].copy_from_slice(values);
                    for (next, value) in values.iter().enumerate() {
                        matrix[(column + next) * n + row] = *value;
                    }
                }
            }
        }
        Ok(Self {
            matrix: Tensor::from_data(TensorData::new(matrix, [n, n]), device),
            rows: n,
            device: device.clone(),
        })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The products with vectors `[outputs, rows]`, which have that form too.
    pub fn times(&self, vectors: &[f64]) -> Result<Vec<f64>, HeadError> {
        let values: Vec<f32> = vectors.iter().map(|of| *of as f32).collect();
        let form = [values.len() / self.rows, self.rows];
        let vectors = Tensor::<2>::from_data(TensorData::new(values, form), &self.device);
        let found = read(vectors.matmul(self.matrix.clone()))?;
        let found: &[f32] = found.as_slice().map_err(failed)?;
        Ok(found.iter().map(|of| f64::from(*of)).collect())
    }
}

/// `Zᵀ α / columns`, `[columns, outputs]`, of coefficients `[outputs, rows]`.
pub fn weights(
    (features, rows, standardizer): (&Features, &[usize], &Standardizer),
    of_rows: &[f64],
    device: &Device,
) -> Result<Vec<f32>, HeadError> {
    let outputs = of_rows.len() / rows.len();
    let share = 1.0 / features.dim() as f64;
    let mut sum = Tensor::<2>::zeros([features.dim(), outputs], device);
    for (block, part) in rows.chunks(BLOCK).enumerate() {
        let at = |output: usize, row: usize| of_rows[output * rows.len() + block * BLOCK + row];
        let values = (0..part.len())
            .flat_map(|row| (0..outputs).map(move |output| (at(output, row) * share) as f32));
        let values = TensorData::new(values.collect::<Vec<f32>>(), [part.len(), outputs]);
        let z = standardised(features, part, standardizer, device);
        sum = sum + z.transpose().matmul(Tensor::from_data(values, device));
    }
    read(sum)?.try_to_vec().map_err(failed)
}

fn standardised(
    features: &Features,
    rows: &[usize],
    standardizer: &Standardizer,
    device: &Device,
) -> Tensor<2> {
    let mut values = vec![0.0; rows.len() * features.dim()];
    standardizer.apply(features, rows, None, &mut values);
    Tensor::from_data(
        TensorData::new(values, [rows.len(), features.dim()]),
        device,
    )
}
