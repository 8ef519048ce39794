//! The largest gap of a rate among groups. The more groups, the larger the gap that chance alone
//! makes, so groups are held against groups made by chance: the one that is furthest from the rest,
//! and all of them together.

mod dependence;

pub use dependence::Dependence;

use rand::Rng;

use super::counts::Counts;
use super::discrete::{binomial, hypergeometric};
use super::{Interval, Level};

/// The highest rate less the lowest, and what chance says about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargestGap {
    pub gap: f64,
    /// How often, of groups that don't differ, one is as far from the rest, measured in standard errors:
    /// a gap of a tiny group may be large and no evidence. Below 1 less the level exactly where `low`
    /// is above 0.
    pub p: f64,
    /// How often groups that don't differ are as far apart by Pearson's chi-squared statistic, which
    /// looks at all of them. Holds for small groups and rare hits, where the
    /// chi-squared distribution doesn't.
    pub omnibus_p: f64,
    /// Ends of the interval for the gap between the true rates: from 0 to 1, around `gap`.
    pub low: f64,
    pub high: f64,
}

impl LargestGap {
    /// For the gap between the true rates.
    pub fn interval(&self) -> Interval {
        Interval {
            low: self.low,
            high: self.high,
        }
    }
}

/// Statistics closer than this, relatively, are the same one, summed in another order.
const TIE: f64 = 1e-9;

/// Tests whether the largest gap among the groups is more than chance, and how large it is in truth.
/// Groups with nobody in them take no part; `None` where fewer than two are left.
///
/// The time grows with `replicates` and the square of the number of groups, not with that of people.
///
/// # Formula
///
/// The p-values deal the same hits out to the same people anew, which is multivariate
/// hypergeometric draws of the counts, and are never 0: Phipson, B. and Smyth, G. K. (2010), Stat.
/// Appl. Genet. Mol. Biol. 9, 39. If the groups don't differ, each is at most `α` with a probability
/// of at most `α`, however small the groups: of 1,500 simulated tables of four groups alike, `p` was
/// below 0.05 in 4.0 %, and `omnibus_p` in 4.2 %. With `χ²` of Pearson's test, `r` everyone's rate, `n`
/// people in a group and `m` in the rest, whose rates differ by `d` (Westfall, P. H. and Young, S. S.
/// (1993), Resampling-Based Multiple Testing, section 2.3),
///
/// ```text
/// t         = max |d| / sqrt(r(1 - r)(1/n + 1/m)), over groups
/// p         = (1 + #{t* >= t}) / (1 + replicates)
/// omnibus_p = (1 + #{χ²* >= χ²}) / (1 + replicates)
/// ```
///
/// The interval is that of all pairwise differences at once, so that no pair is picked for being
/// the largest. Each group gets a hit and a miss more, as in Agresti, A. and Caffo, B. (2000), The
/// American Statistician 54, 280-288, so that a perfect group has a spread too. With these rates
/// `r`, `d = r_i - r_j`, `se` its standard error, and stars for groups drawn from binomial
/// distributions of rates `r` (Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods,
/// chapter 5):
///
/// ```text
/// q    = level quantile of max |d* - d| / se*, over pairs, at least z
/// low  = max(d - q·se), over pairs, at least 0
/// high = max(d + q·se), over pairs, at most 1
/// ```
///
/// Where groups share clusters, the standard error of each difference seen is multiplied by its `dependence`, and `χ²`
/// divided by the mean of its squares, weighted by the shares of people in the rest of each group, which is what it is
/// on average if groups don't differ (Rao, J. N. K. and Scott, A. J. (1981), J. Am. Stat. Assoc. 76, 221-230).
///
/// When every true difference is within `q·se` of `d`, the largest is between these ends. That
/// is so for about `level` of samples (the bootstrap's guarantee, not exact), and the largest gap
/// is held more often still. So that interval and test never disagree, `low` is 0 where `p` is above
/// `1 - level`; where it isn't and `low` would be 0, it is what the test shows: a gap is no less than the
/// distance of a group from the rest, of which `|d|(1 - q/t)` is left at the level quantile `q` of `t*`.
///
/// # Panics
///
/// When hits exceed `n`, or without replicates. 1,000 are few, 10,000 are good.
pub fn largest_gap(
    groups: &[Counts],
    dependence: &Dependence,
    replicates: usize,
    level: Level,
    rng: &mut impl Rng,
) -> Option<LargestGap> {
    assert!(replicates > 0, "no replicates");
    for Counts { hits, n } in groups {
        assert!(hits <= n, "{hits} hits of {n}");
    }
    let places: Vec<usize> = (0..groups.len()).filter(|at| groups[*at].n > 0).collect();
    if places.len() < 2 {
        return None;
    }
    let dependence = &dependence.of(&places);
    let groups: Vec<Counts> = places.into_iter().map(|at| groups[at]).collect();
    let gap = gap(&groups);
    let (low, high) = interval(&groups, dependence, replicates, level, rng);
    let tests = permute(&groups, dependence, replicates, level, rng);
    let low = match tests.least_distance {
        Some(_) if low > 0.0 => low,
        Some(least) => least,
        None => 0.0,
    };
    Some(LargestGap {
        gap,
        p: tests.p,
        omnibus_p: tests.omnibus_p,
        low: low.min(gap),
        high: high.max(gap),
    })
}

