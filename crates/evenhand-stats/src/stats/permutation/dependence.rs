//! Groups that share clusters, such as people with photographs in several: what that does to the differences of groups.

use std::collections::HashMap;

/// Standard deviations of differences between groups, as multiples of those of groups that do not depend on each other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dependence {
    /// Of each group and the rest, by place. Empty where there is none.
    from_rest: Vec<f64>,
    /// Of two groups, the place of the first before that of the second; 1 where it is not here.
    pairs: HashMap<(usize, usize), f64>,
}

impl Dependence {
    /// Of groups that share no clusters.
    pub fn none() -> Self {
        Self::default()
    }

    /// By place: of each group and the rest; of pairs, the first before the second.
    pub fn new(from_rest: Vec<f64>, pairs: HashMap<(usize, usize), f64>) -> Self {
        Self { from_rest, pairs }
    }

    /// That of the groups at these places.
    pub(super) fn of(&self, places: &[usize]) -> Self {
        let now: HashMap<usize, usize> = places.iter().copied().zip(0..).collect();
        let pairs = self
            .pairs
            .iter()
            .filter_map(|((a, b), ratio)| Some(((*now.get(a)?, *now.get(b)?), *ratio)));
        let from_rest = places.iter().filter_map(|at| self.from_rest.get(*at));
        Self {
            from_rest: from_rest.copied().collect(),
            pairs: pairs.collect(),
        }
    }

    /// Of a group and the rest.
    pub(super) fn of_rest(&self, group: usize) -> f64 {
        self.from_rest.get(group).copied().unwrap_or(1.0)
    }

    /// Of two groups, the first before the second.
    pub(super) fn pair(&self, first: usize, second: usize) -> f64 {
        self.pairs.get(&(first, second)).copied().unwrap_or(1.0)
    }
}
