//! Scaling of columns, fitted to rows and applied to new ones.

use crate::error::SegmentError;
use crate::linalg::means_and_variances;
use crate::rows::Rows;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How columns are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scaling {
    /// The smallest value to 0 and the largest to 1.
    MinMax,
    /// Mean 0 and variance 1, with the divisor `n` and by weight.
    Standard,
    /// As they are.
    None,
}

impl Scaling {
    pub const ALL: [Self; 3] = [Self::MinMax, Self::Standard, Self::None];

    /// As in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::MinMax => "minmax",
            Self::Standard => "standard",
            Self::None => "none",
        }
    }
}

impl FromStr for Scaling {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|scaling| scaling.name() == text);
        found.ok_or_else(|| format!("`{text}`: minmax, standard or none is allowed"))
    }
}

/// A fitted scaling: `(value - offset) / divisor`, by column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    pub scaling: Scaling,
    pub offset: Vec<f64>,
    pub divisor: Vec<f64>,
    /// The range of the values that it was fitted to.
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Scale {
    /// # Errors
    /// When columns are constant.
    pub fn fit(rows: &Rows, scaling: Scaling) -> Result<Self, SegmentError> {
        let width = rows.columns().len();
        let (mut low, mut high) = (vec![f64::INFINITY; width], vec![f64::NEG_INFINITY; width]);
        for row in rows.values().chunks_exact(width) {
            for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(row) {
                *low = low.min(value);
                *high = high.max(value);
            }
        }
        let constant = (0..width).filter(|&at| high[at] <= low[at]);
        let constant: Vec<String> = constant.map(|at| rows.columns()[at].clone()).collect();
        if !constant.is_empty() {
            return Err(SegmentError::ConstantColumns(constant));
        }
        let (offset, divisor) = match scaling {
            Scaling::MinMax => {
                let range = high.iter().zip(&low).map(|(high, low)| high - low);
                (low.clone(), range.collect())
            }
            Scaling::Standard => {
                let (means, variances) = means_and_variances(rows.points());
                (means, variances.iter().map(|v| v.sqrt()).collect())
            }
            Scaling::None => (vec![0.0; width], vec![1.0; width]),
        };
        Ok(Self {
            scaling,
            offset,
            divisor,
            low,
            high,
        })
    }

    /// Rows of the same columns, scaled: [rows, columns].
    pub fn apply(&self, values: &[f64]) -> Vec<f64> {
        let width = self.offset.len();
        let mut scaled = values.to_vec();
        scaled.par_chunks_mut(width).for_each(|row| {
            for (value, (offset, divisor)) in
                row.iter_mut().zip(self.offset.iter().zip(&self.divisor))
            {
                *value = (*value - offset) / divisor;
            }
        });
        scaled
    }

    /// The columns in which a row, before it is scaled, lies outside the range that this was fitted to.
    pub fn out_of_range(&self, row: &[f64]) -> Vec<usize> {
        let range = self.low.iter().zip(&self.high);
        let outside = row.iter().zip(range).enumerate();
        outside
            .filter(|(_, (value, (low, high)))| *value < low || *value > high)
            .map(|(column, _)| column)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: Vec<f64>) -> Rows {
        Rows::new(vec!["a".to_owned(), "b".to_owned()], values).unwrap()
    }

    // x = np.array([[1., 10.], [2., 40.], [4., 20.]])
    const VALUES: [f64; 6] = [1.0, 10.0, 2.0, 40.0, 4.0, 20.0];

    fn assert_near(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }

    #[test]
    fn scales_match_scikit_learn() {
        let rows = rows(VALUES.to_vec());
        // MinMaxScaler().fit_transform(x)
        let minmax = Scale::fit(&rows, Scaling::MinMax).unwrap();
        let third = 1.0 / 3.0;
        assert_near(&minmax.apply(&VALUES), &[0.0, 0.0, third, 1.0, 1.0, third]);
        // StandardScaler().fit_transform(x)
        let standard = Scale::fit(&rows, Scaling::Standard).unwrap();
        let expected = [
            -1.0690449676496976,
            -1.0690449676496976,
            -0.2672612419124244,
            1.3363062095621219,
            1.3363062095621219,
            -0.2672612419124244,
        ];
        assert_near(&standard.apply(&VALUES), &expected);
        let none = Scale::fit(&rows, Scaling::None).unwrap();
        assert_eq!(none.apply(&VALUES), VALUES);
        // StandardScaler().fit(x, sample_weight=[1, 2, 3]).mean_, .scale_
        let weighted = rows.weighted(vec![1.0, 2.0, 3.0]).unwrap();
        let standard = Scale::fit(&weighted, Scaling::Standard).unwrap();
        assert_near(&standard.offset, &[17.0 / 6.0, 25.0]);
        assert_near(&standard.divisor, &[1.2133516482134197, 11.180339887498949]);
    }

    #[test]
    fn values_out_of_the_range_are_named_by_column() {
        let scale = Scale::fit(&rows(VALUES.to_vec()), Scaling::MinMax).unwrap();
        assert_eq!(scale.out_of_range(&[4.0, 10.0]), [0_usize; 0]);
        assert_eq!(scale.out_of_range(&[0.9, 41.0]), [0, 1]);
        assert_eq!(scale.out_of_range(&[1.5, 9.0]), [1]);
    }

    #[test]
    fn constant_columns_are_refused_by_name() {
        let constant = rows(vec![1.0, 2.0, 3.0, 2.0]);
        let error = Scale::fit(&constant, Scaling::None).unwrap_err();
        assert_eq!(error.to_string(), "the same value in every row of `b`");
    }
}
