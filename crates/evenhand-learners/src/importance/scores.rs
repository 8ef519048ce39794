//! Log loss and AUC of probabilities, with how far each row moves them.

/// A score that rows make, and the influence of each row on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub value: f64,
    /// By row: the value is a sum over rows to first order (linearisation); these sum to 0.
    pub moves: Vec<f64>,
}

/// Probabilities below this are raised to it.
const LEAST: f64 = 1e-15;

/// The mean of `-ln(probability of the label)`, weighted. Probabilities are `[rows, classes]`.
pub fn log_loss(probabilities: &[f32], labels: &[usize], weights: &[f64]) -> Moved {
    let classes = probabilities.len() / labels.len();
    let of_rows = probabilities.chunks_exact(classes).zip(labels);
    let losses = of_rows.map(|(of, &label)| -f64::from(of[label]).max(LEAST).ln());
    let losses: Vec<f64> = losses.collect();
    let all: f64 = weights.iter().sum();
    let pairs = || losses.iter().zip(weights);
    let value = pairs().map(|(loss, weight)| loss * weight).sum::<f64>() / all;
    Moved {
        value,
        moves: pairs()
            .map(|(loss, weight)| weight * (loss - value) / all)
            .collect(),
    }
}

/// The weighted chance that a row of a class gets a higher probability of it than a row of another class, ties counted
/// half; of more than two classes the mean over the classes that some rows have and some have not. 0.5 where there is
/// none.
///
/// A row moves it by its own chance against the rows of the other side, less the mean (DeLong, E. R., DeLong, D. M. and
/// Clarke-Pearson, D. L. (1988), Biometrics 44, 837-845).
pub fn auc(probabilities: &[f32], labels: &[usize], weights: &[f64]) -> Moved {
    let classes = probabilities.len() / labels.len();
    let told = if classes == 2 { 1..2 } else { 0..classes };
    let one = |class: usize| {
        let scores = probabilities.chunks_exact(classes).map(|of| of[class]);
        auc_of(
            &scores.collect::<Vec<_>>(),
            |row| labels[row] == class,
            weights,
        )
    };
    let found: Vec<Moved> = told.filter_map(one).collect();
    let share = 1.0 / found.len().max(1) as f64;
    let mut mean = Moved {
        value: if found.is_empty() { 0.5 } else { 0.0 },
        moves: vec![0.0; labels.len()],
    };
    for of in found {
        mean.value += share * of.value;
        let pairs = mean.moves.iter_mut().zip(of.moves);
        pairs.for_each(|(to, of)| *to += share * of);
    }
    mean
}

/// `None` where all rows are positive, or none is.
fn auc_of(scores: &[f32], is_positive: impl Fn(usize) -> bool, weights: &[f64]) -> Option<Moved> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(a.cmp(&b)));
    // Weights of negatives and positives.
    let side = |row: usize| usize::from(is_positive(row));
    let mut all = [0.0; 2];
    (0..scores.len()).for_each(|row| all[side(row)] += weights[row]);
    if all.contains(&0.0) {
        return None;
    }
    let mut chances = vec![0.0; scores.len()];
    let mut below = [0.0; 2];
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let mut own = [0.0; 2];
        tied.iter().for_each(|&row| own[side(row)] += weights[row]);
        for &row in tied {
            let other = 1 - side(row);
            let lower = (below[other] + own[other] / 2.0) / all[other];
            chances[row] = if is_positive(row) { lower } else { 1.0 - lower };
        }
        (0..2).for_each(|at| below[at] += own[at]);
    }
    let positives = (0..scores.len()).filter(|&row| is_positive(row));
    let value = positives
        .map(|row| weights[row] * chances[row])
        .sum::<f64>()
        / all[1];
    let of = |row: usize| weights[row] * (chances[row] - value) / all[side(row)];
    Some(Moved {
        value,
        moves: (0..scores.len()).map(of).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_scores_match_scikit_learn() {
        // y = [0, 1, 1, 0, 1, 0]; p = np.float32([.2, .7, .4, .4, .9, .6]); w = [1, 2, .5, 1, 1, 3]
        // log_loss(y, p, sample_weight=w), roc_auc_score(y, p, sample_weight=w)
        let labels = [0, 1, 1, 0, 1, 0];
        let second = [0.2, 0.7, 0.4, 0.4, 0.9, 0.6_f32];
        let p: Vec<f32> = second.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let weights = [1.0, 2.0, 0.5, 1.0, 1.0, 3.0];
        let loss = log_loss(&p, &labels, &weights);
        assert!(
            (loss.value - 0.5599643983233579).abs() < 1e-6,
            "{}",
            loss.value
        );
        let area = auc(&p, &labels, &weights);
        assert!((area.value - 0.9).abs() < 1e-12, "{}", area.value);
        for moved in [loss, area] {
            assert!(moved.moves.iter().sum::<f64>().abs() < 1e-12);
        }
        assert_eq!(auc(&p, &[1; 6], &weights).value, 0.5);
    }
}
