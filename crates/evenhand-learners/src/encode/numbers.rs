//! Means and standard deviations of numbers with gaps.

/// Numbers that differ by a smaller share of their size are the same but for rounding of 32 bits.
const ROUNDING: f64 = 1e-6;

/// What standardising a column needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Of the rows without a gap, weighted.
    pub mean: f64,
    /// Of all rows, with the mean in the place of gaps; divided by the sum of weights, as scikit-learn's scaler does.
    pub sd: f64,
    pub gaps: usize,
}

impl Moments {
    /// From pairs of a number and its weight.
    pub fn of(numbers: impl Iterator<Item = (f32, f64)> + Clone) -> Self {
        let known = || numbers.clone().filter(|(number, _)| number.is_finite());
        let (mut sum, mut weight, mut all, mut gaps) = (0.0, 0.0, 0.0, 0);
        for (number, of) in numbers.clone() {
            all += of;
            match number.is_finite() {
                true => {
                    sum += of * f64::from(number);
                    weight += of;
                }
                false => gaps += 1,
            }
        }
        let mean = if weight > 0.0 { sum / weight } else { 0.0 };
        let squares = known().map(|(number, of)| of * (f64::from(number) - mean).powi(2));
        let sd = (squares.sum::<f64>() / all).sqrt();
        let is_constant = sd <= ROUNDING * mean.abs() || !sd.is_finite();
        Self {
            mean,
            sd: if is_constant { 0.0 } else { sd },
            gaps,
        }
    }
}
