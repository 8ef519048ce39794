//! Steps of a training: batches of nearly equal size, and the learning rate of each.

/// Batch size, number of epochs and of steps, of heads and of fine-tuning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub batch: usize,
    pub epochs: usize,
    steps: usize,
}

impl Schedule {
    /// For `rows` rows an epoch, in batches of at most `largest` and of nearly equal size, so that no
    /// step rests on a handful of rows; more than `epochs` epochs where these are not `min_steps` steps.
    pub fn new(rows: usize, largest: usize, epochs: usize, min_steps: usize) -> Self {
        let steps_an_epoch = rows.div_ceil(largest).max(1);
        let epochs = epochs.max(min_steps.div_ceil(steps_an_epoch));
        Self {
            batch: rows.div_ceil(steps_an_epoch).max(1),
            epochs,
            steps: steps_an_epoch * epochs,
        }
    }

    /// The learning rate of a step (from 0): it rises to `highest` over the first `warm_up` of all steps.
    pub fn learning_rate(&self, step: usize, highest: f64, warm_up: f64) -> f64 {
        let rise = warm_up * self.steps as f64;
        highest * warm_up_and_cosine(step, self.steps, rise)
    }
}

/// The share of the highest learning rate at a step (from 0) of `steps`: a linear rise over the first
/// `rise`, then half a cosine that ends just above 0 (Loshchilov and Hutter 2017, eq. 5).
fn warm_up_and_cosine(step: usize, steps: usize, rise: f64) -> f64 {
    let step = (step + 1) as f64;
    if step < rise {
        return step / rise;
    }
    let done = (step - rise) / (steps as f64 - rise + 1.0);
    0.5 * (1.0 + (std::f64::consts::PI * done).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_of_nearly_equal_size_and_few_rows_get_more_epochs() {
        let cases = [
            ((9_000, 256), (250, 5, 180)),
            ((432, 54), (54, 19, 152)),
            ((3, 1), (1, 50, 150)),
        ];
        for ((rows, largest), (batch, epochs, steps)) in cases {
            let expected = Schedule {
                batch,
                epochs,
                steps,
            };
            assert_eq!(Schedule::new(rows, largest, 5, 150), expected);
        }
    }

    #[test]
    fn the_learning_rate_rises_to_its_top_and_falls_to_almost_nothing() {
        let schedule = Schedule {
            batch: 1,
            epochs: 1,
            steps: 100,
        };
        let rates: Vec<f64> = (0..100)
            .map(|step| schedule.learning_rate(step, 0.5, 0.1))
            .collect();
        assert!((rates[0] - 0.05).abs() < 1e-12);
        assert!((rates[9] - 0.5).abs() < 1e-12);
        assert!(rates[..10].is_sorted() && rates[10..].is_sorted_by(|a, b| a >= b));
        assert!(rates[99] > 0.0 && rates[99] < 0.001);
    }
}
