//! Values of a column as numbers: ten million rows have few different values.

use evenhand_stats::record::natural;
use std::collections::HashMap;

/// Codes of the values of a column, in the order of their first occurrence.
#[derive(Debug, Default)]
pub(crate) struct Coding {
    codes: HashMap<String, u32>,
    /// One a row.
    pub of: Vec<u32>,
}

impl Coding {
    pub fn code(&mut self, value: &str) -> u32 {
        let next = self.codes.len() as u32;
        match self.codes.get(value) {
            Some(code) => *code,
            None => *self.codes.entry(value.to_owned()).or_insert(next),
        }
    }

    pub fn push(&mut self, value: &str) {
        let code = self.code(value);
        self.of.push(code);
    }

    /// The values in the order of their codes.
    pub fn names(&self) -> Vec<&str> {
        let mut coded: Vec<(u32, &str)> = (self.codes.iter())
            .map(|(value, code)| (*code, value.as_str()))
            .collect();
        coded.sort_unstable();
        coded.into_iter().map(|(_, value)| value).collect()
    }

    /// The values in natural order, and the rank of each code among them.
    pub fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let mut coded: Vec<(&String, u32)> = self.codes.iter().map(|(of, at)| (of, *at)).collect();
        coded.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        let mut rank = vec![0; coded.len()];
        for (place, (_, code)) in (0u32..).zip(&coded) {
            rank[*code as usize] = place;
        }
        let values = coded.into_iter().map(|(value, _)| value.clone()).collect();
        (values, rank)
    }
}
