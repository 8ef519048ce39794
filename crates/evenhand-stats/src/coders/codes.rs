//! Codes: who gave which item which label.

use super::error::CodesError;
use crate::record::natural;

/// Labels that coders gave to items, as indices; not every coder has coded every item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// `3-9` before `10-19`, or in the order of [`Codes::order`].
    pub labels: Vec<String>,
    /// As they come; among them may be some who coded nothing.
    pub coders: Vec<String>,
    /// Names of the attributes.
    pub columns: Vec<String>,
    /// As they come; among them may be some that nobody coded.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    /// Codes of different coders, in the order of the coders.
    pub codes: Vec<Code>,
    /// In the order of [`Codes::columns`]; empty where missing.
    pub attributes: Vec<String>,
}

/// One coder's answer: indices into [`Codes::coders`] and [`Codes::labels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub coder: usize,
    pub label: usize,
}

impl Codes {
    /// Puts the labels in this order, which may name labels that nobody used.
    ///
    /// # Errors
    /// A label is used and not named, or named twice.
    pub fn order(&mut self, order: &[String]) -> Result<(), CodesError> {
        if let Some(at) = (1..order.len()).find(|&at| order[..at].contains(&order[at])) {
            return Err(CodesError::TwiceInOrder(order[at].clone()));
        }
        let place = |label: &String| {
            let named = order.iter().position(|name| name == label);
            named.ok_or_else(|| CodesError::NotInOrder {
                label: label.clone(),
                order: order.to_vec(),
            })
        };
        let to: Vec<usize> = self.labels.iter().map(place).collect::<Result<_, _>>()?;
        for code in self.items.iter_mut().flat_map(|item| &mut item.codes) {
            code.label = to[code.label];
        }
        self.labels = order.to_vec();
        Ok(())
    }

    /// Puts the labels in natural order: numbers by size, `3-9` before `10-19`.
    pub fn sort_labels(&mut self) {
        let numbers = self.numbers();
        let labels = &self.labels;
        let mut order: Vec<usize> = (0..labels.len()).collect();
        order.sort_by(|&a, &b| match &numbers {
            Some(numbers) => numbers[a].total_cmp(&numbers[b]),
            None => natural(&labels[a])
                .cmp(&natural(&labels[b]))
                .then_with(|| labels[a].cmp(&labels[b])),
        });
        self.arrange(&order);
    }

    /// The labels at these places, in this order.
    fn arrange(&mut self, order: &[usize]) {
        let mut to = vec![0; order.len()];
        for (place, &label) in order.iter().enumerate() {
            to[label] = place;
        }
        for code in self.items.iter_mut().flat_map(|item| &mut item.codes) {
            code.label = to[code.label];
        }
        self.labels = order.iter().map(|&at| self.labels[at].clone()).collect();
    }

    /// The labels as numbers, where all of them are.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let number = |label: &String| label.parse().ok().filter(|number: &f64| number.is_finite());
        self.labels.iter().map(number).collect()
    }

    /// The labels that anybody used.
    pub fn used_labels(&self) -> Vec<usize> {
        used_labels(&self.items, self.labels.len())
    }

    /// The coders who coded anything.
    pub fn active(&self) -> Vec<usize> {
        let workload = self.workload();
        (0..workload.len()).filter(|&at| workload[at] > 0).collect()
    }

    /// How many items each coder coded.
    pub fn workload(&self) -> Vec<usize> {
        let mut coded = vec![0; self.coders.len()];
        for code in self.items.iter().flat_map(|item| &item.codes) {
            coded[code.coder] += 1;
        }
        coded
    }
}

/// The labels, of so many, that these items have.
pub(super) fn used_labels(items: &[Item], labels: usize) -> Vec<usize> {
    let mut used = vec![false; labels];
    for code in items.iter().flat_map(|item| &item.codes) {
        used[code.label] = true;
    }
    (0..labels).filter(|&label| used[label]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coders::Entry;

    /// Codes of one item.
    fn labelled(labels: &[&str]) -> Codes {
        let coders: Vec<String> = (0..labels.len()).map(|at| at.to_string()).collect();
        let entries = labels.iter().zip(&coders).map(|(label, coder)| Entry {
            line: 0,
            item: "a",
            coder,
            label,
            attributes: Vec::new(),
        });
        Codes::collect(Vec::new(), entries).unwrap()
    }

    #[test]
    fn labels_that_are_numbers_are_in_their_order() {
        let codes = labelled(&["10", "-2", "1.5"]);
        assert_eq!(codes.labels, ["-2", "1.5", "10"]);
        assert_eq!(codes.numbers(), Some(vec![-2.0, 1.5, 10.0]));
    }

    #[test]
    fn an_order_may_name_labels_that_nobody_used_but_must_name_the_others() {
        let mut codes = labelled(&["often", "never"]);
        let order = |names: &[&str]| {
            let names = names.iter().map(|name| name.to_string());
            names.collect::<Vec<_>>()
        };
        assert!(codes.order(&order(&["never", "rarely"])).is_err());
        assert!(codes.order(&order(&["never", "often", "never"])).is_err());
        codes.order(&order(&["never", "rarely", "often"])).unwrap();
        assert_eq!(codes.items[0].codes[0], Code { coder: 0, label: 2 });
        assert_eq!(codes.items[0].codes[1], Code { coder: 1, label: 0 });
        assert_eq!(codes.used_labels(), [0, 2]);
    }
}
