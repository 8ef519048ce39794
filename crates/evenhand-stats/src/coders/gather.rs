//! From the cells of a table to codes: what belongs together, and what contradicts itself.

use super::codes::{Code, Codes, Item};
use super::error::CodesError;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;

/// A cell of a table of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Line of the table, for messages.
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
}
