//! Importance of columns: what splits by them gained, and how often they were split by.

use super::model::TreeEnsemble;
use crate::frame::Frame;
use serde::Serialize;

/// The importance of a column of the data, which may be several features.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Importance {
    /// As [`crate::frame::Column::source`].
    pub source: String,
    /// The sum of the gains of its splits, as a share of all.
    pub gain: f64,
    /// The number of its splits.
    pub splits: usize,
}

/// The importance of each column of the data, the greatest gain first.
///
/// Gains are those of the training rows: they favour columns of many values. Permutation on held-out rows does not.
pub fn importance(model: &TreeEnsemble, frame: &Frame) -> Vec<Importance> {
    let mut importance: Vec<Importance> = Vec::new();
    for column in frame.columns() {
        if importance.iter().all(|row| row.source != column.source) {
            importance.push(Importance {
                source: column.source.clone(),
                gain: 0.0,
                splits: 0,
            });
        }
    }
    let mut all = 0.0;
    for node in model.trees.iter().flat_map(|tree| &tree.nodes) {
        let source = &frame.columns()[node.column as usize].source;
        let mut rows = importance.iter_mut();
        let row = rows.find(|row| row.source == *source).expect("all sources");
        row.gain += f64::from(node.gain);
        row.splits += 1;
        all += f64::from(node.gain);
    }
    if all > 0.0 {
        importance.iter_mut().for_each(|row| row.gain /= all);
    }
    importance.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    importance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::boosting::{Params, Stop, fit};
    use crate::tree::toy::Toy;

    #[test]
    fn features_of_one_column_are_summed_and_noise_is_last() {
        let mut toy = Toy::draw(4000, 2, 1);
        let mut columns = toy.frame.columns().to_vec();
        columns[1].source = "first".into();
        toy.frame = Frame::new(columns);
        let params = Params {
            leaves: 6,
            ..Params::default()
        };
        let model = fit(&toy.examples(), &toy.rows(), Stop::After(10), &params);
        let importance = importance(&model.expect("two classes").model, &toy.frame);
        let order: Vec<&str> = importance.iter().map(|row| row.source.as_str()).collect();
        assert_eq!(order, ["first", "level", "noise"]);
        let sum: f64 = importance.iter().map(|row| row.gain).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        let splits: usize = importance.iter().map(|row| row.splits).sum();
        assert_eq!(splits, 50, "10 trees of 5 splits");
    }
}
