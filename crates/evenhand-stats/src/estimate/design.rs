//! Weights of the rows that are coded, where they are only a part of the rows that were drawn.

/// Coded rows that a stratum needs, so that its variance can be known.
const LEAST: usize = 2;
/// A file with at least this share of the corpus's weight holds the whole sample.
const WHOLE: f64 = 0.99;

/// A sample as it was drawn, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// One by the planned probability of being drawn.
    pub weights: Vec<f64>,
    /// The stratum of each row; neighbours have numbers next to each other. Empty where there were none.
    pub strata: Vec<u32>,
    /// For each row the rows of the corpus in its stratum. Empty where the file does not say.
    pub sizes: Vec<f64>,
    /// Whether a row has a code that counts.
    pub is_coded: Vec<bool>,
    /// Rows of the corpus that the sample was drawn from.
    pub corpus: f64,
}

/// The design of the rows that are coded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CodedDesign {
    /// One by the probability of being drawn and coded; in the order of the coded rows.
    pub weights: Vec<f64>,
    /// Empty where rows count as drawn without strata.
    pub strata: Vec<u32>,
    /// Strata with too few coded rows, which were joined with a neighbour.
    pub joined: usize,
}

impl Design {
    /// Takes the coded rows of a stratum for a random part of those that were drawn of it.
    ///
    /// A stratum of `N` rows with `n` coded ones then gives each the probability `n / N`. Strata with fewer than two
    /// coded rows are joined with the next one. Where planned probabilities differ within joined strata, the weights
    /// stay in proportion to the planned ones and sum to the rows of the corpus (poststratification: Holt, D. and
    /// Smith, T. M. F. (1979), J. R. Stat. Soc. A 142, 33-46).
    ///
    /// The sizes of strata follow from the weights of a file that holds the whole sample. Of another file without
    /// sizes only the sum of weights is known; its rows count as drawn without strata.
    pub fn of_coded(&self) -> CodedDesign {
        let coded = || (0..self.weights.len()).filter(|&row| self.is_coded[row]);
        let Some(sizes) = self.strata_sizes() else {
            let total: f64 = coded().map(|row| self.weights[row]).sum();
            let scale = (self.corpus / total).max(1.0);
            return CodedDesign {
                weights: coded()
                    .map(|row| (self.weights[row] * scale).max(1.0))
                    .collect(),
                strata: Vec::new(),
                joined: 0,
            };
        };
        let mut counts = vec![0; sizes.len()];
        coded().for_each(|row| counts[self.strata[row] as usize] += 1);
        let (joined_to, joined) = join(&counts, &sizes);
        let stratum = |row: usize| joined_to[self.strata[row] as usize];
        let mut planned = vec![0.0; sizes.len()];
        coded().for_each(|row| planned[stratum(row) as usize] += self.weights[row]);
        let mut rows = vec![0.0; sizes.len()];
        for (size, &at) in sizes.iter().zip(&joined_to) {
            rows[at as usize] += size;
        }
        let weight = |row: usize| {
            let at = stratum(row) as usize;
            (self.weights[row] * rows[at] / planned[at]).max(1.0)
        };
        CodedDesign {
            weights: coded().map(weight).collect(),
            strata: coded().map(stratum).collect(),
            joined,
        }
    }

    /// The rows of the corpus in each stratum; `None` where they cannot be known.
    fn strata_sizes(&self) -> Option<Vec<f64>> {
        let last = self.strata.iter().max()?;
        let mut sizes = vec![0.0; *last as usize + 1];
        for (row, &stratum) in self.strata.iter().enumerate() {
            let size = &mut sizes[stratum as usize];
            match self.sizes.get(row) {
                Some(&rows) => *size = rows,
                None => *size += self.weights[row],
            }
        }
        let is_whole = sizes.iter().sum::<f64>() >= WHOLE * self.corpus;
        (!self.sizes.is_empty() || is_whole).then_some(sizes)
    }
}

