//! Weights of rows under which groups and labels have nothing to do with each other: for whoever
//! trains again. They are a suggestion, and what they come to needs an audit of its own.

use super::{Cell, Grouping};

impl Grouping {
    /// By the group, a weight for each label: how often a row with them would be expected by how
    /// often it is seen. `None` where none is seen.
    ///
    /// # Formula
    ///
    /// Kamiran, F. and Calders, T. (2012), Knowledge and Information Systems 33, 1-33, reweighing:
    ///
    /// ```text
    /// weight = (rows of the group · rows with the label) / (all rows · rows with both)
    /// ```
    pub fn weights(&self, overall: &Cell) -> Vec<(&str, Vec<Option<f64>>)> {
        let all = overall.n as f64;
        let of_cell = |cell: &Cell| {
            let weight = |label| {
                let both = cell.confusion.labelled(label);
                let expected = cell.n as f64 * overall.confusion.labelled(label) as f64 / all;
                (both > 0).then(|| expected / both as f64)
            };
            (0..overall.confusion.classes()).map(weight).collect()
        };
        let cells = self.cells.iter();
        cells
            .map(|(value, cell)| (value.as_str(), of_cell(cell)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::Params;
    use crate::audit::toy::audited;

    #[test]
    fn weighted_rows_have_labels_that_do_not_depend_on_the_group() {
        let counts = [
            ("x", [30, 5, 5, 10]),
            ("y", [10, 5, 0, 60]),
            ("z", [4, 0, 1, 0]),
        ];
        let audit = audited("g", &counts, Params::default());
        let weights = audit.groupings[0].weights(&audit.overall);
        assert_eq!(weights[2].1[0], None, "nobody in z is labelled so");
        let positives = 50.0 / 130.0;
        for ((group, weights), (_, cell)) in weights.iter().zip(&audit.groupings[0].cells).take(2) {
            let of = |label: usize| weights[label].unwrap() * cell.confusion.labelled(label) as f64;
            assert!(
                (of(1) / (of(0) + of(1)) - positives).abs() < 1e-12,
                "{group}"
            );
            assert!((of(0) + of(1) - cell.n as f64).abs() < 1e-9, "{group}");
        }
    }
}
