//! Levels of a category, and the codes of values by them.

use crate::frame::NO_LEVEL;
use evenhand_table::{Counts, Repairs, TextColumn};
use std::collections::HashMap;

/// Levels of one column.
pub(super) struct Levels<'a> {
    column: &'a str,
    levels: Vec<&'a str>,
    codes: HashMap<&'a str, u32>,
}

/// Codes of rows, and the rows whose value is none of the levels.
pub(super) struct Coded {
    /// [`NO_LEVEL`] for a missing value or one that is no level.
    pub codes: Vec<u32>,
    pub unseen: Vec<usize>,
}

impl<'a> Levels<'a> {
    pub fn new(column: &'a str, levels: impl IntoIterator<Item = &'a str>) -> Self {
        let levels: Vec<&str> = levels.into_iter().collect();
        let codes = levels.iter().zip(0..).map(|(level, code)| (*level, code));
        Self {
            column,
            codes: codes.collect(),
            levels,
        }
    }

    /// Codes of a column. Values that a program wrote in another way (`1.0` for `1`, `Sep-03` for `3-9`, `>50K.` for
    /// `>50K`) are the levels that they were meant to be.
    pub fn of(&self, values: &TextColumn) -> Coded {
        let mut codes = Vec::with_capacity(values.len());
        let mut others: Vec<usize> = Vec::new();
        for (row, value) in values.iter().enumerate() {
            let code = value.map(|value| self.codes.get(value).copied());
            if code == Some(None) {
                others.push(row);
            }
            codes.push(code.flatten().unwrap_or(NO_LEVEL));
        }
        let mut unseen = Vec::new();
        let matched = self.matched(others.iter().filter_map(|&row| values.get(row)));
        for (row, level) in others.into_iter().zip(matched) {
            match level.and_then(|level| self.codes.get(level)) {
                Some(code) => codes[row] = *code,
                None => unseen.push(row),
            }
        }
        Coded { codes, unseen }
    }

    /// The level that each value was meant to be, `None` where it is none.
    pub fn matched<'b>(
        &self,
        values: impl Iterator<Item = &'b str> + Clone,
    ) -> Vec<Option<&'a str>> {
        let mut counts = Counts::new();
        for value in values.clone() {
            *counts.entry(value).or_default() += 1;
        }
        let repairs = Repairs::find(self.column, &counts, &self.levels);
        let level = |value: &str| {
            let code = self.codes.get(repairs.of(value))?;
            Some(self.levels[*code as usize])
        };
        values.map(level).collect()
    }
}
