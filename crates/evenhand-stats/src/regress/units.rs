//! Units that chance draws: rows, each in the corpus, coded or both, or clusters of them.

use super::RegressInputs;
use super::glm::Block;

/// Coded rows by their codes and by their predictions.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodedBlocks<'a> {
    pub truth: &'a Block<'a>,
    pub proxy: &'a Block<'a>,
    /// Inclusion probabilities; empty where all are alike.
    pub inclusion: &'a [f64],
    /// For each the position in the corpus; `None` of rows from elsewhere.
    pub positions: Option<&'a [usize]>,
}

/// Rows of the corpus and coded rows by unit, as positions in their blocks.
#[derive(Debug)]
pub(super) struct Units {
    corpus: Parts,
    coded: Parts,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'a> {
    pub corpus: &'a [u32],
    pub coded: &'a [u32],
}

impl Units {
    pub fn new(inputs: &RegressInputs, corpus: &Block, coded: Option<&CodedBlocks>) -> Self {
        let rows = &inputs.rows;
        let n = corpus.len() as u32;
        let of_coded = coded.map_or(&[][..], |coded| coded.truth.at);
        if rows.clusters > 0 {
            let cluster = |of: &[u32], at: &[u32]| -> Vec<u32> {
                at.iter().map(|&row| of[row as usize]).collect()
            };
            return Self {
                corpus: Parts::new(rows.clusters, &cluster(&rows.corpus.clusters, corpus.at)),
                coded: Parts::new(rows.clusters, &cluster(&rows.coded.rows.clusters, of_coded)),
            };
        }
        // Rows from elsewhere come after those of the corpus.
        let place = |at: usize| match coded.and_then(|coded| coded.positions) {
            Some(positions) => positions[at] as u32,
            None => n + at as u32,
        };
        let units = corpus.len() + of_coded.len();
        Self {
            corpus: Parts::new(units, &(0..n).collect::<Vec<_>>()),
            coded: Parts::new(units, &(0..of_coded.len()).map(place).collect::<Vec<_>>()),
        }
    }

    pub fn len(&self) -> usize {
        self.corpus.starts.len() - 1
    }

    pub fn unit(&self, at: usize) -> Unit<'_> {
        Unit {
            corpus: self.corpus.part(at),
            coded: self.coded.part(at),
        }
    }

    /// Units with rows, or with coded rows.
    pub fn count(&self, with_coded: bool) -> usize {
        let units = (0..self.len()).map(|at| self.unit(at));
        let counts = |of: &Unit| !of.coded.is_empty() || (!with_coded && !of.corpus.is_empty());
        units.filter(counts).count()
    }
}

/// Rows by part: those of part `i` are `rows[starts[i]..starts[i + 1]]`.
#[derive(Debug)]
struct Parts {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Parts {
    fn new(parts: usize, part_of: &[u32]) -> Self {
        let mut starts = vec![0_u32; parts + 1];
        part_of
            .iter()
            .for_each(|&part| starts[part as usize + 1] += 1);
        for part in 0..parts {
            starts[part + 1] += starts[part];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; part_of.len()];
        for (row, &part) in (0..).zip(part_of) {
            let place = &mut next[part as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Self { starts, rows }
    }

    fn part(&self, at: usize) -> &[u32] {
        &self.rows[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}
