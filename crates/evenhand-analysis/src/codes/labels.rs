//! Labels and attributes of codes, put right by what another table holds.

use super::CodeTable;
use evenhand_stats::groups::Group;
use evenhand_table::{Counts, Repairs};

impl CodeTable {
    /// Gives labels that are written in another way than the classes of a classifier (`1.0`, `Oct-19`) their names.
    pub(crate) fn put_labels_right(&mut self, classes: &[String]) {
        let repairs = self.repairs(classes);
        if repairs.is_empty() {
            return;
        }
        let codes = &mut self.codes;
        let mut labels: Vec<String> = Vec::new();
        let to = codes.labels.iter().map(|label| {
            let name = repairs.of(label);
            let known = labels.iter().position(|known| known == name);
            known.unwrap_or_else(|| {
                labels.push(name.to_owned());
                labels.len() - 1
            })
        });
        let to: Vec<usize> = to.collect();
        for code in codes.items.iter_mut().flat_map(|item| &mut item.codes) {
            code.label = to[code.label];
        }
        codes.labels = labels;
        for label in &mut self.order {
            *label = repairs.of(label).to_owned();
        }
        if self.order.is_empty() {
            self.codes.sort_labels();
        }
        self.notes.extend(repairs.notes(&self.prefix()));
    }

    /// The classes that labels are when they are written in another way.
    pub(crate) fn repairs(&self, classes: &[String]) -> Repairs {
        let codes = &self.codes;
        let mut counts = Counts::new();
        for code in codes.items.iter().flat_map(|item| &item.codes) {
            let label = codes.labels[code.label].as_str();
            *counts.entry(label).or_default() += 1;
        }
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        Repairs::find("codes", &counts, &classes)
    }

    /// Makes numbers that are written in two ways one group. Columns that there are none of are passed over.
    pub(crate) fn put_groups_right<'a>(&mut self, groups: impl IntoIterator<Item = &'a Group>) {
        let prefix = self.prefix();
        let columns = groups.into_iter().flat_map(Group::attributes);
        for name in columns {
            let codes = &mut self.codes;
            let Some(at) = codes.columns.iter().position(|column| column == name) else {
                continue;
            };
            let mut counts = Counts::new();
            let values = codes.items.iter().map(|item| item.attributes[at].as_str());
            for value in values.filter(|value| !value.is_empty()) {
                *counts.entry(value).or_default() += 1;
            }
            let repairs = Repairs::find(name, &counts, &[]);
            if repairs.is_empty() {
                continue;
            }
            for item in &mut codes.items {
                let value = &mut item.attributes[at];
                *value = repairs.of(value).to_owned();
            }
            self.notes.extend(repairs.notes(&prefix));
        }
    }
}
