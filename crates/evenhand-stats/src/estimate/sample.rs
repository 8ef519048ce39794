//! Which rows people are to code: by chance, within strata, so that rare groups and doubtful rows
//! are among them, and with the probability of each to be drawn, so that estimates can undo it.

use crate::hint::{Hint, Message};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// How many rows each stratum gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// As its size: every row is about as likely to be drawn.
    Proportional,
    /// The same for all: domains become comparable.
    Equal,
    /// As its size and how doubtful its rows are: shares become as exact as can be (Neyman, J.
    /// (1934), J. R. Stat. Soc. 97, 558-625, with the spread that probabilities foretell).
    Neyman,
}

/// Rows that are drawn from together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    pub rows: u64,
    /// The standard deviation of labels that the classifier's probabilities foretell: the square
    /// root of the mean of `p(1 - p)`.
    pub spread: f64,
}

/// Parameters of a sample to code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleParams {
    pub n: u64,
    pub allocation: Allocation,
    /// Fewest rows of each stratum, where it has them.
    pub minimum: u64,
    pub seed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    #[error("{n} rows cannot be drawn from {rows}")]
    TooMany { n: u64, rows: u64 },
    #[error(
        "{n} rows are fewer than {strata} strata with at least {minimum} rows each need: {needed}"
    )]
    TooFew {
        n: u64,
        strata: usize,
        minimum: u64,
        needed: u64,
    },
    #[error("a sample of no rows")]
    Nothing,
}

impl Hint for SampleError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::TooMany { .. } => "ask for fewer with {n}",
            Self::TooFew { .. } => {
                "raise {n}, cross fewer columns in {groups}, or lower {min_per_stratum}"
            }
            Self::Nothing => "ask for at least one with {n}",
        };
        Some(hint.into())
    }
}

/// How many rows to draw of each stratum, `n` in all.
///
/// # Errors
/// More rows than there are, or fewer than the minimum of all strata makes.
pub fn allocate(strata: &[Stratum], params: &SampleParams) -> Result<Vec<u64>, SampleError> {
    let &SampleParams { n, minimum, .. } = params;
    let rows: u64 = strata.iter().map(|stratum| stratum.rows).sum();
    let least: Vec<u64> = strata.iter().map(|of| of.rows.min(minimum)).collect();
    let needed = least.iter().sum();
    if n == 0 {
        return Err(SampleError::Nothing);
    }
    if n > rows {
        return Err(SampleError::TooMany { n, rows });
    }
    if n < needed {
        return Err(SampleError::TooFew {
            n,
            strata: strata.len(),
            minimum,
            needed,
        });
    }
    let size = |of: &Stratum| match params.allocation {
        Allocation::Proportional => of.rows as f64,
        Allocation::Equal => f64::from(u8::from(of.rows > 0)),
        // Never 0: a classifier may be wrong where it is certain.
        Allocation::Neyman => of.rows as f64 * of.spread.max(0.01),
    };
    let sizes: Vec<f64> = strata.iter().map(size).collect();
    let bounds: Vec<(f64, f64)> = (strata.iter().zip(&least))
        .map(|(stratum, &least)| (least as f64, stratum.rows as f64))
        .collect();
    let quota = |scale: f64| -> Vec<f64> {
        let pairs = sizes.iter().zip(&bounds);
        pairs
            .map(|(size, &(low, high))| (size * scale).clamp(low, high))
            .collect()
    };
    // Quotas grow with the scale, from the least of all to all rows.
    let (mut low, mut high) = (0.0, 1.0);
    while quota(high).iter().sum::<f64>() < n as f64 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        match quota(middle).iter().sum::<f64>() < n as f64 {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(rounded(&quota(high), n))
}

/// Whole numbers with this sum, by largest remainders.
fn rounded(quotas: &[f64], n: u64) -> Vec<u64> {
    // A hair more, so that 5 less a rounding error is 5.
    let mut takes: Vec<u64> = quotas.iter().map(|of| (of + 1e-9).floor() as u64).collect();
    let missing = n.saturating_sub(takes.iter().sum());
    let mut order: Vec<usize> = (0..quotas.len()).collect();
    let remainder = |at: &usize| quotas[*at] - takes[*at] as f64;
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    for at in order.into_iter().take(missing as usize) {
        takes[at] += 1;
    }
    takes
}

/// A row that was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    pub row: u32,
    pub stratum: u32,
    pub inclusion_probability: f64,
}

