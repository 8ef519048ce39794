//! Codes: who gave which item which label.

use super::error::CodesError;
use crate::record::natural;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;

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
    /// Of different coders, in the order of the coders.
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

/// A cell of a table of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Of the table, for messages.
    pub line: u64,
    pub item: &'a str,
    pub coder: &'a str,
    /// Empty where the coder left the item out.
    pub label: &'a str,
    /// One a column; empty where missing.
    pub attributes: Vec<&'a str>,
}

impl Codes {
    /// Puts the cells together. The same code twice counts once; an attribute that is missing in
    /// one cell is taken from another of the item.
    ///
    /// # Errors
    /// A cell without item or coder, two labels from one coder for an item, two values of an item's
    /// attribute, or no label at all.
    ///
    /// # Panics
    /// When a cell has not one attribute a column.
    pub fn collect<'a>(
        columns: Vec<String>,
        entries: impl IntoIterator<Item = Entry<'a>>,
    ) -> Result<Self, CodesError> {
        let mut gathered = Gathered::new(columns);
        for entry in entries {
            gathered.add(entry)?;
        }
        gathered.finish()
    }

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
        let mut used = vec![false; self.labels.len()];
        for code in self.items.iter().flat_map(|item| &item.codes) {
            used[code.label] = true;
        }
        (0..used.len()).filter(|&label| used[label]).collect()
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

/// Codes that are still coming in.
struct Gathered {
    codes: Codes,
    items: HashMap<String, usize>,
    coders: HashMap<String, usize>,
    labels: HashMap<String, usize>,
    /// By item and coder: where its code is from.
    lines: HashMap<(usize, usize), u64>,
    /// For each item and column, where its value is from.
    described: Vec<Vec<u64>>,
}

impl Gathered {
    fn new(columns: Vec<String>) -> Self {
        Self {
            codes: Codes {
                labels: Vec::new(),
                coders: Vec::new(),
                columns,
                items: Vec::new(),
            },
            items: HashMap::new(),
            coders: HashMap::new(),
            labels: HashMap::new(),
            lines: HashMap::new(),
            described: Vec::new(),
        }
    }

    fn add(&mut self, entry: Entry) -> Result<(), CodesError> {
        let Entry {
            line,
            item: name,
            coder,
            label,
            attributes,
        } = entry;
        if name.is_empty() {
            return Err(CodesError::NoItem { line });
        }
        let item = self.item(name);
        self.describe(item, line, &attributes)?;
        match (coder.is_empty(), label.is_empty()) {
            (true, true) => return Ok(()),
            (true, false) => {
                return Err(CodesError::NoCoder {
                    line,
                    item: name.to_owned(),
                    label: label.to_owned(),
                });
            }
            (false, _) => {}
        }
        let coder = index(&mut self.coders, &mut self.codes.coders, coder);
        if label.is_empty() {
            return Ok(());
        }
        let label = index(&mut self.labels, &mut self.codes.labels, label);
        let codes = &mut self.codes.items[item].codes;
        match self.lines.entry((item, coder)) {
            Place::Vacant(place) => {
                place.insert(line);
                codes.push(Code { coder, label });
                Ok(())
            }
            Place::Occupied(first) => {
                let before = codes.iter().find(|code| code.coder == coder);
                let before = before.map_or(label, |code| code.label);
                if before == label {
                    return Ok(());
                }
                Err(CodesError::Contradiction {
                    item: name.to_owned(),
                    coder: self.codes.coders[coder].clone(),
                    lines: [*first.get(), line],
                    labels: [before, label].map(|label| self.codes.labels[label].clone()),
                })
            }
        }
    }

    fn item(&mut self, name: &str) -> usize {
        if let Some(&known) = self.items.get(name) {
            return known;
        }
        let columns = self.codes.columns.len();
        self.items.insert(name.to_owned(), self.codes.items.len());
        self.described.push(vec![0; columns]);
        self.codes.items.push(Item {
            name: name.to_owned(),
            codes: Vec::new(),
            attributes: vec![String::new(); columns],
        });
        self.codes.items.len() - 1
    }

