//! The mistakes that a classifier was surest of: the first ones to look at, since a wrong label or a
//! bad picture is often behind them.

/// A row that was judged wrongly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mistake {
    pub row: usize,
    /// The probability of the class that was predicted.
    pub confidence: f64,
}

/// At most so many mistakes, the most confident first; of equal ones, the first.
///
/// # Shapes
///
/// `labels` and `predicted` are class indices, `[rows]`; `probabilities` are `[rows, classes]`.
///
/// # Panics
///
/// When the shapes do not agree.
pub fn confident_mistakes(
    labels: &[usize],
    predicted: &[usize],
    probabilities: &[f64],
    classes: usize,
    most: usize,
) -> Vec<Mistake> {
    assert_eq!(labels.len(), predicted.len(), "a prediction a row");
    assert_eq!(
        probabilities.len(),
        labels.len() * classes,
        "a probability a row and class"
    );
    let wrong = labels.iter().zip(predicted).enumerate();
    let mut mistakes: Vec<Mistake> = wrong
        .filter(|(_, (label, predicted))| label != predicted)
        .map(|(row, (_, predicted))| Mistake {
            row,
            confidence: probabilities[row * classes + predicted],
        })
        .collect();
    mistakes.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    mistakes.truncate(most);
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_come_surest_first_and_right_answers_not_at_all() {
        let (labels, predicted) = ([0, 1, 0, 1, 0], [1, 1, 1, 0, 1]);
        let scores = [0.6, 0.9, 0.8, 0.1, 0.8];
        let probabilities: Vec<f64> = scores
            .iter()
            .flat_map(|score| [1.0 - score, *score])
            .collect();
        let found = confident_mistakes(&labels, &predicted, &probabilities, 2, 3);
        let rows: Vec<usize> = found.iter().map(|mistake| mistake.row).collect();
        assert_eq!(rows, [3, 2, 4]);
        assert_eq!(found[0].confidence, 0.9);
    }
}
