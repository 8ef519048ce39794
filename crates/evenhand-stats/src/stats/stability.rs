//! How far a distribution has moved: the population stability index.

/// Added to every count, so that an empty bin does not make the index infinite.
const PRIOR: f64 = 0.5;

/// `Σ (a - e) ln(a / e)` over the bins' shares: the symmetrised Kullback-Leibler divergence of what
/// was expected and what came (Kullback and Leibler 1951, eq. 2.6). By custom below 0.1 nothing has
/// happened, and above 0.25 something has (Siddiqi 2006). `None` where one of them is empty.
///
/// Chance alone gives about [`chance`], which is much for few rows.
///
/// # Panics
///
/// If the slices differ in length.
pub fn psi(expected: &[u64], actual: &[u64]) -> Option<f64> {
    assert_eq!(expected.len(), actual.len(), "the bins are the same");
    let total = |counts: &[u64]| counts.iter().sum::<u64>();
    if total(expected) == 0 || total(actual) == 0 {
        return None;
    }
    let shares = |counts: &[u64]| -> Vec<f64> {
        let n = total(counts) as f64 + PRIOR * counts.len() as f64;
        let share = |&count: &u64| (count as f64 + PRIOR) / n;
        counts.iter().map(share).collect()
    };
    let pairs = shares(expected).into_iter().zip(shares(actual));
    Some(divergence(pairs))
}

/// `Σ (a - e) ln(a / e)` of pairs of shares.
pub fn divergence(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    pairs.map(|(e, a)| (a - e) * (a / e).ln()).sum()
}

/// What chance alone adds to [`psi`]: `(bins - 1) (1/n + 1/m)`, the mean of the index where nothing has
/// moved (Yurdakul 2018, Statistical Properties of Population Stability Index, section 3). Not finite
/// where one of them is empty.
pub fn chance(expected: &[u64], actual: &[u64]) -> f64 {
    let [n, m] = [expected, actual].map(|counts| counts.iter().sum::<u64>() as f64);
    (expected.len() as f64 - 1.0) * (1.0 / n + 1.0 / m)
}

/// Where to cut fine bins so that each of about `parts` coarse ones holds as much of `counts`: the
/// first fine bin of each coarse one after the first. A bin that holds more stays whole.
pub fn even_cuts(counts: &[u64], parts: u64) -> Vec<usize> {
    let total: u64 = counts.iter().sum();
    let (mut cuts, mut below, mut told) = (Vec::new(), 0, 0);
    for (at, count) in counts.iter().enumerate() {
        let part = (below * parts).checked_div(total).unwrap_or_default();
        if part > told && at > 0 {
            cuts.push(at);
            told = part;
        }
        below += count;
    }
    // What nobody is left for is no bin of its own.
    cuts.retain(|&cut| counts[cut..].iter().any(|&count| count > 0));
    cuts
}

/// Fine counts added up between cuts.
pub fn coarse(counts: &[u64], cuts: &[usize]) -> Vec<u64> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([counts.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| counts[start..end].iter().sum())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn psi_is_the_sum_of_both_relative_entropies_of_scipy() {
        // scipy.stats.entropy(a, e) + scipy.stats.entropy(e, a) of the counts plus one half.
        let found = psi(&[10, 20, 30, 40], &[40, 0, 30, 30]).unwrap();
        assert!((found - 1.1529901543877246).abs() < 1e-12, "{found}");
        assert_eq!(psi(&[5, 5], &[5, 5]), Some(0.0));
        assert_eq!(psi(&[5, 5], &[0, 0]), None);
    }

    #[test]
    fn the_index_of_what_has_not_moved_is_its_chance_part() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut draw = |n: u64| -> Vec<u64> {
            let mut counts = vec![0; 10];
            (0..n).for_each(|_| counts[rng.random_range(0..10)] += 1);
            counts
        };
        let (mut mean, draws) = (0.0, 500);
        for _ in 0..draws {
            mean += psi(&draw(2_000), &draw(400)).unwrap() / f64::from(draws);
        }
        let expected = chance(&[200; 10], &[40; 10]);
        assert!((expected - 9.0 * (1.0 / 2_000.0 + 1.0 / 400.0)).abs() < 1e-15);
        assert!((mean / expected - 1.0).abs() < 0.1, "{mean} {expected}");
    }

    #[test]
    fn cuts_share_out_the_rows_and_leave_a_large_bin_whole() {
        let counts = [1, 1, 1, 1, 6, 0, 1, 1, 0];
        let cuts = even_cuts(&counts, 4);
        assert_eq!(cuts, [3, 5]);
        assert_eq!(coarse(&counts, &cuts), [3, 7, 2]);
        assert_eq!(even_cuts(&[0, 0], 4), [0_usize; 0]);
        assert_eq!(coarse(&[2, 3], &[]), [5]);
    }
}
