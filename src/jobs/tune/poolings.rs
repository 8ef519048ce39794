//! Poolings of taps that are tried: each gives a block of columns of the features, and a candidate has
//! some of the blocks.

use crate::backbone::graph::Tapped;
use crate::backbone::spec::{Pool, Tap};
use crate::error::Error;
use crate::hint::Message;
use crate::jobs::config::BackboneConfig;
use crate::tune::Candidate;
use std::ops::Range;

/// Whether taps and poolings are tried too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TapSearch {
    /// Each tap is tried with other poolings, and left out.
    #[default]
    Poolings,
    /// Taps stay as they are configured.
    Fixed,
}

/// Poolings of a tensor that are tried besides its own.
const POOLS: [Pool; 2] = [Pool::Gap, Pool::Grid(3)];

/// Blocks of columns of the features, by number, which is how they lie there.
pub struct Blocks {
    taps: Vec<Tap>,
    columns: Vec<Range<usize>>,
    /// For every tap of the configuration the numbers of its blocks, its own first.
    poolings: Vec<Vec<usize>>,
    taps_searched: TapSearch,
}

impl Blocks {
    /// The blocks of a backbone.
    pub fn new(backbone: &BackboneConfig, search: TapSearch) -> Result<Self, Error> {
        let pools = match search {
            TapSearch::Fixed => &[][..],
            TapSearch::Poolings => &POOLS,
        };
        Self::of(&backbone.poolings(pools)?, search)
    }

    fn of(poolings: &[Vec<Tapped>], search: TapSearch) -> Result<Self, Error> {
        let mut blocks = Self {
            taps: Vec::new(),
            columns: Vec::new(),
            poolings: Vec::new(),
            taps_searched: search,
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

    /// The taps of the widest backbone, which has all blocks.
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

    /// For every tap the blocks to choose from; nothing where taps are fixed.
    pub fn choices(&self) -> Vec<Vec<usize>> {
        match self.taps_searched {
            TapSearch::Fixed => Vec::new(),
            TapSearch::Poolings => self.poolings.clone(),
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

    /// Number of poolings that are embedded, where there are more than a training would take.
    pub fn note(&self) -> Option<Message> {
        let (blocks, taps) = (self.taps.len(), self.poolings.len());
        (blocks > taps).then(|| {
            Message::new(
                "embedding {} poolings of {} taps: {} features a view ({tap} or {pool} to search none)",
                &[&blocks, &taps, &self.features()],
            )
        })
    }
}

/// Taps as they are named in a configuration: `tensor=pool`.
pub fn in_full(taps: &[Option<&Tap>]) -> String {
    let taps = taps.iter().flatten().map(ToString::to_string);
    taps.collect::<Vec<_>>().join(" ")
}

/// The pooling of each tensor, abbreviated: `5 - gap` is a grid of 5, none, an average.
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
    use crate::head::{Balance, HeadParams};

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
        let named = Blocks::of(&poolings, TapSearch::Fixed).unwrap();
        assert!(named.choices().is_empty());
        let blocks = Blocks::of(&poolings, TapSearch::Poolings).unwrap();
        assert_eq!(blocks.choices(), [vec![0, 1], vec![2], vec![3, 4]]);
        assert_eq!(blocks.configured(), [Some(0), Some(2), Some(3)]);
        let said = blocks.note().unwrap().to_string();
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
