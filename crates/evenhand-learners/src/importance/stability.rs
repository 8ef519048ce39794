//! Stability selection: which columns of the data a lasso chooses again and again, on parts of the rows.

use crate::error::LearnerError;
use crate::examples::Examples;
use crate::logistic::{L1Params, Logistic};
use evenhand_stats::stats::resample::mix;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rayon::prelude::*;

/// How often, and how many columns.
#[derive(Debug, Clone, PartialEq)]
pub struct StabilityParams {
    /// Parts of the rows, of half of them each; they come in pairs that have no row in common.
    pub subsamples: usize,
    /// So many columns of the data are chosen in each part, at most.
    pub most_sources: usize,
    pub seed: u64,
    pub l1: L1Params,
}

impl Default for StabilityParams {
    fn default() -> Self {
        Self {
            subsamples: 50,
            most_sources: 10,
            seed: 0,
            l1: L1Params::default(),
        }
    }
}

/// How often columns of the data were chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// In the order of the frame: the column of the data, and the share of the parts that it was chosen in.
    pub frequencies: Vec<(String, f64)>,
    /// The mean number of columns that were chosen.
    pub chosen: f64,
}

impl Stability {
    /// At most so many columns that tell nothing are expected among those chosen in at least this share of the parts,
    /// if such columns are chosen alike and no more often than others. `None` of a share up to one half.
    ///
    /// # Formula
    ///
    /// With `q` the mean number of columns chosen of `p`, `q² / ((2 share - 1) p)`: Meinshausen, N. and Bühlmann, P.
    /// (2010), J. R. Stat. Soc. B 72, 417-473, theorem 1.
    pub fn expected_false(&self, share: f64) -> Option<f64> {
        let all = self.frequencies.len() as f64;
        (share > 0.5).then(|| self.chosen * self.chosen / ((2.0 * share - 1.0) * all))
    }
}

/// Chooses columns by the lasso on halves of the rows (Meinshausen and Bühlmann 2010; halves in pairs: Shah, R. D. and
/// Samworth, R. J. (2013), J. R. Stat. Soc. B 75, 55-80). A column of the data is chosen if any column of the design
/// matrix that was made from it has a coefficient. Rows of each label are halved apart.
///
/// # Errors
/// As [`Logistic::fit_l1_path`].
pub fn stability(
    examples: &Examples,
    rows: &[usize],
    params: &StabilityParams,
) -> Result<Stability, LearnerError> {
    let l1 = L1Params {
        most_sources: Some(params.most_sources),
        ..params.l1.clone()
    };
    let chosen = |at: usize| {
        let half = half(examples, rows, mix(params.seed, at as u64 / 2), at % 2);
        let path = Logistic::fit_l1_path(examples, &half, &l1)?;
        let last = path.last().map(Logistic::selected).unwrap_or_default();
        Ok(last.into_iter().map(str::to_owned).collect())
    };
    let parts = (0..params.subsamples).into_par_iter().map(chosen);
    let parts: Vec<Vec<String>> = parts.collect::<Result<_, LearnerError>>()?;
    let n = parts.len().max(1) as f64;
    let mut frequencies: Vec<(String, f64)> = Vec::new();
    for column in examples.frame.columns() {
        if frequencies.iter().all(|(known, _)| *known != column.source) {
            let times = parts.iter().filter(|part| part.contains(&column.source));
            frequencies.push((column.source.clone(), times.count() as f64 / n));
        }
    }
    Ok(Stability {
        frequencies,
        chosen: parts.iter().map(Vec::len).sum::<usize>() as f64 / n,
    })
}

/// The first or the second half of the rows of each label, in the order of the rows.
fn half(examples: &Examples, rows: &[usize], seed: u64, which: usize) -> Vec<usize> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut half = Vec::with_capacity(rows.len() / 2 + examples.classes);
    for class in 0..examples.classes {
        let of_class = rows.iter().filter(|row| examples.labels[**row] == class);
        let mut of_class: Vec<usize> = of_class.copied().collect();
        of_class.shuffle(&mut rng);
        let middle = of_class.len() / 2;
        half.extend_from_slice(match which {
            0 => &of_class[..middle],
            _ => &of_class[middle..],
        });
    }
    half.sort_unstable();
    half
}