/// Draws so many rows of each stratum without replacement, each row of a stratum as likely as the
/// others. In an order by chance: who codes only the first hundred has a sample as well.
///
/// # Panics
/// When a stratum is to give more rows than it has.
pub fn draw(stratum_of: &[u32], takes: &[u64], seed: u64) -> Vec<Drawn> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); takes.len()];
    for (row, &stratum) in (0u32..).zip(stratum_of) {
        members[stratum as usize].push(row);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = Vec::new();
    for (stratum, (mut rows, &take)) in (0u32..).zip(members.into_iter().zip(takes)) {
        let (take, size) = (take as usize, rows.len());
        assert!(take <= size, "{take} rows of {size}");
        for at in 0..take {
            let other = rng.random_range(at..size);
            rows.swap(at, other);
            drawn.push(Drawn {
                row: rows[at],
                stratum,
                inclusion_probability: take as f64 / size as f64,
            });
        }
    }
    drawn.shuffle(&mut rng);
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(n: u64, allocation: Allocation) -> SampleParams {
        SampleParams {
            n,
            allocation,
            minimum: 2,
            seed: 7,
        }
    }

    fn strata(of: &[(u64, f64)]) -> Vec<Stratum> {
        let stratum = |&(rows, spread)| Stratum { rows, spread };
        of.iter().map(stratum).collect()
    }

    #[test]
    fn allocations_are_exact_and_within_their_bounds() {
        let strata = strata(&[(9_000, 0.1), (900, 0.3), (95, 0.5), (4, 0.5), (1, 0.5)]);
        for (allocation, expected) in [
            (Allocation::Proportional, [447, 45, 5, 2, 1]),
            (Allocation::Equal, [200, 200, 95, 4, 1]),
            (Allocation::Neyman, [368, 110, 19, 2, 1]),
        ] {
            let takes = allocate(&strata, &params(500, allocation)).unwrap();
            assert_eq!(takes.iter().sum::<u64>(), 500, "{allocation:?}");
            assert_eq!(takes, expected, "{allocation:?}");
        }
        let all = allocate(&strata, &params(10_000, Allocation::Equal)).unwrap();
        assert_eq!(all, [9_000, 900, 95, 4, 1]);
    }

    #[test]
    fn samples_that_cannot_be_are_refused() {
        let strata = strata(&[(10, 0.1), (10, 0.1)]);
        let failed = |n| allocate(&strata, &params(n, Allocation::Equal)).unwrap_err();
        assert!(matches!(
            failed(21),
            SampleError::TooMany { n: 21, rows: 20 }
        ));
        assert!(matches!(failed(3), SampleError::TooFew { needed: 4, .. }));
        assert_eq!(failed(0), SampleError::Nothing);
    }

    #[test]
    fn every_row_of_a_stratum_is_drawn_as_often_as_its_probability_says() {
        let stratum_of: Vec<u32> = (0..60).map(|row| u32::from(row % 6 == 0)).collect();
        let mut times = vec![0u32; stratum_of.len()];
        for seed in 0..4_000 {
            let drawn = draw(&stratum_of, &[5, 4], seed);
            assert_eq!(drawn.len(), 9);
            for of in &drawn {
                assert_eq!(of.stratum, stratum_of[of.row as usize]);
                assert_eq!(of.inclusion_probability, [0.1, 0.4][of.stratum as usize]);
                times[of.row as usize] += 1;
            }
        }
        for (row, times) in times.iter().enumerate() {
            let probability: f64 = [0.1, 0.4][stratum_of[row] as usize];
            let expected = 4_000.0 * probability;
            let spread = (expected * (1.0 - probability)).sqrt();
            assert!(
                (f64::from(*times) - expected).abs() < 4.5 * spread,
                "{row}: {times}"
            );
        }
        assert_eq!(draw(&stratum_of, &[5, 4], 1), draw(&stratum_of, &[5, 4], 1));
    }
}