/// For each stratum the one that it becomes part of, and how many had too few coded rows.
fn join(counts: &[usize], sizes: &[f64]) -> (Vec<u32>, usize) {
    // A stratum that is coded whole has no variance.
    let is_thin = |at: &usize| counts[*at] < LEAST && (counts[*at] as f64) < sizes[*at];
    let mut joined_to = vec![0; counts.len()];
    let (mut first, mut coded) = (0, 0);
    for at in 0..counts.len() {
        joined_to[at] = first as u32;
        coded += counts[at];
        let is_open = is_thin(&at) || first < at;
        if coded >= LEAST || !is_open {
            (first, coded) = (at + 1, 0);
        }
    }
    // The last ones may have no next stratum.
    if let Some(before) = first.checked_sub(1).filter(|_| first < counts.len()) {
        let to = joined_to[before];
        joined_to[first..].fill(to);
    }
    (joined_to, (0..counts.len()).filter(is_thin).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strata of 100, 50, 40 and 10 rows, of which 4, 5, 2 and 1 were drawn.
    fn design(is_coded: [u8; 12]) -> Design {
        let strata = [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3];
        Design {
            weights: strata
                .map(|at| [25.0, 10.0, 20.0, 10.0][at as usize])
                .to_vec(),
            strata: strata.to_vec(),
            sizes: Vec::new(),
            is_coded: is_coded.map(|is| is == 1).to_vec(),
            corpus: 200.0,
        }
    }

    #[test]
    fn coded_rows_of_a_stratum_stand_for_all_its_rows() {
        let found = design([1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1]).of_coded();
        // The last stratum has one row, and joins the one before: (40 + 10) / (20 + 20 + 10).
        let expected = [50.0, 50.0, 12.5, 12.5, 12.5, 12.5, 20.0, 20.0, 10.0];
        assert_eq!(found.weights, expected);
        assert_eq!(found.strata, [0, 0, 1, 1, 1, 1, 2, 2, 2]);
        assert_eq!(found.joined, 1);
    }

    #[test]
    fn strata_without_enough_coded_rows_join_the_next() {
        let found = design([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1]).of_coded();
        // None of the first, one of the second: with the third 190 rows, then 10 more.
        assert_eq!(found.strata, [0, 0, 0, 0]);
        assert_eq!(found.joined, 3);
        let scale = 200.0 / 60.0;
        for (found, planned) in found.weights.iter().zip([10.0, 20.0, 20.0, 10.0]) {
            assert!((found - planned * scale).abs() < 1e-12, "{found}");
        }
    }

    #[test]
    fn a_part_of_the_file_needs_the_sizes_of_its_strata() {
        let mut part = design([1; 12]);
        for rows in [&mut part.weights, &mut part.sizes] {
            rows.truncate(6);
        }
        part.strata.truncate(6);
        part.is_coded.truncate(6);
        let unknown = part.of_coded();
        assert!(unknown.strata.is_empty());
        // 200 rows for a planned sum of 120.
        let scaled = |weight: f64| weight * (200.0 / 120.0);
        assert_eq!(unknown.weights[0], scaled(25.0));
        assert_eq!(unknown.weights[5], scaled(10.0));
        part.sizes = part
            .strata
            .iter()
            .map(|&at| [100.0, 50.0][at as usize])
            .collect();
        let known = part.of_coded();
        assert_eq!(known.weights, [25.0, 25.0, 25.0, 25.0, 25.0, 25.0]);
        assert_eq!(known.strata, part.strata);
    }

    #[test]
    fn a_stratum_that_is_coded_whole_stays() {
        let whole = Design {
            weights: vec![1.0, 10.0, 10.0],
            strata: vec![0, 1, 1],
            sizes: vec![1.0, 20.0, 20.0],
            is_coded: vec![true; 3],
            corpus: 21.0,
        };
        let found = whole.of_coded();
        assert_eq!((found.joined, found.strata), (0, vec![0, 1, 1]));
        assert_eq!(found.weights, whole.weights);
    }
}