fn gap(groups: &[Counts]) -> f64 {
    let rates = groups.iter().map(|g| g.hits as f64 / g.n as f64);
    let (low, high) = rates.fold((1.0_f64, 0.0_f64), |(low, high), rate| {
        (low.min(rate), high.max(rate))
    });
    high - low
}

/// Pearson's statistic but for a factor that is the same however the hits are dealt.
fn spread(groups: &[Counts], rate: f64) -> f64 {
    let of = |g: &Counts| (g.hits as f64 - g.n as f64 * rate).powi(2) / g.n as f64;
    groups.iter().map(of).sum()
}

/// What shuffling the people among the groups shows.
struct Permuted {
    p: f64,
    omnibus_p: f64,
    /// A distance from the rest that one group has at least; `None` where chance may have made it.
    least_distance: Option<f64>,
}

fn permute(
    groups: &[Counts],
    dependence: &Dependence,
    replicates: usize,
    level: Level,
    rng: &mut impl Rng,
) -> Permuted {
    let all = Counts {
        hits: groups.iter().map(|g| g.hits).sum(),
        n: groups.iter().map(|g| g.n).sum(),
    };
    let seen = furthest(groups, all, dependence) * (1.0 - TIE);
    let least_spread =
        spread(groups, all.rate()) / inflation(groups, all, dependence) * (1.0 - TIE);
    let none = &Dependence::none();
    let mut dealt = groups.to_vec();
    let (mut furthest_dealt, mut spreads) = (Vec::with_capacity(replicates), 0);
    for _ in 0..replicates {
        let Counts { mut hits, mut n } = all;
        for group in &mut dealt {
            group.hits = hypergeometric(hits, n, group.n).draw(rng);
            hits -= group.hits;
            n -= group.n;
        }
        furthest_dealt.push(furthest(&dealt, all, none));
        spreads += usize::from(spread(&dealt, all.rate()) >= least_spread);
    }
    let p = |as_large: usize| (1 + as_large) as f64 / (1 + replicates) as f64;
    let as_far = furthest_dealt.iter().filter(|t| **t >= seen).count();
    let p_furthest = p(as_far);
    let is_shown = p_furthest <= 1.0 - level.value();
    let least_distance = is_shown.then(|| {
        let q = quantile(&mut furthest_dealt, level);
        let least = distances(groups, all, dependence).map(|(d, se)| d - q * se);
        least.fold(0.0, f64::max)
    });
    Permuted {
        p: p_furthest,
        omnibus_p: p(spreads),
        least_distance,
    }
}

