//! The order of an epoch's rows: each once, or drawn as often as its weight says.

use super::examples::Examples;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

pub(super) struct Order {
    /// Those of the epoch.
    rows: Vec<usize>,
    draws: Option<Draws>,
}

/// Distribution that rows are drawn from, with replacement.
struct Draws {
    from: Vec<usize>,
    places: WeightedIndex<f32>,
}

impl Order {
    /// Order of `rows`, which have a weight above 0.
    ///
    /// # Panics
    ///
    /// If rows are to be drawn and there are none, or a weight is infinite.
    pub fn new(rows: Vec<usize>, examples: &Examples) -> Self {
        let draws = examples.oversample.then(|| {
            let weights = rows.iter().map(|&row| examples.weight(row));
            Draws {
                places: WeightedIndex::new(weights).expect("rows have finite weights above 0"),
                from: rows.clone(),
            }
        });
        Self { rows, draws }
    }

    /// Rows of this epoch; as many in every one.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// Puts the rows of the next epoch in order.
    pub fn renew(&mut self, rng: &mut ChaCha8Rng) {
        match &self.draws {
            None => self.rows.shuffle(rng),
            Some(Draws { from, places }) => {
                let draw = |row: &mut usize| *row = from[places.sample(rng)];
                self.rows.iter_mut().for_each(draw);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::balance::{Balance, sample_weights};
    use super::super::toy::separable;
    use super::*;
    use rand::SeedableRng;

    /// Of 1,000 rows a fifth has label 1, and in each label a fifth is of group 1.
    fn epoch(oversample: bool, seed: u64) -> (Vec<usize>, Vec<usize>) {
        let (features, _) = separable(1000, 2, 1);
        let labels: Vec<usize> = (0..1000).map(|row| usize::from(row % 5 == 0)).collect();
        let groups: Vec<usize> = (0..1000).map(|row| usize::from(row / 5 % 5 == 0)).collect();
        let strata: Vec<usize> = labels.iter().zip(&groups).map(|(l, g)| 2 * l + g).collect();
        let weights = sample_weights(Balance::Oversample, &labels, &groups);
        let examples = Examples {
            features: &features,
            views: 1,
            labels: &labels,
            classes: 2,
            weights: &weights,
            strata: &strata,
            oversample,
        };
        let mut order = Order::new((0..1000).collect(), &examples);
        order.renew(&mut ChaCha8Rng::seed_from_u64(seed));
        (order.rows().to_vec(), strata)
    }

    #[test]
    fn oversampled_strata_are_alike_in_number_and_the_seed_decides() {
        let (rows, strata) = epoch(true, 3);
        assert_eq!(rows.len(), 1000);
        for stratum in 0..4 {
            let n = rows.iter().filter(|&&row| strata[row] == stratum).count();
            // 250, give or take four standard deviations of a binomial count.
            assert!((195..=305).contains(&n), "stratum {stratum}: {n}");
        }
        assert_eq!(rows, epoch(true, 3).0);
        assert_ne!(rows, epoch(true, 4).0);
    }

    #[test]
    fn otherwise_every_row_comes_once() {
        let (mut rows, _) = epoch(false, 3);
        rows.sort_unstable();
        assert_eq!(rows, (0..1000).collect::<Vec<_>>());
    }
}
