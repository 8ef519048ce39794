//! Numbers of clusters.

use std::collections::HashMap;

/// Codes of clusters, in the order of their first occurrence. A row without one is a cluster of its own.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    codes: HashMap<String, u32>,
    /// How many there are.
    pub next: u32,
    /// One a row.
    pub of: Vec<u32>,
}

impl Clusters {
    pub fn code(&mut self, value: &str) -> u32 {
        if let Some(&known) = self.codes.get(value) {
            return known;
        }
        let code = self.next;
        self.next += 1;
        if !value.is_empty() {
            self.codes.insert(value.to_owned(), code);
        }
        code
    }
}
