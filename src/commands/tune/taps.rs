//! The poolings of taps that are tried: each gives a block of columns of the features, and a candidate
//! has some of them.

use crate::cli::args::SpecOptions;
use crate::commands::failure::Failure;
use crate::commands::setup::BackboneConfig;
use evenhand::backbone::graph::Tapped;
use evenhand::backbone::spec::{Pool, Tap};
use evenhand::tune::Candidate;
use std::ops::Range;

/// What is tried of a tensor besides the pooling that it has.
const POOLS: [Pool; 2] = [Pool::Gap, Pool::Grid(3)];

/// The blocks by their numbers, which is how they lie in the features.
pub struct Blocks {
    taps: Vec<Tap>,
    columns: Vec<Range<usize>>,
    /// For every tap of the configuration the numbers of its blocks, its own first.
    poolings: Vec<Vec<usize>>,
    /// Whether the user named them.
    are_named: bool,
}

impl Blocks {
    /// Those of a backbone; of its own taps alone where the user named them.
    pub fn new(backbone: &BackboneConfig, are_named: bool) -> Result<Self, Failure> {
        let pools = if are_named { &[][..] } else { &POOLS };
        Self::of(&backbone.poolings(pools)?, are_named)
    }

    fn of(poolings: &[Vec<Tapped>], are_named: bool) -> Result<Self, Failure> {
        let mut blocks = Self {
            taps: Vec::new(),
            columns: Vec::new(),
            poolings: Vec::new(),
            are_named,
        };
        for tapped in poolings {
            let first = blocks.taps.len();
            for tap in tapped {
                let start = blocks.features();
                blocks.columns.push(start..start + tap.features()?);
                blocks.taps.push(Tap {
                    tensor: tap.tensor.clone(),
                    pool: tap.pool,
                });
            }
            blocks.poolings.push((first..blocks.taps.len()).collect());
        }
        Ok(blocks)
    }

    /// The taps of the widest backbone, which gives all blocks.
    pub fn taps(&self) -> &[Tap] {
        &self.taps
    }

    /// Of one view, in all blocks.
    fn features(&self) -> usize {
        self.columns.last().map_or(0, |columns| columns.end)
    }

    /// The blocks of the taps as they are configured.
    pub fn configured(&self) -> Vec<Option<usize>> {
        let first = |blocks: &Vec<usize>| blocks.first().copied();
        self.poolings.iter().map(first).collect()
    }

    /// For every tap the blocks to choose from; nothing where the user chose.
    pub fn choices(&self) -> Vec<Vec<usize>> {
        match self.are_named {
            true => Vec::new(),
            false => self.poolings.clone(),
        }
    }

    /// The columns that a candidate uses, in the order of its taps.
    pub fn columns(&self, candidate: &Candidate) -> Vec<Range<usize>> {
        let blocks = candidate.blocks.iter().flatten();
        blocks.map(|&block| self.columns[block].clone()).collect()
    }

    /// A candidate's taps, one or none for each of the configuration's.
    pub fn taps_of(&self, candidate: &Candidate) -> Vec<Option<&Tap>> {
        let blocks = candidate.blocks.iter();
        blocks
            .map(|block| block.map(|block| &self.taps[block]))
            .collect()
    }

    /// What is embedded, where that is more than a training would.
    pub fn note(&self) -> Option<String> {
        let (blocks, taps) = (self.taps.len(), self.poolings.len());
        (blocks > taps).then(|| {
            format!(
                "embedding {blocks} poolings of {taps} taps: {} features a view (--tap or --pool \
                 to search none)",
                self.features()
            )
        })
    }
}

/// Whether the user says which taps or which pooling.
pub fn are_named(asked: &SpecOptions) -> bool {
    !asked.tap.is_empty() || asked.pool.is_some()
}

/// Taps as `--tap` takes them.
pub fn in_full(taps: &[Option<&Tap>]) -> String {
    let taps = taps.iter().flatten().map(ToString::to_string);
    taps.collect::<Vec<_>>().join(" ")
}

/// How each tensor is pooled, in as few letters as can be: `5 - gap` is a grid of 5, nothing, an average.
pub fn in_short(taps: &[Option<&Tap>]) -> String {
    let pool = |tap: &Option<&Tap>| match tap.map(|tap| tap.pool) {
        Some(Pool::Grid(cells)) => cells.to_string(),
        Some(pool) => pool.to_string(),
        None => "-".to_owned(),
    };
    taps.iter().map(pool).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenhand::head::{Balance, HeadParams};

    #[test]
    fn blocks_lie_in_the_order_of_their_numbers() {
        let tapped = |tensor: &str, pool| Tapped {
            tensor: tensor.to_owned(),
            shape: vec![1, 2, 4, 4],
            pool,
        };
        let poolings = [
            vec![tapped("a", Pool::Grid(4)), tapped("a", Pool::Gap)],
            vec![tapped("b", Pool::Max)],
            vec![tapped("c", Pool::Gap), tapped("c", Pool::Grid(3))],
        ];
        let named = Blocks::of(&poolings, true).unwrap();
        assert!(named.choices().is_empty());
        let blocks = Blocks::of(&poolings, false).unwrap();
        assert_eq!(blocks.choices(), [vec![0, 1], vec![2], vec![3, 4]]);
        assert_eq!(blocks.configured(), [Some(0), Some(2), Some(3)]);
        let said = blocks.note().unwrap();
        assert!(
            said.starts_with("embedding 5 poolings of 3 taps: 56 features"),
            "{said}"
        );

        let candidate = Candidate {
            number: 1,
            views: 1,
            balance: Balance::None,
            head: HeadParams::default(),
            blocks: vec![Some(1), None, Some(4)],
        };
        assert_eq!(blocks.columns(&candidate), [32..34, 38..56]);
        let taps = blocks.taps_of(&candidate);
        assert_eq!(in_full(&taps), "a=gap c=grid:3");
        assert_eq!(in_short(&taps), "gap - 3");
    }
}
