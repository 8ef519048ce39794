//! Prediction-powered inference: the classifier's answers for all rows, corrected by how far they
//! are from the truth on the coded ones. Right whatever the classifier's errors are, and the better
//! it is the more it adds to the coded rows alone.
//!
//! Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023), PPI++: Efficient Prediction-Powered
//! Inference, arXiv:2311.01453; Angelopoulos et al. (2023), Science 382, 669-674.

use super::NotEstimable;
use super::data::{Part, Sampling};
use super::linear::{Linear, Moved, coded_mean, mean};

/// An estimate, and the weight that the classifier's answers got in it: 0 for none, 1 for all.
#[derive(Debug, Clone)]
pub(super) struct Powered {
    pub estimate: Linear,
    pub lambda: f64,
}

/// The share of a target by PPI++.
///
/// # Formula
///
/// With labels `y` and scores `f`, weighted means over the coded rows and the mean over the
/// others,
///
/// ```text
/// mean(y) + λ · (mean of f over the others - mean of f over the coded)
/// ```
///
/// where λ, from 0 to 1, makes the variance least. Of a simple random sample that is
/// `cov(y, f) / ((1 + n/N) · var(f))` with the variance over both sets of rows, as in the authors'
/// `ppi_py`; with weights, strata or clusters it follows from the linearised covariances.
pub(super) fn powered(part: &Part, target: usize) -> Result<Powered, NotEstimable> {
    let inputs = part.inputs;
    let class = inputs.targets[target];
    let is_class = |row: u32| f64::from(u8::from(inputs.coded.is(row, class)));
    let score = |row: u32| part.coded_score(target, row);
    let (Some(truth), Some(coded)) = (coded_mean(part, is_class), coded_mean(part, score)) else {
        return Err(NotEstimable::FewCoded { n: 0 });
    };
    let (others, moved) = mean(inputs, part.uncoded, |row| part.score(target, row))
        .ok_or(NotEstimable::NothingUncoded)?;
    let correction = Linear {
        value: others - coded.value,
        coded: coded.coded.iter().map(|moves| -moves).collect(),
        // What was drawn by design is drawn from this corpus, whose mean is then known.
        corpus: match inputs.sampling() {
            Sampling::Designed => Moved::default(),
            Sampling::Rows | Sampling::Clusters => moved,
        },
    };
    let weightless = !inputs.is_drawn() && inputs.corpus.weights.is_empty();
    let simple = inputs.clusters == 0 && weightless;
    let (shared, own) = if simple {
        let n = part.coded.len() as f64;
        let products = truth.coded.iter().zip(&coded.coded);
        let shared = products.map(|(y, f)| y * f).sum::<f64>() * n;
        let ratio = n / part.uncoded.len() as f64;
        (shared, (1.0 + ratio) * variance_of_both(part, target))
    } else {
        let of = |a, b| inputs.covariance(a, b).ok_or(NotEstimable::OneCluster);
        let own = inputs.variance(&correction);
        let own = own.ok_or(NotEstimable::OneCluster)?;
        (-of(&truth, &correction)?, own)
    };
    let lambda = match own > 0.0 {
        true => (shared / own).clamp(0.0, 1.0),
        false => 0.0,
    };
    Ok(Powered {
        estimate: truth.plus(lambda, &correction),
        lambda,
    })
}

/// The variance of scores over coded and other rows together, with the divisor n - 1.
fn variance_of_both(part: &Part, target: usize) -> f64 {
    let scores = || {
        let coded = part.coded.iter();
        let others = part.uncoded.iter();
        coded
            .map(|&row| part.coded_score(target, row))
            .chain(others.map(|&row| part.score(target, row)))
    };
    let n = (part.coded.len() + part.uncoded.len()) as f64;
    let mean = scores().sum::<f64>() / n;
    scores().map(|score| (score - mean).powi(2)).sum::<f64>() / (n - 1.0)
}
