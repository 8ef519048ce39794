//! Text to numbers: groups by the values they are crossed from, strata and clusters by theirs.

use std::collections::HashMap;

use super::{Members, Units};
use crate::audit::design::Sampling;
use crate::record::{MISSING, natural};

/// Numbers the values of a grouping as they come.
#[derive(Debug, Clone, Default)]
pub(super) struct Coder {
    pub codes: HashMap<String, usize>,
    of: Vec<usize>,
}

impl Coder {
    pub fn push(&mut self, value: String) {
        let next = self.codes.len();
        self.of.push(*self.codes.entry(value).or_insert(next));
    }

    pub fn finish(self, name: String) -> Members {
        let mut coded: Vec<(String, usize)> = self.codes.into_iter().collect();
        coded.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        let mut rank = vec![0; coded.len()];
        for (place, (_, code)) in coded.iter().enumerate() {
            rank[*code] = place;
        }
        let values = coded.into_iter().map(|(value, _)| value).collect();
        Members {
            name,
            values,
            of: self.of.into_iter().map(|code| rank[code]).collect(),
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