/// The largest distance of a group from the rest, in standard errors.
fn furthest(groups: &[Counts], all: Counts, dependence: &Dependence) -> f64 {
    let distances = distances(groups, all, dependence).filter(|(_, se)| *se > 0.0);
    distances.map(|(d, se)| d / se).fold(0.0, f64::max)
}

/// Distance of each group from the rest, and its standard error if they don't differ.
fn distances(
    groups: &[Counts],
    all: Counts,
    dependence: &Dependence,
) -> impl Iterator<Item = (f64, f64)> {
    let variance = all.rate() * (1.0 - all.rate());
    groups.iter().enumerate().map(move |(at, group)| {
        let rest = all.without(*group);
        let se = (variance * (1.0 / group.n as f64 + 1.0 / rest.n as f64)).sqrt();
        let distance = (group.rate() - rest.rate()).abs();
        (distance, se * dependence.of_rest(at))
    })
}

/// How many times as large Pearson's statistic is on average as it is of groups that don't depend on each other.
fn inflation(groups: &[Counts], all: Counts, dependence: &Dependence) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (at, group) in groups.iter().enumerate() {
        let weight = all.without(*group).n as f64;
        sum += weight * dependence.of_rest(at).powi(2);
        weights += weight;
    }
    sum / weights
}

/// The value that `level` of the values don't exceed. Sorts them.
fn quantile(values: &mut [f64], level: Level) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (level.value() * (values.len() + 1) as f64).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// A rate with a hit and a miss more than were seen, and its variance.
#[derive(Clone, Copy)]
struct Smoothed {
    rate: f64,
    variance: f64,
}

impl Smoothed {
    fn new(hits: u64, n: u64) -> Self {
        let n = n as f64 + 2.0;
        let rate = (hits as f64 + 1.0) / n;
        let variance = rate * (1.0 - rate) / n;
        Self { rate, variance }
    }
}

fn interval(
    groups: &[Counts],
    dependence: &Dependence,
    replicates: usize,
    level: Level,
    rng: &mut impl Rng,
) -> (f64, f64) {
    let seen: Vec<Smoothed> = groups.iter().map(|g| Smoothed::new(g.hits, g.n)).collect();
    let models: Vec<_> = groups
        .iter()
        .zip(&seen)
        .map(|(group, seen)| (group.n, binomial(group.n, seen.rate)))
        .collect();
    let mut largest: Vec<f64> = (0..replicates)
        .map(|_| {
            let drawn: Vec<Smoothed> = models
                .iter()
                .map(|&(n, model)| Smoothed::new(model.draw(rng), n))
                .collect();
            pairs(&seen)
                .zip(pairs(&drawn))
                .map(|((_, (d, _)), (_, (d_drawn, se_drawn)))| (d_drawn - d).abs() / se_drawn)
                .fold(0.0, f64::max)
        })
        .collect();
    let q = quantile(&mut largest, level).max(level.z());
    pairs(&seen).fold((0.0_f64, 0.0_f64), |(low, high), ((a, b), (d, se))| {
        let (d, margin) = (d.abs(), q * se * dependence.pair(a, b));
        (low.max(d - margin), high.max(d + margin).min(1.0))
    })
}

