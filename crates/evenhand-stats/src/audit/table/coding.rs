//! Text to numbers: groups by the values they are crossed from, strata and clusters by theirs.

use std::collections::HashMap;

use super::{Members, Units};
use crate::audit::design::Sampling;
use crate::groups::Group;
use crate::record::{MISSING, natural};

/// Numbers the values of a column as they come.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnCoder {
    codes: HashMap<String, u32>,
    /// By code.
    values: Vec<String>,
}

impl ColumnCoder {
    pub fn code(&mut self, value: &str) -> u32 {
        if let Some(&code) = self.codes.get(value) {
            return code;
        }
        let code = self.values.len() as u32;
        self.codes.insert(value.to_owned(), code);
        self.values.push(value.to_owned());
        code
    }

    /// True if some row has a value.
    pub fn is_present(&self) -> bool {
        self.values.iter().any(|value| value != MISSING)
    }
}

/// Numbers the groups of a grouping as they come, from the codes of its columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Coder {
    /// For each column after the first: from the number so far and the code of the column.
    crossed: Vec<HashMap<(u32, u32), u32>>,
    /// Codes of the columns of each group.
    groups: Vec<Vec<u32>>,
    of: Vec<u32>,
}

impl Coder {
    pub fn new(columns: usize) -> Self {
        Self {
            crossed: vec![HashMap::new(); columns.saturating_sub(1)],
            ..Self::default()
        }
    }

    pub fn push(&mut self, codes: impl Iterator<Item = u32> + Clone) {
        let mut rest = codes.clone();
        let mut group = rest.next().unwrap_or_default();
        for (known, code) in self.crossed.iter_mut().zip(rest) {
            let next = known.len() as u32;
            group = *known.entry((group, code)).or_insert(next);
        }
        // Both numbers grow by one at each new group.
        if group as usize == self.groups.len() {
            self.groups.push(codes.collect());
        }
        self.of.push(group);
    }

    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// `columns` are those of the grouping.
    pub fn finish(self, name: String, columns: &[&ColumnCoder]) -> Members {
        let value = |codes: &Vec<u32>| {
            let values = codes.iter().zip(columns);
            Group::value(values.map(|(&code, column)| column.values[code as usize].as_str()))
        };
        let mut coded: Vec<(String, usize)> = self.groups.iter().map(value).zip(0..).collect();
        coded.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        let mut rank = vec![0; coded.len()];
        for (place, (_, code)) in (0..).zip(&coded) {
            rank[*code] = place;
        }
        Members {
            name,
            values: coded.into_iter().map(|(value, _)| value).collect(),
            of: self
                .of
                .into_iter()
                .map(|code| rank[code as usize])
                .collect(),
        }
    }
}

/// Numbers the strata or clusters of rows as they come.
pub(super) struct UnitCoder {
    clustered: bool,
    codes: HashMap<String, u32>,
    next: u32,
    of: Vec<u32>,
}

impl UnitCoder {
    pub fn new(sampling: &Sampling) -> Self {
        Self {
            clustered: matches!(sampling, Sampling::Clusters { .. }),
            codes: HashMap::new(),
            next: 0,
            of: Vec::new(),
        }
    }

    pub fn push(&mut self, value: &str) {
        let value = if value.is_empty() { MISSING } else { value };
        let known = match self.clustered && value == MISSING {
            true => None,
            false => self.codes.get(value).copied(),
        };
        let code = known.unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        if known.is_none() {
            self.codes.insert(value.to_owned(), code);
        }
        self.of.push(code);
    }

    pub fn finish(self) -> Units {
        match (self.of.is_empty(), self.clustered) {
            (true, _) => Units::Rows,
            (false, true) => Units::Clusters(self.of),
            (false, false) => Units::Strata(self.of),
        }
    }
}
