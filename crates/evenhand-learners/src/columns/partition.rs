//! Partition of rows by the values of a column.

use evenhand_table::Table;
use std::collections::HashMap;

/// The group of rows without a value.
const MISSING: u32 = u32::MAX;

/// Which rows have the same value. Two columns are copies of each other where their partitions are equal.
#[derive(Debug, PartialEq, Hash)]
pub(super) struct Partition {
    /// By row, counted in the order in which values come first; [`MISSING`] without one.
    groups: Vec<u32>,
    /// Rows of each group.
    sizes: Vec<u64>,
}

impl Partition {
    /// Of a column, of which these values are missing too.
    pub fn new(table: &Table, column: usize, missing: &[&str]) -> Self {
        let text = table.text(column);
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut sizes = Vec::new();
        let groups = text.iter().map(|value| {
            let Some(value) = value.filter(|value| !missing.contains(value)) else {
                return MISSING;
            };
            let group = *known.entry(value).or_insert_with(|| {
                sizes.push(0);
                sizes.len() as u32 - 1
            });
            sizes[group as usize] += 1;
            group
        });
        Self {
            groups: groups.collect(),
            sizes,
        }
    }

    /// The number of groups, without rows that have no value.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// The group of a row, `None` without a value.
    pub fn group(&self, row: usize) -> Option<u32> {
        Some(self.groups[row]).filter(|group| *group != MISSING)
    }

    /// Rows of other groups than the largest.
    pub fn beside_largest(&self) -> u64 {
        self.answered() - self.sizes.iter().max().copied().unwrap_or(0)
    }

    fn answered(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// Rows in a run of one value, on average; of rows that have one.
    pub fn run_length(&self) -> f64 {
        let mut kept: Vec<u32> = self.groups.clone();
        kept.retain(|group| *group != MISSING);
        kept.dedup();
        self.answered() as f64 / kept.len().max(1) as f64
    }

    /// The same, expected of shuffled rows: `n / (1 + (n² − Σ n_g²) / n)`. Wald and Wolfowitz (1940), Annals of
    /// Mathematical Statistics 11, 147-162, for any number of groups.
    pub fn shuffled_run_length(&self) -> f64 {
        let n = self.answered() as f64;
        let squares: f64 = self.sizes.iter().map(|size| (*size as f64).powi(2)).sum();
        n / (1.0 + (n * n - squares) / n)
    }

    /// Whether the other has one value within each value of this one that recurs, and at least two in all.
    pub fn determines(&self, other: &Self) -> bool {
        let mut of_group = vec![MISSING; self.sizes.len()];
        let mut rows = 0;
        for (&own, &other) in self.groups.iter().zip(&other.groups) {
            if own == MISSING || other == MISSING {
                continue;
            }
            rows += 1;
            let known = &mut of_group[own as usize];
            if *known != MISSING && *known != other {
                return false;
            }
            *known = other;
        }
        of_group.retain(|group| *group != MISSING);
        let groups = of_group.len();
        of_group.sort_unstable();
        of_group.dedup();
        of_group.len() >= 2 && rows >= EACH * groups
    }

    /// How far the value tells the group of the other: Goodman and Kruskal's lambda (1954), Journal of the American
    /// Statistical Association 49, 732-764. 0: no better than the most frequent group; 1: always. Rows without a
    /// value of this one are a group, those without one of the other are left out. `None` where the other has one
    /// group.
    pub fn lambda(&self, other: &Self) -> Option<f64> {
        let mut pairs: HashMap<(u32, u32), u64> = HashMap::new();
        let mut all: HashMap<u32, u64> = HashMap::new();
        for (&own, &other) in self.groups.iter().zip(&other.groups) {
            if other != MISSING {
                *pairs.entry((own, other)).or_default() += 1;
                *all.entry(other).or_default() += 1;
            }
        }
        let mut most: HashMap<u32, u64> = HashMap::new();
        for ((own, _), rows) in pairs {
            let most = most.entry(own).or_default();
            *most = rows.max(*most);
        }
        let (rows, base) = (all.values().sum::<u64>(), all.values().max().copied()?);
        let right: u64 = most.values().sum();
        (rows > base).then(|| (right - base) as f64 / (rows - base) as f64)
    }
}

/// Rows that a group has on average, where being constant within it is no chance.
const EACH: usize = 3;

#[cfg(test)]
mod tests {
    use super::super::profile::tests::table;
    use super::*;

    fn partitions() -> Vec<Partition> {
        let table = table(&[
            ("place", "a a a b b b c c c _"),
            ("density", "5 5 5 7 7 7 5 5 5 _"),
            ("copy", "1 1 1 x x x 3 3 3 _"),
            ("label", "n n n y y y n n y n"),
        ]);
        (0..4)
            .map(|column| Partition::new(&table, column, &[]))
            .collect()
    }

    #[test]
    fn copies_have_one_partition_and_constants_of_places_are_determined() {
        let [place, density, copy, label] = &partitions()[..] else {
            panic!()
        };
        assert_eq!(place, copy);
        assert_eq!(label.beside_largest(), 4);
        assert!(place.determines(density) && place.determines(copy));
        assert!(!density.determines(place) && !place.determines(label));
    }

    #[test]
    fn runs_are_compared_with_those_of_shuffled_rows() {
        let [place, ..] = &partitions()[..] else {
            panic!()
        };
        assert_eq!(place.run_length(), 3.0);
        // (n² − Σ n_g²) / n = (81 − 27) / 9 = 6, so 7 runs are expected.
        assert!((place.shuffled_run_length() - 9.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn lambda_is_the_share_of_errors_that_a_column_saves() {
        let [place, .., label] = &partitions()[..] else {
            panic!()
        };
        // Of 10 rows 6 are `n`; by place 3 + 3 + 2 + 1 are told right: (9 − 6) / (10 − 6).
        assert_eq!(place.lambda(label), Some(0.75));
        assert_eq!(label.lambda(label), Some(1.0));
    }
}
