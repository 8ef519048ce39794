//! Counts behind a proportion: whole ones, and effective ones of clustered or weighted cases.

/// Counts behind a proportion: `hits / n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub hits: u64,
    pub n: u64,
}

impl Counts {
    /// Not a number where `n` is 0.
    pub fn rate(self) -> f64 {
        self.hits as f64 / self.n as f64
    }

    /// Misses where these have hits.
    pub fn misses(self) -> Self {
        Self {
            hits: self.n - self.hits,
            n: self.n,
        }
    }

    /// Those of everyone who is not in `group`, which is part of these.
    pub fn without(self, group: Self) -> Self {
        Self {
            hits: self.hits - group.hits,
            n: self.n - group.n,
        }
    }
}

impl From<Counts> for EffectiveCounts {
    fn from(Counts { hits, n }: Counts) -> Self {
        Self {
            hits: hits as f64,
            n: n as f64,
        }
    }
}

/// Counts behind a proportion that need not be whole: of cases that come in clusters or carry
/// weights, as many independent ones as tell as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectiveCounts {
    pub hits: f64,
    pub n: f64,
}

impl EffectiveCounts {
    pub fn of_rate(rate: f64, n: f64) -> Self {
        Self { hits: rate * n, n }
    }

    /// Not a number where `n` is 0.
    pub fn rate(self) -> f64 {
        self.hits / self.n
    }

    /// The nearest whole counts, for tests that deal out hits one by one.
    pub fn rounded(self) -> Counts {
        Counts {
            hits: self.hits.round() as u64,
            n: self.n.round() as u64,
        }
    }
}