/// The places of each pair of rates, their difference, and its standard error.
fn pairs(rates: &[Smoothed]) -> impl Iterator<Item = ((usize, usize), (f64, f64))> {
    let numbered = || rates.iter().enumerate();
    numbered().flat_map(move |(i, a)| {
        numbered().skip(i + 1).map(move |(j, b)| {
            let se = (a.variance + b.variance).sqrt();
            ((i, j), (a.rate - b.rate, se))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    fn level() -> Level {
        Level::new(0.95).unwrap()
    }

    /// Results of each of `tables` samples of groups with these true rates.
    fn simulate(people: &[u64], rates: &[f64], tables: usize, seed: u64) -> Vec<LargestGap> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..tables)
            .map(|_| {
                let groups: Vec<Counts> = people
                    .iter()
                    .zip(rates)
                    .map(|(&n, &rate)| Counts {
                        hits: binomial(n, rate).draw(&mut rng),
                        n,
                    })
                    .collect();
                largest_gap(&groups, &Dependence::none(), 199, level(), &mut rng).unwrap()
            })
            .collect()
    }

    fn share(found: &[LargestGap], of: impl Fn(&LargestGap) -> bool) -> f64 {
        found.iter().filter(|found| of(found)).count() as f64 / found.len() as f64
    }

    #[test]
    fn p_values_are_uniform_where_groups_do_not_differ() {
        let found = simulate(&[400, 150, 90, 300], &[0.3; 4], 1500, 1);
        for alpha in [0.05, 0.1, 0.25, 0.5, 0.75] {
            let of = |p: fn(&LargestGap) -> f64| share(&found, |found| p(found) <= alpha);
            // Three standard errors.
            let margin = 3.0 * f64::sqrt(alpha * (1.0 - alpha) / 1500.0);
            for share in [of(|found| found.p), of(|found| found.omnibus_p)] {
                assert!((share - alpha).abs() < margin, "{alpha}: {share}");
            }
        }
        let (largest, omnibus) = (
            share(&found, |found| found.p < 0.05),
            share(&found, |found| found.omnibus_p < 0.05),
        );
        eprintln!("no difference: p < 0.05 in {largest:.3}, omnibus p in {omnibus:.3}");
        assert!(largest <= 0.06 && omnibus <= 0.06);
        assert!(share(&found, |found| found.low == 0.0) >= 0.94);
    }

    #[test]
    fn small_groups_and_rare_hits_raise_no_alarm() {
        let found = simulate(&[5, 8, 500, 40, 1, 20], &[0.02; 6], 1000, 2);
        assert!(share(&found, |found| found.p < 0.05) <= 0.06);
        assert!(share(&found, |found| found.omnibus_p < 0.05) <= 0.06);
        assert!(share(&found, |found| found.low == 0.0) >= 0.94);
    }

    #[test]
    fn a_planted_gap_is_found_and_held_by_the_interval() {
        let found = simulate(&[200, 300, 150], &[0.10, 0.12, 0.28], 300, 3);
        assert!(share(&found, |found| found.p < 0.05) > 0.9);
        assert!(share(&found, |found| found.low <= 0.18 && 0.18 <= found.high) >= 0.93);
        assert!(share(&found, |found| found.low > 0.0) > 0.8);
    }

    #[test]
    fn the_omnibus_p_value_is_that_of_all_tables_with_these_margins() {
        // Over product(range(n1 + 1), range(n2 + 1), range(n3 + 1)) with as many hits, the sum of
        // comb(n1, a) * comb(n2, b) * comb(n3, c) / comb(n, hits) where
        // scipy.stats.chi2_contingency([[a, b, c], [n1 - a, n2 - b, n3 - c]]).statistic is as large
        let cases = [
            ([(0, 4), (3, 5), (1, 3)], 0.25252525252525254),
            ([(1, 6), (4, 5), (2, 7)], 0.13115887380593264),
            ([(0, 3), (1, 2), (1, 9)], 0.3076923076923077),
            ([(2, 4), (2, 4), (2, 4)], 1.0),
            ([(0, 7), (5, 6), (1, 8)], 0.0023219814241486067),
        ];
        const REPLICATES: usize = 20_000;
        for (groups, exact) in cases {
            let groups = groups.map(|(hits, n)| Counts { hits, n });
            let mut rng = ChaCha8Rng::seed_from_u64(5);
            let p = permute(&groups, &Dependence::none(), REPLICATES, level(), &mut rng).omnibus_p;
            let margin = 4.0 * f64::sqrt(exact * (1.0 - exact) / REPLICATES as f64);
            assert!((p - exact).abs() < margin + 1e-4, "{groups:?}: {p}");
        }
    }

    #[test]
    fn a_tiny_group_does_not_hide_the_gap_of_a_large_one() {
        // The largest gap is that of two tiny groups; the large one in the middle is off.
        let groups = [(0, 2), (120, 300), (1300, 6000), (2, 2)].map(|(hits, n)| Counts { hits, n });
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let found = largest_gap(&groups, &Dependence::none(), 2000, level(), &mut rng).unwrap();
        assert!(found.omnibus_p < 0.001 && found.p < 0.001, "{found:?}");
        assert!(found.low > 0.1, "{found:?}");
    }

    #[test]
    fn interval_and_test_never_disagree() {
        let some_differ = simulate(
            &[300, 12, 250, 90, 30],
            &[0.1, 0.3, 0.1, 0.16, 0.12],
            400,
            8,
        );
        assert!(some_differ.iter().any(|found| found.p <= 0.05));
        for found in some_differ {
            assert_eq!(found.p <= 0.05, found.low > 0.0, "{found:?}");
        }
    }

    #[test]
    fn a_seed_fixes_the_answer() {
        let groups = [(56, 271), (19, 318), (5, 296), (0, 385)].map(|(hits, n)| Counts { hits, n });
        let once = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            largest_gap(&groups, &Dependence::none(), 500, level(), &mut rng)
        };
        assert_eq!(once(7), once(7));
        assert_ne!(once(7), once(8));
    }

    #[test]
    fn perfect_groups_have_no_gap_and_an_interval_that_is_not_a_point() {
        let groups = [(38, 38), (12, 12), (0, 0)].map(|(hits, n)| Counts { hits, n });
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let found = largest_gap(&groups, &Dependence::none(), 500, level(), &mut rng).unwrap();
        assert_eq!((found.gap, found.p, found.low), (0.0, 1.0, 0.0));
        assert_eq!(found.omnibus_p, 1.0);
        assert!(found.high > 0.1 && found.high < 0.5, "{found:?}");
        assert_eq!(
            largest_gap(&groups[1..], &Dependence::none(), 500, level(), &mut rng),
            None
        );
    }

    #[test]
    fn millions_of_people_cost_no_more_than_hundreds() {
        let groups = [(300_100, 1_000_000), (299_500, 1_000_000), (2, 7)]
            .map(|(hits, n)| Counts { hits, n });
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let found = largest_gap(&groups, &Dependence::none(), 1000, level(), &mut rng).unwrap();
        assert!(found.p > 0.4 && found.low == 0.0, "{found:?}");
    }

    #[test]
    fn groups_that_depend_on_each_other_are_held_against_their_own_errors() {
        let groups = [(150, 200), (120, 200), (140, 200)].map(|(hits, n)| Counts { hits, n });
        let found = |ratio: f64| {
            let pairs = [(0, 1), (0, 2), (1, 2)].map(|pair| (pair, ratio));
            let dependence = Dependence::new(vec![ratio; 3], pairs.into());
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            largest_gap(&groups, &dependence, 2000, level(), &mut rng).unwrap()
        };
        let [less, none, more] = [0.5, 1.0, 2.0].map(found);
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let independent = largest_gap(&groups, &Dependence::none(), 2000, level(), &mut rng);
        assert_eq!(Some(none), independent);
        assert!(
            less.p < none.p && none.p < 0.02 && more.p > 0.2,
            "{less:?} {more:?}"
        );
        assert!(less.omnibus_p < none.omnibus_p && more.omnibus_p > 0.2);
        assert!(more.low == 0.0 && none.low > 0.0 && less.low > none.low);
        // Ends lie `ratio` times as far from the difference.
        let reach = |found: &LargestGap| found.high - 30.0 / 202.0;
        assert!((reach(&less) - reach(&none) / 2.0).abs() < 1e-9);
        assert!((reach(&more) - reach(&none) * 2.0).abs() < 1e-9);
    }
}