    fn describe(&mut self, item: usize, line: u64, values: &[&str]) -> Result<(), CodesError> {
        let columns = &self.codes.columns;
        assert_eq!(values.len(), columns.len(), "one attribute a column");
        let Item {
            name, attributes, ..
        } = &mut self.codes.items[item];
        for (at, (known, &value)) in attributes.iter_mut().zip(values).enumerate() {
            let from = &mut self.described[item][at];
            if known.is_empty() && !value.is_empty() {
                *from = line;
                value.clone_into(known);
            } else if !value.is_empty() && known != value {
                return Err(CodesError::Attribute {
                    item: name.clone(),
                    column: columns[at].clone(),
                    lines: [*from, line],
                    values: [known.clone(), value.to_owned()],
                });
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Codes, CodesError> {
        let mut codes = self.codes;
        if codes.labels.is_empty() {
            return Err(CodesError::NothingCoded);
        }
        for item in &mut codes.items {
            item.codes.sort_by_key(|code| code.coder);
        }
        codes.sort_labels();
        Ok(codes)
    }
}

/// The place of a name, which is added where it is new.
fn index(places: &mut HashMap<String, usize>, names: &mut Vec<String>, name: &str) -> usize {
    if let Some(&known) = places.get(name) {
        return known;
    }
    places.insert(name.to_owned(), names.len());
    names.push(name.to_owned());
    names.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(cells: &[[&str; 4]]) -> Result<Codes, CodesError> {
        let entries = cells.iter().zip(2..).map(|(cell, line)| Entry {
            line,
            item: cell[0],
            coder: cell[1],
            label: cell[2],
            attributes: vec![cell[3]],
        });
        Codes::collect(vec!["race".to_owned()], entries)
    }

    #[test]
    fn cells_become_items_with_their_codes() {
        let codes = collect(&[
            ["a", "bob", "10-19", ""],
            ["a", "ann", "3-9", "x"],
            ["b", "ann", "", "y"],
            ["a", "ann", "3-9", "x"],
            ["c", "eve", "", ""],
        ])
        .unwrap();
        assert_eq!(codes.labels, ["3-9", "10-19"]);
        assert_eq!(codes.coders, ["bob", "ann", "eve"]);
        let [bob, ann] = [(0, 1), (1, 0)].map(|(coder, label)| Code { coder, label });
        assert_eq!(codes.items[0].codes, [bob, ann]);
        assert_eq!(codes.items[0].attributes, ["x"]);
        assert_eq!(codes.workload(), [1, 1, 0]);
        assert_eq!(codes.items.len(), 3);
    }

    #[test]
    fn what_contradicts_itself_is_refused_with_both_lines() {
        let twice = collect(&[["a", "ann", "F", ""], ["a", "ann", "M", ""]]).unwrap_err();
        assert_eq!(
            twice.to_string(),
            "lines 2 and 3: `ann` coded `a` as `F` and as `M`"
        );
        let described = collect(&[["a", "ann", "F", "x"], ["a", "bob", "F", "y"]]).unwrap_err();
        assert_eq!(
            described.to_string(),
            "lines 2 and 3: `race` of `a` is `x` and `y`"
        );
        assert_eq!(
            collect(&[["", "ann", "F", ""]]),
            Err(CodesError::NoItem { line: 2 })
        );
        assert!(matches!(
            collect(&[["a", "", "F", ""]]),
            Err(CodesError::NoCoder { .. })
        ));
        assert_eq!(
            collect(&[["a", "ann", "", ""]]),
            Err(CodesError::NothingCoded)
        );
    }

    #[test]
    fn labels_that_are_numbers_are_in_their_order() {
        let codes = collect(&[
            ["a", "x", "10", ""],
            ["a", "y", "-2", ""],
            ["a", "z", "1.5", ""],
        ])
        .unwrap();
        assert_eq!(codes.labels, ["-2", "1.5", "10"]);
        assert_eq!(codes.numbers(), Some(vec![-2.0, 1.5, 10.0]));
    }

    #[test]
    fn an_order_may_name_labels_that_nobody_used_but_must_name_the_others() {
        let mut codes = collect(&[["a", "x", "often", ""], ["a", "y", "never", ""]]).unwrap();
        let order = |names: &[&str]| {
            names
                .iter()
                .map(|name| name.to_string())
                .collect::<Vec<_>>()
        };
        assert!(codes.order(&order(&["never", "rarely"])).is_err());
        assert!(codes.order(&order(&["never", "often", "never"])).is_err());
        codes.order(&order(&["never", "rarely", "often"])).unwrap();
        assert_eq!(codes.items[0].codes[0], Code { coder: 0, label: 2 });
        assert_eq!(codes.items[0].codes[1], Code { coder: 1, label: 0 });
    }
}
