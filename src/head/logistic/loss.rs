//! Cross-entropy of rows and its slopes, of margins `[outputs, rows]`.

use crate::learners::logistic::loss_of_row;

/// The weighted loss of all rows, and the slope of each row's by its margins, `[outputs, rows]`. Two classes have one
/// output, the log odds of class 1.
pub fn loss(margins: &[f64], labels: &[usize], weights: &[f64]) -> (f64, Vec<f64>) {
    let rows = labels.len();
    let outputs = margins.len() / rows;
    let mut slopes = vec![0.0; margins.len()];
    let mut sum = 0.0;
    let mut of_row = vec![0.0; outputs];
    for (row, (&label, &weight)) in labels.iter().zip(weights).enumerate() {
        let own = margins[row..].iter().step_by(rows);
        of_row.iter_mut().zip(own).for_each(|(to, of)| *to = *of);
        sum += weight * loss_of_row(&mut of_row, label);
        for (output, probability) in of_row.iter().enumerate() {
            let is_label = label == output + usize::from(outputs == 1);
            slopes[output * rows + row] = weight * (probability - f64::from(u8::from(is_label)));
        }
    }
    (sum, slopes)
}
